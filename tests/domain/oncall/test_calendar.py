"""The calendar of a rotation as calendar programs read it."""

from domain.oncall.calendar import calendar
from domain.oncall.model import Rotation
from domain.oncall.rota import Shift


def test_shifts_are_events_in_utc_with_folded_and_escaped_text() -> None:
    rotation = Rotation(id='R1', enterprise='E', name='Desk; night, é' * 9, zone='UTC', created_at=0, changed_at=0)
    found = [Shift(0, 3600, 'A'), Shift(3600, 7200, '')]
    text = calendar(rotation, found, {'A': 'Ann'}, 60)
    assert text.endswith('END:VCALENDAR\r\n')
    assert all(len(line.encode()) <= 75 for line in text.split('\r\n'))
    whole = text.replace('\r\n ', '').split('\r\n')
    assert 'UID:R1-0@cellwarden' in whole
    assert whole[whole.index('UID:R1-0@cellwarden') + 1 :][:3] == [
        'DTSTAMP:19700101T000100Z',
        'DTSTART:19700101T000000Z',
        'DTEND:19700101T010000Z',
    ]
    summaries = [line for line in whole if line.startswith('SUMMARY:')]
    assert summaries[0].startswith('SUMMARY:Ann (Desk\\; night\\, é')
    assert summaries[1].startswith('SUMMARY:Nobody is on call')
