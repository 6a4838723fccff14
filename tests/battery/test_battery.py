"""The battery itself: it tells a verdict a line, it ends whatever a case does, and counts what it could not run."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.battery.__main__ import main, run_all
from tests.battery.case import Case, Databases, NotRun, Run, Stage, Store
from tests.battery.cases import CASES
from tests.battery.evidence import cells
from tests.battery.figures import beside, most
from tests.battery.honest import Told
from tests.bench.report import Figure

ROOT = Path(__file__).parents[2]


async def kept(stage: Stage) -> AsyncIterator[Figure]:
    yield most('lost', 0, 0, measured='of 3')
    yield most('wait', 7, 6, ' s')


async def hanging(stage: Stage) -> AsyncIterator[Figure]:
    yield most('lost', 0, 0)
    await asyncio.Event().wait()


async def failing(stage: Stage) -> AsyncIterator[Figure]:
    raise RuntimeError('the server did not start')
    yield


async def lacking(stage: Stage) -> AsyncIterator[Figure]:
    raise NotRun('install it')
    yield


@pytest.mark.parametrize(
    ('run', 'counts', 'lines'),
    [
        (kept, (1, 0, 2), ['kept    sqlite   x            lost: 0 (at most 0) - of 3',
                           'MISSED  sqlite   x            wait: 7 s (at most 6 s)']),
        (hanging, (1, 0, 2), ['MISSED  sqlite   x            ended early: 1 (at most 0) - not done within 0 s']),
        (failing, (1, 0, 1), ['MISSED  sqlite   x            ended early: 1 (at most 0) - RuntimeError: the server did not start']),
        (lacking, (0, 1, 0), ['not run sqlite   x            install it']),
    ],
)  # fmt: skip
async def test_a_case_ends_with_verdicts_whatever_it_does(
    run: Run, counts: tuple[int, int, int], lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run_all([(Case('x', run, within_s=0.1), Store.SQLITE)], time.monotonic() + 60) == counts
    told = capsys.readouterr().out.splitlines()
    assert set(lines) <= set(told)


async def test_what_would_begin_too_late_is_not_run() -> None:
    assert await run_all([(Case('x', kept), Store.SQLITE)], time.monotonic() - 1) == (0, 1, 0)


def test_a_case_runs_on_a_seeded_installation_and_its_verdict_is_the_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(['digests', '--store', 'sqlite'])
    told = capsys.readouterr().out
    verdicts = re.findall('^(kept|MISSED) +sqlite +digests ', told, re.MULTILINE)
    assert len(verdicts) == 2, told
    assert code == int('MISSED' in verdicts)


@pytest.mark.parametrize('arguments', [['nothing'], ['frozen', '--store', 'sqlite']])
def test_what_cannot_be_run_is_a_usage_error(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2


def test_a_neighbour_counts_from_when_it_wanted_to_speak_and_its_quiet_time_sets_the_limit() -> None:
    quiet = [Told('d', number, 1.0, 0.0625, 200) for number in range(10)]
    held_up = [Told('d', 10 + number, 2.0, 0.2, 200) for number in range(9)] + [Told('d', 19, 2.0, 8.0, 0)]
    wait, refused = beside('it', [*quiet, *held_up], 2, 3)
    assert (wait.ratio, wait.at_most) == (8000, 187.5)
    assert (refused.ratio, refused.kept) == (1, False)
    (wait, _) = beside('it', quiet, 1, 2)
    assert (wait.at_most, wait.kept) == (100, True)


@pytest.mark.parametrize('cell', ['=1', 'a\n=1', 'a;@b', 'a\t+b', '  -1+2'])
def test_a_cell_that_begins_a_formula_is_found_whatever_parts_the_cells(cell: str) -> None:
    assert cells(f'id,name\n1,"{cell}"\n')
    assert not cells("id,name\n1,'=1\n2,-110.5\n")


def test_every_case_stands_in_the_documentation_in_its_own_words() -> None:
    text = (ROOT / 'docs/battery.md').read_text()
    rows = [f'| `{case.name}` | {", ".join(case.stores)} | {case.does} |' for case in CASES]
    assert [row for row in rows if row not in text] == []


def test_templates_are_seeded_once(tmp_path: Path) -> None:
    with ExitStack() as stack:
        databases = Databases(tmp_path, stack)
        first, again = (asyncio.run(databases.template(Store.SQLITE, 1, 60)) for _ in range(2))
    assert first is again
