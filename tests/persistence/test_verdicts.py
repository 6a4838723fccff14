"""Verdicts lie in parts: a save writes the part of its policy, whatever the device's other policies say."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from domain.access.actors import system
from domain.changes.store import Retention
from domain.checkins.model import CheckIn
from domain.devices.compliance import Compliance, Verdict
from domain.devices.input import NewDevice
from domain.devices.model import DeviceKind, DeviceState
from domain.policies.input import NewPolicy
from persistence.database import opened_store
from persistence.engine.sql import Where
from persistence.store import TortoiseStore
from persistence.verdicts import MOST
from tests.persistence.engine.test_upgrade import _old_database
from tests.persistence.samples import DEVICE, HARBOUR, STATE, T, changes, loaded
from ui.application import composed

RELEASES = (
    '0001_initial',
    '0002_access',
    '0003_logout',
    '0004_outages',
    '0005_token_beginning',
    '0006_link_issuer',
    '0007_lease',
    '0008_chained_from',
)
REPORTED = (
    'INSERT INTO device (id, enterprise, name, kind, created_at, labels, interval_s, version) '
    f"VALUES ('D1', '{HARBOUR}', 'crane', 'tablet', {T}, '{{}}', 60, 1)",
    'INSERT INTO device_state (id, enterprise, sequence, presence, compliance, quarantined, settled) '
    f"VALUES ('D1', '{HARBOUR}', 1, 'online', 'compliant', 0, 0)",
    'INSERT INTO device_report (id, enterprise, facts, verdicts) VALUES '
    f'(\'D1\', \'{HARBOUR}\', \'{{}}\', \'{{"OLD":{{"status":"compliant","since":{T},"version":1}}}}\')',
)


def verdicts(count: int, since: float = T) -> dict[str, Verdict]:
    """Of policies P000, P001 …"""
    return {f'P{n:03}': Verdict(Compliance.UNKNOWN, since, 1, reason='no such key') for n in range(count)}


def judged(state: DeviceState, changed: dict[str, Verdict]) -> DeviceState:
    """The state with other verdicts of some policies."""
    return replace(state, verdicts={**state.verdicts, **changed})


async def commit(store: TortoiseStore, before: DeviceState, after: DeviceState) -> None:
    """As the transactor does: with what is stored beside it."""
    bundle = changes(after)
    bundle.before[before.id] = before
    await store.commit(bundle)


async def parts(store: TortoiseStore) -> list[tuple[Any, ...]]:
    """The rows of the further parts, with their ids."""
    rows = await store._fetch('SELECT id, part, verdicts FROM device_verdicts ORDER BY part', Where(store._writer.mark))
    return [tuple(row) for row in rows]


async def spoil(store: TortoiseStore) -> None:
    """Make what is stored of verdicts unlike what it was, so that every row that is written again can be told."""
    await store._writer.change(
        "UPDATE device_verdicts SET verdicts = '{}'", (), ("UPDATE device_report SET verdicts = '{}'", ())
    )


async def test_many_verdicts_are_read_as_they_were_kept(store: TortoiseStore) -> None:
    few, many = replace(STATE, verdicts=verdicts(3)), replace(STATE, id='D2', verdicts=verdicts(5 * MOST + 1))
    await store.commit(changes(DEVICE, replace(DEVICE, id='D2'), few, many))
    assert await loaded(store, DeviceState) == [few, many]
    assert [part for _, part, _ in await parts(store)] == [1, 2, 3, 4, 5]


async def test_one_more_policy_is_written_without_those_before_it(store: TortoiseStore) -> None:
    state = replace(STATE, verdicts=verdicts(3 * MOST))
    await store.commit(changes(DEVICE, state))
    await spoil(store)
    new = {'Z': Verdict(Compliance.COMPLIANT, T, 1)}
    await commit(store, state, judged(state, new))
    assert [found.verdicts for found in await loaded(store, DeviceState)] == [new]


async def test_facts_that_move_alone_and_a_verdict_that_moves_alone_write_their_own(store: TortoiseStore) -> None:
    state = replace(STATE, verdicts=verdicts(2 * MOST))
    await store.commit(changes(DEVICE, state))
    await spoil(store)
    facts = replace(state, facts=replace(state.facts, uptime_s=9))
    await commit(store, state, facts)
    assert [set(found.verdicts) for found in await loaded(store, DeviceState)] == [set(verdicts(MOST))]
    last = f'P{2 * MOST - 1:03}'
    await commit(store, facts, judged(facts, {last: replace(facts.verdicts[last], since=T + 1)}))
    assert [set(found.verdicts) for found in await loaded(store, DeviceState)] == [set(state.verdicts)]


async def test_a_restart_finds_the_parts_again(url: str) -> None:
    state = replace(STATE, verdicts=verdicts(3 * MOST))
    async with opened_store(url) as store:
        await store.commit(changes(DEVICE, state))
    async with opened_store(url) as store:
        (state,) = await loaded(store, DeviceState)
        after = judged(state, {policy: replace(state.verdicts[policy], since=T + 1) for policy in ('P000', 'P030')})
        await commit(store, state, after)
        assert await loaded(store, DeviceState) == [after]
    async with opened_store(url) as store:
        assert [len(found.verdicts) for found in await loaded(store, DeviceState)] == [3 * MOST]


async def test_verdicts_that_end_leave_no_row_behind(store: TortoiseStore) -> None:
    state = replace(STATE, verdicts=verdicts(3 * MOST))
    await store.commit(changes(DEVICE, state))
    await commit(store, state, replace(state, verdicts=verdicts(MOST + 1)))
    assert [set(found.verdicts) for found in await loaded(store, DeviceState)] == [set(verdicts(MOST + 1))]
    assert (await store.thin(T, Retention()))['device_verdicts'] == 1
    assert [part for _, part, _ in await parts(store)] == [1]
    whole = replace(state, verdicts={})  # nothing is said of what was stored
    await store.commit(changes(whole))
    assert [found.verdicts for found in await loaded(store, DeviceState)] == [{}]


async def test_saving_a_policy_writes_its_own_part_of_every_device(store: TortoiseStore) -> None:
    application, _ = composed(store)
    await application.transactor.start()
    enterprise = (await application.enterprises.add('Port')).id
    actor = system(enterprise, 'test')
    made = await application.enrolments.add(actor, NewDevice(name='crane', kind=DeviceKind.TABLET))
    await application.checkins.check_in_many(enterprise, [(made.device.id, CheckIn(1, datetime.now(UTC)))])
    for number in range(2 * MOST):
        await application.policies.add(actor, NewPolicy(name=f'{number}', rule='device.battery.level > 5.0'))
    assert [part for _, part, _ in await parts(store)] == [1]
    await spoil(store)
    last = await application.policies.add(actor, NewPolicy(name='last', rule='device.battery.level > 5.0'))
    await application.transactor.stop()
    assert [set(found.verdicts) for found in await loaded(store, DeviceState)] == [{last.id}]


async def test_reports_of_the_version_before_are_read_and_go_on(empty: str) -> None:
    await _old_database(empty, RELEASES, REPORTED)
    async with opened_store(empty) as store:
        (state,) = await loaded(store, DeviceState)
        assert state.verdicts == {'OLD': Verdict(Compliance.COMPLIANT, T, 1)}
        after = judged(state, verdicts(2 * MOST))
        await commit(store, state, after)
        assert [found.verdicts for found in await loaded(store, DeviceState)] == [after.verdicts]
