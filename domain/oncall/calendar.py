"""The calendar of a rotation as iCalendar (RFC 5545). Times are in UTC, so that no program needs to know our zones."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from domain.oncall.model import Rotation
from domain.oncall.rota import Shift

WEEKS_S = 13 * 7 * 86_400.0
"""So far ahead."""
_OCTETS = 75


def calendar(rotation: Rotation, found: Sequence[Shift], names: Mapping[str, str], now: float) -> str:
    """One event for each shift and for each gap. The id of an event is that of its begin, so that a program moves nothing twice."""
    lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Cellwarden//On call//EN', 'METHOD:PUBLISH']
    lines += [f'X-WR-CALNAME:{escaped(rotation.name)}', f'X-WR-TIMEZONE:{rotation.zone}']
    for shift in found:
        who = names.get(shift.person, 'a person who left') if shift.person else 'Nobody is on call'
        lines += [
            'BEGIN:VEVENT',
            f'UID:{rotation.id}-{int(shift.starts_at)}@cellwarden',
            f'DTSTAMP:{_utc(now)}',
            f'DTSTART:{_utc(shift.starts_at)}',
            f'DTEND:{_utc(shift.ends_at)}',
            f'SUMMARY:{escaped(f"{who} ({rotation.name})")}',
            'TRANSP:TRANSPARENT',
            'END:VEVENT',
        ]
    lines.append('END:VCALENDAR')
    return ''.join(f'{folded}\r\n' for line in lines for folded in _folded(line))


def escaped(text: str) -> str:
    """Text of a value (RFC 5545, 3.3.11)."""
    text = text.replace('\\', '\\\\').replace(';', '\\;').replace(',', '\\,')
    return text.replace('\r\n', '\\n').replace('\n', '\\n')


def _folded(line: str) -> list[str]:
    """Lines of 75 octets at most, those that go on begin with a blank (RFC 5545, 3.1); no character is parted."""
    found, part = [], ''
    for char in line:
        if len((part + char).encode()) > _OCTETS:
            found.append(part)
            part = ' '
        part += char
    return [*found, part]


def _utc(moment: float) -> str:
    return f'{datetime.fromtimestamp(moment, UTC):%Y%m%dT%H%M%SZ}'
