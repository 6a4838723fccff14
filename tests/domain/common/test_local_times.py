"""Times as people type them: read back as they were written, refused where the clocks skip them."""

from random import Random

import pytest

from domain.common.errors import Invalid
from domain.common.local_times import moment_of, written_in

AMSTERDAM, LORD_HOWE = 'Europe/Amsterdam', 'Australia/Lord_Howe'


@pytest.mark.parametrize('zone', [AMSTERDAM, LORD_HOWE, 'America/St_Johns', 'UTC', 'Asia/Kathmandu'])
def test_every_moment_reads_back(zone: str) -> None:
    chance = Random(zone)
    for _ in range(500):
        at = float(chance.randrange(1_600_000_000, 2_000_000_000) // 60 * 60)
        text = written_in(at, zone)
        assert at in (moment_of(text, zone, 'x'), moment_of(text, zone, 'x', late=True))


@pytest.mark.parametrize(
    ('said', 'zone', 'words'),
    [
        ('2027-03-28 02:30', AMSTERDAM, 'clocks go forward by 1 h then; the next time there is is 03:00'),
        ('2026-10-04 02:10', LORD_HOWE, 'clocks go forward by 30 min then; the next time there is is 02:30'),
    ],
)
def test_a_time_that_is_skipped_is_refused_with_the_next_one(said: str, zone: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        moment_of(said, zone, 'starts_at')
    assert refused.value.field == 'starts_at'
    assert words in refused.value.detail


def test_of_a_time_that_comes_twice_the_first_is_meant_and_late_the_second() -> None:
    first, second = (moment_of('2026-10-25 02:30', AMSTERDAM, 'x', late=late) for late in (False, True))
    assert second - first == 3600


@pytest.mark.parametrize('said', ['', 'soon', '2026-02-30 10:00', '2026-11-30', '1999-01-01 00:00', '2026-11-30 25:00'])
def test_what_is_no_time_is_refused(said: str) -> None:
    with pytest.raises(Invalid):
        moment_of(said, 'UTC', 'x')
