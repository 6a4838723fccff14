from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from jobs.simulation.device import Member, Observation
from jobs.simulation.misbehaviour import Manner, Misbehaviour, misbehaviour_of
from jobs.simulation.population import Fleet
from ui.api.checkins.reading import read_check_in

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
RADIO = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 7, 'cell_id': 512, 'arfcn': 6300, 'pci': 3, 'rsrp': -80}


def sent(member: Member) -> dict[str, Any]:
    """The next check-in of a device that is on a cell, taken by the server."""
    member.keep(Observation(NOON, {'battery': {'level': 50}, 'uptime_s': 1}, dict(RADIO)), most=5)
    body = member.next_check_in()
    member.delivered()
    return body


def test_the_same_share_of_the_same_devices_misbehaves_in_every_way() -> None:
    ways = Counter(misbehaviour_of(7, number, 0.3) for number in range(2000))
    assert 500 < 2000 - ways[None] < 700
    assert set(ways) == {None, *Misbehaviour}
    assert [misbehaviour_of(7, number, 0.3) for number in range(50)] == [
        misbehaviour_of(7, number, 0.3) for number in range(50)
    ]


@pytest.mark.parametrize('way', list(Misbehaviour))
def test_what_a_misbehaving_device_sends_is_wrong_in_its_way_and_still_taken(fleet: Fleet, way: Misbehaviour) -> None:
    honest, member = (Member(fleet.devices[1], Manner(fleet.devices[1], each)) for each in (None, way))
    differs = honest.enrolment() != member.enrolment() or member.manner.repeats
    for _ in range(40):
        right, wrong = sent(honest), sent(member)
        late_s = abs(((wrong.get('sent_at') or NOON) - right['sent_at']).total_seconds())
        differs = differs or late_s > 60 or {**wrong, 'sent_at': 0} != {**right, 'sent_at': 0}
        checkin, _, _ = read_check_in(msgspec.json.encode(wrong))
        assert checkin.sequence == wrong['sequence']
    assert differs


def test_a_counter_that_is_lost_begins_again_with_one(fleet: Fleet) -> None:
    member = Member(fleet.devices[1], Manner(fleet.devices[1], Misbehaviour.COUNTER_BEGINS_AGAIN))
    numbers = [sent(member)['sequence'] for _ in range(40)]
    assert numbers[14:16] == [15, 1]
    assert all(after in (before + 1, 1) for before, after in pairwise(numbers))
