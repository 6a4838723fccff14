"""The name of a device must not become a formula in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.common.spreadsheets import csv_lines, guarded, unguarded

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
    for text in (
        'crane-1',
        'site=port-1 owner=a',
        "it's; here",
        'rsrp -90',
        'a, b, c',
        'line 1\nline 2',
        '{"a":"b","c":-1}',
    ):
        assert guarded(text) == text


BREAKS = ('\r\n', '\r', '\n', '\v', '\f', '\x1c', '\x85', '\u2028', '\u2029')
UNSEEN = (' ', '\xa0', '\ufeff', '\u200b', '\u2060', '\u3000', '"', '""', '\x00')
PIECES = st.sampled_from([*FORMULAS, '=', '+', '-', '@', '＝', "'", ',', ';', '\t', *BREAKS, *UNSEEN, 'a', '1', '|'])
CELLS = st.lists(PIECES, max_size=8).map(''.join)


def readings(text: str) -> Iterator[list[str]]:
    """The cells that programs find in a file: with each delimiter and each end of a row that one of them knows, quotes or not."""
    for delimiter in (',', ';', '\t'):
        quoted = text.replace('\x00', '')  # Python's reader would refuse it
        yield [cell for row in csv.reader(io.StringIO(quoted, newline=''), delimiter=delimiter) for cell in row]
        for breaks in (r'\r\n|\r|\n', '|'.join(map(re.escape, BREAKS))):
            lines = re.split(breaks, quoted)
            yield [cell for line in lines for row in csv.reader([line], delimiter=delimiter) for cell in row]
            yield [cell for line in re.split(breaks, text) for cell in line.split(delimiter)]


@given(st.lists(CELLS, min_size=1, max_size=3))
@example(['\n=1'])
@example(['x;\n =1+1'])
@example(['a;"=1', 'b'])
@example(['\ufeff=1', '\u2028\u200b＝1', ',=1', 'x\t@y'])
def test_no_program_finds_a_cell_that_begins_a_formula(cells: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out).writerow(['D1', *map(guarded, cells)])
    for found in readings(out.getvalue()):
        bare = [cell.strip(''.join(UNSEEN) + '\r\n\v\f') for cell in found]
        assert not [cell for cell in bare if cell.startswith(('=', '+', '-', '@', '＝', '＋', '－', '＠'))], cells


@given(CELLS | st.text(max_size=20))
def test_anything_is_read_back_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_rows_are_read_back_from_their_lines() -> None:
    rows = [['ID', 'Name'], ['D1', 'crane "7", quay\n2 – Łódź'], ['D2', '']]
    assert list(csv.reader(io.StringIO(csv_lines(rows).decode(), newline=''))) == rows
