"""Enrolling devices: a token, and the one command that uses it."""

import json

from fastapi import Request
from nicegui import context, ui

from domain.access.actors import Actor
from domain.tokens.model import Token
from domain.tokens.service import TokenService
from ui.components.card import text
from ui.components.command import command
from ui.components.controls import Rank, button, complaint, field, select, sheet
from ui.components.fields import line
from ui.components.qr import qr
from ui.pages.criticality_field import CRITICALITIES
from ui.pages.label_field import labels_typed, read_labels
from ui.pages.page import guarded
from ui.sign_in import SignedIn

USES = {'1': 'One device', '10': '10 devices', '100': '100 devices', 'any': 'Any number of devices'}
DOORS = {
    'known': 'Every device that has the token',
    'approval': 'Only devices that a person approves',
    'replaces': 'Every device that has it, replacing devices in use',
}
LASTS = {'3600': 'One hour', '86400': 'One day', '604800': 'One week', '2592000': '30 days'}


def enrol_button(
    request: Request, tokens: TokenService, who: SignedIn, *, words: str = 'Enrol devices', rank: Rank = 'plain'
) -> ui.button:
    """The button that opens the dialog."""
    server = str(request.base_url).rstrip('/')
    made = button(words, lambda: _dialog(server, tokens, who), rank=rank)
    made.props('data-testid=enrol').mark('enrol')
    return made


def _dialog(server: str, tokens: TokenService, who: SignedIn) -> None:
    with context.client, sheet('Make enrolment token') as dialog:
        dialog.on('hide', dialog.delete)
        body = ui.element('div').classes('cw-form')
        with body:
            text('A token lets devices in, each with its own credential from then on. It is shown once.', 'p')
            name = field(
                'Name of the token',
                value='Roll-out',
                hint='The journal tells with it how a device got in.',
                check=line(most=80),
            )
            name.props('autofocus maxlength=80').mark('token-name')
            uses = select('For', USES, value='1')
            lasts = select('Valid for', LASTS, value='86400')
            labels = field(
                'Labels its devices get',
                placeholder='site=port-1',
                hint='One a line. They win over what a device says of itself.',
                check=labels_typed,
                area=True,
                mono=True,
            )
            labels.mark('token-labels')
            criticality = _criticality()
            door = select(
                'Who is let in',
                DOORS,
                value='known',
                hint='The place of a device that is in use is given away after an approval only, or with the last choice.',
            )
            door.mark('token-door')
            trouble = complaint(name=name, labels=labels)
            with ui.element('div').classes('ends'):
                button('Cancel', dialog.close)

                async def issue(actor: Actor) -> tuple[Token, str]:
                    return await tokens.issue_enrolment(
                        actor,
                        str(name.value),
                        uses=None if uses.value == 'any' else int(uses.value),
                        expires_in_s=float(lasts.value),
                        labels=read_labels(str(labels.value or '')),
                        criticality=str(criticality.value or ''),
                        approval=door.value == 'approval',
                        replaces=door.value == 'replaces',
                    )

                async def make() -> None:
                    made = await guarded(
                        who,
                        issue,
                        refused=trouble.refuse,
                    )
                    if made is not None:
                        _show(body, dialog, server, *made)

                button('Make token', make, rank='primary').props('data-testid=make-token').mark('make-token')
    dialog.open()


def _criticality() -> ui.select:
    words = {'': 'The one they have', **CRITICALITIES}
    return select('Criticality its devices get', words, value='').mark('token-criticality')


def _show(body: ui.element, dialog: ui.dialog, server: str, token: Token, secret: str) -> None:
    body.clear()
    with body:
        text('On a Linux machine, with Cellwarden installed:', 'p')
        command(f'cellwarden agent --server {server} --enrol {secret}').props('data-testid=enrol-command').mark(
            'enrol-command'
        )
        text('An app scans this; it holds the server and the token as JSON:', 'p')
        qr(scanned(server, secret), 'Server and enrolment token as a QR code').props('data-testid=enrol-qr')
        text('Anything else that speaks HTTP sends its name and kind with this token as bearer:', 'p')
        command(
            f"curl -X POST {server}/api/v1/enrolments -H 'Authorization: Bearer {secret}' "
            '-H \'Content-Type: application/json\' -d \'{"name":"crane-117","kind":"tablet"}\''
        )
        many = 'one device' if token.uses_left == 1 else f'{token.uses_left or "any number of"} devices'
        valid = LASTS[str(int((token.expires_at or 0) - token.created_at))].lower()
        text(f'The token is good for {many} and for {valid}. Copy it now: it is not shown again.', 'p').classes(
            'cw-hint'
        )
        if token.approval:
            text('Its devices wait under “Waiting for approval” until a person lets them in.', 'p').classes('cw-hint')
        with ui.element('div').classes('ends'):
            button('Done', dialog.close, rank='primary')


def scanned(server: str, secret: str) -> str:
    """What the QR code holds. JSON, not an address: a camera that opens addresses would put the token into a browser's history."""
    return json.dumps({'cellwarden': 1, 'server': server, 'token': secret}, separators=(',', ':'))
