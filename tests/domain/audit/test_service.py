"""The audit trail: who may read which, what it shows of every change, and that a copy of it is part of it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from domain.access.actors import Actor, ActorKind, granted
from domain.access.permissions import OWNER, Permission, Role
from domain.audit.events import AuditExported
from domain.audit.model import AuditQuery
from domain.checks.model import Check, CheckKind, CheckResult
from domain.common.errors import NotAllowed, NotFound
from domain.devices.actions import Action
from domain.devices.input import NewDevice
from domain.devices.model import Kind
from domain.journal.model import Entry
from domain.policies.input import NewPolicy
from domain.sign_in.model import Browser
from domain.tokens.model import TokenKind
from domain.towers.input import NewTower
from tests.fakes import House, house

PASSWORD = 'four words and then some'


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        yield home


def person(home: House, role: Role = Role.ADMIN, **more: Any) -> Actor:
    """Somebody of that role, who has just proved who they are."""
    parts = {'address': '203.0.113.7', 'raised': True, **more}
    return Actor(ActorKind.PERSON, 'P1', 'Ana', home.enterprise, granted(role), **parts)


async def trail(home: House, **asked: Any) -> list[Entry]:
    return [found.entry for found in await home.audit.entries(person(home), AuditQuery(**asked))]


async def test_everything_a_person_does_says_who_from_where_and_what_it_was_before(home: House) -> None:
    ana = person(home)
    added = await home.devices.add(ana, NewDevice(name='crane-1', kind=Kind.TABLET))
    await home.devices.change(ana, added.device.id, 1, NewDevice(name='crane-2', kind=Kind.TABLET))
    command = await home.devices.command(ana, added.device.id, Action.QUARANTINE, 'left on the train')
    await home.devices.cancel(ana, command.id)
    await home.devices.retire(ana, added.device.id, 2)
    policy = await home.policies.add(ana, NewPolicy(name='Encrypted', rule='device.storage.encrypted'))
    await home.policies.change(ana, policy.id, 1, NewPolicy(name='Encrypted', rule='!device.security.rooted'))
    await home.policies.retire(ana, policy.id, 2)
    check = Check(id='', kind=CheckKind.TCP, host='10.0.0.1', port=1, max_attempts=1)
    tower = await home.towers.add(ana, NewTower(name='West', checks=[check]))
    failed = CheckResult(tower.id, tower.checks[0].id, home.clock(), False, error='refused')
    await home.towers.record_check(home.enterprise, tower.id, failed)
    await home.alerts.acknowledge(ana, next(iter(home.fleet.alerts)), 'on it')
    await home.towers.change(ana, tower.id, 1, NewTower(name='East', checks=[check]))
    await home.towers.retire(ana, tower.id, 2)
    token, _ = await home.tokens.issue(home.enterprise, TokenKind.API, 'x', scopes=[Permission.DEVICES_READ], actor=ana)
    await home.tokens.revoke(home.enterprise, token.id, actor=ana)

    entries = await trail(home, actors=('person/P1',))
    assert {(entry.actor, entry.address) for entry in entries} == {('person/P1', '203.0.113.7')}
    told = [(type(entry).__name__, dict(getattr(entry, 'changes', {}))) for entry in reversed(entries)]
    changes = [(name, found) for name, found in told if found]
    assert ('DeviceChanged', {'name': ['crane-1', 'crane-2']}) in changes
    assert ('PolicySaved', {'rule': ['device.storage.encrypted', '!device.security.rooted']}) in changes
    (named,) = [found for name, found in changes if name == 'TowerSaved' and 'name' in found and found['name'][0]]
    assert named['name'] == ['West', 'East']
    (created,) = [
        found for name, found in changes if name == 'PolicySaved' and found.get('name') == [None, 'Encrypted']
    ]
    assert created['rule'] == [None, 'device.storage.encrypted']
    assert {name for name, _ in told} >= {
        'DeviceEnrolled', 'DeviceRetired', 'CommandMoved', 'PolicyRetired', 'TowerRetired', 'AlertAcknowledged',
        'TokenIssued', 'TokenRevoked',
    }  # fmt: skip
    requested = next(entry for entry in reversed(entries) if type(entry).__name__ == 'CommandMoved')
    assert requested.reason == 'left on the train'  # type: ignore[attr-defined]


async def test_sign_ins_and_refusals_are_in_it_and_the_chatter_of_devices_is_not(home: House) -> None:
    await home.people.add(home.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, PASSWORD)
    browser = Browser(address='198.51.100.9')
    opened = await home.accounts.sign_in('ana@example.com', PASSWORD, browser)
    with pytest.raises(Exception, match='not right'):
        await home.accounts.sign_in('ana@example.com', 'x' * 15, browser)
    await home.access.sign_out(opened.session)
    device = await home.device()
    await home.check_in(device.id)
    names = [type(entry).__name__ for entry in await trail(home)]
    assert names[1:4] == ['SignedOut', 'SignInRefused', 'SignedIn']
    assert 'PresenceChanged' not in names
    assert {entry.address for entry in await trail(home, text='198.51')} == {'198.51.100.9'}


async def test_it_is_searched_by_who_kind_object_time_and_text_and_paged(home: House) -> None:
    one, two = await home.device('crane-1'), await home.device('crane-2')
    home.clock.tick(100)
    await home.devices.retire(person(home), one.id, 1)
    assert [type(entry).__name__ for entry in await trail(home, subject=('device', one.id))] == [
        'DeviceRetired',
        'DeviceEnrolled',
    ]
    assert len(await trail(home, subjects=('device',))) == 3
    assert len(await trail(home, since=home.clock())) == 1
    assert len(await trail(home, until=home.clock(), subjects=('device',))) == 2
    assert [entry.subject.id for entry in await trail(home, text='CRANE-2')] == [two.id]
    first = await home.audit.entries(person(home), AuditQuery(subjects=('device',)), limit=2)
    rest = await home.audit.entries(person(home), AuditQuery(subjects=('device',)), before=first[-1].sequence)
    assert [found.sequence for found in first + rest] == sorted({f.sequence for f in first + rest}, reverse=True)
    assert len(first + rest) == 3


@pytest.mark.parametrize(
    ('role', 'may'), [(Role.VIEWER, False), (Role.OPERATOR, False), (Role.SECURITY, True), (Role.ADMIN, True)]
)
async def test_who_may_read_it(home: House, role: Role, may: bool) -> None:
    asked = person(home, role)
    if may:
        assert await home.audit.entries(asked, AuditQuery())
        assert (await home.audit.check(asked)).intact
        return
    for refused in (
        home.audit.entries(asked, AuditQuery()),
        home.audit.check(asked),
        home.audit.export(asked, AuditQuery()),
    ):
        with pytest.raises(NotAllowed):
            await refused


async def test_the_trail_of_the_installation_is_for_its_owners(home: House) -> None:
    with pytest.raises(Exception, match='not right'):
        await home.accounts.sign_in('nobody@example.com', 'x' * 15, Browser(address='198.51.100.9'))
    await home.device()  # travels behind the refusal
    with pytest.raises(NotAllowed):
        await home.audit.entries(person(home), AuditQuery(), installation=True)
    owner = replace(person(home, Role.VIEWER, raised=False), permissions=granted(Role.VIEWER) | OWNER)
    (found,) = await home.audit.entries(owner, AuditQuery(), installation=True)
    assert (type(found.entry).__name__, found.entry.address) == ('SignInRefused', '198.51.100.9')


async def test_a_copy_that_is_taken_is_written_down(home: House) -> None:
    await home.device()
    count, before = await home.audit.export(person(home), AuditQuery(subjects=('device',)))
    (entry,) = home.entries(AuditExported)
    assert (count, entry.entries, entry.by, entry.address) == (1, 1, 'Ana', '203.0.113.7')
    assert before == home.fleet.sequence


async def test_an_entry_of_the_trail_is_found_by_its_number_and_no_other(home: House) -> None:
    device = await home.device()
    await home.check_in(device.id)
    newest = home.fleet.sequence
    assert not await trail(home, subjects=('nothing',))
    with pytest.raises(NotFound):
        await home.audit.entry(person(home), newest)  # the device's own word
    with pytest.raises(NotFound):
        await home.audit.entry(person(home), 10**9)
