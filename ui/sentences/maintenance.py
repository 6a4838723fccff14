"""What the journal tells of maintenance windows, in words."""

from domain.maintenance.calendars.events import WorksCalendarRead, WorksCalendarRemoved, WorksCalendarSaved
from domain.maintenance.events import (
    MaintenanceBegun,
    MaintenanceEnded,
    MaintenanceExtended,
    MaintenanceWindowRetired,
    MaintenanceWindowSaved,
)
from ui.durations import lasted
from ui.sentences.edits import changed
from ui.sentences.words import Said, Sentences, words


def _begun(entry: MaintenanceBegun) -> Said:
    towers = f'{entry.towers} tower{"s" if entry.towers != 1 else ""}'
    early = 'begins early' if entry.early else 'begins'
    return 'tower', 'maintenance', f'{early}, for {lasted(entry.until - entry.at)}', towers


def _extended(entry: MaintenanceExtended) -> Said:
    longer = entry.until - entry.before
    what = f'lasts {lasted(abs(longer))} {"longer" if longer >= 0 else "less"}'
    return 'tower', 'maintenance', what, ''


def _ended(entry: MaintenanceEnded) -> Said:
    early = entry.planned - entry.at
    return 'tower', 'unknown', 'is over', f'{lasted(early)} before its time' if early >= 1 else ''


def _read(entry: WorksCalendarRead) -> Said:
    unmatched = f'{entry.unmatched} of nothing that is known here' if entry.unmatched else ''
    return 'severity', 'indeterminate', f'has {entry.events} events', unmatched


SENTENCES: Sentences = {
    MaintenanceWindowSaved: changed,
    MaintenanceWindowRetired: words('was removed'),
    MaintenanceBegun: _begun,
    MaintenanceExtended: _extended,
    MaintenanceEnded: _ended,
    WorksCalendarSaved: changed,
    WorksCalendarRead: _read,
    WorksCalendarRemoved: words('is not read any more'),
}
