"""Copies of a journal outside the database: written with their digests, and checked against them anywhere, at any time.

A line holds the columns under the digest (see :mod:`persistence.journal.chain`), the digest before it (``previous``) and its own. In CSV
nothing in it is a formula to a spreadsheet, see :mod:`domain.common.spreadsheets`.
"""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from domain.audit.model import ChainReport, Form, Head
from domain.common.errors import Invalid
from domain.common.spreadsheets import csv_lines, guarded, unguarded, unguarded_before
from persistence.engine.rows import encode
from persistence.journal.chain import COVERED, Check

COLUMNS = (*COVERED, 'previous', 'digest')
_MOST_FIELD = 2**27


class Copy:
    """Writes rows in one form."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def head(self) -> bytes:
        """What stands in front."""
        return csv_lines([COLUMNS]) if self._form == 'csv' else b''

    def rows(self, rows: Sequence[Sequence[Any]], previous: str) -> bytes:
        """Rows that follow each other, the first on ``previous``."""
        before = [previous, *(row[-1] for row in rows[:-1])]
        lines = [(*row[:-1], link, row[-1]) for row, link in zip(rows, before, strict=True)]
        if self._form == 'csv':
            return csv_lines([guarded(value) if isinstance(value, str) else value for value in line] for line in lines)
        return b''.join(encode(dict(zip(COLUMNS, line, strict=True))) + b'\n' for line in lines)


def check_copy(path: Path, kept: Head | None = None) -> list[ChainReport]:
    """Look at every line of a copy; one verdict for each enterprise in it. Raises ``Invalid`` for a file that is no copy."""
    verdicts = _checked(path, kept, unguarded)
    if all(verdict.intact for verdict in verdicts):
        return verdicts
    before = _checked(path, kept, unguarded_before)
    return before if all(verdict.intact for verdict in before) else verdicts


def _checked(path: Path, kept: Head | None, unguard: Callable[[str], str]) -> list[ChainReport]:
    csv.field_size_limit(_MOST_FIELD)
    checks: dict[str, Check] = {}
    ends: dict[str, Head] = {}
    try:
        with path.open(encoding='utf-8', newline='') as file:
            for row in _read(file, unguard):
                *covered, previous, digest = row
                enterprise, sequence = covered[:2]
                check = checks.get(enterprise)
                if check is None:
                    check = checks[enterprise] = Check(enterprise, anchor=Head(sequence - 1, previous), kept=kept)
                elif previous != ends[enterprise].digest:
                    check.verdict.find(sequence, 'does not follow on the line before it')
                check.row((*covered, digest))
                ends[enterprise] = Head(sequence, digest)
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise Invalid(f'{path} is not a copy of a journal: {error}') from None
    return [check.end(ends[enterprise]) for enterprise, check in checks.items()]


def _read(file: TextIO, unguard: Callable[[str], str]) -> Iterator[list[Any]]:
    start = file.read(1)
    file.seek(0)
    if start == '{':
        for line in file:
            found = json.loads(line)
            yield [found[name] for name in COLUMNS]
        return
    reader = csv.DictReader(file)
    if start and set(reader.fieldnames or ()) != set(COLUMNS):
        raise ValueError(f'its columns are not {", ".join(COLUMNS)}')
    for cells in reader:
        row: list[Any] = [unguard(cells[name]) for name in COLUMNS]
        row[1], row[2] = int(row[1]), float(row[2])
        yield row
