"""One tower: how it is and why, its checks and cells, the devices it serves, maintenance."""

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.access.scopes import words
from domain.changes.store import Store
from domain.common.errors import DomainError
from domain.fleet.fleets import Fleets
from domain.status_page.tower_days import TowerAvailability, TowerAvailabilityService
from domain.towers.model import Tower
from domain.towers.service import TowerService
from ui.components.acting import acting, unsure
from ui.components.card import actions, card, grid, heading, stack, text
from ui.components.columns import Column
from ui.components.controls import door
from ui.components.facts import facts
from ui.components.feed import feed
from ui.components.live_table import live_table
from ui.components.live_value import live_state, live_value
from ui.components.live_when import live_when
from ui.components.more_menu import more_menu, set_apart
from ui.components.notes_card import notes_card
from ui.components.page_state import Empty
from ui.design import look
from ui.pages.alerts.open_card import open_alert_card
from ui.pages.notices import gone_note
from ui.pages.opening import frame_of_one
from ui.pages.page import page
from ui.pages.retired import retired, unknown
from ui.pages.screen import screen
from ui.pages.towers.availability_card import availability_card
from ui.pages.towers.latency_card import latency_card
from ui.pages.towers.outage_card import outage_card
from ui.sign_in import SignedIn

_CHECKS = (
    Column(field='status', label='State', kind='state', family='check', phone='state', detail='attempts'),
    Column(field='name', label='Check', kind='code', phone='title'),
    Column(field='history', label='Last answers', kind='spark'),
    Column(field='rtt_ms', label='Answers in', kind='number', unit='ms', align='right', phone='none'),
    Column(field='error', label='Finding', kind='quiet', phone='line'),
    Column(field='checked_at', label='Asked', kind='age', align='right', phone='age'),
)
_CELLS = (
    Column(field='rat', label='RAT', phone='state'),
    Column(field='cell', label='Cell', kind='cell', phone='title'),
    Column(field='pci', label='PCI', kind='code', align='right'),
    Column(field='devices', label='Devices', kind='template', template='{devices} on it', align='right', phone='line'),
)
_DEVICES = (
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
    Column(
        field='rsrp',
        label='RSRP',
        kind='signal',
        unit='dBm',
        low=-120,
        high=-75,
        warn=-95,
        bad=-105,
        align='right',
        sort='rsrp',
        stale='stale_at',
    ),
    Column(field='last_seen', label='Last seen', kind='age', sort='last_seen', align='right', phone='age'),
)
_VIOLATIONS = (
    Column(
        field='name',
        label='Device',
        kind='strong',
        href='/devices/{device_id}',
        detail='apart',
        sort='name',
        phone='title',
    ),
    Column(field='policy', label='Policy', href='/policies/{policy_id}', sort='policy', phone='line'),
    Column(field='value', label='Value'),
    Column(field='answer', label='Answer', kind='quiet', phone='state'),
    Column(field='opened_at', label='For', kind='age', mode='bare', sort='opened_at', align='right', phone='age'),
)
_FACTS = (
    Column(field='operator', label='Operator'),
    Column(field='region', label='Region'),
    Column(field='kind', label='Kind'),
    Column(field='place', label='Place', kind='mono'),
    Column(field='parent', label='Backhaul through', href='/towers/{parent_id}'),
    Column(field='backups', label='Backhaul in reserve'),
    Column(field='power', label='Power from'),
    Column(field='carries', label='Carries the backhaul of'),
    Column(field='feeds', label='Feeds'),
    Column(field='devices', label='Devices served', kind='template', template='{devices}, {online} of them online'),
    Column(field='newest_contact', label='Newest word from a device', kind='age'),
    Column(field='maintenance_until', label='In maintenance', kind='age', mode='until'),
)


def register(*, fleets: Fleets, towers: TowerService, availability: TowerAvailabilityService, store: Store) -> None:
    """Register ``/towers/{tower_id}``."""

    @screen('/towers/{tower_id}', begins=frame_of_one(fleets, 'towers', Tower))
    async def tower(request: Request, tower_id: str) -> None:
        with page(request, fleets, 'Towers', active='towers') as (who, fleet):
            found = fleet[Tower].get(tower_id)
            if found is not None:
                _page(who, found, await _known(availability, who, tower_id))
                return
            before = None if fleet.scope else await store.get(Tower, fleet.enterprise.id, tower_id)
            if before is None:
                unknown('tower')
                return
            told = 'It was taken out and is not watched any more. What happened stays in its timeline.'
            may = Permission.TOWERS_WRITE
            retired(
                who,
                'tower',
                tower_id,
                before.name,
                may=may,
                told=told,
                restore=lambda actor: towers.restore(actor, tower_id),
            )


async def _known(availability: TowerAvailabilityService, who: SignedIn, tower_id: str) -> TowerAvailability | None:
    try:
        return await availability.of_tower(who.actor(), tower_id)
    except DomainError:  # the store is away, or the tower went meanwhile; the page says what is known
        return None


def _standing(topic: str) -> None:
    """Why it stands as it does, and how far that is known."""
    with (
        live_when(topic, 'unasked', (None,), shown=False, unless=True),
        ui.element('p').classes('cw-because cw-warn').props('data-testid=unasked'),
    ):
        live_value(Column(field='unasked'), topic)
        text('. The state is of the newest check: ')
        live_value(Column(field='checked_at', kind='age'), topic)
    for status in ('down', 'unreachable', 'degraded', 'maintenance', 'unknown'):
        with live_when(topic, 'troubled', (status,), shown=False):
            tone = look('tower', status).tone
            with ui.element('p').classes(f'cw-because cw-{tone}').props('data-testid=because'):
                live_value(Column(field='because', kind='said'), topic)
    with (
        live_when(topic, 'doubtful', (True,), shown=False),
        ui.element('p').classes('cw-because cw-quiet').props('data-testid=doubtful'),
    ):
        text(
            'Fewer than two other sites are asked in this way, so other sites cannot tell whether the fault is on the side of this '
            'server, such as a firewall that refuses for all. Try it from this server and from another place.'
        )


def _page(who: SignedIn, tower: Tower, available: TowerAvailability | None) -> None:
    topic = f'tower/{tower.id}'
    may_change = who.may(Permission.TOWERS_WRITE) and who.person.scope.rules(tower.region)
    with heading(tower.name, parent=('Towers', '/towers'), topic=topic):
        live_state('tower', 'status', topic).props('data-testid=status')
        live_value(Column(field='since', kind='age', mode='for'), topic)
        live_value(Column(field='alert', href='/alerts/{alert_id}', empty=''), topic).props('data-testid=alert')
        unsure(topic).props('data-testid=unsure')
        if may_change:
            with live_when(topic, 'gone', (True,), shown=True, unless=True), actions():
                with live_when(topic, 'status', ('maintenance',), shown=False):
                    acting('End maintenance', 'endMaintenance', tower.id).props('data-testid=end-maintenance').mark(
                        'end-maintenance'
                    )
                with live_when(topic, 'status', ('up', 'degraded', 'down', 'unreachable', 'unknown'), shown=True):
                    acting('Begin maintenance…', 'maintain', tower.id).props('data-testid=maintenance').mark(
                        'maintenance'
                    )
                door('Edit tower', f'/towers/{tower.id}/edit').props('data-testid=edit-tower').mark('edit-tower')
                with more_menu(), set_apart():
                    acting('Retire tower…', 'retireTower', tower.id).props('data-testid=retire-tower').mark(
                        'retire-tower'
                    )
    part = words(who.person.scope)
    why = (
        f'This tower was retired, or it is no longer in what you may see: {part}' if part else 'This tower was retired'
    )
    gone_note(topic, f'{why}. What you see is its last state.', ('All towers', '/towers'))
    _standing(topic)
    with grid('wide', top=True):
        with stack():
            open_alert_card(who, tower.id)
            _lists(tower.id, available)
        with stack():
            with card('About'):
                facts(topic, _FACTS)
            notes_card(topic, 'noteTower', tower.id, may_write=may_change, there=bool(tower.notes))
            with card('Cells', caption='{cells} listed', caption_topic=topic):
                live_table(
                    f'cells/{tower.id}',
                    _CELLS,
                    noun=('cell', 'cells'),
                    bare=True,
                    file=True,
                    framed=False,
                    empty=Empty(title='No cells are listed', text='Devices are joined to a tower by its cells.'),
                ).props('data-testid=cells')
            with card('Timeline'):
                feed(f'feed/tower/{tower.id}', most=12, hide_subject=True)


def _lists(tower_id: str, available: TowerAvailability | None) -> None:
    with card('Checks', caption='asked by this server'):
        live_table(
            f'checks/{tower_id}',
            _CHECKS,
            noun=('check', 'checks'),
            bare=True,
            file=True,
            framed=False,
            empty=Empty(title='Nothing asks this tower', text='Without a check its state stays unknown.'),
        ).props('data-testid=checks')
    availability_card(available)
    latency_card(tower_id)
    outage_card(tower_id)
    with card('Devices it serves', caption='{devices} now, {violating} violating', caption_topic=f'tower/{tower_id}'):
        live_table(
            f'devices?tower={tower_id}',
            _DEVICES,
            noun=('device', 'devices'),
            sort='presence',
            size=10,
            file=True,
            framed=False,
            empty=Empty(title='No device is on its cells'),
            href='/devices/{id}',
        ).props('data-testid=devices')
    with card(
        'Violations here', caption='of the devices it serves', more=('All of them', f'/violations?tower={tower_id}')
    ):
        live_table(
            f'violations?tower={tower_id}',
            _VIOLATIONS,
            noun=('violation', 'violations'),
            sort='-opened_at',
            size=10,
            file=True,
            framed=False,
            empty=Empty(title='No device here breaks a policy'),
        ).props('data-testid=violations')
