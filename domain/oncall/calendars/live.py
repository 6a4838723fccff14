"""Calendars that rotations are read from, in the live picture."""

from collections.abc import Iterable
from typing import Any

from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index, Kind
from domain.oncall.calendars.model import CalendarSource


class CalendarsOf(Index):
    """Calendars by rotation."""

    def __init__(self, fleet: Fleet) -> None:
        self._of: dict[str, dict[str, CalendarSource]] = {}

    def moved(self, before: CalendarSource | None, after: CalendarSource | None) -> None:
        """Follow a calendar."""
        if before is not None:
            self._of.get(before.rotation, {}).pop(before.id, None)
        if after is not None:
            self._of.setdefault(after.rotation, {})[after.id] = after

    def of(self, rotation: str) -> Iterable[CalendarSource]:
        """Those of a rotation."""
        return tuple(self._of.get(rotation, {}).values())


KINDS: tuple[Kind[Any], ...] = (
    Kind(of=CalendarSource, name='calendar', has_ended=lambda row: row.retired_at is not None, indexes=(CalendarsOf,)),
)
