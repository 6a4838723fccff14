"""Values as machines write them, read as the only thing that they can mean."""

from typing import Any

import pytest

from domain.common.errors import Invalid
from domain.common.reading import read_value

MEANT: list[tuple[type, Any, Any]] = [
    (int, 16_000_000_000.0, 16_000_000_000),
    (int, ' 4417 ', 4417),
    (int, '4417.0', 4417),
    (float, -92, -92.0),
    (float, '-92.5', -92.5),
    (str, 14, '14'),
    (bool, 'Yes', True),
    (bool, 0, False),
    (bool, 'false', False),
    (int, None, None),
    (float, 'n/a', None),
    (str, '--', None),
]


@pytest.mark.parametrize(('kind', 'value', 'meant'), MEANT)
def test_what_can_mean_one_thing_only_is_read_as_that(kind: type, value: Any, meant: Any) -> None:
    found = read_value(kind, value)
    assert (found, type(found)) == (meant, type(meant))


@pytest.mark.parametrize(
    ('kind', 'value', 'words'),
    [
        (int, 1.5, 'a whole number, not 1.5'),
        (int, True, 'a whole number, not true'),
        (int, '0x1A', "a whole number, not '0x1A'"),
        (int, float('inf'), 'a whole number'),
        (float, 'loud', "a number, not 'loud'"),
        (float, 10**400, 'a number'),
        (float, [1], 'a number, not an array'),
        (str, 10.1, 'in quotes'),
        (str, {}, 'a text, not an object'),
        (bool, 2, 'true or false, not 2'),
        (bool, 'maybe', 'true or false'),
    ],
)
def test_what_is_nothing_of_the_kind_is_refused_in_words(kind: type, value: Any, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_value(kind, value)


def test_a_long_value_is_named_by_its_beginning() -> None:
    with pytest.raises(Invalid) as refused:
        read_value(float, 'x' * 5000)
    assert len(refused.value.detail) < 100
