"""Calendars of planned works in JSON. What a program may edit is spelled as in the body that creates it."""

from dataclasses import dataclass

from msgspec import Struct

from domain.fleet.fleet import Fleet
from domain.maintenance.calendars.input import NewWorksCalendar
from domain.maintenance.calendars.matching import PlannedWorks, WorksState
from domain.maintenance.calendars.model import EventText, PlaceKind, WorksCalendar, WorksRule
from domain.towers.model import Tower
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.refs import Ref
from ui.api.http.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLeftOut:
    """The ``key`` of an event, and whether it is left out: no window follows it."""

    key: str
    left_out: bool = True


class WorksCalendarShown(Struct, kw_only=True, frozen=True):
    """A calendar of planned works. Of its address the ``host`` alone is shown: the rest is often a secret. Names are looked for in the
    ``texts`` of events, by ``rules`` and by the names of ``by_name``. ``unmatched`` events to come are of nothing that is known here;
    ``unread`` could not be read, each with why; ``error`` is why the calendar cannot be read since ``failing_since``."""

    id: str
    name: str
    host: str
    zone: str
    every_min: int
    texts: tuple[EventText, ...]
    by_name: tuple[PlaceKind, ...]
    rules: tuple[WorksRule, ...]
    below: bool
    events: int
    unmatched: int
    unread: tuple[str, ...]
    read_at: Time | None
    failing_since: Time | None
    error: str
    created_at: Time
    changed_at: Time
    version: int


class WorksEvent(Struct, kw_only=True, frozen=True):
    """An event that is not over, what becomes of it, and what it is of."""

    key: str
    state: WorksState
    starts_at: Time
    ends_at: Time
    summary: str
    location: str
    categories: tuple[str, ...]
    towers: tuple[Ref, ...]
    regions: tuple[str, ...]
    operators: tuple[str, ...]
    labels: dict[str, str]


NEW_WORKS_CALENDAR = Schema(
    NewWorksCalendar,
    {
        'name': 'Works of the carrier',
        'url': 'https://works.example.com/planned.ics?key=1f7b',
        'zone': 'Europe/Amsterdam',
        'every_min': 15,
        'texts': ['summary', 'location', 'categories'],
        'by_name': ['towers', 'regions'],
        'rules': [{'contains': 'RTM-0417', 'towers': ['01KAPX6B7HJ5M9S3T8X2Z4P1CE']}],
        'below': True,
    },
)
EVENT_LEFT_OUT = Schema(EventLeftOut, {'key': 'works-4711@example.com', 'left_out': True})
WORKS_CALENDAR = Schema(
    WorksCalendarShown,
    {
        'id': '01KAPX4H1SZ7H9U2W4B6X8L0WC',
        **{name: value for name, value in NEW_WORKS_CALENDAR.example.items() if name not in ('url', 'rules')},
        'host': 'works.example.com',
        'rules': [
            {
                'contains': 'RTM-0417',
                'towers': ['01KAPX6B7HJ5M9S3T8X2Z4P1CE'],
                'regions': [],
                'operators': [],
                'labels': {},
            }
        ],
        'events': 14,
        'unmatched': 1,
        'unread': ['“Fibre works”: it has no begin (DTSTART)'],
        'read_at': '2026-12-01T19:00:00.000Z',
        'failing_since': None,
        'error': '',
        'created_at': '2026-11-20T08:00:00.000Z',
        'changed_at': '2026-11-20T08:00:00.000Z',
        'version': 3,
    },
)
WORKS_EVENT = Schema(
    WorksEvent,
    {
        'key': 'works-4711@example.com',
        'state': 'planned',
        'starts_at': '2026-12-08T00:30:00.000Z',
        'ends_at': '2026-12-08T02:30:00.000Z',
        'summary': 'Exchange of antennas at RTM-0417',
        'location': 'Europoort-West',
        'categories': ['planned'],
        'towers': [{'id': '01KAPX6B7HJ5M9S3T8X2Z4P1CE', 'name': 'Europoort-West'}],
        'regions': [],
        'operators': [],
        'labels': {},
    },
)


def works_calendar(row: WorksCalendar, works: list[PlannedWorks]) -> WorksCalendarShown:
    """How it stands."""
    return WorksCalendarShown(
        id=row.id,
        name=row.name,
        host=row.host,
        zone=row.zone,
        every_min=row.every_min,
        texts=row.texts,
        by_name=row.by_name,
        rules=row.rules,
        below=row.below,
        events=len(works),
        unmatched=sum(one.state is WorksState.UNMATCHED for one in works),
        unread=row.state.unread,
        read_at=maybe_time(row.state.read_at),
        failing_since=maybe_time(row.state.failing_since),
        error=row.state.said,
        created_at=time_text(row.created_at),
        changed_at=time_text(row.changed_at),
        version=row.version,
    )


def works_event(fleet: Fleet, one: PlannedWorks) -> WorksEvent:
    """An event and what it is of."""
    towers = [tower for id in one.towers if (tower := fleet.find(Tower, id)) is not None]
    return WorksEvent(
        key=one.event.key,
        state=one.state,
        starts_at=time_text(one.event.starts_at),
        ends_at=time_text(one.event.ends_at),
        summary=one.event.summary,
        location=one.event.location,
        categories=one.event.categories,
        towers=tuple(Ref(tower.id, tower.name) for tower in towers),
        regions=one.regions,
        operators=one.operators,
        labels=dict(one.labels),
    )
