"""Moments and subjects as text."""

import pytest

from domain.common.errors import Invalid
from ui.api.http.fields import maybe_time, read_subject, time_text


def test_a_moment_is_told_in_utc_with_milliseconds() -> None:
    assert time_text(1_795_939_200.125) == '2026-11-29T08:00:00.125Z'
    assert time_text(0) == '1970-01-01T00:00:00.000Z'
    assert maybe_time(None) is None


def test_a_subject_is_a_kind_and_an_id() -> None:
    assert read_subject('device/01K') == ('device', '01K')
    for wrong in ('', 'device', 'device/', '/01K'):
        with pytest.raises(Invalid, match='write a kind, a slash and an id'):
            read_subject(wrong)
