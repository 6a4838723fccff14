"""The card of calendars of planned works: how each fares, what its events are of, and which of them ask."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.fleet.fleet import Fleet
from domain.maintenance.calendars.following import AHEAD_S
from domain.maintenance.calendars.matching import PlannedWorks, WorksState
from domain.maintenance.calendars.model import WorksCalendar
from domain.maintenance.calendars.service import WorksCalendarService
from domain.towers.model import Tower
from ui.components.card import card, text
from ui.components.chip import chip
from ui.components.controls import ask, button
from ui.components.entries import entries
from ui.components.looking import DrawnAnew
from ui.components.zoned import zoned
from ui.pages.maintenance.calendar_form import CalendarForm
from ui.pages.maintenance.works_dialog import WorksDialog
from ui.pages.oncall.calendars import state_words
from ui.pages.oncall.wording import moment
from ui.pages.page import carried_out
from ui.sign_in import SignedIn

MOST_SHOWN = 50
"""Events of one calendar, those that ask first."""


class CalendarsCard:
    """A card of the page Maintenance."""

    def __init__(self, calendars: WorksCalendarService, who: SignedIn, fleet: Fleet, now: Callable[[], float]) -> None:
        self._calendars, self._who, self._fleet, self._now = calendars, who, fleet, now
        self._may = who.may(Permission.MAINTENANCE_WRITE)
        self._drawn = DrawnAnew(self._newest, self._draw)
        self._form = CalendarForm(calendars, who, fleet, self._drawn.show)
        self._dialog = WorksDialog(calendars, who, fleet, self._drawn.show)

    def build(self) -> None:
        """One list, an entry for each calendar."""
        with card('Calendars of planned works', caption='windows follow their events: moved, cancelled, gone'):
            self._list = ui.element('div')
            if self._may:
                with ui.element('div').classes('cw-entries-foot'):
                    button('Connect calendar…', self._form.open).mark('new-calendar').props(
                        'data-testid=new-works-calendar'
                    )
        self._drawn.follow()

    def _newest(self) -> object:
        return [(row.id, row.version) for row in self._calendars.rows(self._who.actor())]

    def _draw(self) -> None:
        self._list.clear()
        with self._list:
            entries(
                self._calendars.rows(self._who.actor()),
                self._calendar,
                'None is connected. A carrier or landlord who keeps planned works in a calendar (iCalendar, .ics) plans windows by '
                'it: they follow what is moved and what is cancelled.',
            )

    def _calendar(self, row: WorksCalendar) -> None:
        works = self._calendars.works(row)
        with ui.element('li').mark('works-calendar').props(f'data-testid=works-calendar data-calendar={row.id}'):
            chip('check', _health(row))
            with ui.element('div').classes('what'):
                text(row.name, 'b')
                with ui.element('p').classes('cw-quiet'):
                    said = state_words(row.host, row.state, len(works), ' to come')
                    zoned(f'{said}, asked every {row.every_min} min')
                for fault in row.state.unread:
                    text(f'Cannot be read: {fault}', 'p').mark('unread')
            if self._may:
                with ui.element('div').classes('cw-ends'):
                    button(
                        'Read now', partial(self._do, partial(_read, self._calendars, row), 'It is read again')
                    ).mark('read-works')
                    button('Edit…', partial(self._form.open, row)).mark('edit-works')
                    button('Remove…', partial(self._ask_remove, row), rank='quiet').mark('remove-works')
        shown = sorted(works, key=lambda one: (one.state not in _ASKS, one.event.starts_at, one.event.key))
        for one in shown[:MOST_SHOWN]:
            self._event(row, one)
        if len(shown) > MOST_SHOWN:
            with ui.element('li'):
                text(f'and {len(shown) - MOST_SHOWN} more, which programs read at /api/v1/maintenance-calendars', 'p')

    def _event(self, row: WorksCalendar, one: PlannedWorks) -> None:
        event = one.event
        with ui.element('li').mark('works').props(f'data-testid=works data-state={one.state.value}'):
            chip('window', _LOOK.get(one.state, one.state.value))
            with ui.element('div').classes('what'):
                text(event.summary or 'Without a title', 'b')
                with ui.element('p').classes('cw-quiet'):
                    zoned(f'{moment(event.starts_at)} to {moment(event.ends_at)}')
                where = ' · '.join(part for part in (event.location, ', '.join(event.categories)) if part)
                if where:
                    text(where, 'p').classes('cw-quiet')
                text(self._of(one), 'p').mark('works-of')
            if self._may:
                with ui.element('div').classes('cw-ends'):
                    self._acts(row, one)

    def _acts(self, row: WorksCalendar, one: PlannedWorks) -> None:
        is_out = one.state is WorksState.LEFT_OUT
        if one.state is WorksState.UNMATCHED:
            button('Say what it is of…', partial(self._dialog.open, row, one)).mark('say-works').props(
                'data-testid=say-works'
            )
        if one.state in (*_ASKS, WorksState.PLANNED, WorksState.LEFT_OUT):
            act: Callable[[Actor], Awaitable[object]] = lambda actor: self._calendars.leave_out(  # noqa: E731
                actor, row.id, one.event.key, is_left_out=not is_out
            )
            done = 'A window follows it again' if is_out else 'No window follows it'
            button('Follow it' if is_out else 'Leave out', partial(self._do, act, done), rank='quiet').mark('leave-out')

    def _of(self, one: PlannedWorks) -> str:
        names = [tower.name for id in one.towers if (tower := self._fleet.find(Tower, id)) is not None]
        labels = f'devices with {", ".join(f"{key}={value}" for key, value in one.labels.items())}'
        parts = [*names[:5], *([f'{len(names) - 5} more'] if len(names) > 5 else [])]
        parts += [f'region {name}' for name in one.regions] + [f'operator {name}' for name in one.operators]
        parts += [labels] if one.labels else []
        late = one.state is WorksState.PLANNED and one.event.starts_at >= self._now() + AHEAD_S
        return {
            WorksState.PLANNED: f'{", ".join(parts)}{"; its window is made a month before" if late else ""}',
            WorksState.TENTATIVE: f'{", ".join(parts)}; not certain yet, so no window follows it',
            WorksState.UNMATCHED: 'Nothing here has a name that it says: no window follows it',
            WorksState.UNUSABLE: 'It has no length, or lasts longer than 31 days: plan a window by hand',
            WorksState.OTHERS: 'A rule says that such works are of others',
            WorksState.LEFT_OUT: 'It is left out: no window follows it',
        }[one.state]

    def _ask_remove(self, row: WorksCalendar) -> None:
        ask(
            f'Remove “{row.name}”?',
            [
                'It is not read any more.',
                'Its windows are removed; towers of one that lasts are watched again at once.',
            ],
            'Remove calendar',
            lambda: self._do(lambda actor: self._calendars.remove(actor, row.id, row.version), 'It is removed'),
        )

    async def _do(self, act: Callable[[Actor], Awaitable[object]], done: str) -> bool:
        ok = await carried_out(self._who, act, done)
        self._drawn.show()
        return ok


_ASKS = (WorksState.UNMATCHED, WorksState.UNUSABLE)
_LOOK = {
    **dict.fromkeys(_ASKS, 'unmatched'),
    **dict.fromkeys((WorksState.OTHERS, WorksState.LEFT_OUT), 'ignored'),
}


def _health(row: WorksCalendar) -> str:
    if row.state.failing_since is not None:
        return 'failing'
    if row.state.read_at is None:
        return 'pending'
    return 'degraded' if row.state.unread else 'ok'


async def _read(calendars: WorksCalendarService, row: WorksCalendar, actor: Actor) -> object:
    return await calendars.read_now(actor, row.id)
