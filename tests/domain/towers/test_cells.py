"""One cell is found in all forms of its numbers, and no other is taken for it."""

from dataclasses import replace

import pytest

from domain.cellular.radio import Radio, Rat
from domain.towers.cells import Cells
from domain.towers.model import Cell, Tower, TowerKind

LTE = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1714995)
LONG = Cell(rat=Rat.UMTS, mcc='204', mnc='08', tac=1141, cell_id=(301 << 16) | 4711)
SHORT = replace(LONG, cell_id=4711)
OTHER_RNC = replace(LONG, cell_id=(302 << 16) | 4711)


def cells(*towers: tuple[Cell, ...]) -> Cells:
    """An index of towers ``T0``, ``T1`` … with these cells."""
    found = Cells(None)  # type: ignore[arg-type]
    for number, listed in enumerate(towers):
        found.moved(None, tower(number, *listed))
    return found


def tower(number: int, *listed: Cell) -> Tower:
    return Tower(
        id=f'T{number}', enterprise='E', name=f'Mast {number}', kind=TowerKind.MACRO, created_at=0.0, cells=listed
    )


def seen(cell: Cell, **said: object) -> Radio:
    return replace(Radio(cell.rat, cell.mcc, cell.mnc, cell.tac, cell.cell_id), **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ('mcc', 'listed', 'told'), [('204', '08', '008'), ('204', '008', '08'), ('310', '026', '26'), ('310', '26', '026')]
)
@pytest.mark.parametrize('rat', [Rat.LTE, Rat.NB_IOT, Rat.NR])
def test_a_network_code_of_another_width_is_the_same_network(rat: Rat, mcc: str, listed: str, told: str) -> None:
    index = cells((replace(LTE, mcc=mcc, mnc=listed),))
    observed = replace(seen(LTE), rat=rat, mcc=mcc, mnc=told)
    assert index.tower_of(observed) == 'T0'
    key = index.listed_as(observed)
    assert key is not None
    assert key[2] == listed
    assert index.knows_area(mcc, told, LTE.tac)
    assert index.knows_numbers(observed)
    assert index.copied_from(observed) is None
    assert index.tower_of(replace(observed, mnc='26' if mcc == '204' else '260')) is None


def test_a_network_that_is_listed_itself_is_another_one() -> None:
    index = cells((LTE,), (replace(LTE, mnc='008', cell_id=2),))
    assert index.tower_of(seen(LTE, mnc='008')) is None
    assert index.tower_of(seen(LTE, mnc='008', cell_id=2)) == 'T1'
    assert index.tower_of(seen(LTE)) == 'T0'


@pytest.mark.parametrize(('listed', 'told'), [(LONG, SHORT), (SHORT, LONG)])
def test_a_utran_cell_is_found_with_and_without_its_rnc(listed: Cell, told: Cell) -> None:
    index = cells((listed,))
    assert index.tower_of(seen(told)) == 'T0'
    assert index.tower_of(seen(told, mnc='008')) == 'T0'
    assert index.tower_of(seen(told, tac=1142)) is None
    assert index.tower_of(seen(told, tac=None)) is None
    assert index.tower_of(seen(told, cell_id=told.cell_id + 1)) is None


def test_a_short_form_of_two_cells_is_neither() -> None:
    index = cells((LONG,), (OTHER_RNC,))
    assert index.tower_of(seen(SHORT)) is None
    assert [index.tower_of(seen(each)) for each in (LONG, OTHER_RNC)] == ['T0', 'T1']
    index.moved(tower(1, OTHER_RNC), None)
    assert index.tower_of(seen(SHORT)) == 'T0'
    index.moved(tower(0, LONG), None)
    assert index.tower_of(seen(SHORT)) is None


def test_two_rncs_are_two_cells_and_an_lte_cell_has_no_short_form() -> None:
    assert cells((LONG,)).tower_of(seen(OTHER_RNC)) is None
    assert cells((LTE,)).tower_of(seen(LTE, cell_id=LTE.cell_id & 0xFFFF)) is None
    assert cells((LTE,)).tower_of(seen(LTE, cell_id=LTE.cell_id & 0xFF)) is None


def test_the_anchor_of_en_dc_is_found_under_a_network_code_of_another_width() -> None:
    index = cells((LTE,))
    assert index.tower_of(seen(LTE, rat=Rat.NR, mnc='008')) == 'T0'
    assert index.tower_of(seen(LTE, rat=Rat.NR, mnc='008', tac=9)) is None
