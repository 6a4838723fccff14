"""A rota as it is drawn: days from left to right, a lane for each layer, calendar and override, and below them who is on call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from nicegui import ui

from domain.oncall.lanes import LaneKind, RotaLane
from domain.oncall.rota import Shift, at
from ui.components.card import text
from ui.components.controls import button

DAY_S = 86_400.0
FILLS = 4
"""How many fills there are for people; the name stands on each."""
TARGET_PX = 24
"""What is narrower is no button (WCAG 2.2, 2.5.8); the table has one for it."""
SHIFT_PX, DAY_PX, MOST_PX = 34, 28, 1000
"""How wide the shortest shift and a day are at least, and what all days may need for that."""
_LANES = {LaneKind.OVERRIDES: 'Taken', LaneKind.RESULT: 'On call'}


@dataclass(frozen=True, slots=True)
class RotaDays:
    """The days that are drawn, from the first, in a zone."""

    first: date
    days: int
    zone: str

    @property
    def starts_at(self) -> float:
        """The first midnight."""
        return at(self.first, 0, self.zone)

    @property
    def ends_at(self) -> float:
        """The last midnight."""
        return at(self.first + timedelta(days=self.days), 0, self.zone)

    def place(self, moment: float) -> float:
        """How far from the left, in percent; a day that is 23 hours long is narrower."""
        begin, end = self.starts_at, self.ends_at
        return round(100 * (min(max(moment, begin), end) - begin) / (end - begin), 3)

    def spoken(self, moment: float) -> str:
        """``Tue 1 Dec 20:00`` in the zone."""
        local = datetime.fromtimestamp(moment, ZoneInfo(self.zone))
        return f'{local:%a} {local.day} {local:%b %H:%M}'


def timeline(
    title: str,
    span: RotaDays,
    drawn: Sequence[RotaLane],
    names: Callable[[str], str],
    now: float,
    choose: Callable[[Shift], None] | None,
) -> None:
    """Draw that of the rotation ``title``. With ``choose`` each shift of the result is a button."""
    people = list(dict.fromkeys(one.person for lane in drawn for one in lane.shifts if one.person))
    fills = {person: number % FILLS for number, person in enumerate(people)}
    shortest = min((one.ends_at - one.starts_at for one in drawn[-1].shifts), default=DAY_S)
    wide = max(span.days * DAY_PX, min(MOST_PX, span.days * SHIFT_PX * DAY_S / max(shortest, 1.0)))
    box = ui.element('div').classes('cw-rota').props('role=region tabindex=0')
    box.props['aria-label'] = f'Rota of {title}, day by day'
    with box, ui.element('div').classes('days').style(f'min-width: {wide + 110:.0f}px'):
        _head(span, now)
        for lane in drawn:
            is_result = lane.kind is LaneKind.RESULT
            with ui.element('div').classes('lane' + (' result' if is_result else '')):
                text(lane.name or _LANES[lane.kind]).classes('name')
                with ui.element('div').classes('track'):
                    _midnights(span, now)
                    for shift in lane.shifts:
                        is_wide = (span.place(shift.ends_at) - span.place(shift.starts_at)) * wide / 100 >= TARGET_PX
                        _bar(span, shift, names, fills, choose if is_result and is_wide else None)


def _head(span: RotaDays, now: float) -> None:
    today = datetime.fromtimestamp(now, ZoneInfo(span.zone)).date()
    with ui.element('div').classes('lane head').props('aria-hidden=true'):
        text('').classes('name')
        with ui.element('div').classes('track'):
            for number in range(span.days):
                day = span.first + timedelta(days=number)
                left = span.place(at(day, 0, span.zone))
                wide = span.place(at(day + timedelta(days=1), 0, span.zone)) - left
                kind = ' today' if day == today else ' weekend' if day.isoweekday() > 5 else ''
                with ui.element('span').classes(f'day{kind}').style(f'left: {left}%; width: {wide:.3f}%'):
                    text(f'{day:%a}')
                    text(f'{day.day}', 'b')


def _midnights(span: RotaDays, now: float) -> None:
    for number in range(1, span.days):
        left = span.place(at(span.first + timedelta(days=number), 0, span.zone))
        ui.element('i').classes('midnight').style(f'left: {left}%')
    if span.starts_at <= now < span.ends_at:
        ui.element('i').classes('now').style(f'left: {span.place(now)}%').props('data-testid=now-line')


def _bar(
    span: RotaDays,
    shift: Shift,
    names: Callable[[str], str],
    fills: dict[str, int],
    choose: Callable[[Shift], None] | None,
) -> None:
    left, right = span.place(shift.starts_at), span.place(shift.ends_at)
    name = names(shift.person)
    kind = f'fill-{fills[shift.person]}' if shift.person else 'gap'
    said = f'{name}, {span.spoken(shift.starts_at)} to {span.spoken(shift.ends_at)}'
    said += ', taken' if shift.is_override else ''
    bar = ui.element('button' if choose is not None else 'span').classes(f'bar {kind}')
    bar.classes('taken' if shift.is_override else '')
    bar.style(f'left: {left}%; width: {right - left:.3f}%')
    bar.props['title'] = said
    with bar:
        text(name)
    if choose is not None:
        bar.props['type'] = 'button'
        bar.props['aria-label'] = said
        bar.props('data-testid=bar').mark('bar').on('click', lambda shift=shift: choose(shift))


def as_table(
    span: RotaDays,
    shifts: Sequence[Shift],
    names: Callable[[str], str],
    why: Callable[[Shift], str],
    choose: Callable[[Shift], None] | None,
) -> None:
    """The same in words, for readers to whom a picture says nothing, and for shifts that are too short to be pressed in it."""
    with ui.element('details').classes('cw-rota-table'):
        text('As a table', 'summary')
        with ui.element('table').classes('cw-table').props('data-testid=rota-table'):
            with ui.element('thead'), ui.element('tr'):
                for head in ('From', 'To', 'On call', 'Because of', *(('Shift',) if choose is not None else ())):
                    text(head, 'th').props('scope=col')
            with ui.element('tbody'):
                for one in shifts:
                    with ui.element('tr'):
                        for words in (
                            span.spoken(one.starts_at),
                            span.spoken(one.ends_at),
                            names(one.person),
                            why(one),
                        ):
                            text(words, 'td')
                        if choose is not None:
                            with ui.element('td'):
                                act = button('Change…', partial(choose, one))
                                act.props['aria-label'] = (
                                    f'Change the shift of {names(one.person)}, {span.spoken(one.starts_at)}'
                                )
