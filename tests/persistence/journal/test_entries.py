"""The journal as it is kept: gap-free, in order of commit, readable by older versions."""

import asyncio
from dataclasses import replace
from typing import Any, ClassVar, get_origin

import pytest

from domain.common.errors import NotStorable
from domain.devices.model import Device, DeviceState
from domain.enrolment.events import DeviceRetired
from domain.journal.model import Entry, Recorded, Subject
from domain.kinds import ENTRIES
from domain.tokens.events import TokenIssued
from persistence.database import opened_store
from persistence.store import TortoiseStore
from tests.persistence.samples import DEVICE, HARBOUR, STATE, T, changes, entry, loaded


async def test_entries_are_numbered_without_a_gap_for_each_enterprise(store: TortoiseStore) -> None:
    first = await store.commit(changes(entries=(entry(1), entry(1, enterprise='OTHER'), entry(2))))
    second = await store.commit(changes(entries=(entry(3),)))
    assert [(item.entry.enterprise, item.sequence) for item in first + second] == [
        (HARBOUR, 1),
        ('OTHER', 1),
        (HARBOUR, 2),
        (HARBOUR, 3),
    ]
    assert await store.sequences() == {HARBOUR: 3, 'OTHER': 1}
    assert await store.journal_after(HARBOUR, 0, 9) == [first[0], first[2], second[0]]


async def test_the_journal_reads_forwards_and_backwards(store: TortoiseStore) -> None:
    await store.commit(changes(entries=tuple(entry(n, device=f'D{n % 2}') for n in range(1, 9))))

    async def numbers(*asked: Any, **wish: Any) -> list[int]:
        return [item.sequence for item in await store.journal_before(HARBOUR, *asked, **wish)]

    assert [item.sequence for item in await store.journal_after(HARBOUR, 3, 2)] == [4, 5]
    assert await numbers(None, 2) == [8, 7]
    assert await numbers(7, 2) == [6, 5]
    assert await numbers(7, 2, subject=('device', 'D1')) == [5, 3]


async def test_committers_at_once_leave_no_gap(url: str) -> None:
    async with opened_store(url) as one:
        done = await asyncio.gather(
            *(one.commit(changes(entries=(entry(n), entry(n, enterprise='OTHER'), entry(n)))) for n in range(60))
        )
        for enterprise, count in ((HARBOUR, 120), ('OTHER', 60)):
            journal = await one.journal_after(enterprise, 0, 999)
            assert [item.sequence for item in journal] == list(range(1, count + 1))
            answered = {item.sequence: item for group in done for item in group if item.entry.enterprise == enterprise}
            assert [answered[item.sequence] for item in journal] == journal


async def test_a_failed_group_uses_up_no_number_and_leaves_nothing(store: TortoiseStore) -> None:
    await store.commit(changes(entries=(entry(1),)))
    broken = changes(DEVICE, replace(STATE, sequence='many'), entries=(entry(2),))  # type: ignore[arg-type]
    broken.rows[DeviceState]['D1'] = replace(STATE, enterprise=None)  # type: ignore[arg-type]
    with pytest.raises(NotStorable):
        await store.commit(broken)
    assert await loaded(store, Device) == []
    assert [item.sequence for item in await store.commit(changes(entries=(entry(3),)))] == [2]


async def test_every_entry_reads_as_it_was_written(store: TortoiseStore) -> None:
    written = [kind(**_filled(kind)) for kind in ENTRIES.values() if kind is not Entry]
    told = await store.commit(changes(entries=tuple(written)))
    assert told == [Recorded(number, each) for number, each in enumerate(written, 1)]
    for sequence, each in enumerate(written, 1):
        assert await store.journal_after(HARBOUR, sequence - 1, 1) == [Recorded(sequence, each)]


async def test_an_entry_of_a_newer_version_reads_as_a_plain_one(store: TortoiseStore) -> None:
    await store.commit(
        changes(
            entries=(
                entry(1),
                TokenIssued(at=T, enterprise=HARBOUR, subject=Subject('token', 'K1', 'x'), kind='api'),
            )
        )
    )
    await store._writer.change("UPDATE journal_entry SET kind = 'DroneLanded' WHERE sequence = 1", ())
    await store._writer.change('UPDATE journal_entry SET payload = \'{"kind": 7}\' WHERE sequence = 2', ())
    drone, token = [item.entry for item in await store.journal_after(HARBOUR, 0, 9)]
    assert drone == Entry(at=T, enterprise=HARBOUR, subject=Subject('device', 'D1', 'crane'))
    assert token.subject.id == 'K1'


async def test_an_entry_that_was_damaged_reads_as_a_plain_one_and_stops_no_start(store: TortoiseStore) -> None:
    await store.commit(changes(entries=(entry(1),)))
    await store._writer.change("UPDATE journal_entry SET payload = '{'", ())
    (damaged,) = await store.journal_before(HARBOUR, None, 1)
    assert damaged.entry == Entry(at=T, enterprise=HARBOUR, subject=Subject('device', 'D1', 'crane'))


async def test_a_field_of_a_newer_version_is_passed_over(store: TortoiseStore) -> None:
    gone = DeviceRetired(at=T, enterprise=HARBOUR, subject=Subject('device', 'D1', 'x'), by='ann')
    await store.commit(changes(entries=(gone,)))
    await store._writer.change('UPDATE journal_entry SET payload = \'{"because": "sold"}\'', ())
    assert [item.entry for item in await store.journal_after(HARBOUR, 0, 9)] == [gone]


def _filled(kind: type[Entry]) -> dict[str, Any]:
    examples: dict[str, Any] = {
        'at': T,
        'enterprise': HARBOUR,
        'subject': Subject('device', 'D1', 'crane'),
        'scopes': ('checkins:write', 'events:read'),
        'changes': {'name': ['a', 'b']},
        'evidence': {'x': 1.5},
        'refused': {'A1': 'because'},
    }
    by_type: dict[str, Any] = {'str': 'text', 'bool': True, 'int': 3, 'float': 2.5, 'tuple[str, ...]': ('text',)}
    by_type |= {'str | None': 'text', 'float | None': 2.5}
    return {name: examples[name] if name in examples else by_type[_spell(hint)] for name, hint in _hints(kind).items()}


def _hints(kind: type[Entry]) -> dict[str, Any]:
    return {
        name: hint
        for base in reversed(kind.__mro__)
        for name, hint in getattr(base, '__annotations__', {}).items()
        if get_origin(hint) is not ClassVar
    }


def _spell(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) else str(hint)
