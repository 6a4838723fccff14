"""Calendars of planned works in the live picture. They are the whole enterprise's."""

from typing import Any

from domain.fleet.kinds import Kind
from domain.maintenance.calendars.model import WorksCalendar

KINDS: tuple[Kind[Any], ...] = (
    Kind(of=WorksCalendar, name='works_calendar', has_ended=lambda row: row.retired_at is not None),
)
