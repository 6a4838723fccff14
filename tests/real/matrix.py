"""The written table of who may do what, ``matrix.txt``: read, held against what was found, and written again."""

import re
from collections.abc import Iterable
from pathlib import Path

from domain.access.permissions import Role
from tests.real.two import INSTALLATION_OWNER, NARROWED

TABLE = Path(__file__).with_name('matrix.txt')
PEOPLE = ('anonymous', *Role, INSTALLATION_OWNER, NARROWED)
PROGRAMS = ('collector', 'device', 'enrolment', 'metrics')
"""Who else knocks at the API: a token for check-ins alone, a device, an enrolment token, the token for measurements."""
Cells = dict[str, dict[str, str]]
"""By row, by caller."""


def read(text: str) -> Cells:
    """The table: columns are parted by two spaces or more, ``#`` begins a remark or the title of a section."""
    lines = [re.split(r' {2,}', line.strip()) for line in text.splitlines() if line.strip() and line[0] != '#']
    found: Cells = {}
    columns: list[str] = []
    for line in lines:
        if line[0] == 'asked for':
            columns = line[1:]
            continue
        assert line[0] not in found, f'{line[0]} stands in the table twice'
        assert len(line) == len(columns) + 1, line
        found[line[0]] = dict(zip(columns, line[1:], strict=True))
    return found


def written(cells: Cells) -> str:
    """The same the other way round, to be looked through line by line before anything of it goes into the table."""
    columns: tuple[str, ...] = ()
    lines = []
    for row, found in cells.items():
        callers = (*PEOPLE, *PROGRAMS) if 'device' in found else PEOPLE
        if callers != columns:
            lines += ['', _line('asked for', callers)]
            columns = callers
        lines.append(_line(row, [found.get(caller, '?') for caller in callers]))
    return '\n'.join(lines)


def _line(row: str, cells: Iterable[str]) -> str:
    return f'{row:<62}  ' + '  '.join(f'{cell:<9}' for cell in cells).rstrip()


def differences(expected: Cells, found: Cells) -> list[str]:
    """Cells that differ, and rows that only one side knows."""
    wrong = [f'{row}: stands in no line of {TABLE.name}; say who may' for row in found if row not in expected]
    wrong += [f'{row}: is not there any more' for row in expected if row not in found]
    return wrong + [
        f'{row}, {caller}: should be {expected[row].get(caller)!r}, is {found[row].get(caller)!r}'
        for row in expected
        if row in found
        for caller in sorted(expected[row].keys() | found[row].keys())
        if expected[row].get(caller) != found[row].get(caller)
    ]
