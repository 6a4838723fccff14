"""Maintenance windows follow the events of a calendar: made, moved, and gone with them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from domain.changes.transaction import Transaction
from domain.common.feeds import FeedEvent
from domain.common.ids import new_id
from domain.common.severity import Severity, worse
from domain.common.versions import differences
from domain.fleet.fleet import Fleet
from domain.maintenance.alerts import works_known, works_unknown
from domain.maintenance.calendars.matching import PlaceNames, PlannedWorks, RuleWords, WorksState, works_of
from domain.maintenance.calendars.model import WorksCalendar
from domain.maintenance.events import MaintenanceEnded, MaintenanceWindowRetired, MaintenanceWindowSaved
from domain.maintenance.model import MaintenanceWindow

AHEAD_S = 31 * 86_400.0
"""Windows are made for events that begin within this time; later ones come nearer."""
MOST_FOLLOWED = 300
"""Windows of all calendars of an enterprise; the nearest of one calendar count first."""
UNREAD_S = 3600.0
"""A calendar that cannot be read for so long is an alert: works may have been moved."""
MOST_SAID = 3
_FIELDS = ('name', 'starts_on', 'length_min', 'towers', 'regions', 'operators', 'labels', 'below')


def all_works(fleet: Fleet, calendar: WorksCalendar, now: float) -> list[PlannedWorks]:
    """The events that are not over, and what each is of, in order of time."""
    names, words = PlaceNames(fleet, calendar.by_name), RuleWords(calendar.rules)
    return [works_of(calendar, event, names, words) for event in calendar.events if event.ends_at > now]


def follow_calendar(tx: Transaction, calendar: WorksCalendar) -> list[PlannedWorks]:
    """Bring its windows up to date, and say what is not known. Gives all works that are not over."""
    works = all_works(tx.fleet(calendar.enterprise), calendar, tx.now)
    rows = {one.event: one for one in _windows(tx, calendar.enterprise) if one.calendar == calendar.id}
    room = MOST_FOLLOWED - sum(bool(one.calendar) for one in _windows(tx, calendar.enterprise)) + len(rows)
    near = [one for one in works if one.state is WorksState.PLANNED and one.event.starts_at < tx.now + AHEAD_S]
    wanted = {one.event.key: one for one in near[: max(0, room)]}
    over = {
        one.key: _planned(*_times(one)) for one in calendar.events if one.ends_at <= tx.now
    }  # people extend windows
    by = f'calendar {calendar.name}'
    for key, row in rows.items():
        if key not in wanted and not (row.until is not None and (row.starts_on, row.length_min) == over.get(key)):
            _remove(tx, row, by)
    for key, one in wanted.items():
        _put(tx, calendar, rows.get(key), one, by)
    _tell(tx, calendar, works)
    return works


def forget_calendar(tx: Transaction, calendar: WorksCalendar, by: str) -> None:
    """Its windows are gone with it, also those that last."""
    for row in _windows(tx, calendar.enterprise):
        if row.calendar == calendar.id:
            _remove(tx, row, by)
    works_known(tx, calendar)


def _windows(tx: Transaction, enterprise: str) -> list[MaintenanceWindow]:
    return [row for row in tx.all(MaintenanceWindow, enterprise) if row.retired_at is None]


def _remove(tx: Transaction, row: MaintenanceWindow, by: str) -> None:
    if row.until is not None:
        tx.note(MaintenanceEnded(**tx.about(row, by), planned=row.until))
    tx.put(replace(row, until=None, retired_at=tx.now, changed_at=tx.now, version=row.version + 1))
    tx.note(MaintenanceWindowRetired(**tx.about(row, by)))


def _times(event: FeedEvent) -> tuple[float, float]:
    """Begin and end in whole minutes, which windows have."""
    return event.starts_at // 60 * 60, -(-event.ends_at // 60) * 60


def _planned(begins: float, ends: float) -> tuple[str, int]:
    """As a window says it: the begin in UTC, and minutes."""
    return f'{datetime.fromtimestamp(begins, UTC):%Y-%m-%dT%H:%M}', int((ends - begins) // 60)


def _put(
    tx: Transaction, calendar: WorksCalendar, before: MaintenanceWindow | None, works: PlannedWorks, by: str
) -> None:
    event = works.event
    begins, ends = _times(event)
    starts_on, length_min = _planned(begins, ends)
    row = MaintenanceWindow(
        id=before.id if before is not None else new_id(),
        enterprise=calendar.enterprise,
        name=event.summary[:120] or calendar.name,
        zone='UTC',
        starts_on=starts_on,
        length_min=length_min,
        created_at=before.created_at if before is not None else tx.now,
        changed_at=tx.now,
        towers=works.towers,
        regions=works.regions,
        operators=works.operators,
        labels=works.labels,
        below=calendar.below,
        calendar=calendar.id,
        event=event.key,
    )
    changes = differences(before, row, _FIELDS)
    if before is not None:
        if not changes:
            return
        row = replace(row, version=before.version + 1, begun=before.begun, until=before.until)
        if changes.keys() & {'starts_on', 'length_min'}:
            row = _moved(tx, row, begins, ends, by)
    tx.put(row)
    tx.note(MaintenanceWindowSaved(**tx.about(row, by), created=before is None, changes=changes))


def _moved(tx: Transaction, row: MaintenanceWindow, begins: float, ends: float, by: str) -> MaintenanceWindow:
    """Its times are others now. What a person began early goes on; what was ended by hand begins no more, unless it is to come again."""
    is_early = row.until is not None and row.begun is not None and row.begun > tx.now
    if is_early:
        return replace(row, begun=begins)
    if row.until is not None and begins <= tx.now:
        return replace(row, begun=begins, until=max(ends, tx.now))
    if row.until is not None:
        tx.note(MaintenanceEnded(**tx.about(row, by), planned=row.until))
    return replace(row, begun=None if begins > tx.now or row.begun is None else begins, until=None)


def _tell(tx: Transaction, calendar: WorksCalendar, works: Iterable[PlannedWorks]) -> None:
    """One alert says all that people have to see to."""
    asks = [one for one in works if one.state in _ASKS and one.event.starts_at < tx.now + AHEAD_S]
    said = []
    severity = (
        Severity.INDETERMINATE
    )  # it hurts nobody yet, and may be of nothing here: it is for the page and the report, not for the night
    state = calendar.state
    if state.failing_since is not None and tx.now - state.failing_since >= UNREAD_S:
        said.append(f'cannot be read: {state.said}')
        severity = Severity.MINOR
    if asks:
        names = ', '.join(f'“{one.event.summary[:60] or "without a title"}”' for one in asks[:MOST_SAID])
        more = f' and {len(asks) - MOST_SAID} more' if len(asks) > MOST_SAID else ''
        said.append(f'of nothing that is known here: {names}{more}')
    if state.unread:
        said.append(f'{len(state.unread)} of its events cannot be read: {state.unread[0]}')
        severity = worse(severity, Severity.WARNING)
    if said:
        works_unknown(tx, calendar, severity, '; '.join(said))
    else:
        works_known(tx, calendar)


_ASKS = (WorksState.UNMATCHED, WorksState.UNUSABLE)
