"""Text search over rows in blocks."""

from hypothesis import given
from hypothesis import strategies as st

from domain.devices.listing.text_index import BLOCK, TextIndex


def found(texts: list[str | None], needle: str) -> list[int]:
    rows: list[int] = TextIndex(texts.__getitem__).containing(needle, len(texts)).tolist()
    return rows


def test_a_row_is_found_by_any_part_of_its_text_and_once() -> None:
    assert found(['crane-1\x1f35', 'van-2', None, 'crane-11 crane-11'], 'CRANE-1') == [0, 3]


def test_no_match_goes_across_two_rows() -> None:
    assert found(['ab', 'cd'], 'bc') == []


def test_rows_of_every_block_are_found() -> None:
    texts: list[str | None] = [f'row {number}' for number in range(2 * BLOCK + 5)]
    assert found(texts, f'row {BLOCK}') == [BLOCK]
    assert len(found(texts, 'row')) == len(texts)


def test_a_changed_row_is_found_by_its_new_text_only() -> None:
    texts: list[str | None] = ['old', 'other']
    index = TextIndex(texts.__getitem__)
    assert index.containing('old', 2).tolist() == [0]
    texts[0] = 'new'
    index.changed(0)
    assert index.containing('old', 2).tolist() == []
    assert index.containing('new', 2).tolist() == [0]


@given(st.lists(st.text('ab', max_size=4), max_size=30), st.text('ab', min_size=1, max_size=3))
def test_it_finds_what_looking_at_every_row_finds(texts: list[str], needle: str) -> None:
    assert found([*texts], needle) == [row for row, text in enumerate(texts) if needle in text]
