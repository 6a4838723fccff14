"""Maintenance windows in JSON. What a program may edit is spelled as in the body that creates it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from domain.maintenance.input import NewMaintenanceWindow
from domain.maintenance.model import MaintenanceWindow, Occurrence
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowExtension:
    """Until when it lasts now."""

    until: datetime


class WindowOccurrence(Struct, kw_only=True, frozen=True):
    """One time that it takes place."""

    starts_at: Time
    ends_at: Time


class PlannedMaintenance(Struct, kw_only=True, frozen=True):
    """Works that begin at ``starts_on`` (local time of ``zone``) and last ``length_min`` minutes of elapsed time; with a ``rule`` (RRULE of
    RFC 5545: FREQ, INTERVAL, BYDAY, BYMONTHDAY, UNTIL) again and again. ``until`` is set while it lasts; ``following`` are the next times.
    ``labels`` are of devices, wherever they are: it takes in those that carry all of them. ``tower_count`` is how many towers it is of as
    they stand now, with those that are cut off by them where ``below`` says so. One with a ``calendar`` (an id) follows an event of it."""

    id: str
    name: str
    zone: str
    starts_on: str
    length_min: int
    rule: str
    towers: tuple[str, ...]
    regions: tuple[str, ...]
    operators: tuple[str, ...]
    labels: dict[str, str]
    below: bool
    until: Time | None
    following: tuple[WindowOccurrence, ...]
    tower_count: int
    calendar: str | None
    created_at: Time
    changed_at: Time
    version: int


NEW_WINDOW = Schema(
    NewMaintenanceWindow,
    {
        'name': 'Antenna works in the west',
        'zone': 'Europe/Amsterdam',
        'starts_on': '2026-12-01T01:30',
        'length_min': 120,
        'rule': 'FREQ=WEEKLY;BYDAY=TU',
        'towers': [],
        'regions': ['West'],
        'operators': [],
        'labels': {},
        'below': True,
    },
)
WINDOW_EXTENSION = Schema(WindowExtension, {'until': '2026-12-01T04:00:00.000Z'})
PLANNED_MAINTENANCE = Schema(
    PlannedMaintenance,
    {
        'id': '01KAPX4H1SZ7H9U2W4B6X8L0MW',
        **NEW_WINDOW.example,
        'until': None,
        'following': [{'starts_at': '2026-12-01T00:30:00.000Z', 'ends_at': '2026-12-01T02:30:00.000Z'}],
        'tower_count': 14,
        'calendar': None,
        'created_at': '2026-11-20T08:00:00.000Z',
        'changed_at': '2026-11-20T08:00:00.000Z',
        'version': 1,
    },
)


def planned(row: MaintenanceWindow, following: Sequence[Occurrence], towers: int) -> PlannedMaintenance:
    """A window as it stands."""
    return PlannedMaintenance(
        id=row.id,
        name=row.name,
        zone=row.zone,
        starts_on=row.starts_on,
        length_min=row.length_min,
        rule=row.rule,
        towers=row.towers,
        regions=row.regions,
        operators=row.operators,
        labels=dict(row.labels),
        below=row.below,
        until=maybe_time(row.until),
        following=tuple(
            WindowOccurrence(starts_at=time_text(one.starts_at), ends_at=time_text(one.ends_at)) for one in following
        ),
        tower_count=towers,
        calendar=row.calendar or None,
        created_at=time_text(row.created_at),
        changed_at=time_text(row.changed_at),
        version=row.version,
    )
