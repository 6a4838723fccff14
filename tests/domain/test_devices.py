"""One pure function says whether a device is present."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.devices import Presence, late_after, next_presence_change, offline_after, presence

DAY = 86_400


def test_a_device_that_never_checked_in_has_never_been_seen() -> None:
    assert presence(None, 60, 1e9) is Presence.NEVER_SEEN


@pytest.mark.parametrize(
    ('silence', 'expected'),
    [
        (0, Presence.ONLINE),
        (95, Presence.ONLINE),
        (95.1, Presence.LATE),
        (190, Presence.LATE),
        (190.1, Presence.OFFLINE),
    ],
)
def test_a_minutely_device_is_late_after_95_seconds_and_offline_after_190(silence: float, expected: Presence) -> None:
    assert presence(1000.0, 60, 1000.0 + silence) is expected


@pytest.mark.parametrize(
    ('hours', 'expected'), [(12, Presence.ONLINE), (30, Presence.ONLINE), (48, Presence.LATE), (73, Presence.OFFLINE)]
)
def test_a_daily_meter_sleeps_through_noon(hours: float, expected: Presence) -> None:
    assert presence(0.0, DAY, hours * 3600) is expected


def test_a_contact_from_the_future_is_a_contact() -> None:
    assert presence(1100.0, 60, 1000.0) is Presence.ONLINE


@given(interval=st.integers(5, 7 * DAY), silence=st.floats(0, 30 * DAY))
def test_the_answer_stays_the_same_until_the_announced_moment_and_differs_after_it(
    interval: int, silence: float
) -> None:
    now = 1e9 + silence
    moment = next_presence_change(1e9, interval, now)
    here = presence(1e9, interval, now)
    if moment is None:
        assert here is Presence.OFFLINE
    else:
        assert presence(1e9, interval, moment) is here
        assert presence(1e9, interval, moment + 0.001) is not here


@given(interval=st.integers(5, 7 * DAY))
def test_two_lost_check_ins_alone_never_make_a_device_offline(interval: int) -> None:
    assert late_after(interval) < offline_after(interval)
    assert presence(0.0, interval, interval * 3) is not Presence.OFFLINE
