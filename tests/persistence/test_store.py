"""What the store keeps and gives back, on both databases."""

import asyncio
import contextvars
from dataclasses import replace
from typing import Any

import pytest

from domain.access.enterprises import Enterprise
from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.changes.store import Changes
from domain.channels.model import Attempt
from domain.checks.model import CheckResult, CheckState
from domain.devices.facts import NO_FACTS, Facts
from domain.devices.model import Device, DeviceState, Presence
from domain.enforcement.model import Command, CommandState
from domain.kinds import KINDS
from domain.measurements.model import Measurement
from domain.policies.violations import Violation
from domain.towers.model import TowerState
from persistence.database import opened_store
from persistence.store import TortoiseStore
from tests.persistence.samples import (
    ALERT,
    COMMAND,
    DEVICE,
    ENTERPRISE,
    EVERY,
    HARBOUR,
    STATE,
    TOWER,
    VIOLATION,
    T,
    changes,
    entry,
    loaded,
    sample,
)


def test_the_samples_name_every_kind() -> None:
    assert {type(row) for row in EVERY} == set(KINDS)


@pytest.mark.parametrize('row', EVERY, ids=lambda row: type(row).__name__)
async def test_every_field_of_every_kind_comes_back_after_a_restart(url: str, row: Any) -> None:
    async with opened_store(url) as store:
        await store.commit(changes(*EVERY))
    async with opened_store(url) as store:
        assert await loaded(store, type(row)) == ([] if isinstance(row, Measurement | Attempt) else [row])
        assert await store.get(type(row), row.enterprise, row.id) == row
        assert await store.get(type(row), 'elsewhere', row.id) is None


async def test_a_row_written_again_replaces_the_former(store: TortoiseStore) -> None:
    await store.commit(changes(DEVICE))
    renamed = replace(DEVICE, name='crane-118', labels={}, version=5)
    await store.commit(changes(renamed))
    assert await loaded(store, Device) == [renamed]


async def test_a_moved_state_keeps_its_stored_facts_and_verdicts(store: TortoiseStore) -> None:
    await store.commit(changes(DEVICE, STATE))
    moved = replace(
        STATE, sequence=18, last_seen=T + 60, presence=Presence.LATE, facts=NO_FACTS, verdicts={}, settled=True
    )
    await store.commit(changes(moved, moved=('D1',)))
    assert await loaded(store, DeviceState) == [replace(moved, facts=STATE.facts, verdicts=STATE.verdicts)]


async def test_devices_that_share_verdicts_and_devices_that_do_not_keep_their_own(store: TortoiseStore) -> None:
    shared = STATE.verdicts
    other = {policy: replace(verdict, since=verdict.since + 1) for policy, verdict in shared.items()}
    states = [replace(STATE, id=f'D{n}', verdicts=other if n == 1 else shared) for n in range(3)]
    await store.commit(changes(*(replace(DEVICE, id=state.id) for state in states), *states))
    assert [state.verdicts for state in await loaded(store, DeviceState)] == [shared, other, shared]


async def test_a_whole_state_replaces_facts_and_verdicts(store: TortoiseStore) -> None:
    await store.commit(changes(DEVICE, STATE))
    whole = replace(STATE, facts=Facts(uptime_s=5), verdicts={}, radio=None)
    await store.commit(changes(whole))
    assert await loaded(store, DeviceState) == [whole]


async def test_any_number_of_rows_fits_in_one_group(store: TortoiseStore) -> None:
    states = [replace(STATE, id=f'D{number:04}', sequence=number) for number in range(1234)]
    devices = [replace(DEVICE, id=state.id) for state in states]
    points = [sample(number) for number in range(777)]
    bundle = changes(ENTERPRISE, *devices, *states, DEVICE)
    bundle.samples = points
    await store.commit(bundle)
    assert await loaded(store, DeviceState) == states
    assert await store.samples(HARBOUR, 'D1', T, T + 10_000, 1000) == points


async def test_loading_tells_integers_from_equal_floats(store: TortoiseStore) -> None:
    states = [replace(STATE, id=f'D{n}', radio=Radio(Rat.LTE, tac=8, sinr=sinr)) for n, sinr in enumerate((8, 8.0))]
    await store.commit(changes(*(replace(DEVICE, id=state.id) for state in states), *states))
    radios = [state.radio for state in await loaded(store, DeviceState)]
    assert [(type(radio.tac), type(radio.sinr)) for radio in radios if radio] == [(int, float)] * 2


async def test_loading_shares_equal_values(store: TortoiseStore) -> None:
    await store.commit(
        changes(*(replace(DEVICE, id=f'D{n}') for n in range(2)), *(replace(STATE, id=f'D{n}') for n in range(2)))
    )
    one, two = await loaded(store, Device)
    assert one.labels is two.labels
    first, second = await loaded(store, DeviceState)
    assert first.id is one.id
    assert first.facts.os is second.facts.os
    assert first.facts.custom is second.facts.custom
    assert first.verdicts is second.verdicts
    assert first.tower is second.tower


@pytest.mark.parametrize(
    ('kind', 'row'),
    [
        (Device, replace(DEVICE, retired_at=T)),
        (Violation, replace(VIOLATION, cleared_at=T, cleared_because='fixed')),
        (Command, replace(COMMAND, state=CommandState.CONFIRMED)),
        (Alert, replace(ALERT, cleared_at=T)),
    ],
)
async def test_what_is_over_is_not_loaded_but_can_be_read(store: TortoiseStore, kind: type[Any], row: Any) -> None:
    await store.commit(changes(row))
    assert await loaded(store, kind) == []
    assert await store.get(kind, HARBOUR, row.id) == row


async def test_the_state_of_a_retired_device_or_tower_is_not_loaded(store: TortoiseStore) -> None:
    await store.commit(changes(*EVERY))
    await store.commit(changes(replace(DEVICE, retired_at=T), replace(TOWER, retired_at=T)))
    for kind in (DeviceState, TowerState, CheckState):
        assert await loaded(store, kind) == []


async def test_loading_goes_on_over_many_batches(store: TortoiseStore) -> None:
    devices = [replace(DEVICE, id=f'D{number:05}') for number in range(4001)]
    await store.commit(changes(*devices))
    assert [len(batch) async for batch in store.load(Device)] == [2000, 2000, 1]
    assert await loaded(store, Device) == devices


async def test_no_read_crosses_to_another_enterprise(store: TortoiseStore) -> None:
    await store.commit(changes(*EVERY, replace(ENTERPRISE, id='OTHER'), entries=(entry(),)))
    bundle = Changes(samples=[sample(0)], results=[CheckResult('T1', 'C1', T, True)])
    await store.commit(bundle)
    for row in EVERY:
        assert await store.get(type(row), 'OTHER', row.id) is None
    for kind in (Violation, Command, Alert):
        assert await store.history(kind, 'OTHER', equal={}, is_open=None, before=None, limit=9) == []
    assert await store.samples('OTHER', 'D1', 0, 2 * T, 9) == []
    assert await store.check_results('OTHER', 'T1', 0, 9) == []
    assert await store.journal_after('OTHER', 0, 9) == []
    assert await store.journal_before('OTHER', None, 9) == []


async def test_history_is_newest_first_filtered_and_paged_by_id(store: TortoiseStore) -> None:
    rows = [replace(VIOLATION, id=f'V{n}', device=f'D{n % 2}', cleared_at=None if n < 4 else T) for n in range(8)]
    await store.commit(changes(*rows))

    async def ids(**wish: Any) -> list[str]:
        asked: dict[str, Any] = {'equal': {}, 'is_open': None, 'before': None, 'limit': 9, **wish}
        return [row.id for row in await store.history(Violation, HARBOUR, **asked)]

    assert await ids(limit=3) == ['V7', 'V6', 'V5']
    assert await ids(limit=3, before='V5') == ['V4', 'V3', 'V2']
    assert await ids(is_open=True) == ['V3', 'V2', 'V1', 'V0']
    assert await ids(is_open=False, equal={'device': 'D1'}) == ['V7', 'V5']


async def test_history_knows_when_a_command_is_open(store: TortoiseStore) -> None:
    await store.commit(changes(*(replace(COMMAND, id=state.value, state=state) for state in CommandState)))
    rows = await store.history(Command, HARBOUR, equal={}, is_open=True, before=None, limit=99)
    assert {row.id for row in rows} == {'requested', 'queued', 'delivered'}


async def test_a_filter_that_is_no_field_is_refused(store: TortoiseStore) -> None:
    with pytest.raises(ValueError, match='no field'):
        await store.history(Violation, HARBOUR, equal={'1=1 OR id': 'x'}, is_open=None, before=None, limit=1)


async def test_samples_beyond_the_limit_are_thinned_evenly_and_keep_the_newest(store: TortoiseStore) -> None:
    await store.commit(changes(DEVICE))
    await store.commit(Changes(samples=[sample(second) for second in range(100)] + [sample(3, 'D2')]))
    points = await store.samples(HARBOUR, 'D1', T + 10, T + 99, 10)
    assert [point.observed_at - T for point in points] == [18, 27, 36, 45, 54, 63, 72, 81, 90, 99]
    assert points[-1] == sample(99)


async def test_check_results_are_the_newest_oldest_first(store: TortoiseStore) -> None:
    results = [
        CheckResult('T1', 'C1', T + n, n % 2 == 0, 1.5 if n % 2 == 0 else None, '' if n % 2 == 0 else 'refused')
        for n in range(6)
    ]
    bundle = changes(TOWER)
    bundle.results = results
    await store.commit(bundle)
    assert await store.check_results(HARBOUR, 'T1', T + 1, 3) == results[3:]


async def test_the_store_can_be_used_from_any_task_and_context(store: TortoiseStore) -> None:
    async def elsewhere() -> list[Device]:
        await store.commit(changes(DEVICE))
        return await loaded(store, Device)

    assert await asyncio.get_running_loop().create_task(elsewhere(), context=contextvars.Context()) == [DEVICE]


async def test_hostile_text_is_only_text(store: TortoiseStore) -> None:
    name = '\'); DROP TABLE device; -- {} % ? $1 \\ " 😀'
    await store.commit(changes(replace(DEVICE, name=name, labels={'k': name})))
    (device,) = await loaded(store, Device)
    assert (device.name, device.labels['k']) == (name, name)


async def test_the_enterprise_itself_is_read_by_its_own_id(store: TortoiseStore) -> None:
    await store.commit(changes(ENTERPRISE))
    assert await store.get(Enterprise, HARBOUR, HARBOUR) == ENTERPRISE
