"""Shifts that were handed over, in JSON."""

from msgspec import Struct

from domain.common.severity import Severity
from domain.triage import model
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.schema import Schema


class HandedAlert(Struct, kw_only=True, frozen=True):
    """An open alert as it was handed over; ``until`` is the end of its acknowledgement or snooze."""

    id: str
    problem: str
    severity: Severity
    state: str
    devices: int
    raised_at: Time
    has: str
    seen_by: str
    until: Time | None
    words: str


class Handover(Struct, kw_only=True, frozen=True):
    """A shift that was handed over by ``by``, to ``to`` if it was meant for a person. ``alerts`` are the gravest of ``open`` ones as they
    were then; ``taken_by`` has taken it over."""

    id: str
    at: Time
    by: str
    to: str
    note: str
    open: int
    alerts: tuple[HandedAlert, ...]
    taken_at: Time | None
    taken_by: str


HANDOVER = Schema(
    Handover,
    {
        'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HP',
        'at': '2026-11-22T06:00:00.000Z',
        'by': 'Ana',
        'to': 'Bo',
        'note': 'The fibre at km 4 is cut, the crew calls at eight.',
        'open': 1,
        'alerts': [
            {
                'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HM',
                'problem': 'Europoort-West is down',
                'severity': 'major',
                'state': 'acknowledged',
                'devices': 214,
                'raised_at': '2026-11-22T03:12:00.000Z',
                'has': 'Ana',
                'seen_by': 'Ana',
                'until': '2026-11-22T07:00:00.000Z',
                'words': 'crew is on its way',
            }
        ],
        'taken_at': None,
        'taken_by': '',
    },
)


def handover(row: model.Handover) -> Handover:
    """A shift that was handed over."""
    return Handover(
        id=row.id,
        at=time_text(row.at),
        by=row.by,
        to=row.name,
        note=row.note,
        open=row.open,
        alerts=tuple(
            HandedAlert(
                id=one.id,
                problem=one.problem,
                severity=one.severity,
                state=one.state,
                devices=one.devices,
                raised_at=time_text(one.raised_at),
                has=one.has,
                seen_by=one.seen_by,
                until=maybe_time(one.until),
                words=one.words,
            )
            for one in row.alerts
        ),
        taken_at=maybe_time(row.taken_at),
        taken_by=row.taken_by,
    )


class NewHandover(Struct, frozen=True):
    """What the next should know, and whom the shift is meant for; without ``person_id`` any person takes it."""

    note: str = ''
    person_id: str | None = None


NEW_HANDOVER = Schema(NewHandover, {'note': 'The fibre at km 4 is cut, the crew calls at eight.'})
