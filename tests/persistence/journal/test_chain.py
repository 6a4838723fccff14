"""The hash chain: every way to falsify a journal is found, and told where; every way to work with it leaves it whole."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access.enterprises import INSTALLATION
from domain.audit.model import ChainReport, Head, Kept
from domain.changes.store import Retention
from persistence.database import opened_store
from persistence.journal import audit
from persistence.journal.chain import COVERED, link
from persistence.store import TortoiseStore
from tests.persistence.samples import HARBOUR, T, changes, entry

TEXT = st.text(st.characters(exclude_categories=['Cs']), max_size=20)


async def _write(store: TortoiseStore, count: int = 9, **more: Any) -> None:
    for number in range(0, count, 3):
        some = tuple(entry(n, **more) for n in range(number, min(number + 3, count)))
        await store.commit(changes(entries=(*some, entry(number, enterprise='OTHER'))))


async def _change(store: TortoiseStore, *statements: str) -> None:
    for statement in statements:
        await store._writer.change(statement, ())


def _where(verdict: ChainReport) -> list[int]:
    return [finding.sequence for finding in verdict.findings]


async def test_a_journal_as_it_was_written_is_intact(store: TortoiseStore) -> None:
    await _write(store)
    verdict = await store.check_chain(HARBOUR)
    assert (verdict.findings, verdict.begins, verdict.entries, verdict.unchained) == ([], 1, 9, 0)
    assert verdict.head == (await store.heads())[HARBOUR]
    assert len(verdict.head.digest) == 64
    assert (await store.check_chain(HARBOUR, verdict.head)).intact


@pytest.mark.parametrize(
    'column', ['at', 'kind', 'subject_kind', 'subject_id', 'subject_name', 'actor', 'payload', 'actor_ref', 'address']
)
async def test_a_change_of_any_column_is_found_at_its_entry(store: TortoiseStore, column: str) -> None:
    await _write(store)
    value = "'x'" if column != 'at' else 'at + 0.001'
    await _change(store, f"UPDATE journal_entry SET {column} = {value} WHERE enterprise = '{HARBOUR}' AND sequence = 4")
    assert _where(await store.check_chain(HARBOUR)) == [4]
    assert (await store.check_chain('OTHER')).intact


ROW = f"enterprise = '{HARBOUR}' AND sequence"
FORGED = (
    'INSERT INTO journal_entry (enterprise, sequence, at, kind, subject_kind, subject_id, subject_name, actor, payload) '
    f"VALUES ('{HARBOUR}', {{}}, 1.5, 'DeviceRetired', 'device', 'D1', 'x', '', '{{{{}}}}')"
)


@pytest.mark.parametrize(
    ('statements', 'found'),
    [
        ([f'DELETE FROM journal_entry WHERE {ROW} = 4'], [4]),
        ([f'DELETE FROM journal_entry WHERE {ROW} IN (4, 5)'], [4]),
        ([f'DELETE FROM journal_entry WHERE {ROW} <= 2'], [1]),
        ([f'DELETE FROM journal_entry WHERE {ROW} >= 8'], [8]),
        ([f"DELETE FROM journal_entry WHERE enterprise = '{HARBOUR}'"], [1]),
        ([f'UPDATE journal_entry SET sequence = sequence * -1 WHERE {ROW} IN (4, 5)',
          f'UPDATE journal_entry SET sequence = 9 + sequence WHERE {ROW} < 0'], [4, 5, 6]),
        ([FORGED.format(10)], [10]),
        ([FORGED.format(0)], [0]),
        ([f'DELETE FROM journal_entry WHERE {ROW} = 4', FORGED.format(4)], [4]),
        ([f"UPDATE journal_entry SET digest = '' WHERE {ROW} = 1"], [1]),
        ([f"UPDATE journal_entry SET digest = '' WHERE {ROW} = 4"], [4]),
        ([f"UPDATE journal_counter SET digest = '{'0' * 64}' WHERE enterprise = '{HARBOUR}'"], [9]),
        ([f"UPDATE journal_counter SET used = 8 WHERE enterprise = '{HARBOUR}'"], [9, 8]),
        ([f"UPDATE journal_counter SET anchor = 2 WHERE enterprise = '{HARBOUR}'",
          f'DELETE FROM journal_entry WHERE {ROW} <= 2'], [3]),
        ([f"DELETE FROM journal_counter WHERE enterprise = '{HARBOUR}'"], [9]),
    ],
    ids=['removed', 'two removed', 'beginning removed', 'end removed', 'all removed', 'swapped', 'added', 'put in front', 'exchanged',
         'first digest emptied', 'digest emptied', 'counter rewritten', 'counter set back', 'beginning passed off as retention',
         'counter removed'],
)  # fmt: skip
async def test_what_was_removed_added_or_moved_is_found_where_it_was(
    store: TortoiseStore, statements: list[str], found: list[int]
) -> None:
    await _write(store)
    await _change(store, *statements)
    assert _where(await store.check_chain(HARBOUR)) == found
    assert (await store.check_chain('OTHER')).intact


async def test_a_history_written_anew_with_right_digests_contradicts_the_head_that_was_kept(
    store: TortoiseStore,
) -> None:
    await _write(store)
    kept = (await store.heads())[HARBOUR]
    await _change(store, f'DELETE FROM journal_entry WHERE {ROW} >= 8')
    (last,) = [item for item in await store.journal_links(HARBOUR, 6, 9) if item[0] == 7]
    await _change(store, f"UPDATE journal_counter SET used = 7, digest = '{last[2]}' WHERE enterprise = '{HARBOUR}'")
    assert (await store.check_chain(HARBOUR)).intact, 'a consistent lie needs a witness'
    assert _where(await store.check_chain(HARBOUR, kept)) == [9]
    await store.commit(changes(entries=tuple(entry(n, device='other') for n in range(4))))
    assert (await store.check_chain(HARBOUR)).intact
    assert _where(await store.check_chain(HARBOUR, kept)) == [9]


async def test_retention_drops_the_beginning_and_the_rest_can_still_be_checked(store: TortoiseStore) -> None:
    rules = Retention(journal_s=1000)
    await store.commit(changes(entries=tuple(entry(n, at=T - 2000) for n in range(2500))))
    dropped = (await store.heads())[HARBOUR]
    # one that claims to be older than what follows it stays until its turn comes
    await store.commit(changes(entries=(entry(1, at=T), entry(2, at=T - 2000), entry(3, at=T))))
    assert (await store.thin(T, rules))['journal_entry'] == 2500
    verdict = await store.check_chain(HARBOUR)
    assert (verdict.findings, verdict.begins, verdict.entries) == ([], 2501, 3)
    assert (await store.check_chain(HARBOUR, dropped)).intact
    assert _where(await store.check_chain(HARBOUR, Head(2500, '0' * 64))) == [2500]
    assert _where(await store.check_chain(HARBOUR, Head(7, '0' * 64))) == [7]
    assert (await store.thin(T + 2000, rules))['journal_entry'] == 3
    await store.commit(changes(entries=(entry(4, at=T + 2000),)))
    verdict = await store.check_chain(HARBOUR)
    assert (verdict.findings, verdict.begins, verdict.entries) == ([], 2504, 1)


async def test_entries_from_before_the_chain_are_told_apart_and_cannot_come_back(store: TortoiseStore) -> None:
    await _write(store)
    await _change(store, f"UPDATE journal_entry SET digest = '' WHERE enterprise = '{HARBOUR}'",
                  f"UPDATE journal_counter SET digest = '', chained_from = 10 WHERE enterprise = '{HARBOUR}'")  # fmt: skip
    await store.commit(changes(entries=(entry(1), entry(2))))
    verdict = await store.check_chain(HARBOUR)
    assert (verdict.findings, verdict.entries, verdict.unchained) == ([], 11, 9)
    await _change(store, f"UPDATE journal_entry SET digest = '' WHERE {ROW} = 10")
    assert _where(await store.check_chain(HARBOUR)) == [10]


async def test_a_journal_that_was_born_chained_cannot_become_unchained(store: TortoiseStore) -> None:
    await _write(store)
    kept = [Kept((await store.heads())[HARBOUR], T)]
    emptied = f"UPDATE journal_entry SET digest = '' WHERE enterprise = '{HARBOUR}'"
    await _change(store, emptied, f"UPDATE journal_counter SET digest = '' WHERE enterprise = '{HARBOUR}'")
    assert _where(await store.check_chain(HARBOUR)) == [*range(1, 10)]
    # a forger who also moves the mark in the database is contradicted by what is not in it
    await _change(store, f"UPDATE journal_counter SET chained_from = 10 WHERE enterprise = '{HARBOUR}'")
    found = await audit.check(store._client, store._where, HARBOUR, witnesses=kept)
    assert _where(found) == [9]
    assert 'history was written anew' in found.findings[0].what


async def test_a_journal_that_ends_before_a_kept_head_says_so(store: TortoiseStore) -> None:
    await _write(store)
    kept = [Kept((await store.heads())[HARBOUR], T), Kept(Head(40, 'a' * 64), T + 60)]
    found = await audit.check(store._client, store._where, HARBOUR, witnesses=kept)
    assert (_where(found), found.ends_before) == ([40], kept[1])


async def test_an_enterprise_without_any_journal_is_a_finding_and_a_new_installation_is_none(
    store: TortoiseStore,
) -> None:
    assert _where(await store.check_chain(HARBOUR)) == [0]
    assert (await store.check_chain(INSTALLATION)).intact
    assert _where(await store.check_chain(INSTALLATION, Head(3, '0' * 64))) == [3]


async def test_one_writer_after_the_other_makes_one_chain(url: str) -> None:
    for number in range(3):
        async with opened_store(url) as store:
            await store.commit(changes(entries=(entry(number), entry(number, enterprise='OTHER'))))
    async with opened_store(url) as store:
        assert (await store.check_chain(HARBOUR)).intact
        assert (await store.check_chain('OTHER')).intact


async def test_an_auditor_needs_ten_lines_and_the_standard_library(store: TortoiseStore) -> None:
    hostile = '"quotes" \\ \t \x7f \u2028 é 🚜 </script>'
    await store.commit(changes(entries=tuple(replace(entry(n), by=hostile, at=T + n / 3) for n in range(5))))
    query = f'SELECT {", ".join(COVERED)}, digest FROM journal_entry ORDER BY sequence'
    _, rows = await store._client.execute_query(query, [])
    previous = ''
    for *row, digest in map(tuple, rows):
        text = json.dumps(row, ensure_ascii=False, separators=(',', ':'))
        assert digest == hashlib.sha256(f'{previous}\n{text}'.encode()).hexdigest()
        previous = digest
    assert len(rows) == 5


@given(st.lists(st.one_of(TEXT, st.integers(0, 2**53), st.floats(1, 1e12)), max_size=5))
def test_the_form_under_the_digest_is_that_of_the_standard_library(row: list[Any]) -> None:
    text = json.dumps(row, ensure_ascii=False, separators=(',', ':'))
    assert link('aa', row) == hashlib.sha256(f'aa\n{text}'.encode()).hexdigest()


@given(st.lists(TEXT, min_size=3, max_size=3), st.lists(TEXT, min_size=3, max_size=3))
def test_different_rows_have_different_digests(one: list[str], other: list[str]) -> None:
    assert (link('', one) == link('', other)) == (one == other)
