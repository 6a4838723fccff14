"""Enrolment: the tokens that let devices in, the devices that wait for approval, and those that came lately."""

from collections.abc import Awaitable, Callable

from fastapi import Request
from nicegui import context, ui

from domain.access.permissions import Permission
from domain.access.scopes import words
from domain.devices.model import Criticality, Device
from domain.enrolment.claims import place_of
from domain.enrolment.live import Waiting
from domain.enrolment.model import Place
from domain.enrolment.service import EnrolmentService
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.tokens.model import Token
from domain.tokens.service import TokenService
from ui.components.card import actions, card, grid, heading, text
from ui.components.columns import Column
from ui.components.controls import ask, button, sheet
from ui.components.live_table import Act, Acted, Filter, live_table
from ui.components.page_state import Empty
from ui.pages.criticality_field import criticality_field
from ui.pages.enrolment.identity_dialog import tell_apart
from ui.pages.enrolment.token_dialog import enrol_button
from ui.pages.page import forbidden, guarded, page
from ui.pages.screen import screen
from ui.sign_in import SignedIn

_TOKENS = (
    Column(field='name', label='Token', kind='strong', sort='name', phone='title'),
    Column(field='beginning', label='Begins with', kind='mono', empty='', room='wide', phone='more'),
    Column(field='state', label='State', kind='state', family='token', sort='order', phone='state'),
    Column(field='left', label='Lets in', kind='said', detail='how', grow=True, phone='line'),
    Column(field='labels', label='Labels', kind='labels', empty='', width='240px', phone='more'),
    Column(
        field='criticality',
        label='Criticality',
        kind='state',
        family='criticality',
        empty='',
        room='wide',
        phone='more',
    ),
    Column(field='expires_at', label='Ends', kind='age', mode='ends', sort='expires_at', phone='age', empty='No end'),
    Column(field='used_at', label='Last used', kind='age', sort='used_at', empty='Never'),
    Column(field='created_by', label='Made by', kind='quiet', sort='created_by', room='wide'),
)
_WAITING = (
    Column(field='name', label='Device', kind='strong', href='/devices/{id}', grow=True, phone='title'),
    Column(field='state', label='What it is', kind='state', family='approval', detail='rivals', phone='state'),
    Column(field='kind', label='Kind', kind='word', room='wide', phone='line'),
    Column(field='names', label='IMEI or serial', kind='mono', empty='', phone='more'),
    Column(field='asked_at', label='Waits', kind='age', mode='for', align='right', phone='age'),
)
_STATES = (('valid', 'Valid'), ('used_up', 'Used up'), ('expired', 'Expired'))
_LATELY = (
    Column(field='name', label='Device', kind='strong', href='/devices/{id}', detail='apart', grow=True, phone='title'),
    Column(field='presence', label='Presence', kind='state', family='presence', phone='state'),
    Column(field='enrolled_at', label='Enrolled', kind='age', align='right', phone='age'),
)


def register(*, fleets: Fleets, enrolments: EnrolmentService, tokens: TokenService) -> None:
    """Register ``/enrolment``."""

    @screen('/enrolment')
    def enrolment(request: Request) -> None:
        with page(request, fleets, 'Enrolment', active='enrolment') as (who, fleet):
            if not who.may(Permission.ENROLMENT_READ):
                part = f', narrowed to {narrowed}' if (narrowed := words(who.person.scope)) else ''
                forbidden(
                    Empty(
                        title='Your role does not see how devices come in',
                        text=f'You are here as {who.person.role}{part}. Operators, security staff and administrators of the whole '
                        'enterprise see enrolment tokens and the devices that wait.',
                        href='/devices',
                        label='All devices',
                    )
                )
                return
            with ui.element('div').classes('cw-enrolment'):
                with grid('wide'):
                    _waiting(enrolments, who, fleet)
                    _lately()
                with ui.element('div'):
                    _tokens(request, tokens, who, fleet)


def _waiting(enrolments: EnrolmentService, who: SignedIn, fleet: Fleet) -> None:
    async def act(acted: Acted) -> None:
        device = fleet[Device].get(acted.ids[0])
        if device is not None:
            await (_approve if acted.action == 'approve' else _refuse)(enrolments, who, fleet, device)

    may = who.may(Permission.ENROLMENT_WRITE)
    with card('Waiting for approval'):
        live_table(
            'waiting',
            _WAITING,
            noun=('device', 'devices'),
            file=True,
            bare=True,
            framed=False,
            href='/devices/{id}',
            actions=[Act(name='approve', label='Approve device…'), Act(name='refuse', label='Refuse device…')]
            if may
            else [],
            on_act=act,
            empty=Empty(
                title='No device waits',
                text='Devices stand here that came with a token that asks for approval, and those that want the place of a device '
                'in use.',
            ),
        ).props('data-testid=waiting').mark('waiting')


async def _approve(enrolments: EnrolmentService, who: SignedIn, fleet: Fleet, device: Device) -> None:
    waiting = fleet.index(Waiting).credentials.get(device.id)
    asked_at = waiting.created_at if waiting is not None else None

    async def go(criticality: Criticality | None = None, choice: str | None = None) -> None:
        await guarded(
            who,
            lambda actor: enrolments.approve(
                actor, device.id, asked_at=asked_at, criticality=criticality, choice=choice
            ),
            done=f'{device.name} is let in.',
        )

    if waiting is not None and place_of(fleet, waiting) is Place.AMBIGUOUS:
        tell_apart(fleet, device, go)
        return
    if waiting is None or waiting.previous is None:
        _approve_new(device, go)
        return
    ask(
        f'Give the place of {device.name} away?',
        [
            'A device is in use under this name. The one that asks has shown its serial number or IMEI and an enrolment token: '
            'it is the same device after a reset, or another one.',
            'The device in use is locked out at once. The one that asks takes its place, its labels and its history.',
        ],
        'Approve the newcomer',
        go,
        danger=True,
    )


def _approve_new(device: Device, approve: Callable[[Criticality], Awaitable[None]]) -> None:
    with context.client, sheet(f'Approve {device.name}?') as dialog:
        dialog.on('hide', dialog.delete)
        with ui.element('div').classes('cw-form'):
            text('It checks in from then on, and policies and commands reach it.', 'p')
            criticality = criticality_field(device.criticality)

        async def go() -> None:
            dialog.close()
            await approve(Criticality(str(criticality.value)))

        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)
            button('Approve device', go, rank='primary').props('autofocus data-testid=confirm').mark('confirm')
    dialog.open()


async def _refuse(enrolments: EnrolmentService, who: SignedIn, fleet: Fleet, device: Device) -> None:
    waiting = fleet.index(Waiting).credentials.get(device.id)
    if waiting is not None and waiting.previous is not None:
        lines = ['The device that asks is turned away. The one in use goes on as before.']
    else:
        lines = [f'{device.name} is turned away and its credential ends.']
    lines.append('While its enrolment token is valid it may ask again: revoke the token if you do not know who has it.')
    ask(
        f'Refuse {device.name}?',
        lines,
        f'Refuse {device.name}',
        lambda: guarded(who, lambda actor: enrolments.refuse(actor, device.id), done=f'{device.name} was refused.'),
        danger=True,
    )


def _tokens(request: Request, tokens: TokenService, who: SignedIn, fleet: Fleet) -> None:
    def act(acted: Acted) -> None:
        token = fleet[Token].get(acted.ids[0])
        if token is None:
            return
        ask(
            f'Revoke {token.name}?',
            ['No device can enrol with it any more. Devices that are in already stay in.'],
            f'Revoke {token.name}',
            lambda: guarded(
                who,
                lambda actor: tokens.revoke_enrolment(actor, token.id),
                done=f'{token.name} is revoked.',
            ),
            danger=True,
        )

    may = who.may(Permission.ENROLMENT_WRITE)
    with heading('Enrolment tokens'):
        if may:
            with actions():
                enrol_button(request, tokens, who, words='Make enrolment token', rank='primary')
    live_table(
        'enrolment_tokens',
        _TOKENS,
        noun=('token', 'tokens'),
        sort='order',
        search='Search name, maker…',
        filters=[Filter(field='state', label='State', options=_STATES)],
        linked=True,
        actions=[Act(name='revoke', label='Revoke token…', tone='quiet')] if may else [],
        on_act=act,
        empty=Empty(
            title='No enrolment tokens',
            text='A token lets as many devices in as you say, for as long as you say, with the labels you say. Make one, then run '
            'the agent with it or let an app scan it.',
        ),
    ).props('data-testid=tokens').mark('tokens')


def _lately() -> None:
    with card('Enrolled lately', more=('All devices', '/devices')):
        live_table(
            'enrolled',
            _LATELY,
            noun=('device', 'devices'),
            file=True,
            bare=True,
            framed=False,
            heads=False,
            href='/devices/{id}',
            empty=Empty(title='No devices yet', text='The first one appears here by itself when it has enrolled.'),
        ).props('data-testid=lately')
