"""What is planned: the maintenance windows that last, those to come, those that are over, and the calendars that some follow."""

from collections.abc import Awaitable, Callable
from functools import partial

from fastapi import Request
from nicegui import ui

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.maintenance.calendars.model import WorksCalendar
from domain.maintenance.calendars.service import WorksCalendarService
from domain.maintenance.model import MaintenanceWindow
from domain.maintenance.service import MaintenanceService
from ui.components.card import card, stack, text
from ui.components.chip import chip
from ui.components.controls import ask, button
from ui.components.entries import entries
from ui.components.looking import DrawnAnew
from ui.components.zoned import zoned
from ui.durations import counted, sentence
from ui.pages.maintenance.calendars import CalendarsCard
from ui.pages.maintenance.form import WindowForm
from ui.pages.maintenance.wording import length_words, places_words, repeats_words
from ui.pages.oncall.wording import moment
from ui.pages.page import carried_out, not_for_you, page
from ui.pages.screen import screen
from ui.sign_in import SignedIn

HOUR_S = 3600.0


def register(*, fleets: Fleets, maintenance: MaintenanceService, calendars: WorksCalendarService) -> None:
    """Register ``/maintenance``."""

    @screen('/maintenance')
    def maintenance_page(request: Request) -> None:
        with page(request, fleets, 'Maintenance', active='maintenance') as (who, fleet):
            if not who.may(Permission.CHANNELS_READ):
                not_for_you('what is planned', who, fleet.enterprise.name)
                return
            with stack():
                _Page(maintenance, who, fleet).build()
                CalendarsCard(calendars, who, fleet, maintenance.now).build()


class _Page:
    def __init__(self, windows: MaintenanceService, who: SignedIn, fleet: Fleet) -> None:
        self._windows, self._who, self._fleet = windows, who, fleet
        self._may = who.may(Permission.MAINTENANCE_WRITE)
        self._drawn = DrawnAnew(self._newest, self._draw)
        self._form = WindowForm(windows, who, fleet, self._drawn.show)

    def build(self) -> None:
        """One list."""
        with card(
            'Maintenance windows', caption='their towers are planned outages: nobody is told, devices are excused'
        ):
            self._list = ui.element('div')
            if self._may:
                with ui.element('div').classes('cw-entries-foot'):
                    button('New window…', self._form.open, rank='primary').mark('new-window').props(
                        'data-testid=new-window'
                    )
        self._drawn.follow()

    def _newest(self) -> object:
        return [
            (row.id, row.version, [one.starts_at for one in self._windows.following(row, 1)])
            for row in self._windows.rows(self._who.actor())
        ]

    def _draw(self) -> None:
        self._list.clear()
        with self._list:
            entries(
                self._windows.rows(self._who.actor()),
                self._entry,
                'Nothing is planned. A window puts towers into maintenance by itself, once or again and again, and '
                'takes them out; for one tower from now on, its own page does that too.',
            )

    def _entry(self, row: MaintenanceWindow) -> None:
        ahead = self._windows.following(row, 2)
        with ui.element('li').mark('window').props(f'data-testid=window data-window={row.id}'):
            chip('window', 'active' if row.until is not None else 'planned' if ahead else 'over')
            with ui.element('div').classes('what'):
                text(row.name, 'b')
                if row.calendar:
                    of = self._fleet.find(WorksCalendar, row.calendar)
                    text(f'from {of.name if of is not None else "a calendar"}').classes('cw-tag')
                places = places_words(self._fleet, row, len(self._windows.towers_of(row)))
                text(places, 'p').classes('cw-quiet')
                with ui.element('p').classes('cw-quiet'):
                    text(f'{repeats_words(row)}, {length_words(row.length_min)}')
                with ui.element('p').classes('cw-quiet'):
                    if row.until is not None:
                        zoned(f'until {moment(row.until)}')
                    following = ', '.join(f'{moment(one.starts_at)} to {moment(one.ends_at)}' for one in ahead)
                    zoned(
                        f'{" · " if row.until is not None and following else ""}{f"next: {following}" if following else ""}'
                    )
            if self._may:
                with ui.element('div').classes('cw-ends'):
                    self._acts(row, is_ahead=bool(ahead))

    def _acts(self, row: MaintenanceWindow, *, is_ahead: bool) -> None:
        if row.until is not None:
            until = row.until + HOUR_S
            longer: Callable[[Actor], Awaitable[object]] = lambda actor: self._windows.extend(  # noqa: E731
                actor, row.id, row.version, until
            )
            button('1 h longer', partial(self._do, longer, 'It lasts an hour longer')).mark('extend').props(
                'data-testid=extend'
            )
            button('End now…', partial(self._ask, row, 'End', self._windows.end)).mark('end').props('data-testid=end')
        elif is_ahead:
            button('Begin now…', partial(self._ask, row, 'Begin', self._windows.begin)).mark('begin').props(
                'data-testid=begin'
            )
        if row.calendar:  # what it is, the calendar says
            return
        button('Edit…', partial(self._form.open, row)).mark('edit-window').props('data-testid=edit-window')
        button('Remove…', partial(self._ask, row, 'Remove', self._windows.retire), rank='quiet').mark('remove').props(
            'data-testid=remove'
        )

    def _ask(self, row: MaintenanceWindow, verb: str, act: Callable[[Actor, str, int], Awaitable[object]]) -> None:
        count = len(self._windows.towers_of(row))
        who, is_one = (counted(count, 'tower'), count == 1) if count or not row.labels else ('its devices', False)
        again = ' The next time comes as planned.' if row.rule else ''
        what = {
            'Begin': f'The next time begins now: {who} {"goes" if is_one else "go"} into maintenance.',
            'End': f'{sentence(who)} {"is" if is_one else "are"} watched again at once.{again}',
            'Remove': 'It takes place no more.',
        }[verb]
        done = {'Begin': 'It has begun', 'End': 'It is over', 'Remove': 'The window is removed'}[verb]
        ask(
            f'{verb} “{row.name}”?',
            [what],
            f'{verb} window',
            lambda: self._do(lambda actor: act(actor, row.id, row.version), done),
        )

    async def _do(self, act: Callable[[Actor], Awaitable[object]], done: str) -> bool:
        ok = await carried_out(self._who, act, done)
        self._drawn.show()
        return ok
