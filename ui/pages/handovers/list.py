"""Shifts: the one that was handed over last, or the one that is asked for, and those before."""

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.fleet.fleets import Fleets
from domain.triage.model import Handover
from ui.components.acting import acting
from ui.components.card import card, grid, stack
from ui.components.columns import Column
from ui.components.facts import facts
from ui.components.live_table import live_table
from ui.components.live_value import live_value
from ui.components.live_when import live_when
from ui.components.page_state import Empty
from ui.pages.page import page
from ui.pages.screen import screen
from ui.topics.handovers import NEWEST

_FACTS = (
    Column(field='by', label='Handed over by', detail='at', detail_mode='ago'),
    Column(field='to', label='To', empty='The next person'),
    Column(field='taken_by', label='Taken by', detail='taken_at', detail_mode='ago', empty='Nobody yet'),
    Column(field='open', label='Alerts open then', kind='number'),
)
_ALERTS = (
    Column(field='severity', label='Severity', kind='state', family='severity', how='chip', phone='state'),
    Column(field='name', label='What', kind='strong', href='/alerts/{id}', detail='words', phone='title'),
    Column(field='has', label='Had it', empty=' ', phone='line'),
    Column(field='state', label='Then', kind='state', family='alert', how='plain', detail='seen_by'),
    Column(field='until', label='Until', kind='time', empty=' '),
    Column(field='devices', label='Devices', kind='number', align='right', empty=' '),
    Column(field='now', label='Now', kind='state', family='alert', how='plain'),
    Column(field='raised_at', label='Raised', kind='age', align='right', phone='age'),
)
_PAST = (
    Column(field='by', label='By', kind='strong', href='/handovers?of={id}', detail='note', grow=True, phone='title'),
    Column(field='open', label='Open then', kind='number', align='right', phone='line'),
    Column(field='taken_by', label='Taken by', empty='Nobody yet', phone='more'),
    Column(field='at', label='When', kind='time', sort='at', align='right', phone='age'),
)


def register(*, fleets: Fleets) -> None:
    """Register ``/handovers``."""

    @screen('/handovers')
    def handovers(request: Request, of: str = NEWEST) -> None:
        with page(request, fleets, 'Hand-overs', active='alerts') as (who, fleet):
            shown = of if of in fleet[Handover] else NEWEST
            may = who.may(Permission.ALERTS_WRITE) and not who.person.scope
            is_there = bool(fleet[Handover])
            with grid('wide', top=True):
                with stack():
                    with card('Shift'), ui.element('div').classes('body'):
                        with live_when(f'handover/{shown}', 'gone', (True,), shown=is_there, unless=True):
                            with ui.element('p').classes('cw-prose typed').props('data-testid=note-left'):
                                live_value(Column(field='note', empty='No note.'), f'handover/{shown}')
                            facts(f'handover/{shown}', _FACTS)
                        _acts(shown, may)
                    with live_when(f'handover/{shown}', 'gone', (True,), shown=is_there, unless=True):
                        _one(shown)
                with stack(), card('All hand-overs'):
                    live_table(
                        'handovers',
                        _PAST,
                        noun=('hand-over', 'hand-overs'),
                        file=True,
                        sort='-at',
                        size=20,
                        framed=False,
                        empty=Empty(
                            title='No shift was handed over yet',
                            text='At the end of a shift, tell the next what is open and what to know.',
                        ),
                    ).props('data-testid=handovers')


def _one(shown: str) -> None:
    with card('What was open'):
        live_table(
            f'handed/{shown}',
            _ALERTS,
            noun=('alert', 'alerts'),
            size=50,
            framed=False,
            href='/alerts/{id}',
            empty=Empty(title='Nothing was open'),
        ).props('data-testid=handed')


def _acts(shown: str, may: bool) -> None:
    if not may:
        return
    with ui.element('div').classes('cw-ends').style('margin-top: 12px'):
        acting('Hand over…', 'handOver', '', rank='primary').props('data-testid=hand-over').mark('hand-over')
        with live_when(f'handover/{shown}', 'waits', (True,), shown=False):
            acting('I take over', 'takeShift', shown).props('data-testid=take-shift').mark('take-shift')
