"""One cell that no tower lists: who saw it, when, how strong, what stands around it, and what people make of it."""

from fastapi import Request
from nicegui import ui

from domain.devices.unknown_cells.model import UnknownCell
from domain.devices.unknown_cells.service import UnknownCellService
from domain.enforcement.service import CommandService
from domain.fleet.fleets import Fleets
from ui.components.card import actions, card, grid, heading, stack
from ui.components.columns import Column
from ui.components.facts import facts
from ui.components.feed import feed
from ui.components.live_table import live_table
from ui.components.live_value import live_state, live_value
from ui.components.page_state import Empty
from ui.components.tower_map import tower_map
from ui.pages.notices import gone_note
from ui.pages.page import nowhere, page
from ui.pages.screen import screen
from ui.pages.unknown_cells.actions import CellActions

_FACTS = (
    Column(field='alert', label='Alert', href='/alerts/{alert_id}', empty='None is open'),
    Column(field='by', label='Says so', detail='reason'),
    Column(field='trusted_until', label='Trusted until', kind='time'),
    Column(field='listed_at', label='Listed at', href='/towers/{listed_id}'),
    Column(field='near', label='Named by its reason', href='/towers/{near_id}'),
    Column(field='cell', label='Cell', kind='cell'),
    Column(field='area', label='Tracking area', empty='Not told'),
    Column(field='devices', label='Devices that saw it', kind='template', template='{devices}, {there} on it now'),
    Column(field='times', label='Times that one came to it', kind='number'),
    Column(field='first_at', label='First seen', kind='time'),
    Column(field='last_at', label='Last seen', kind='age'),
    Column(field='signal', label='RSRP in the last week', empty='No observation is kept'),
    Column(field='readings', label='Observations kept', kind='number'),
    Column(field='place', label='About at', kind='mono', empty='Not known'),
    Column(field='place_because', label='Which is'),
)
_SIGHTINGS = (
    Column(field='name', label='Device', kind='strong', href='/devices/{id}', phone='title'),
    Column(field='here', label='Now', phone='state'),
    Column(field='came_from', label='Came from', href='/towers/{came_from_id}', empty='Not known'),
    Column(field='times', label='Times', kind='number', align='right'),
    Column(field='levels', label='RSRP', empty=' '),
    Column(field='first_at', label='First', kind='age', align='right'),
    Column(field='last_at', label='Last', kind='age', align='right', phone='age'),
    Column(field='brief', label='Course', kind='quiet', room='narrow', phone='more', empty=''),
)
_SCORE = (
    Column(field='name', label='Why', phone='title', grow=True),
    Column(field='points', label='Worth', align='right', phone='state'),
)
_NEIGHBOURS = (
    Column(field='name', label='Tower', kind='strong', href='/towers/{id}', phone='title'),
    Column(field='status', label='State', kind='state', family='tower', phone='state'),
    Column(field='came', label='Devices came from it', kind='number', align='right', empty=' '),
    Column(field='area', label='Area', kind='quiet', phone='line', empty=' '),
)


def register(*, fleets: Fleets, cells: UnknownCellService, commands: CommandService) -> None:
    """Register ``/cells/{unknown_cell_id}``."""

    @screen('/cells/{unknown_cell_id}')
    def unknown_cell(request: Request, unknown_cell_id: str) -> None:
        with page(request, fleets, 'Unknown cells', active='alerts') as (who, fleet):
            found = fleet[UnknownCell].get(unknown_cell_id)
            if found is None:
                told = 'The address may be mistyped, or no device was on it for 90 days.'
                gone = Empty(title='There is no such cell', text=told, href='/cells', label='All unknown cells')
                nowhere(gone)
                return
            topic = f'unknown_cell/{found.id}'
            with heading(found.name, parent=('Unknown cells', '/cells')):
                live_state('standing', 'standing', topic).props('data-testid=standing')
                live_value(Column(field='trusted_until', kind='age', mode='until', empty=''), topic)
                live_value(Column(field='score', kind='template', template='{score} % sure', empty=''), topic).props(
                    'data-testid=score'
                )
                with actions():
                    CellActions(fleets, cells, commands, who, found.id).build()
            gone_note(
                topic,
                'No device was on this cell for 90 days. What you see is its last state.',
                ('All unknown cells', '/cells'),
            )
            with grid('wide', top=True):
                with stack():
                    _seen(found.id)
                with stack():
                    _around(topic, found.id)


def _seen(id: str) -> None:
    with card('Seen by', caption='those first that were there last'):
        live_table(
            f'sightings/{id}',
            _SIGHTINGS,
            noun=('device', 'devices'),
            bare=True,
            framed=False,
            empty=Empty(title='No device that you may see was on it'),
        ).props('data-testid=sightings')
    with card('How sure it is that it is false'):
        live_table(
            f'score/{id}',
            _SCORE,
            noun=('reason', 'reasons'),
            bare=True,
            framed=False,
            empty=Empty(title='Nothing speaks against it'),
        ).props('data-testid=score-parts')
    with card('Neighbours', caption='towers that its witnesses came from, and those of its tracking area'):
        live_table(
            f'neighbours/{id}',
            _NEIGHBOURS,
            noun=('tower', 'towers'),
            bare=True,
            framed=False,
            href='/towers/{id}',
            empty=Empty(title='No tower of yours is near', text='No witness came from one, and none is in its area.'),
        ).props('data-testid=neighbours')


def _around(topic: str, id: str) -> None:
    with (
        card('Where', caption='as its witnesses have it'),
        ui.element('div').classes('cw-map-tall').props('data-testid=cell-map'),
    ):
        tower_map(f'cell_map/{id}', href='/{at}/{id}')
    with card('About'):
        facts(topic, _FACTS)
    with card('Timeline'):
        said = Empty(title='Nothing was said of it yet', text='What people say of this cell appears here.')
        feed(f'feed/unknown_cell/{id}', most=20, hide_subject=True, empty=said)
