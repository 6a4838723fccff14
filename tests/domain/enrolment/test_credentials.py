"""A device's credential over time: waiting for approval, contested, renewed, revoked, pinned to a certificate."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.alerts.model import AlarmType
from domain.checkins.model import CheckIn, Receipt
from domain.common.errors import AwaitsApproval, Conflict, NotAllowed, NotFound, NotSignedIn
from domain.devices.input import NewDevice
from domain.devices.model import Kind, Presence
from domain.enrolment.events import CredentialRevoked, CredentialRotated, DeviceApproved, DeviceEnrolled, DeviceRefused
from domain.enrolment.model import Credential, Enrolled
from domain.tokens.model import Token, TokenKind
from tests.fakes import House, house, identifiers

PIN = 'ab' * 32


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        yield home


async def enrol(home: House, *, labels: dict[str, str] | None = None, fingerprint: str = '', **token: Any) -> Enrolled:
    """A device with one and the same serial number enrols with a new token."""
    secret = (await home.tokens.issue(home.enterprise, TokenKind.ENROLMENT, 'roll-out', **token))[1]
    new = NewDevice(name='crane-1', kind=Kind.TABLET, identifiers=identifiers(1), labels=labels or {})
    return await home.enrolments.enrol(secret, new, fingerprint=fingerprint, address='203.0.113.7')


async def in_use(home: House) -> Enrolled:
    """A device that has enrolled and checked in."""
    enrolled = await enrol(home)
    await home.check_in(enrolled.device.id, 7)
    return enrolled


def opens(home: House, secret: str, fingerprint: str = '') -> bool:
    try:
        home.access.device(secret, fingerprint=fingerprint)
    except NotSignedIn:
        return False
    return True


async def settled(home: House) -> None:
    """Whatever was sent down the road before has arrived."""
    await home.road.travel(lambda draft: None)


async def test_a_device_that_needs_approval_is_let_in_once_somebody_approved_it(home: House) -> None:
    enrolled = await enrol(home, approval=True)
    assert enrolled.waiting
    with pytest.raises(AwaitsApproval) as waits:
        home.access.device(enrolled.credential)
    assert waits.value.retry_after == 30
    assert set(home.fleet.waiting) == {enrolled.device.id}
    assert home.fleet.state_of(enrolled.device.id).presence is Presence.NEVER_SEEN
    assert home.fleet.presence[Presence.ONLINE] == 0
    await home.enrolments.approve(home.actor, enrolled.device.id)
    assert home.access.device(enrolled.credential)[1].id == enrolled.device.id
    assert not home.fleet.waiting
    assert [entry.waiting for entry in home.entries(DeviceEnrolled)] == [True]
    assert [entry.by for entry in home.entries(DeviceApproved)] == ['test']


async def test_no_collector_speaks_for_a_device_that_waits(home: House) -> None:
    waiting, used = await enrol(home, approval=True), await home.device('crane-2')
    now = datetime.fromtimestamp(home.clock(), UTC)
    items = [(id, CheckIn(1, now)) for id in (waiting.device.id, used.id)]
    refused, taken = await home.checkins.check_in_many(home.enterprise, items)
    assert isinstance(refused, AwaitsApproval)
    assert isinstance(taken, Receipt)
    assert home.fleet.state_of(waiting.device.id).presence is Presence.NEVER_SEEN


async def test_a_device_still_waits_after_a_restart(home: House) -> None:
    enrolled = await enrol(home, approval=True)
    async with house(store=home.store, clock=home.clock) as later:
        with pytest.raises(AwaitsApproval):
            later.access.device(enrolled.credential)
        await later.enrolments.approve(later.actor, enrolled.device.id)
        assert opens(later, enrolled.credential)


async def test_an_approval_is_of_the_one_that_was_looked_at(home: House) -> None:
    looked_at = await enrol(home, approval=True)
    asked_at = home.fleet.waiting[looked_at.device.id].created_at
    home.clock.tick(1)
    another = await enrol(home, approval=True)
    with pytest.raises(Conflict, match='asked again'):
        await home.enrolments.approve(home.actor, looked_at.device.id, asked_at=asked_at)
    with pytest.raises(AwaitsApproval):
        home.access.device(another.credential)
    await home.enrolments.approve(home.actor, another.device.id, asked_at=asked_at + 1)
    assert opens(home, another.credential)


async def test_a_refused_device_is_retired_and_its_credential_opens_nothing(home: House) -> None:
    enrolled = await enrol(home, approval=True)
    await home.enrolments.refuse(home.actor, enrolled.device.id, 'nobody knows it')
    assert not home.fleet.devices
    assert not home.fleet.waiting
    assert not opens(home, enrolled.credential)
    assert home.store.rows[Credential][enrolled.device.id].revoked_at == home.clock()
    assert [entry.because for entry in home.entries(DeviceRefused)] == ['nobody knows it']
    with pytest.raises(NotFound):
        await home.enrolments.approve(home.actor, enrolled.device.id)


async def test_a_device_that_is_in_use_goes_on_while_somebody_asks_to_enrol_as_it(home: House) -> None:
    first = await in_use(home)
    second = await enrol(home)
    assert (second.waiting, second.again, second.device) == (True, True, first.device)
    assert opens(home, first.credential)
    with pytest.raises(AwaitsApproval):
        home.access.device(second.credential)
    (alert,) = home.fleet.alerts.values()
    assert (alert.problem, alert.alarm_type) == ('Somebody asks to enrol as a device in use', AlarmType.SECURITY)
    assert '203.0.113.7' in alert.detail
    assert home.fleet.state_of(first.device.id).sequence == 7


async def test_whoever_is_approved_takes_the_place_of_the_device_in_use(home: House) -> None:
    first, second = await in_use(home), await enrol(home)
    await home.enrolments.approve(home.actor, first.device.id)
    assert not opens(home, first.credential)
    assert opens(home, second.credential)
    assert home.fleet.state_of(first.device.id).sequence == 0
    assert not home.fleet.alerts


async def test_whoever_is_refused_leaves_the_device_in_use_as_it_was(home: House) -> None:
    first, second = await in_use(home), await enrol(home)
    third = await enrol(home)
    await home.enrolments.refuse(home.actor, first.device.id)
    assert opens(home, first.credential)
    assert not opens(home, second.credential)
    assert not opens(home, third.credential)
    assert home.fleet.devices[first.device.id].retired_at is None
    assert not home.fleet.alerts


async def test_a_token_for_replacing_devices_asks_nobody(home: House) -> None:
    first = await in_use(home)
    second = await enrol(home, replaces=True)
    assert (second.waiting, opens(home, first.credential), opens(home, second.credential)) == (False, False, True)


async def test_a_device_that_fell_silent_takes_its_place_back_by_itself(home: House) -> None:
    first = await in_use(home)
    home.clock.tick(3 * 60 + 11)
    await home.presence.expire()
    second = await enrol(home)
    assert (second.waiting, opens(home, first.credential), opens(home, second.credential)) == (False, False, True)


async def test_a_silent_device_that_nobody_approves_is_not_retired_with_its_history(home: House) -> None:
    first = await in_use(home)
    await home.enrolments.revoke(home.actor, first.device.id, 'stolen')
    await enrol(home, approval=True)
    await home.enrolments.refuse(home.actor, first.device.id)
    assert home.fleet.devices[first.device.id].retired_at is None


async def test_a_revoked_credential_opens_nothing_and_the_device_may_enrol_again_at_once(home: House) -> None:
    first = await in_use(home)
    await home.enrolments.revoke(home.actor, first.device.id, 'stolen')
    assert not opens(home, first.credential)
    assert [(entry.by, entry.because) for entry in home.entries(CredentialRevoked)] == [('test', 'stolen')]
    with pytest.raises(Conflict, match='no credential'):
        await home.enrolments.revoke(home.actor, first.device.id, 'stolen')
    second = await enrol(home)
    assert (second.device.id, second.waiting, opens(home, second.credential)) == (first.device.id, False, True)


async def test_a_revocation_holds_after_a_restart(home: House) -> None:
    first = await in_use(home)
    await home.enrolments.revoke(home.actor, first.device.id, 'stolen')
    async with house(store=home.store, clock=home.clock) as later:
        assert not opens(later, first.credential)


async def test_a_renewed_credential_ends_the_former_with_its_first_use(home: House) -> None:
    first = await in_use(home)
    fresh = await home.enrolments.rotate(first.device, first.credential)
    assert opens(home, first.credential)
    assert opens(home, first.credential)
    assert opens(home, fresh)
    await settled(home)
    assert not opens(home, first.credential)
    assert opens(home, fresh)
    assert not home.fleets.rotating
    assert len(home.entries(CredentialRotated)) == 1


async def test_a_device_whose_new_credential_was_lost_asks_again_with_the_former(home: House) -> None:
    first = await in_use(home)
    lost = await home.enrolments.rotate(first.device, first.credential)
    async with house(store=home.store, clock=home.clock) as later:
        fresh = await later.enrolments.rotate(first.device, first.credential)
        assert not opens(later, lost)
        assert opens(later, first.credential)
        assert opens(later, fresh)


async def test_a_credential_that_ended_meanwhile_renews_nothing(home: House) -> None:
    first = await in_use(home)
    answers = await asyncio.gather(
        home.enrolments.revoke(home.actor, first.device.id, 'stolen'),
        home.enrolments.rotate(first.device, first.credential),
        return_exceptions=True,
    )
    assert isinstance(answers[1], NotSignedIn)


async def test_nothing_is_renewed_while_somebody_asks_to_enrol_as_the_device(home: House) -> None:
    first = await in_use(home)
    await enrol(home)
    with pytest.raises(Conflict):
        await home.enrolments.rotate(first.device, first.credential)
    assert opens(home, first.credential)


async def test_a_certificate_shown_at_enrolment_has_to_be_shown_ever_after(home: House) -> None:
    pinned = await enrol(home, fingerprint=PIN)
    assert opens(home, pinned.credential, PIN)
    assert not opens(home, pinned.credential)
    assert not opens(home, pinned.credential, 'cd' * 32)
    with pytest.raises(NotSignedIn, match='certificate'):
        await enrol(home, replaces=True)
    again = await enrol(home, fingerprint=PIN)
    assert opens(home, again.credential, PIN)
    fresh = await home.enrolments.rotate(again.device, again.credential)
    assert (opens(home, fresh, PIN), opens(home, fresh)) == (True, False)
    await home.enrolments.revoke(home.actor, again.device.id, 'a new certificate')
    assert opens(home, (await enrol(home)).credential)


async def test_a_token_tells_when_and_from_where_it_was_used(home: House) -> None:
    await enrol(home, uses=2)
    (token,) = home.store.rows[Token].values()
    assert (token.uses_left, token.used_at, token.used_from) == (1, home.clock(), '203.0.113.7')
    assert home.entries(DeviceEnrolled)[0].address == '203.0.113.7'


async def test_only_who_may_enrol_devices_decides_on_those_that_wait(home: House) -> None:
    enrolled = await enrol(home, approval=True)
    for role in (Role.VIEWER, Role.SECURITY):
        actor = Actor(ActorKind.PERSON, 'p', 'Pat', home.enterprise, PERMISSIONS[role])
        for attempt in (
            home.enrolments.approve(actor, enrolled.device.id),
            home.enrolments.refuse(actor, enrolled.device.id),
            home.enrolments.revoke(actor, enrolled.device.id, 'x'),
        ):
            with pytest.raises(NotAllowed):
                await attempt
    other = await home.enterprises.add('Other')
    stranger = Actor(ActorKind.PERSON, 's', 'Sam', other.id, PERMISSIONS[Role.ADMIN])
    for attempt in (
        home.enrolments.approve(stranger, enrolled.device.id),
        home.enrolments.refuse(stranger, enrolled.device.id),
        home.enrolments.revoke(stranger, enrolled.device.id, 'x'),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert set(home.fleet.waiting) == {enrolled.device.id}
