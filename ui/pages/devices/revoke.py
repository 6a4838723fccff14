"""Revoking a device's credential: it stays in the list, and has to enrol again to be let in; and what its page says of that."""

from fastapi import Request
from nicegui import context, ui

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.common.errors import Invalid
from domain.devices.model import Device
from domain.enrolment.service import EnrolmentService
from domain.fleet.fleets import Fleets
from domain.tokens.service import TokenService
from ui.components.card import text
from ui.components.controls import button, complaint, field, sheet
from ui.components.fields import line
from ui.components.live_when import live_when
from ui.pages.enrolment.token_dialog import enrol_button
from ui.pages.page import guarded
from ui.sign_in import SignedIn


def locked_out_note(request: Request, tokens: TokenService, who: SignedIn, topic: str) -> None:
    """A line at the top of the page while the device has no credential: what that means, and how it comes back."""
    with (
        live_when(topic, 'credential', ['none'], shown=False).classes('cw-gone'),
        ui.element('div').classes('cw-clash').props('role=status data-testid=locked-out').mark('locked-out'),
    ):
        with ui.element('div').classes('grow'):
            text('This device has no credential: nothing it sends is taken, and no command reaches it.', 'p')
            with live_when(topic, 'keeps_place', [True], shown=True):
                back = 'It comes back by enrolling again with an enrolment token: by its IMEI or serial number it gets this place back.'
                text(back, 'p').classes('cw-quiet')
            with live_when(topic, 'keeps_place', [False], shown=False):
                back = (
                    'It has told neither IMEI nor serial number, so it comes back as a new device when it enrols again.'
                )
                text(back, 'p').classes('cw-quiet')
        if who.may(Permission.ENROLMENT_WRITE):
            enrol_button(request, tokens, who, words='Make enrolment token')


def revoke(fleets: Fleets, enrolments: EnrolmentService, who: SignedIn, id: str) -> None:
    """Ask why, then end the credential."""
    device = fleets.of(who.person.enterprise).need(Device, id)
    lines = (
        'Every machine with this credential is locked out at once: nothing it sends is taken, no command reaches it.',
        'The device keeps its place, its labels and its history. With an enrolment token it comes back, under a new credential.',
    )
    with context.client, sheet(f'Revoke the credential of {device.name}?') as dialog:
        dialog.on('hide', dialog.delete)
        with ui.element('ul').classes('cw-plan').props('data-testid=consequences'):
            for words in lines:
                text(words, 'li')
        with ui.element('div').classes('cw-form'):
            reason = field(
                'Reason', placeholder='Stolen, ticket 4711', hint='It is kept in the journal.', check=line(most=300)
            )
            reason.props('autofocus maxlength=300 data-testid=reason').mark('reason')
            trouble = complaint(because=reason)
        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)

            async def act() -> bool | None:
                async def end(actor: Actor) -> bool:
                    await enrolments.revoke(actor, id, str(reason.value))
                    return True

                return await guarded(
                    who,
                    end,
                    done=f'The credential of {device.name} is revoked.',
                    refused=trouble.refuse,
                )

            async def go() -> None:
                if not str(reason.value or '').strip():
                    trouble.refuse(
                        Invalid('say why: the person who finds the device locked out will ask', field='because')
                    )
                elif await act():
                    dialog.close()

            button('Revoke credential', go, rank='danger').props('data-testid=confirm').mark('confirm')
    dialog.open()
