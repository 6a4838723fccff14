"""The key that joins a device and a tower, by the numbering of each family of technologies."""

from dataclasses import replace

import pytest

from domain.cellular.cells import anchor_of, cell_of
from domain.cellular.radio import Radio, Rat

LTE = Radio(Rat.LTE, '204', '08', 4417, 1714995)


@pytest.mark.parametrize('rat', [Rat.LTE, Rat.LTE_M, Rat.NB_IOT])
def test_in_e_utran_the_area_is_no_part_of_the_cell(rat: Rat) -> None:
    one = cell_of(replace(LTE, rat=rat))
    assert one == cell_of(LTE)
    assert one == cell_of(replace(LTE, rat=rat, tac=None)) == cell_of(replace(LTE, rat=rat, tac=1))


def test_in_nr_the_area_is_no_part_of_the_cell() -> None:
    assert cell_of(replace(LTE, rat=Rat.NR)) == cell_of(replace(LTE, rat=Rat.NR, tac=7))


@pytest.mark.parametrize('rat', [Rat.GSM, Rat.UMTS])
def test_in_gsm_and_umts_the_location_area_belongs_to_it(rat: Rat) -> None:
    one = cell_of(replace(LTE, rat=rat, cell_id=257))
    assert one != cell_of(replace(LTE, rat=rat, cell_id=257, tac=4418))
    assert one != cell_of(replace(LTE, rat=rat, cell_id=257, tac=None))


def test_equal_numbers_in_two_families_are_two_cells() -> None:
    assert len({cell_of(replace(LTE, rat=rat, cell_id=257)) for rat in (Rat.GSM, Rat.UMTS, Rat.LTE, Rat.NR)}) == 4


def test_only_nr_may_mean_an_lte_anchor_and_only_with_an_eci() -> None:
    assert anchor_of(replace(LTE, rat=Rat.NR)) == cell_of(LTE)
    assert anchor_of(replace(LTE, rat=Rat.NR, cell_id=2**28)) is None
    assert anchor_of(LTE) is None


@pytest.mark.parametrize('name', ['mcc', 'mnc', 'cell_id'])
def test_without_a_part_there_is_no_cell(name: str) -> None:
    radio = replace(LTE, **{name: None})  # type: ignore[arg-type]
    assert cell_of(radio) is None
    assert anchor_of(replace(radio, rat=Rat.NR)) is None
