"""All towers: where they are, and how they are."""

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.fleet.fleets import Fleets
from domain.towers.model import Tower, TowerKind
from ui.components.card import card, text
from ui.components.columns import Column
from ui.components.controls import door
from ui.components.live_table import Filter, live_table
from ui.components.live_value import live_value
from ui.components.live_when import live_when
from ui.components.page_state import Empty
from ui.components.tower_map import tower_map
from ui.pages.notices import nothing_seen
from ui.pages.opening import frame_of
from ui.pages.page import page
from ui.pages.screen import screen
from ui.topics.towers.list import CLASSES

KINDS = tuple((kind.value, kind.value.capitalize()) for kind in TowerKind)
_COLUMNS = (
    Column(field='name', label='Tower', kind='strong', href='/towers/{id}', sort='name', phone='title'),
    Column(field='status', label='State', kind='state', family='tower', sort='status', phone='state'),
    Column(field='because', label='Because', kind='quiet', phone='line', empty=' '),
    Column(field='since', label='For', kind='age', mode='bare', sort='since', align='right', phone='age'),
    Column(field='devices', label='Devices', kind='number', sort='devices', align='right'),
    Column(field='rtt_ms', label='Answers in', kind='number', unit='ms', sort='rtt_ms', align='right'),
    Column(field='operator', label='Operator', sort='operator'),
    Column(field='region', label='Region', kind='quiet', sort='region', room='wide'),
    Column(field='cells', label='Cells', kind='number', sort='cells', align='right', room='wide'),
    Column(
        field='available',
        label='Available, 30 days',
        kind='number',
        unit='% up',  # a card has no heads
        digits=2,
        sort='available',
        align='right',
        phone='more',
        empty='Not counted yet',
        aside=True,
    ),
    Column(
        field='with_works',
        label='Works as down, 30 days',
        kind='number',
        unit='% with works',
        digits=2,
        sort='with_works',
        align='right',
        phone='more',
        empty='',
        aside=True,
    ),
)


def register(*, fleets: Fleets) -> None:
    """Register ``/towers``."""

    @screen('/towers', begins=frame_of(fleets, 'towers'))
    def towers(request: Request) -> None:
        with page(request, fleets, 'Towers', active='towers') as (who, fleet):
            part = who.person.scope
            may = who.may(Permission.TOWERS_WRITE) and (not part or bool(part.regions))
            with (
                live_when('counters', 'not_asked', (None,), shown=False, unless=True),
                ui.element('p').classes('cw-because cw-warn').props('data-testid=not-asked'),
            ):
                live_value(Column(field='not_asked'), 'counters')
                text('. The fault is on this side: towers keep the state that they had, and no device is excused.')
            if fleet[Tower]:
                _map()
            nothing = Empty(
                title='No towers yet',
                text='A tower is a site with cells. Once its cells are listed, devices on them are joined to it; its checks '
                'say whether it answers.',
                href='/towers/new' if may else '',
                label='Add the first tower' if may else '',
            )
            with live_table(
                'towers',
                _COLUMNS,
                noun=('tower', 'towers'),
                empty=nothing if not part else nothing_seen('towers', part),
                href='/towers/{id}',
                sort='status',
                search='Search name, operator, cell…',
                filters=(
                    Filter(field='status', label='State', family='tower'),
                    Filter(field='operator', label='Operator'),
                    Filter(field='region', label='Region'),
                    Filter(field='kind', label='Kind', options=KINDS, extra=True),
                    Filter(field='availability', label='Available, 30 days', options=CLASSES, extra=True),
                ),
                linked=True,
            ).props('data-testid=towers'):
                if may:
                    door('Add tower', '/towers/new', rank='primary').props('data-testid=new-tower').mark('new-tower')


def _map() -> None:
    with (
        ui.element('div').style('margin-bottom: var(--gap)'),
        card('Where', caption='{towers_up} of {towers} up', caption_topic='counters'),
        ui.element('div').classes('cw-map-tall').props('data-testid=map'),
    ):
        tower_map('map', list='towers')
