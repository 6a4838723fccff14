"""One pure function says whether a device is present."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.devices.model import Presence
from domain.devices.presence import late_after, offline_after, presence

DAY = 86_400


def test_a_device_that_never_checked_in_has_never_been_seen() -> None:
    assert presence(None, 60) is Presence.NEVER_SEEN


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
    assert presence(silence, 60) is expected


@pytest.mark.parametrize(
    ('hours', 'expected'), [(12, Presence.ONLINE), (30, Presence.ONLINE), (48, Presence.LATE), (73, Presence.OFFLINE)]
)
def test_a_daily_meter_sleeps_through_noon(hours: float, expected: Presence) -> None:
    assert presence(hours * 3600, DAY) is expected


def test_a_contact_from_the_future_is_a_contact() -> None:
    assert presence(-100.0, 60) is Presence.ONLINE


@given(interval=st.integers(5, 7 * DAY))
def test_two_lost_check_ins_alone_never_make_a_device_offline(interval: int) -> None:
    assert late_after(interval) < offline_after(interval)
    assert presence(interval * 3, interval) is not Presence.OFFLINE
