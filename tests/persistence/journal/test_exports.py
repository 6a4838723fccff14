"""Copies of a journal: they can be checked without the database, and a spreadsheet does nothing with them."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from domain.audit.model import Form, Head
from domain.common.errors import Invalid, Unavailable
from persistence.database import opened_store, opened_trail
from persistence.journal.exports import check_copy
from tests.persistence.samples import HARBOUR, T, changes, entry

FORMS: tuple[Form, ...] = ('ndjson', 'csv')
HOSTILE = (
    "=cmd|'/c calc'!A0",
    "'=1+1",
    "''",
    '@SUM(A1)',
    '\tx',
    '-1',
    "a;=1+1; '@x",
    '"a","b"\u2028',
    '<script>alert(1)</script>',
)


async def _copy(url: str, path: Path, form: Form, since: float | None = None, until: float | None = None) -> Path:
    async with opened_trail(url) as trail:
        path.write_bytes(b''.join([p async for p in trail.copy(HARBOUR, since=since, until=until, form=form)]))
    return path


async def _fill(url: str) -> Head:
    async with opened_store(url) as store:
        for number, name in enumerate(HOSTILE):
            await store.commit(changes(entries=(replace(entry(number), by=name, at=T + number / 7),)))
        return (await store.heads())[HARBOUR]


@pytest.mark.parametrize('form', FORMS)
async def test_a_copy_of_any_span_is_checked_without_the_database(url: str, tmp_path: Path, form: Form) -> None:
    head = await _fill(url)
    (verdict,) = check_copy(await _copy(url, tmp_path / 'all', form), head)
    assert (verdict.findings, verdict.begins, verdict.entries, verdict.head) == ([], 1, len(HOSTILE), head)
    (verdict,) = check_copy(await _copy(url, tmp_path / 'span', form, T + 1 / 7, T + 5 / 7))
    assert (verdict.findings, verdict.begins, verdict.entries) == ([], 2, 4)
    assert check_copy(await _copy(url, tmp_path / 'none', form, T + 99)) == []


@pytest.mark.parametrize('form', FORMS)
async def test_a_copy_that_was_meddled_with_is_found_out(url: str, tmp_path: Path, form: Form) -> None:
    await _fill(url)
    whole = (await _copy(url, tmp_path / 'copy', form)).read_bytes()
    lines = whole.splitlines(keepends=True)
    at = 0 if form == 'ndjson' else 1
    meddled = {
        'changed': (whole.replace(b'SUM', b'MAX'), [4]),
        'left out': (b''.join(lines[: at + 3] + lines[at + 4 :]), [5, 4]),
    }
    for content, found in meddled.values():
        (tmp_path / 'copy').write_bytes(content)
        (verdict,) = check_copy(tmp_path / 'copy')
        assert [finding.sequence for finding in verdict.findings] == found


async def test_no_cell_of_a_copy_begins_a_formula(tmp_path: Path) -> None:
    url = f'sqlite://{tmp_path}/j.sqlite3'
    await _fill(url)
    with (await _copy(url, tmp_path / 'copy', 'csv')).open(newline='') as file:
        for row in csv.reader(file):
            parts = [part.lstrip(' ') for cell in row for part in cell.split(';')]
            assert not [part for part in parts if part.startswith(('=', '+', '-', '@', '\t', '\r'))]


async def test_what_is_no_copy_and_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    for content in ('{"a": 1}\n', 'a,b\n1,2\n', '\x00', '{"enterprise"'):
        (tmp_path / 'x').write_text(content)
        with pytest.raises(Invalid):
            check_copy(tmp_path / 'x')
    with pytest.raises(Unavailable, match='there is no database'):
        async with opened_trail(f'sqlite://{tmp_path}/none.sqlite3'):
            pass
    assert not (tmp_path / 'none.sqlite3').exists()


async def test_looking_changes_nothing(url: str) -> None:
    await _fill(url)
    async with opened_trail(url) as trail:
        assert HARBOUR in await trail.names()
        with pytest.raises(Exception, match=r'(?i)read.?only'):
            await trail._client.execute_query('DELETE FROM journal_entry', [])
        assert (await trail.check(HARBOUR)).intact
