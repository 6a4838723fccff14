"""Which networks a border, a ship or a private site explains."""

import pytest

from domain.cellular.countries import may_border


@pytest.mark.parametrize(
    ('one', 'other'),
    [('204', '206'), ('204', '262'), ('250', '460'), ('214', '604'), ('334', '704'), ('520', '414'), ('425', '602')],
)
def test_neighbours_and_zones_that_meet_are_reached_both_ways(one: str, other: str) -> None:
    assert may_border(one, other)
    assert may_border(other, one)


@pytest.mark.parametrize('other', ['901', '204', '310'])
def test_a_private_site_is_in_any_country_and_a_ship_comes_everywhere(other: str) -> None:
    assert may_border('999', other)
    assert may_border('204', '901')


@pytest.mark.parametrize(
    ('one', 'other'), [('204', '204'), ('204', '310'), ('310', '262'), ('724', '262'), ('505', '262'), ('604', '724')]
)
def test_ones_own_country_and_other_parts_of_the_world_are_over_no_border(one: str, other: str) -> None:
    assert not may_border(one, other)


@pytest.mark.parametrize('other', ['001', '999', '100', '800'])
def test_networks_of_nobody_are_over_no_border(other: str) -> None:
    assert not may_border('204', other)
