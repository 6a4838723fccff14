"""The choice that a person has when the numbers of a device that waits name several devices."""

from collections.abc import Awaitable, Callable

from nicegui import context, ui

from domain.cellular.identifiers import WORDS
from domain.devices.live import state_of
from domain.devices.model import Criticality, Device
from domain.enrolment.claims import rivals_of
from domain.fleet.fleet import Fleet
from ui.components.card import text
from ui.components.controls import button, select, sheet
from ui.design import look

Go = Callable[[Criticality | None, str | None], Awaitable[None]]


def tell_apart(fleet: Fleet, device: Device, approve: Go) -> None:
    """Ask which device it is: one of those whose numbers it shows, or one of its own. Nothing is chosen before."""
    rivals = rivals_of(fleet, device)
    options = {id: _words(fleet, fleet[Device][id]) for id in rivals} | {device.id: f'Another one: a new {device.kind}'}
    with context.client, sheet(f'Which device is {device.name}?') as dialog:
        dialog.on('hide', dialog.delete)
        with ui.element('div').classes('cw-form'):
            for id, names in rivals.items():
                shown = ' and the '.join(f'{WORDS[name]} {getattr(device.identifiers, name)}' for name in names)
                text(f'It shows the {shown} of {fleet[Device][id].name}.', 'p')
            choice = select(
                'It is',
                options,
                hint='The one that is chosen gets these numbers, keeps its labels and history, and its former credential ends. '
                'The others lose these numbers. Another one shares them.',
            ).mark('which-device')
            choice.validation = {'Choose which device it is.': bool}
            choice.error = None

            async def go() -> None:
                if choice.validate():
                    dialog.close()
                    await approve(None, str(choice.value))

        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)
            button('Let it in', go, rank='primary').props('data-testid=confirm').mark('confirm')
    dialog.open()


def _words(fleet: Fleet, device: Device) -> str:
    presence = look('presence', state_of(fleet, device.id).presence).word.lower()
    numbers = ', '.join(value for name in WORDS if (value := device.identifiers.key(name)) is not None)
    return f'{device.name} ({presence}; {numbers})'
