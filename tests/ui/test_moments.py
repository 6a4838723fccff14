"""Days and moments that people write into filters."""

import pytest

from domain.common.errors import Invalid
from ui.moments import moment, span


def test_a_day_and_a_moment_are_read_in_utc_unless_they_name_a_zone() -> None:
    assert moment('', 'since') is None
    assert moment('2027-01-15', 'since') == 1_799_971_200
    assert moment('2027-01-15T08:00', 'since') == moment('2027-01-15T09:00+01:00', 'since') == 1_800_000_000


def test_a_day_that_ends_a_span_is_in_it_whole() -> None:
    assert span({'since': '2027-01-15', 'until': '2027-01-15'}) == (1_799_971_200, 1_800_057_600)
    assert span({'until': '2027-01-15T00:00'}) == (None, 1_799_971_200)


@pytest.mark.parametrize('text', ['yesterday', '2026-02-30', '1764538436', '0000-00-00', '\x00'])
def test_what_is_no_moment_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(Invalid, match='write a day or a moment'):
        moment(text, 'since')


def test_a_span_that_ends_before_it_begins_is_refused_since_it_would_show_nothing() -> None:
    ends = {'since': '2027-01-15T08:00', 'until': '2027-01-15T07:00'}
    with pytest.raises(Invalid, match='ends before it begins'):
        span(ends)
    assert span({'since': ends['until'], 'until': ends['since']}) == (1_799_996_400, 1_800_000_000)
    assert span({'since': ends['since'], 'until': ends['since']}) == (1_800_000_000, 1_800_000_000)
    assert span({'until': ends['until']}) == (None, 1_799_996_400)
