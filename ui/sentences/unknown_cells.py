"""What the journal tells of cells that no tower lists, in words."""

from datetime import UTC, datetime

from domain.devices.unknown_cells.events import CellJudged, CellListed, CellTrustEnded
from ui.durations import counted
from ui.sentences.words import Said, Sentences


def _judged(entry: CellJudged) -> Said:
    closed = f'{counted(entry.closed, "alert")} closed' if entry.closed else ''
    why = ' · '.join(part for part in (entry.reason, closed) if part)
    if entry.standing == 'trusted' and entry.until is not None:
        until = datetime.fromtimestamp(entry.until, UTC)
        return 'standing', 'trusted', f'is trusted until {until:%Y-%m-%d %H:%M} UTC', why
    if entry.standing == 'rogue':
        return 'standing', 'rogue', 'is called a false cell', why
    return 'standing', 'unknown', 'is unknown again: what was said of it was taken back', why


def _ended(entry: CellTrustEnded) -> Said:
    there = f'{counted(entry.there, "device")} on it' if entry.there else ''
    return 'standing', 'unknown', 'is not trusted any more: its time is over', there


def _listed(entry: CellListed) -> Said:
    return 'standing', 'listed', f'is listed at {entry.tower_name}', ''


SENTENCES: Sentences = {CellJudged: _judged, CellTrustEnded: _ended, CellListed: _listed}
