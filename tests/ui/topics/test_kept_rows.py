"""Rows that pages share for as long as what they were made of stands."""

from collections.abc import Callable

from ui.topics.kept_rows import MOST, KeptRows, Row


def test_a_row_is_made_once_while_its_parts_are_the_same_and_anew_when_one_moved() -> None:
    kept, made = KeptRows(), list[int]()

    def row(number: int) -> Callable[[], Row]:
        def make() -> Row:
            made.append(number)
            return {'number': number}

        return make

    device, state = object(), object()
    first = kept.row('d1', (device, state, 'GT-7'), row(1))
    assert kept.row('d1', (device, state, ''.join(['GT', '-7'])), row(2)) is first
    assert kept.row('d1', (device, object(), 'GT-7'), row(3)) == {'number': 3}
    assert kept.row('d1', (device, state, None), row(4)) == {'number': 4}
    assert kept.row('d2', (device, state, None), row(5)) == {'number': 5}
    assert made == [1, 3, 4, 5]


def test_what_is_kept_has_an_end() -> None:
    kept, part = KeptRows(), object()
    for number in range(MOST + 1):
        kept.row(number, (part,), lambda: {'number': number})  # noqa: B023 - called at once
    assert kept.row(0, (part,), lambda: {'number': 'anew'}) == {'number': 'anew'}
    assert kept.row(MOST, (part,), lambda: {'number': 'anew'}) == {'number': MOST}
