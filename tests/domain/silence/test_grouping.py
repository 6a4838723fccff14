"""Which devices fell silent together, and what they have in common."""

from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from domain.common.severity import Severity
from domain.silence.grouping import FLEET, Least, Silent, Trait, divide, together

NORTH, SOUTH = ('label', 'site=north'), ('label', 'site=south')
HOOK = ('tower', 'hook')


def silent(name: str, *traits: Trait, at: float = 100, within: float = 95, due: bool = True) -> Silent:
    return Silent(name, name, Severity.MINOR, at, at + within, (*traits, FLEET), due)


def named(many: list[Silent], sizes: dict[Trait, int], *standing: Trait) -> tuple[list[tuple[Trait, int]], int]:
    groups, alone = divide(many, {FLEET: 1000, **sizes}, standing)
    return [(group.trait, len(group.members)) for group in groups], len(alone)


def of(number: int, *traits: Trait, prefix: str = 'd', **more: float) -> list[Silent]:
    return [silent(f'{prefix}{n}', *traits, **more) for n in range(number)]  # type: ignore[arg-type]


def test_most_of_a_site_is_one_matter_and_the_tower_names_it_before_the_label() -> None:
    assert named(of(31, NORTH, HOOK), {HOOK: 40, NORTH: 40}) == ([(HOOK, 31)], 0)
    assert named(of(31, NORTH, HOOK), {HOOK: 80, NORTH: 40}) == ([(NORTH, 31)], 0)


def test_four_are_told_of_one_by_one_and_so_is_a_small_part_of_a_site() -> None:
    assert named(of(4, NORTH), {NORTH: 4}) == ([], 4)
    assert named(of(6, NORTH), {NORTH: 40}) == ([], 6)


def test_devices_that_went_at_different_moments_did_not_go_together() -> None:
    assert named([silent(f'd{n}', NORTH, at=n * 1000) for n in range(9)], {NORTH: 9}) == ([], 9)


def test_of_two_sites_each_is_a_matter_of_its_own() -> None:
    both = [*of(8, NORTH), *of(6, SOUTH, prefix='s', at=5000)]
    assert named(both, {NORTH: 10, SOUTH: 10}) == ([(NORTH, 8), (SOUTH, 6)], 0)


def test_when_half_of_the_fleet_goes_at_once_the_fleet_is_named() -> None:
    both = [*of(8, NORTH), *of(6, SOUTH, prefix='s')]
    assert named(both, {NORTH: 10, SOUTH: 10, FLEET: 20}) == ([(FLEET, 14)], 0)
    assert named(of(14, NORTH), {NORTH: 14, FLEET: 20}) == ([(NORTH, 14)], 0)


def test_twenty_with_nothing_in_common_are_one_matter_all_the_same() -> None:
    assert named([silent(f'd{n}', ('label', f'owner={n}')) for n in range(20)], {}) == ([(FLEET, 20)], 0)


def test_many_make_a_matter_only_when_one_of_them_calls() -> None:
    assert named(of(9, NORTH, due=False), {NORTH: 9}) == ([], 9)
    assert named([*of(8, NORTH, due=False), silent('x', NORTH)], {NORTH: 9}) == ([(NORTH, 9)], 0)


def test_an_alert_of_many_stands_until_nearly_all_are_back() -> None:
    assert named(of(3, NORTH, due=False), {NORTH: 40}, NORTH) == ([(NORTH, 3)], 0)
    assert named(of(2, NORTH), {NORTH: 40}, NORTH) == ([], 2)
    assert named(of(31, NORTH, HOOK), {HOOK: 40, NORTH: 40}, NORTH) == ([(NORTH, 31)], 0)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6)), max_size=9))
def test_together_is_the_largest_part_that_one_moment_explains(spans: list[tuple[int, int]]) -> None:
    ones = [silent(f'd{n}', at=at, within=within) for n, (at, within) in enumerate(spans)]
    parts = chain.from_iterable(combinations(ones, size) for size in range(len(ones) + 1))
    possible = [
        part for part in parts if not part or max(o.gone_after for o in part) <= min(o.gone_before for o in part)
    ]
    found = together(ones)
    assert tuple(found) in possible
    assert len(found) == max(map(len, possible))


TRAITS = [HOOK, ('tower', 'quay'), NORTH, SOUTH, ('kind', 'meter'), ('network', '204-08')]


@given(
    st.lists(st.tuples(st.sets(st.sampled_from(TRAITS)), st.integers(0, 9), st.booleans()), max_size=40),
    st.sets(st.sampled_from(TRAITS)),
)
def test_each_silent_device_is_in_one_group_or_alone(ones: list[tuple[set[Trait], int, bool]], standing: set[Trait]) -> None:  # fmt: skip
    many = [silent(f'd{n}', *traits, at=at * 40, due=due) for n, (traits, at, due) in enumerate(ones)]
    sizes = {trait: 1 + sum(trait in one.traits for one in many) for trait in (*TRAITS, FLEET)}
    groups, alone = divide(many, sizes, standing)
    assert sorted(one.id for one in chain(alone, *(group.members for group in groups))) == sorted(
        one.id for one in many
    )
    for group in groups:
        assert all(group.trait in one.traits for one in group.members)
        assert max(one.gone_after for one in group.members) <= min(one.gone_before for one in group.members)
        assert len(group.members) >= (3 if group.trait in standing else 5)
    assert len({group.trait for group in groups} - {FLEET}) == len([g for g in groups if g.trait != FLEET])


def test_what_makes_a_group_can_be_set() -> None:
    four, crowd = of(4, NORTH), of(8, prefix='c')
    groups, alone = divide(four, {FLEET: 1000, NORTH: 10}, (), Least(many=3, share=0.4))
    assert ([len(group.members) for group in groups], alone) == ([4], [])
    groups, alone = divide(four, {FLEET: 1000, NORTH: 10}, (), Least(many=3, share=0.5))
    assert (groups, len(alone)) == ([], 4)
    groups, alone = divide(crowd, {FLEET: 1000}, (), Least(crowd=8))
    assert ([group.trait for group in groups], alone) == ([FLEET], [])
