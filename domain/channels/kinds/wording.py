"""The words of a message, without markup: each kind escapes them for its own grammar."""

from collections.abc import Mapping
from datetime import UTC, datetime

from domain.alerts.announcements import News
from domain.channels.kinds.kind import Dispatch
from domain.channels.model import AnnouncedAlert
from domain.common.severity import Severity

ANSWER = 'I have it'
"""What the link says that acknowledges."""
SYMBOLS: Mapping[Severity, str] = {
    Severity.CRITICAL: '‼',
    Severity.MAJOR: '■',
    Severity.MINOR: '▲',
    Severity.WARNING: '▲',
    Severity.INDETERMINATE: '○',
    Severity.CLEARED: '●',
}
"""Severity by shape, for receivers that show no colour."""


def moment(at: float) -> str:
    """RFC 3339, UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec='milliseconds').replace('+00:00', 'Z')


def clock(at: float) -> str:
    """As people read it: ``2026-11-22 08:00:00 UTC``."""
    return f'{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC'


def headline(said: AnnouncedAlert) -> str:
    """One line: how bad, what, and whether it is over."""
    if said.news is News.TEST:
        return f'Test: {said.problem}'
    if said.news is News.MENTIONED:
        return said.problem
    if said.news is News.REPORT:
        return f'Report: {said.problem}'
    if said.is_over:
        return f'Cleared: {said.problem}'
    again = {
        News.WORSENED: ' (worse)',
        News.REOPENED: ' (again)',
        News.FLAPPING: ' (comes and goes)',
        News.REMINDED: ' (not acknowledged)',
    }.get(said.news, '')
    return f'{said.severity.capitalize()}{again}: {said.problem}'


def symbol(said: AnnouncedAlert) -> str:
    """The shape before a headline."""
    return SYMBOLS[Severity.CLEARED if said.is_over else said.severity]


def lines(dispatch: Dispatch) -> list[tuple[str, str]]:
    """What is known, as label and value; empty values are left out."""
    said = dispatch.announcement
    lasted = said.at - said.raised_at
    rows = (
        ('Detail', said.detail),
        ('Where', said.object_name),
        ('Severity', said.severity if not said.before else f'{said.severity}, before {said.before}'),
        ('Devices concerned', str(said.devices) if said.devices else ''),
        ('Not heard from since', str(said.missing) if said.missing else ''),
        ('Since', clock(said.raised_at)),
        ('Cleared', f'{clock(said.at)}, after {duration(lasted)}' if said.is_over else ''),
    )
    return [(label, value) for label, value in rows if value]


def duration(seconds: float) -> str:
    """``45 s``, ``12 min``, ``3 h 5 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f'{whole} s'
    if whole < 3600:
        return f'{whole // 60} min'
    hours, rest = divmod(whole, 3600)
    return f'{hours} h {rest // 60} min' if rest >= 60 else f'{hours} h'


def short(dispatch: Dispatch, most: int = 160) -> str:
    """One line of at most ``most`` characters, for a telephone: severity, problem, where and when."""
    said = dispatch.announcement
    text = f'{headline(said)} {datetime.fromtimestamp(said.at, UTC):%H:%M}Z'
    return text if len(text) <= most else f'{text[: most - 3]}...'
