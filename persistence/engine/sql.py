"""All SQL that differs between SQLite and PostgreSQL, and the little that is put together from names.

Names come from the Tortoise models and from field names checked against them, values are always parameters.
"""

# ruff: noqa: S608 (only names of our own tables and columns are put into SQL, values are parameters)

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from domain.common.bounds import is_text
from persistence.engine.rows import Target, Tuple

MOST_ROWS = 512
"""Rows in one SQLite statement: see ``docs/decisions/0006-many-rows-to-a-statement.md``."""

Placeholder = Callable[[int], str]
"""The n-th parameter (from 1) as a database writes it."""


@cache
def sqlite_write(target: Target, rows: int) -> str:
    """Insert or upsert at most that many rows at once; a row whose first column is NULL is none."""
    one = f'({", ".join("?" * len(target.columns))})'
    given = f'VALUES {", ".join([one] * rows)}'
    return f'{_insert(target)} SELECT * FROM ({given}) WHERE column1 IS NOT NULL{_upsert(target)}'


@cache
def postgres_write(target: Target) -> str:
    """Insert or upsert any number of rows, given as one array for each column."""
    arrays = ', '.join(f'${number}::{array}' for number, array in enumerate(target.arrays, 1))
    return f'{_insert(target)} SELECT * FROM unnest({arrays}){_upsert(target)}'


def _insert(target: Target) -> str:
    return f'INSERT INTO {target.table} ({", ".join(target.columns)})'


def _upsert(target: Target) -> str:
    if not target.key:
        return ''
    rest = ', '.join(f'{name} = excluded.{name}' for name in target.columns if name not in target.key)
    return f' ON CONFLICT ({", ".join(target.key)}) DO UPDATE SET {rest}'


def count_on(mark: Placeholder) -> str:
    """Move an enterprise's counter by a number of entries; its new value, and the digest of the last entry before them.

    Holds the row until the transaction ends.
    """
    return (
        f'INSERT INTO journal_counter (enterprise, used) VALUES ({mark(1)}, {mark(2)}) '
        'ON CONFLICT (enterprise) DO UPDATE SET used = journal_counter.used + excluded.used RETURNING used, digest'
    )


def head_on(mark: Placeholder) -> str:
    """Write down the digest of an enterprise's newest entry."""
    return f'UPDATE journal_counter SET digest = {mark(1)} WHERE enterprise = {mark(2)}'


def in_pieces(rows: Sequence[Tuple]) -> Iterator[tuple[int, Sequence[Tuple]]]:
    """The rows in slices of at most 512, each with the room of the statement that takes it.

    There is room for 1 to 8, 10, 12, 14, 16, 20, 24, 28, 32, 40 … 512 rows, so that few different statements serve any number
    of rows, one at a time, and at most a quarter of a statement stays empty.
    """
    for start in range(0, len(rows), MOST_ROWS):
        piece = rows[start : start + MOST_ROWS]
        step = max(0, len(piece).bit_length() - 3)
        yield -(-len(piece) >> step) << step, piece


def is_storable(value: Any) -> bool:
    """False for a value that no column of either database can hold; to ask for it is no fault of the database."""
    if isinstance(value, str):
        return is_text(value)
    return not isinstance(value, int) or -(2**63) <= value < 2**63


class Where:
    """A condition under construction, with its parameters."""

    def __init__(self, mark: Placeholder) -> None:
        self._mark = mark
        self._parts: list[str] = []
        self.values: list[Any] = []

    def add(self, condition: str, *values: Any) -> 'Where':
        """Also require ``condition``, in which each ``{}`` stands for the next of ``values``."""
        marks = []
        for value in values:
            # what no row can hold equals, contains and precedes nothing, as NULL does
            self.values.append(value if is_storable(value) else None)
            marks.append(self._mark(len(self.values)))
        self._parts.append(condition.format(*marks))
        return self

    def among(self, column: str, values: Sequence[Any]) -> 'Where':
        """Also require that the column is one of the values; none of them ask for anything."""
        return self.add(f'{column} IN ({", ".join(["{}"] * len(values))})', *values) if values else self

    def within(self, text: str, columns: Sequence[str]) -> 'Where':
        """Also require that one of the columns has the text in it, in capitals or not; an empty text asks for nothing."""
        if not text:
            return self
        escaped = text.lower().replace('\\', '\\\\').replace('%', '\\%').replace('_', '\\_')
        like = ' OR '.join(f"LOWER({column}) LIKE {{}} ESCAPE '\\'" for column in columns)
        return self.add(f'({like})', *[f'%{escaped}%'] * len(columns))

    def mark(self, value: Any) -> str:
        """A parameter outside the condition, such as a limit."""
        self.values.append(value)
        return self._mark(len(self.values))

    def __str__(self) -> str:
        return f' WHERE {" AND ".join(self._parts)}' if self._parts else ''
