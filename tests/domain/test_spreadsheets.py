"""Whoever names a device must not have a formula in somebody's spreadsheet."""

import csv
import io

import pytest

from domain.spreadsheets import guarded, unguarded

FORMULAS = ('=1+1', '+31', '-2', '@x', '\tx', '\rx', '\nx', '＝1', '＋1', '－1', '＠x')


@pytest.mark.parametrize('text', FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert guarded(f' {text}') == f" '{text}"


@pytest.mark.parametrize('text', FORMULAS)
def test_no_cell_is_one_for_a_program_that_parts_cells_at_semicolons_either(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow(['crane', guarded(f'van;{text}'), guarded(f'van; {text};;{text}')])
    found = [cell for row in csv.reader(out.getvalue().splitlines(), delimiter=';') for cell in row]
    assert len(found) > 3
    assert not [cell for cell in found if cell.lstrip(' ').startswith(FORMULAS)]


@pytest.mark.parametrize('text', [*FORMULAS, "'", "''=", "a;'=b", 'a;;=b', "a; '; =b", '', 'plain; text', "it's"])
def test_what_was_guarded_is_read_back_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_what_is_no_formula_stays_as_it_is() -> None:
    for text in ('crane-1', 'site=port-1 owner=a', "it's; here", 'rsrp -90'):
        assert guarded(text) == text
