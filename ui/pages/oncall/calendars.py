"""The calendars that a rotation is read from: how each fares, whom it means that nobody is called, and a new one."""

from collections.abc import Callable
from functools import partial

from nicegui import context, ui

from domain.common.errors import DomainError
from domain.common.feeds import FeedState
from domain.oncall.calendars.model import CalendarSource, CalendarUse
from domain.oncall.calendars.service import CalendarService
from domain.oncall.model import Rotation
from ui.components.card import text
from ui.components.controls import button, complaint, field, select, sheet
from ui.components.zoned import zoned
from ui.durations import counted
from ui.pages.oncall.wording import moment
from ui.pages.page import guarded
from ui.sign_in import SignedIn

USES = {
    CalendarUse.SHIFTS.value: 'Shifts: the person of an event is on call',
    CalendarUse.DAYS_OFF.value: 'Days off: the person of an event is away',
    CalendarUse.HOLIDAYS.value: 'Holidays: all are away',
}
_KNOWN = 'A person is known by their address of mail among the attendees, or by their whole name in the title.'
_SHORT = {CalendarUse.SHIFTS: 'shifts', CalendarUse.DAYS_OFF: 'days off', CalendarUse.HOLIDAYS: 'holidays'}


class CalendarsDialog:
    """A dialog about the calendars of one rotation."""

    def __init__(self, calendars: CalendarService, who: SignedIn, after: Callable[[], None]) -> None:
        self._calendars, self._who, self._after = calendars, who, after

    def open(self, rotation: Rotation) -> None:
        """Show those that are connected, and the form for another."""
        self._rotation = rotation
        with context.client, sheet(f'Calendars that {rotation.name} is read from') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            self._place = ui.element('div')
            with ui.element('div').classes('cw-form'):
                self._name = field('Name', placeholder='Team calendar').mark('calendar-name')
                self._use = select('Its events are', USES, value=CalendarUse.SHIFTS.value).mark('calendar-use')
                hint = 'Of iCalendar (.ics): https:// or webcal://. It is not shown again.'
                self._url = field('Address', mono=True, hint=hint, is_kept=False).mark('calendar-url')
                self._trouble = complaint(name=self._name, use=self._use, url=self._url)
                text(_KNOWN, 'p').classes('cw-hint')
                with ui.element('div').classes('ends'):
                    button('Close', self._dialog.close)
                    connect = button('Connect calendar', self._connect, rank='primary').mark('connect')
                    connect.props('data-testid=connect-calendar')
        self._show()
        self._dialog.open()

    def _show(self) -> None:
        self._place.clear()
        with self._place, ui.element('ul').classes('cw-entries'):
            for one in self._calendars.of(self._who.actor(), self._rotation.id):
                with ui.element('li').props('data-testid=calendar'):
                    calendar_words(one, self._calendars.unknown(one))
                    with ui.element('div').classes('cw-ends'):
                        button('Read now', partial(self._read, one)).mark('read-calendar')
                        button('Remove', partial(self._remove, one)).mark('remove-calendar')

    async def _connect(self) -> None:
        self._trouble.say('')
        name, use, url = str(self._name.value or ''), CalendarUse(str(self._use.value)), str(self._url.value or '')
        rotation = self._rotation.id
        done = await guarded(
            self._who,
            lambda actor: self._calendars.connect(actor, rotation, name, use, url),
            done='The calendar is connected',
            refused=self._refused,
        )
        if done is not None:
            self._dialog.close()
            self._after()

    def _refused(self, refusal: DomainError) -> None:
        self._trouble.refuse(refusal)

    async def _read(self, one: CalendarSource) -> None:
        if await guarded(self._who, lambda actor: self._calendars.read_now(actor, one.id), done='It is read again'):
            self._dialog.close()

    async def _remove(self, one: CalendarSource) -> None:
        async def act(actor: object) -> bool:
            await self._calendars.remove(self._who.actor(), one.id)
            return True

        if await guarded(self._who, act, done='It is not read any more'):
            self._dialog.close()
            self._after()


def calendar_words(one: CalendarSource, unknown: list[str]) -> None:
    """What a calendar is, how the reading stands, and the names in it that are nobody's."""
    with ui.element('div').classes('what'):
        text(one.name, 'b')
        text(_SHORT[one.use]).classes('cw-tag')
        with ui.element('p').classes('cw-quiet'):
            zoned(state_words(one.host, one.state, len(one.events)))
        for said in one.state.unread:
            text(f'Cannot be read: {said}', 'p').mark('unread')
        if unknown:
            more = f' and {len(unknown) - 5} more' if len(unknown) > 5 else ''
            text(f'Nobody is called {", ".join(unknown[:5])}{more}: those events put nobody on call', 'p').mark(
                'unknown'
            )


def state_words(host: str, state: FeedState, events: int, more: str = '') -> str:
    """``calendar.example.com, read 2026-11-30T12:00:00Z, 14 events``; ``more`` is said of those that are known."""
    if state.failing_since is not None:
        kept = f', as read {moment(state.read_at)}' if state.read_at is not None else ''
        return f'{host}: cannot be read since {moment(state.failing_since)}: {state.said}{kept}'
    if state.read_at is None:
        return f'{host}: is about to be read'
    return f'{host}, read {moment(state.read_at)}, {counted(events, "event")}{more}'
