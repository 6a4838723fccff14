"""The rotas as a picture: who is on call in the next two weeks or in a month, and what can be done with a shift."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.desks.model import Desk
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.oncall.calendars.live import CalendarsOf
from domain.oncall.duty import DutyService
from domain.oncall.lanes import lanes
from domain.oncall.model import Rotation
from domain.oncall.reaching import known_of, members
from domain.oncall.rota import Shift
from domain.oncall.service import OnCallService
from domain.oncall.swaps.model import SwapOffer
from domain.oncall.swaps.service import SwapService
from ui.components.card import actions, card, heading, stack, text
from ui.components.controls import door
from ui.components.feed import feed
from ui.components.looking import DrawnAnew
from ui.components.page_state import Empty, page_state
from ui.pages.oncall.offers import offers_card
from ui.pages.oncall.shift_sheet import ShiftSheet
from ui.pages.oncall.timeline import RotaDays, as_table, timeline
from ui.pages.page import not_for_you, page
from ui.pages.screen import screen
from ui.sign_in import SignedIn

LENGTHS = {14: 'Two weeks', 31: 'A month'}
LOOK_S = 15.0
MOST_CHANGES = 14
"""Newest entries of a rotation."""
_FAR = timedelta(days=3650)


def register(*, fleets: Fleets, on_call: OnCallService, duty: DutyService, swaps: SwapService) -> None:
    """Register ``/on-call/rota``."""

    @screen('/on-call/rota')
    def rota_page(request: Request) -> None:
        with page(request, fleets, 'Rota', active='on-call') as (who, fleet):
            if not who.may(Permission.CHANNELS_READ):
                not_for_you('who is called', who, fleet.enterprise.name)
                return
            _Page(on_call, duty, swaps, who, fleet, request.query_params).build()


class _Page:
    def __init__(
        self,
        on_call: OnCallService,
        duty: DutyService,
        swaps: SwapService,
        who: SignedIn,
        fleet: Fleet,
        query: Mapping[str, str],
    ) -> None:
        self._on_call, self._duty, self._swaps, self._who, self._fleet = on_call, duty, swaps, who, fleet
        rotations = on_call.rows(who.actor(), Rotation)
        desk = fleet.find(Desk, who.person.id)
        zone = (desk.zone if desk is not None else '') or (rotations[0].zone if rotations else 'UTC')
        self._span = span_of(query, zone, duty.now())
        self._drawn = DrawnAnew(self._newest, self._draw)
        self._sheet = ShiftSheet(duty, swaps, who, fleet, self._drawn.show)
        self._may_take = who.may(Permission.ALERTS_WRITE)

    def build(self) -> None:
        """The way to other days, swaps that wait, and a card for each rotation."""
        span = self._span
        with heading('Rota', parent=('On call', '/on-call')):
            text(f'Days and times of {span.zone}').classes('cw-caption')
            with actions():
                step = timedelta(days=span.days)
                door('Earlier', _address(span.first - step, span.days)).props('data-testid=earlier')
                door('Later', _address(span.first + step, span.days)).props('data-testid=later')
                for days, words in LENGTHS.items():
                    chosen = door(words, _address(span.first, days))
                    if days == span.days:
                        chosen.props('aria-current=true').classes('on')
        self._place = ui.element('div')
        self._drawn.follow(LOOK_S)

    def _newest(self) -> object:
        rows = [(row.id, row.version) for row in self._on_call.rows(self._who.actor(), Rotation)]
        feeds = [one.version for row in self._fleet[Rotation] for one in self._fleet.index(CalendarsOf).of(row)]
        return rows, feeds, sorted(self._fleet[SwapOffer]), self._fleet[SwapOffer] and self._duty.now() // 600

    def _draw(self) -> None:
        self._place.clear()
        rows = self._on_call.rows(self._who.actor(), Rotation)
        with self._place, stack():
            offers_card(self._swaps, self._who, self._fleet, self._span, self._drawn.show)
            for row in rows:
                self._rotation(row)
            if not rows:
                page_state(
                    Empty(
                        title='No rotation yet',
                        text='A rotation says who is on call when.',
                        href='/on-call',
                        label='On call',
                    )
                )

    def _rotation(self, row: Rotation) -> None:
        span, known = self._span, known_of(self._fleet, row)
        drawn = lanes(row, span.starts_at, span.ends_at, known)
        with card(row.name, caption='' if row.zone == span.zone else f'handed over in {row.zone}'):
            choose = partial(self._choose, row) if self._may_take else None
            timeline(row.name, span, drawn, self._name, self._duty.now(), choose)
            as_table(span, drawn[-1].shifts, self._name, _because, choose)
            with ui.element('details').classes('cw-rota-table').props('data-testid=rota-log'):
                text('What changed', 'summary')
                nothing = Empty(title='Nothing was changed yet', text='Shifts that are taken, given back or swapped.')
                feed(f'feed/rotation/{row.id}', most=MOST_CHANGES, hide_subject=True, empty=nothing)

    def _choose(self, row: Rotation, shift: Shift) -> None:
        now = self._fleet.find(Rotation, row.id)
        if now is not None:
            self._sheet.open(now, self._whole(now, shift), self._span)

    def _whole(self, row: Rotation, shift: Shift) -> Shift:
        """The shift as it is beyond the edges of the picture too."""
        wide = self._duty.shifts_of(row, shift.starts_at - 31 * 86_400.0, shift.ends_at + 31 * 86_400.0)
        middle = (shift.starts_at + shift.ends_at) / 2
        return next(one for one in wide if one.starts_at <= middle < one.ends_at)

    def _name(self, person: str) -> str:
        found = members(self._fleet).get(person)
        return found.name if found is not None else 'Nobody' if not person else 'A person who left'


def span_of(query: Mapping[str, str], zone: str, now: float) -> RotaDays:
    """What the address asks for; from today on where it asks for nothing that can be shown."""
    today = datetime.fromtimestamp(now, ZoneInfo(zone)).date()
    try:
        first = date.fromisoformat(query.get('from', ''))
    except ValueError:
        first = today
    days = int(said) if (said := query.get('days', '')) in map(str, LENGTHS) else 14
    return RotaDays(first if abs(first - today) <= _FAR else today, days, zone)


def _because(shift: Shift) -> str:
    return 'a shift that was taken' if shift.is_override else shift.source or 'a gap'


def _address(first: date, days: int) -> str:
    return f'/on-call/rota?from={first.isoformat()}&days={days}'
