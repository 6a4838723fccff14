"""The words, tones and moments of the public page. It has no script, so that every moment is written in UTC."""

from collections.abc import Mapping
from datetime import UTC, datetime

from domain.status_page.days import DayShares, percent, shares
from domain.status_page.model import Day, Impact, NoticeKind, NoticeState
from domain.status_page.status import ComponentStatus
from ui.design import Shape, Tone
from ui.durations import duration

COMPONENT: Mapping[ComponentStatus, tuple[str, Tone, Shape]] = {
    ComponentStatus.OPERATIONAL: ('Operational', 'ok', 'disc'),
    ComponentStatus.DEGRADED: ('Degraded performance', 'warn', 'triangle'),
    ComponentStatus.PARTIAL: ('Partial outage', 'warn', 'triangle'),
    ComponentStatus.MAJOR: ('Major outage', 'bad', 'square'),
    ComponentStatus.MAINTENANCE: ('Under maintenance', 'info', 'diamond'),
    ComponentStatus.UNKNOWN: ('Not observed', 'unk', 'ring'),
}
OVERALL: Mapping[ComponentStatus, tuple[str, str]] = {
    ComponentStatus.OPERATIONAL: ('All systems operational', 'none'),
    ComponentStatus.DEGRADED: ('Some systems are degraded', 'minor'),
    ComponentStatus.PARTIAL: ('Partial outage', 'major'),
    ComponentStatus.MAJOR: ('Major outage', 'critical'),
    ComponentStatus.MAINTENANCE: ('Maintenance under way', 'maintenance'),
    ComponentStatus.UNKNOWN: ('Not observed at the moment', 'none'),
}
"""What is said of the whole, and the ``indicator`` of the Statuspage API."""
IMPACT: Mapping[Impact, tuple[str, Tone]] = {
    Impact.NONE: ('No impact', 'unk'),
    Impact.MINOR: ('Minor', 'warn'),
    Impact.MAJOR: ('Major', 'bad'),
    Impact.CRITICAL: ('Critical', 'crit'),
}
KIND: Mapping[NoticeKind, str] = {NoticeKind.INCIDENT: 'Incident', NoticeKind.MAINTENANCE: 'Maintenance'}
GOOD, POOR = 0.999, 0.95
"""From this share of a day on it is drawn as good; below the other as poor."""


def state_word(state: NoticeState) -> str:
    """``in_progress`` as people write it."""
    return state.value.replace('_', ' ').capitalize()


def moment(at: float) -> str:
    """``29 Nov 2026, 14:03 UTC``."""
    return f'{datetime.fromtimestamp(at, UTC):%-d %b %Y, %H:%M} UTC'


def iso(at: float) -> str:
    """RFC 3339, to the second."""
    return f'{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}'


def date(at: float) -> str:
    """``2026-11-29``."""
    return f'{datetime.fromtimestamp(at, UTC):%Y-%m-%d}'


def day_grade(day: Day | None) -> str:
    """How a day is drawn: ``gap`` (nothing observed), ``rest`` (maintenance alone), ``good``, ``fair`` or ``poor``."""
    if day is None:
        return 'gap'
    share = shares((day,)).available
    if share is None:
        return 'rest'
    return 'good' if share >= GOOD else 'fair' if share >= POOR else 'poor'


def day_words(day: Day | None) -> str:
    """What is said of a day: its availability, how long it was observed, maintenance."""
    if day is None:
        return 'not observed'
    of = shares((day,))
    said = ['under maintenance' if of.available is None else f'{percent(of.available)} available']
    if of.available is not None and day.maintenance_s:
        said.append(f'maintenance for {percent(day.maintenance_s / day.observed_s)} of the time')
    if day.watched_s < 86_000:
        said.append(f'observed for {duration(day.watched_s)}')
    return ', '.join(said)


def both(of: DayShares) -> str:
    """The two numbers of the days shown."""
    if of.with_maintenance is None:
        return 'Not observed yet'
    without = 'Under maintenance' if of.available is None else f'{percent(of.available)} available'
    return f'{without} · {percent(of.with_maintenance)} with maintenance counted as down'
