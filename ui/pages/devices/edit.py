"""The form that changes a device."""

import json

from nicegui import context, ui

from domain.access.actors import Actor
from domain.common.errors import Invalid
from domain.devices.input import NewDevice, checked_interval, checked_sims
from domain.devices.model import Criticality, Device, DeviceKind
from domain.devices.service import DeviceService
from domain.fleet.fleets import Fleets
from ui.components.controls import button, complaint, field, select, sheet, toast
from ui.components.fields import line
from ui.design import STATES
from ui.pages.criticality_field import criticality_field
from ui.pages.label_field import labels_typed, read_labels
from ui.pages.page import guarded, seen_by
from ui.sign_in import SignedIn


def edit(fleets: Fleets, devices: DeviceService, who: SignedIn, id: str) -> None:
    """Open the form on the device as it stands now; saving is refused when another person was faster."""
    device = seen_by(fleets, who)[Device].get(id)
    if device is None:
        toast('This device is not here any more.', 'info')
        return
    with context.client, sheet(f'Edit {device.name}') as dialog:
        dialog.on('hide', dialog.delete)
        with ui.element('div').classes('cw-form') as form:
            form.props['data-base'] = json.dumps(_base(device))
            form.props['data-choices'] = json.dumps(_CHOICES)
            form.props['data-dialog'] = dialog.id
            name = field('Name', value=device.name, check=line())
            kind = select('Kind', {one.value: one.value.capitalize() for one in DeviceKind}, value=device.kind.value)
            kind.props('data-testid=kind-field')
            criticality = criticality_field(device.criticality)
            labels = _labels(device)
            interval = field(
                'Checks in every … seconds',
                value=str(device.interval_s),
                hint='It is told with its next check-in. Silence is measured by it.',
                check=lambda words: checked_interval(_seconds(words)),
            )
            sims = _permitted_sims(device)
            for element, mark in ((name, 'name'), (labels, 'labels'), (interval, 'interval'), (sims, 'sims')):
                element.props(f'data-testid=edit-{mark}').mark(f'edit-{mark}')
            name.props('autofocus maxlength=120')
            trouble = complaint(
                name=name,
                kind=kind,
                criticality=criticality,
                labels=labels,
                interval_s=interval,
                permitted_sims=sims,
            )
        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)

            async def save(actor: Actor) -> Device:
                new = NewDevice(
                    name=str(name.value),
                    kind=DeviceKind(str(kind.value)),
                    labels=read_labels(str(labels.value or '')),
                    identifiers=device.identifiers,
                    interval_s=_seconds(str(interval.value)),
                    criticality=Criticality(str(criticality.value)),
                    permitted_sims=tuple(str(sims.value or '').split()),
                )
                return await devices.change(actor, id, device.version, new)

            async def go() -> None:
                saved = await guarded(who, save, done='Saved.', refused=trouble.refuse)
                if saved is not None:
                    dialog.close()

            # the page's script saves what it can read by itself, and shows it at once
            own = f'(event) => {{ if (!window.cellwarden.saves(event, {json.dumps(id)})) emit(); }}'
            saves = button('Save device', rank='primary').on('click', go, js_handler=own)
            saves.props('data-testid=save').mark('save')
    dialog.open()


_CHOICES = {
    'kind': {one.value.capitalize(): one.value for one in DeviceKind},
    'criticality': {look.word: value for value, look in STATES['criticality'].items()},
}
"""The values of the words that people choose."""


def _base(device: Device) -> dict[str, object]:
    """What the form began from, as ``edits.js`` compares it with what is typed."""
    return {
        'version': device.version,
        'name': device.name,
        'kind': device.kind,
        'criticality': device.criticality,
        'interval_s': device.interval_s,
        'labels': dict(device.labels),
        'permitted_sims': '\n'.join(device.permitted_sims),
    }


def _labels(device: Device) -> ui.input | ui.textarea:
    return field(
        'Labels',
        value='\n'.join(f'{key}={value}' for key, value in device.labels.items()),
        placeholder='site=port-1',
        hint='One a line. Policies choose devices by them.',
        check=labels_typed,
        area=True,
        mono=True,
    )


def _permitted_sims(device: Device) -> ui.input | ui.textarea:
    return field(
        'Permitted SIMs',
        value='\n'.join(device.permitted_sims),
        placeholder='8931086416018066012',
        hint='ICCIDs, one a line, beside that of its enrolment. Any other SIM raises an alert: write a new one here first.',
        check=lambda words: checked_sims(tuple(words.split())),
        area=True,
        mono=True,
    )


def _seconds(text: str) -> int:
    try:
        return int(text.strip())
    except ValueError:
        raise Invalid('must be a whole number of seconds', field='interval_s') from None
