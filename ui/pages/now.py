"""One screen for the night: what is down, how many it hurts, since when, who is on it."""

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.fleet.fleets import Fleets
from ui.components.acting import acting
from ui.components.card import card, link, text
from ui.components.columns import Column
from ui.components.live_value import live_value
from ui.components.live_when import live_when
from ui.components.night import night
from ui.pages.page import page
from ui.pages.screen import screen
from ui.topics.alerts.list import OPEN_STATES

_SHIFT = 'handover/newest'


def register(*, fleets: Fleets) -> None:
    """Register ``/now``."""

    @screen('/now')
    def now(request: Request) -> None:
        with page(request, fleets, 'Now', active='alerts') as (who, _):
            may = who.may(Permission.ALERTS_WRITE)
            hands_over = may and not who.person.scope
            with ui.element('div').classes('cw-now'):
                with (
                    live_when(_SHIFT, 'waits', (True,), shown=False),
                    card('Last hand-over'),
                    ui.element('div').classes('body'),
                ):
                    with ui.element('p'):
                        live_value(Column(field='by', kind='strong'), _SHIFT)
                        text(' ')
                        live_value(Column(field='at', kind='age'), _SHIFT)
                    with ui.element('p').classes('cw-prose typed'):
                        live_value(Column(field='note', empty='No note.'), _SHIFT)
                    if hands_over:
                        acting('I take over', 'takeShift', 'newest').props('data-testid=take-shift').mark('take-shift')
                with ui.element('div').classes('cw-ends'):
                    if hands_over:
                        acting('Hand over…', 'handOver', '').props('data-testid=hand-over').mark('hand-over')
                    link('Hand-overs', '/handovers')
                    link('Report', '/report')
                    link('Inbox', '/alerts')
                night(f'alerts?size=50&sort=severity&state={OPEN_STATES}', may=may).props('data-testid=night').mark(
                    'night'
                )
