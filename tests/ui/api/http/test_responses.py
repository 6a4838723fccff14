"""Lists that are few enough to sort: page by page, by one of the keys that there are."""

import pytest

from domain.common.errors import Invalid
from ui.api.http.responses import SortKey, sorted_by

KEYS: dict[str, SortKey[str]] = {'name': lambda row: (row, row), 'length': lambda row: (len(row), row)}
ROWS = ['ccc', 'a', 'bb']


def test_pages_go_on_where_the_one_before_ended() -> None:
    found, following, total = sorted_by('-length', KEYS, ROWS, cursor=None, limit=2)
    assert (found, total) == (['ccc', 'bb'], 3)
    found, following, total = sorted_by('-length', KEYS, ROWS, cursor=following, limit=2)
    assert (found, following, total) == (['a'], None, 3)


def test_what_is_no_key_no_size_or_no_cursor_is_named_by_its_parameter() -> None:
    for sort, cursor, limit, field in (
        ('age', None, 2, 'sort'), ('name', None, 0, 'limit'), ('name', 'x', 2, 'cursor'),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            sorted_by(sort, KEYS, ROWS, cursor=cursor, limit=limit)
        assert refused.value.field == field
    _, following, _ = sorted_by('name', KEYS, ROWS, cursor=None, limit=1)
    with pytest.raises(Invalid, match='not one of ours'):
        sorted_by('length', KEYS, ROWS, cursor=following, limit=1)
