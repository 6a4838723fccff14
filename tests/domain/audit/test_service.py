"""The audit trail: who may read which, what it shows of every change, and that a copy of it is part of it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from domain.access.actors import Actor, ActorKind, granted
from domain.access.permissions import OWNER, Permission, Role
from domain.alerts.model import Alert
from domain.audit.events import AuditExported
from domain.audit.model import AuditQuery
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult
from domain.common.errors import NotAllowed, NotFound
from domain.devices.actions import Action
from domain.devices.input import NewDevice
from domain.devices.model import DeviceKind
from domain.journal.model import Entry
from domain.policies.input import NewPolicy
from domain.sign_in.model import Browser
from domain.tokens.model import TokenKind
from domain.towers.input import NewTower
from tests.fakes import RunningApplication, running_application

PASSWORD = 'four words and then some'


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


def person(application: RunningApplication, role: Role = Role.ADMIN, **more: Any) -> Actor:
    """A person of that role, who has just proved who they are."""
    parts = {'address': '203.0.113.7', 'recently_verified': True, **more}
    return Actor(ActorKind.PERSON, 'P1', 'Ana', application.enterprise, granted(role), **parts)


async def trail(application: RunningApplication, **asked: Any) -> list[Entry]:
    return [found.entry for found in await application.audit.entries(person(application), AuditQuery(**asked))]


async def test_everything_a_person_does_says_who_from_where_and_what_it_was_before(
    application: RunningApplication,
) -> None:
    ana = person(application)
    added = await application.enrolments.add(ana, NewDevice(name='crane-1', kind=DeviceKind.TABLET))
    await application.devices.change(ana, added.device.id, 1, NewDevice(name='crane-2', kind=DeviceKind.TABLET))
    command = await application.commands.command(ana, added.device.id, Action.QUARANTINE, 'left on the train')
    await application.commands.cancel(ana, command.id)
    await application.enrolments.retire(ana, added.device.id, 2)
    policy = await application.policies.add(ana, NewPolicy(name='Encrypted', rule='device.storage.encrypted'))
    await application.policies.change(ana, policy.id, 1, NewPolicy(name='Encrypted', rule='!device.security.rooted'))
    await application.policies.retire(ana, policy.id, 2)
    check = Check(id='', target=TcpTarget('10.0.0.1', 1), max_attempts=1)
    tower = await application.towers.add(ana, NewTower(name='West', checks=[check]))
    failed = CheckResult(tower.id, tower.checks[0].id, application.clock(), False, error='refused')
    await application.towers.record_check(application.enterprise, tower.id, failed)
    await application.alerts.acknowledge(ana, next(iter(application.fleet[Alert])), 'on it')
    await application.towers.change(ana, tower.id, 1, NewTower(name='East', checks=[check]))
    await application.towers.retire(ana, tower.id, 2)
    token, _ = await application.tokens.issue(
        application.enterprise, TokenKind.API, 'x', scopes=[Permission.DEVICES_READ], actor=ana
    )
    await application.tokens.revoke(application.enterprise, token.id, actor=ana)

    entries = await trail(application, actors=('person/P1',))
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


async def test_sign_ins_and_refusals_are_in_it_and_the_chatter_of_devices_is_not(
    application: RunningApplication,
) -> None:
    await application.people.add(application.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, PASSWORD)
    browser = Browser(address='198.51.100.9')
    opened = await application.accounts.sign_in('ana@example.com', PASSWORD, browser)
    with pytest.raises(Exception, match='not right'):
        await application.accounts.sign_in('ana@example.com', 'x' * 15, browser)
    await application.access.sign_out(opened.session)
    device = await application.device()
    await application.check_in(device.id)
    names = [type(entry).__name__ for entry in await trail(application)]
    assert names[1:4] == ['SignedOut', 'SignInRefused', 'SignedIn']
    assert 'PresenceChanged' not in names
    assert {entry.address for entry in await trail(application, text='198.51')} == {'198.51.100.9'}


async def test_it_is_searched_by_who_kind_object_time_and_text_and_paged(application: RunningApplication) -> None:
    one, two = await application.device('crane-1'), await application.device('crane-2')
    application.clock.tick(100)
    await application.enrolments.retire(person(application), one.id, 1)
    assert [type(entry).__name__ for entry in await trail(application, subject=('device', one.id))] == [
        'DeviceRetired',
        'DeviceEnrolled',
    ]
    assert len(await trail(application, subjects=('device',))) == 3
    assert len(await trail(application, since=application.clock())) == 1
    assert len(await trail(application, until=application.clock(), subjects=('device',))) == 2
    assert [entry.subject.id for entry in await trail(application, text='CRANE-2')] == [two.id]
    first = await application.audit.entries(person(application), AuditQuery(subjects=('device',)), limit=2)
    rest = await application.audit.entries(
        person(application), AuditQuery(subjects=('device',)), before=first[-1].sequence
    )
    assert [found.sequence for found in first + rest] == sorted({f.sequence for f in first + rest}, reverse=True)
    assert len(first + rest) == 3


@pytest.mark.parametrize(
    ('role', 'may'), [(Role.VIEWER, False), (Role.OPERATOR, False), (Role.SECURITY, True), (Role.ADMIN, True)]
)
async def test_who_may_read_it(application: RunningApplication, role: Role, may: bool) -> None:
    asked = person(application, role)
    if may:
        assert await application.audit.entries(asked, AuditQuery())
        assert (await application.audit.check(asked)).intact
        return
    for refused in (
        application.audit.entries(asked, AuditQuery()),
        application.audit.check(asked),
        application.audit.export(asked, AuditQuery()),
    ):
        with pytest.raises(NotAllowed):
            await refused


async def test_the_trail_of_the_installation_is_for_its_owners(application: RunningApplication) -> None:
    with pytest.raises(Exception, match='not right'):
        await application.accounts.sign_in('nobody@example.com', 'x' * 15, Browser(address='198.51.100.9'))
    await application.device()  # travels behind the refusal
    with pytest.raises(NotAllowed):
        await application.audit.entries(person(application), AuditQuery(), installation=True)
    owner = replace(person(application, Role.VIEWER, recently_verified=False), permissions=granted(Role.VIEWER) | OWNER)
    (found,) = await application.audit.entries(owner, AuditQuery(), installation=True)
    assert (type(found.entry).__name__, found.entry.address) == ('SignInRefused', '198.51.100.9')


async def test_a_copy_that_is_taken_is_written_down(application: RunningApplication) -> None:
    await application.device()
    count, before = await application.audit.export(person(application), AuditQuery(subjects=('device',)))
    (entry,) = application.entries(AuditExported)
    assert (count, entry.entries, entry.by, entry.address) == (1, 1, 'Ana', '203.0.113.7')
    assert before == application.fleet.sequence


async def test_an_entry_of_the_trail_is_found_by_its_number_and_no_other(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id)
    newest = application.fleet.sequence
    assert not await trail(application, subjects=('nothing',))
    with pytest.raises(NotFound):
        await application.audit.entry(person(application), newest)  # the device's own word
    with pytest.raises(NotFound):
        await application.audit.entry(person(application), 10**9)
