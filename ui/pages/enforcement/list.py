"""Enforcement: what devices are being told to do, who is held, what is parked behind the interlock and why."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from fastapi import Request
from nicegui import ui

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.common.errors import Conflict, NotFound
from domain.devices.model import Device
from domain.enforcement.model import OPEN_STATES, Command, CommandState
from domain.enforcement.service import CommandService
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from ui.components.card import card, grid, stack, text
from ui.components.columns import Column
from ui.components.controls import ask
from ui.components.counters import counters
from ui.components.live_table import Act, Acted, Filter, live_table
from ui.components.live_value import live_text, live_value
from ui.components.live_when import live_when
from ui.components.page_state import Empty
from ui.design import look
from ui.durations import counted
from ui.pages.opening import frame_of
from ui.pages.page import guarded, page
from ui.pages.screen import screen
from ui.sign_in import SignedIn

OPEN = tuple(state.value for state in CommandState if state in OPEN_STATES)
_DEVICE = Column(
    field='name', label='Device', kind='strong', href='/devices/{device_id}', detail='apart', sort='name', phone='title'
)
_COMMANDS = (
    replace(_DEVICE, detail='action'),
    Column(field='state', label='State', kind='state', family='command', sort='state', phone='state'),
    Column(field='because', label='Because', kind='quiet', phone='line'),
    Column(field='reason', label='Reason', href='/policies/{policy_id}'),
    Column(field='requested_by', label='Asked by', kind='quiet', room='wide'),
    Column(field='requested_at', label='Asked', kind='age', sort='requested_at', align='right', phone='age'),
)
_HELD = (
    Column(
        field='name', label='Device', kind='strong', href='/devices/{id}', detail='apart', sort='name', phone='title'
    ),
    Column(field='presence', label='Presence', kind='state', family='presence', sort='presence', phone='state'),
    Column(
        field='compliance',
        label='Compliance',
        kind='state',
        family='compliance',
        how='quiet',
        sort='compliance',
        phone='line',
        stale='stale_at',
    ),
    Column(field='last_seen', label='Last seen', kind='age', sort='last_seen', align='right', phone='age'),
)
_VIOLATIONS = (
    _DEVICE,
    Column(field='policy', label='Policy', href='/policies/{policy_id}', sort='policy', phone='line'),
    Column(field='answer', label='Answer', kind='quiet', detail='act_at', detail_mode='left', phone='state'),
    Column(field='opened_at', label='For', kind='age', mode='bare', sort='opened_at', align='right', phone='age'),
)


def register(*, fleets: Fleets, commands: CommandService) -> None:
    """Register ``/enforcement``."""

    @screen('/enforcement', begins=frame_of(fleets, 'enforcement'))
    def enforcement(request: Request) -> None:
        with page(request, fleets, 'Enforcement', active='enforcement') as (who, fleet):
            with grid('two'):
                _held_of_yours() if fleet.scope else _interlock()
                with ui.element('div').props('data-testid=under-way'):
                    counters(
                        'Under way',
                        family='command',
                        parts='counts',
                        big='{open}',
                        caption='commands that no device has answered yet',
                        href='/enforcement#commands',
                        topic='interlock',
                        quiet='no command is under way',
                    )
            with stack():
                _under_way(commands, who, fleet)
                with grid('two', top=True):
                    _held()
                    _violations()
            _finished()


def _interlock() -> None:
    topic = 'interlock'
    with (
        card('Interlock', caption='how much of the fleet may be held at once', body=True),
        ui.element('div').props('data-testid=interlock'),
    ):
        with ui.element('p').classes('cw-sum'):
            with ui.element('b'):
                live_value(Column(field='held', kind='number'), topic).props('data-testid=held')
            with ui.element('span'):
                live_text('of at most {limit} devices are held', topic)
        live_value(Column(field='used', kind='bar', low=0, high=1, warn=0.6, bad=1), topic).classes('cw-wide-bar')
        with ui.element('p').classes('cw-prose').style('margin-top: 10px'):
            live_text(
                'Policies may hold {share|percent} of {devices} devices, and {least} in any case, so that a mistaken rule cannot take '
                'the whole fleet off the network.',
                topic,
            )
        with live_when(topic, 'full', ('full',), shown=False), ui.element('p').classes('cw-because cw-warn cw-snug'):
            text('The limit is reached: further quarantines are parked until a device is released.')
        for field, words in (
            ('parked_limit', '{parked_limit} parked because the limit is reached'),
            ('parked_tower', '{parked_tower} parked because the serving tower is down or in maintenance'),
        ):
            with live_when(topic, field, (None,), shown=False, unless=True), ui.element('p').classes('cw-prose'):
                live_text(words, topic)


def _held_of_yours() -> None:
    with (
        card('Held', caption='in quarantine, or on the way there', body=True),
        ui.element('div').props('data-testid=interlock'),
    ):
        with ui.element('p').classes('cw-sum'):
            with ui.element('b'):
                live_value(Column(field='held', kind='number'), 'interlock').props('data-testid=held')
            with ui.element('span'):
                live_text('of the {devices} devices that you see are held', 'interlock')
        with ui.element('p').classes('cw-prose'):
            text('How many devices may be held at once is a limit of the whole enterprise; what it parks waits here.')


def _held() -> None:
    with card('Held devices', caption='in quarantine now'):
        live_table(
            'devices?quarantined=true',
            _HELD,
            noun=('device', 'devices'),
            href='/devices/{id}',
            sort='name',
            size=8,
            framed=False,
            empty=Empty(
                title='No device is in quarantine',
                text='A device that has confirmed a quarantine stands here until it is released.',
            ),
        ).props('data-testid=held-devices')


def _violations() -> None:
    with card(
        'Open violations',
        caption='{violations} of all policies',
        caption_topic='counters',
        more=('All violations', '/violations'),
    ):
        live_table(
            'violations',
            _VIOLATIONS,
            noun=('violation', 'violations'),
            sort='-opened_at',
            size=8,
            framed=False,
            empty=Empty(
                title='No device breaks a policy', text='A device that does appears here with what is done about it.'
            ),
        ).props('data-testid=violations')


def _under_way(commands: CommandService, who: SignedIn, fleet: Fleet) -> None:
    may = who.may(Permission.COMMANDS_WRITE)
    cancel = (Act(name='cancel', label='Cancel command…', field='state', when=OPEN),) if may else ()
    with (
        ui.element('div').props('id=commands'),
        card('Commands under way', caption='parked, waiting for a check-in, or waiting for the device to answer'),
    ):
        table = live_table(
            'commands?open=true',
            _COMMANDS,
            noun=('command', 'commands'),
            file=True,
            empty=Empty(
                title='No command is under way',
                text='Commands come from policies that enforce, and from people on the page of a device.',
            ),
            sort='-requested_at',
            size=10,
            framed=False,
            actions=cancel,
            bulk=cancel,
            on_act=lambda acted: _ask_cancel(commands, who, fleet, acted, table.unpick),
        )
        table.props('data-testid=commands').mark('commands')


def _finished() -> None:
    ends = tuple((state.value, look('command', state).word) for state in CommandState if state not in OPEN_STATES)
    live_table(
        'commands?open=false',
        _COMMANDS,
        noun=('finished command', 'finished commands'),
        empty=Empty(title='No command has ended yet', text='What became of each command is kept here.'),
        sort='-requested_at',
        size=25,
        search='Search device, reason…',
        filters=(
            Filter(field='state', label='Outcome', options=ends),
            Filter(field='action', label='Command', options=(('quarantine', 'Quarantine'), ('release', 'Release'))),
        ),
        linked=True,
    ).props('data-testid=finished')


def _ask_cancel(
    commands: CommandService, who: SignedIn, fleet: Fleet, acted: Acted, after: Callable[[], object]
) -> None:
    picked = [fleet[Command][one] for one in acted.ids if one in fleet[Command]]
    names = [fleet[Device][command.device].name for command in picked if command.device in fleet[Device]]
    told = sum(command.state == 'delivered' for command in picked)
    what = f'{picked[0].action} of {names[0]}' if len(picked) == 1 and names else counted(len(picked), 'command')
    lines = [
        'The device will not be told to do it.'
        if not told
        else f'{counted(told, "device")} may be doing it already; its word counts.'
    ]
    if any(command.policy for command in picked):
        lines.append('The policy does not ask again for the same violation; a person decides what happens next.')

    async def cancel() -> None:
        ids = [command.id for command in picked]
        if await guarded(who, lambda actor: _cancel(commands, actor, ids), done=_told):
            after()

    if not picked:
        ask('Nothing to cancel', ['These commands have ended meanwhile.'], 'Close', lambda: None)
        return
    ask(f'Cancel {what}?', lines, 'Cancel command' if len(picked) == 1 else 'Cancel commands', cancel, danger=True)


async def _cancel(commands: CommandService, actor: Actor, command_ids: Sequence[str]) -> tuple[int, int]:
    done = late = 0
    for command_id in command_ids:
        try:
            await commands.cancel(actor, command_id)
            done += 1
        except (Conflict, NotFound):  # the device answered between the click and now
            late += 1
    return done, late


def _told(result: tuple[int, int]) -> str:
    done, late = result
    words = f'{counted(done, "command")} cancelled' if done else 'Nothing to cancel any more'
    return words + (f'; {late} had ended already' if late and done else '')
