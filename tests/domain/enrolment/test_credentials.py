"""A device's credential over time: waiting for approval, contested, renewed, revoked, pinned to a certificate."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.alerts.model import AlarmType, Alert
from domain.checkins.model import CheckIn, Receipt
from domain.common.errors import AwaitsApproval, Conflict, NotAllowed, NotFound, NotSignedIn
from domain.devices.input import NewDevice
from domain.devices.listing.counters import StatusCounters
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceKind, Presence
from domain.enrolment.events import CredentialRevoked, CredentialRotated, DeviceApproved, DeviceEnrolled, DeviceRefused
from domain.enrolment.live import Credentials, Waiting
from domain.enrolment.model import Credential, Enrolled
from domain.tokens.model import Token, TokenKind
from tests.fakes import RunningApplication, identifiers, running_application

PIN = 'ab' * 32


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def enrol(
    application: RunningApplication, *, labels: dict[str, str] | None = None, fingerprint: str = '', **token: Any
) -> Enrolled:
    """A device with one and the same serial number enrols with a new token."""
    secret = (await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out', **token))[1]
    new = NewDevice(name='crane-1', kind=DeviceKind.TABLET, identifiers=identifiers(1), labels=labels or {})
    return await application.enrolments.enrol(secret, new, fingerprint=fingerprint, address='203.0.113.7')


async def in_use(application: RunningApplication) -> Enrolled:
    """A device that has enrolled and checked in."""
    enrolled = await enrol(application)
    await application.check_in(enrolled.device.id, 7)
    return enrolled


def opens(application: RunningApplication, secret: str, fingerprint: str = '') -> bool:
    try:
        application.access.device(secret, fingerprint=fingerprint)
    except NotSignedIn:
        return False
    return True


async def settled(application: RunningApplication) -> None:
    """All that was posted to the transactor before has been decided."""
    await application.transactor.transact(lambda tx: None)


async def test_a_device_that_needs_approval_is_let_in_once_a_person_approved_it(
    application: RunningApplication,
) -> None:
    enrolled = await enrol(application, approval=True)
    assert enrolled.waiting
    with pytest.raises(AwaitsApproval) as waits:
        application.access.device(enrolled.credential)
    assert waits.value.retry_after == 30
    assert set(application.fleet.index(Waiting).credentials) == {enrolled.device.id}
    assert state_of(application.fleet, enrolled.device.id).presence is Presence.NEVER_SEEN
    assert application.fleet.index(StatusCounters).presence[Presence.ONLINE] == 0
    await application.enrolments.approve(application.actor, enrolled.device.id)
    assert application.access.device(enrolled.credential)[1].id == enrolled.device.id
    assert not application.fleet.index(Waiting).credentials
    assert [entry.waiting for entry in application.entries(DeviceEnrolled)] == [True]
    assert [entry.by for entry in application.entries(DeviceApproved)] == ['test']


async def test_no_collector_speaks_for_a_device_that_waits(application: RunningApplication) -> None:
    waiting, used = await enrol(application, approval=True), await application.device('crane-2')
    now = datetime.fromtimestamp(application.clock(), UTC)
    items = [(id, CheckIn(1, now)) for id in (waiting.device.id, used.id)]
    refused, taken = await application.checkins.check_in_many(application.enterprise, items)
    assert isinstance(refused, AwaitsApproval)
    assert isinstance(taken, Receipt)
    assert state_of(application.fleet, waiting.device.id).presence is Presence.NEVER_SEEN


async def test_a_device_still_waits_after_a_restart(application: RunningApplication) -> None:
    enrolled = await enrol(application, approval=True)
    async with running_application(store=application.store, clock=application.clock) as later:
        with pytest.raises(AwaitsApproval):
            later.access.device(enrolled.credential)
        await later.enrolments.approve(later.actor, enrolled.device.id)
        assert opens(later, enrolled.credential)


async def test_an_approval_is_of_the_one_that_was_looked_at(application: RunningApplication) -> None:
    looked_at = await enrol(application, approval=True)
    asked_at = application.fleet.index(Waiting).credentials[looked_at.device.id].created_at
    application.clock.tick(1)
    another = await enrol(application, approval=True)
    with pytest.raises(Conflict, match='newer request'):
        await application.enrolments.approve(application.actor, looked_at.device.id, asked_at=asked_at)
    with pytest.raises(AwaitsApproval):
        application.access.device(another.credential)
    await application.enrolments.approve(application.actor, another.device.id, asked_at=asked_at + 1)
    assert opens(application, another.credential)


async def test_a_refused_device_is_retired_and_its_credential_opens_nothing(application: RunningApplication) -> None:
    enrolled = await enrol(application, approval=True)
    await application.enrolments.refuse(application.actor, enrolled.device.id, 'nobody knows it')
    assert not application.fleet[Device]
    assert not application.fleet.index(Waiting).credentials
    assert not opens(application, enrolled.credential)
    assert application.store.rows[Credential][enrolled.device.id].revoked_at == application.clock()
    assert [entry.because for entry in application.entries(DeviceRefused)] == ['nobody knows it']
    with pytest.raises(NotFound):
        await application.enrolments.approve(application.actor, enrolled.device.id)


async def test_a_device_in_use_goes_on_while_an_enrolment_as_it_waits(
    application: RunningApplication,
) -> None:
    first = await in_use(application)
    second = await enrol(application)
    assert (second.waiting, second.again, second.device) == (True, True, first.device)
    assert opens(application, first.credential)
    with pytest.raises(AwaitsApproval):
        application.access.device(second.credential)
    (alert,) = application.fleet[Alert].values()
    assert (alert.problem, alert.alarm_type) == ('Request to enrol as a device in use', AlarmType.SECURITY)
    assert '203.0.113.7' in alert.detail
    assert state_of(application.fleet, first.device.id).sequence == 7


async def test_an_enrolment_that_is_approved_takes_the_place_of_the_device_in_use(
    application: RunningApplication,
) -> None:
    first, second = await in_use(application), await enrol(application)
    await application.enrolments.approve(application.actor, first.device.id)
    assert not opens(application, first.credential)
    assert opens(application, second.credential)
    assert state_of(application.fleet, first.device.id).sequence == 0
    assert not application.fleet[Alert]


async def test_an_enrolment_that_is_refused_leaves_the_device_in_use_as_it_was(application: RunningApplication) -> None:
    first, second = await in_use(application), await enrol(application)
    third = await enrol(application)
    await application.enrolments.refuse(application.actor, first.device.id)
    assert opens(application, first.credential)
    assert not opens(application, second.credential)
    assert not opens(application, third.credential)
    assert application.fleet[Device][first.device.id].retired_at is None
    assert not application.fleet[Alert]


async def test_a_token_for_replacing_devices_needs_no_approval(application: RunningApplication) -> None:
    first = await in_use(application)
    second = await enrol(application, replaces=True)
    assert (second.waiting, opens(application, first.credential), opens(application, second.credential)) == (
        False,
        False,
        True,
    )


async def test_a_device_that_fell_silent_takes_its_place_back_by_itself(application: RunningApplication) -> None:
    first = await in_use(application)
    application.clock.tick(3 * 60 + 11)
    await application.presence.expire()
    second = await enrol(application)
    assert (second.waiting, opens(application, first.credential), opens(application, second.credential)) == (
        False,
        False,
        True,
    )


async def test_a_silent_device_that_is_not_approved_is_not_retired_with_its_history(
    application: RunningApplication,
) -> None:
    first = await in_use(application)
    await application.enrolments.revoke(application.actor, first.device.id, 'stolen')
    await enrol(application, approval=True)
    await application.enrolments.refuse(application.actor, first.device.id)
    assert application.fleet[Device][first.device.id].retired_at is None


async def test_a_revoked_credential_opens_nothing_and_the_device_may_enrol_again_at_once(
    application: RunningApplication,
) -> None:
    first = await in_use(application)
    await application.enrolments.revoke(application.actor, first.device.id, 'stolen')
    assert not opens(application, first.credential)
    assert [(entry.by, entry.because) for entry in application.entries(CredentialRevoked)] == [('test', 'stolen')]
    with pytest.raises(Conflict, match='no credential'):
        await application.enrolments.revoke(application.actor, first.device.id, 'stolen')
    second = await enrol(application)
    assert (second.device.id, second.waiting, opens(application, second.credential)) == (first.device.id, False, True)


async def test_a_revocation_holds_after_a_restart(application: RunningApplication) -> None:
    first = await in_use(application)
    await application.enrolments.revoke(application.actor, first.device.id, 'stolen')
    async with running_application(store=application.store, clock=application.clock) as later:
        assert not opens(later, first.credential)


async def test_a_renewed_credential_ends_the_former_with_its_first_use(application: RunningApplication) -> None:
    first = await in_use(application)
    fresh = await application.enrolments.rotate(first.device, first.credential)
    assert opens(application, first.credential)
    assert opens(application, first.credential)
    assert opens(application, fresh)
    await settled(application)
    assert not opens(application, first.credential)
    assert opens(application, fresh)
    assert not application.fleets.index(Credentials).rotating
    assert len(application.entries(CredentialRotated)) == 1


async def test_a_device_whose_new_credential_was_lost_asks_again_with_the_former(
    application: RunningApplication,
) -> None:
    first = await in_use(application)
    lost = await application.enrolments.rotate(first.device, first.credential)
    async with running_application(store=application.store, clock=application.clock) as later:
        fresh = await later.enrolments.rotate(first.device, first.credential)
        assert not opens(later, lost)
        assert opens(later, first.credential)
        assert opens(later, fresh)


async def test_a_credential_that_ended_meanwhile_renews_nothing(application: RunningApplication) -> None:
    first = await in_use(application)
    answers = await asyncio.gather(
        application.enrolments.revoke(application.actor, first.device.id, 'stolen'),
        application.enrolments.rotate(first.device, first.credential),
        return_exceptions=True,
    )
    assert isinstance(answers[1], NotSignedIn)


async def test_nothing_is_renewed_while_an_enrolment_as_the_device_waits(application: RunningApplication) -> None:
    first = await in_use(application)
    await enrol(application)
    with pytest.raises(Conflict):
        await application.enrolments.rotate(first.device, first.credential)
    assert opens(application, first.credential)


async def test_a_certificate_shown_at_enrolment_has_to_be_shown_ever_after(application: RunningApplication) -> None:
    pinned = await enrol(application, fingerprint=PIN)
    assert opens(application, pinned.credential, PIN)
    assert not opens(application, pinned.credential)
    assert not opens(application, pinned.credential, 'cd' * 32)
    with pytest.raises(NotSignedIn, match='certificate'):
        await enrol(application, replaces=True)
    again = await enrol(application, fingerprint=PIN)
    assert opens(application, again.credential, PIN)
    fresh = await application.enrolments.rotate(again.device, again.credential)
    assert (opens(application, fresh, PIN), opens(application, fresh)) == (True, False)
    await application.enrolments.revoke(application.actor, again.device.id, 'a new certificate')
    assert opens(application, (await enrol(application)).credential)


async def test_a_token_tells_when_and_from_where_it_was_used(application: RunningApplication) -> None:
    await enrol(application, uses=2)
    (token,) = application.store.rows[Token].values()
    assert (token.uses_left, token.used_at, token.used_from) == (1, application.clock(), '203.0.113.7')
    assert application.entries(DeviceEnrolled)[0].address == '203.0.113.7'


async def test_only_who_may_enrol_devices_decides_on_those_that_wait(application: RunningApplication) -> None:
    enrolled = await enrol(application, approval=True)
    for role in (Role.VIEWER, Role.SECURITY):
        actor = Actor(ActorKind.PERSON, 'p', 'Pat', application.enterprise, PERMISSIONS[role])
        for attempt in (
            application.enrolments.approve(actor, enrolled.device.id),
            application.enrolments.refuse(actor, enrolled.device.id),
            application.enrolments.revoke(actor, enrolled.device.id, 'x'),
        ):
            with pytest.raises(NotAllowed):
                await attempt
    other = await application.enterprises.add('Other')
    stranger = Actor(ActorKind.PERSON, 's', 'Sam', other.id, PERMISSIONS[Role.ADMIN])
    for attempt in (
        application.enrolments.approve(stranger, enrolled.device.id),
        application.enrolments.refuse(stranger, enrolled.device.id),
        application.enrolments.revoke(stranger, enrolled.device.id, 'x'),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert set(application.fleet.index(Waiting).credentials) == {enrolled.device.id}
