"""The order of versions: parts are numbers, a pre-release comes before its release, and what is no version is said to be none."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.version_order import version_key

RISING = [
    ['9.13', '10.2', '10.10', '12', '12.0.1', '12.1'],
    # Semantic Versioning 2.0.0, 11
    [
        '1.0.0-alpha',
        '1.0.0-alpha.1',
        '1.0.0-alpha.beta',
        '1.0.0-beta',
        '1.0.0-beta.2',
        '1.0.0-beta.11',
        '1.0.0-rc.1',
        '1.0.0',
    ],
    # PEP 440
    ['1.0a1', '1.0b2', '1.0rc1', '1.0', '1.0.post1', '1.1.dev1', '1.1'],
    # Debian Policy, 5.6.12
    ['5.10~rc2', '5.10', '5.10-9', '5.10-18', '5.10.1'],
    ['6.1.0-9-amd64', '6.1.0-18-amd64'],
    ['OpenSSL 1.1.1', '1.1.1a', '1.1.1w', '1.1.2-beta1'],
    ['10.0.19045', '10.0.19045.3803', '10.0.22000'],
    ['21H2', '22H1', '22H2'],
    ['RUT9_R_00.07.04.2', 'RUT9_R_00.07.06', 'RUT9_R_00.07.10'],
    ['2025-12-31', '2026-01-01', '2026-05-01', '2026-10-01'],
    ['17.1 beta 2', '17.1', '17.1.2 (21B101)'],
    ['23.05.0-rc3', '23.05-SNAPSHOT', '23.05', '23.05.5'],
    ['0', '0.0.1', '0.1'],
    ['9' * 20, '1' + '0' * 20],
]
SAME = [
    ('12', '12.0'), ('12', '12.0.0'), ('1.2', 'v1.2'), ('1.2', 'V1.2'), ('Android 16', '16'), ('2026-1-1', '2026-01-01'), ('07.06', '7.6'),
    ('1.4.0+build7', '1.4.0'), ('13 (bookworm)', '13'), ('14.2-RELEASE', '14.2'), ('22.04.3 LTS', '22.04.3'), ('1.0-RC1', '1.0rc1'),
    ('1.0~rc1', '1.0-rc.1'), ('2.0b3', '2.0-beta.3'),
]  # fmt: skip


@pytest.mark.parametrize('rising', RISING, ids=lambda rising: rising[0])
def test_versions_stand_in_the_order_of_their_parts(rising: list[str]) -> None:
    for lower, higher in pairwise(rising):
        assert version_key(lower) < version_key(higher), (lower, higher)


@pytest.mark.parametrize(('one', 'other'), SAME)
def test_what_means_the_same_version_is_the_same(one: str, other: str) -> None:
    assert version_key(one) == version_key(other)


@pytest.mark.parametrize(
    'text', ['', 'latest', 'bookworm/sid', 'SNAPSHOT', 'snapshot-r24106', '-5', '.5', '版本 5', '1' * 101]
)
def test_what_is_no_version_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match='is no version'):
        version_key(text)


PARTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=5)


def plain(parts: list[int]) -> tuple[int, ...]:
    """Without zeros at the end, as people compare versions in their heads."""
    while len(parts) > 1 and not parts[-1]:
        parts = parts[:-1]
    return tuple(parts)


@given(PARTS, PARTS)
def test_numbers_are_compared_part_by_part(left: list[int], right: list[int]) -> None:
    one, other = (version_key('.'.join(map(str, parts))) for parts in (left, right))
    assert (one < other, one == other) == (plain(left) < plain(right), plain(left) == plain(right))


@given(PARTS, st.sampled_from(['-rc1', 'b2', '~beta', '-dev', '.pre.3']), st.sampled_from(['-1', '-p3', '.post1', 'w']))
def test_a_pre_release_comes_before_its_release_and_a_revision_behind_it(
    parts: list[int], before: str, after: str
) -> None:
    release = '.'.join(map(str, parts))
    following = '.'.join(map(str, [*parts, 1]))
    keys = [version_key(each) for each in (release + before, release, release + after, following)]
    assert keys == sorted(keys)
    assert len(set(keys)) == 4


@given(st.text(max_size=120))
def test_every_text_is_a_version_or_none(text: str) -> None:
    with suppress(ValueError):
        assert version_key(f' {text.upper()} ') == version_key(text.upper())
