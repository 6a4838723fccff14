"""A machine whose numbers name several devices waits until a person has said which it is; what it observed meanwhile is kept."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.alerts.live import AlertKeys
from domain.alerts.model import Alert
from domain.cellular.identifiers import Identifiers
from domain.common.errors import AwaitsApproval, Conflict, Invalid
from domain.devices.events import IdentifierMoved
from domain.devices.input import NewDevice
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceKind
from domain.enrolment.claims import claims_on, place_of, rivals_of
from domain.enrolment.events import DeviceApproved, IdentityClaimed
from domain.enrolment.live import Waiting
from domain.enrolment.model import Enrolled, Place
from domain.tokens.model import TokenKind
from tests.fakes import RunningApplication, identifiers, running_application

MIXED = Identifiers(imei=identifiers(1).imei, serial=identifiers(2).serial)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def enrol(application: RunningApplication, names: Identifiers, name: str = 'board', **token: Any) -> Enrolled:
    _, secret = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out', **token)
    return await application.enrolments.enrol(secret, NewDevice(name=name, kind=DeviceKind.GATEWAY, identifiers=names))


async def two_and_a_stranger(application: RunningApplication) -> tuple[Enrolled, Enrolled, Enrolled]:
    """Two devices in use, and a machine with the IMEI of one and the serial number of the other."""
    one, two = [await enrol(application, identifiers(n), name) for n, name in ((1, 'one'), (2, 'two'))]
    for each in (one, two):
        await application.check_in(each.device.id, 7)
    return one, two, await enrol(application, MIXED)


def named(application: RunningApplication, device: Device) -> Identifiers:
    return application.fleet[Device][device.id].identifiers


def open_alert(application: RunningApplication, device: Device) -> Alert | None:
    return application.fleet.index(AlertKeys).open(f'identity/{device.id}')


async def test_it_waits_as_a_device_of_its_own_and_both_devices_are_named(application: RunningApplication) -> None:
    one, two, stranger = await two_and_a_stranger(application)
    assert (stranger.waiting, stranger.again) == (True, False)
    assert stranger.device.id not in (one.device.id, two.device.id)
    with pytest.raises(AwaitsApproval):
        application.access.device(stranger.credential)
    fleet = application.fleet
    assert place_of(fleet, fleet.index(Waiting).credentials[stranger.device.id]) is Place.AMBIGUOUS
    assert rivals_of(fleet, stranger.device) == {one.device.id: ('imei',), two.device.id: ('serial',)}
    for each in (one, two):
        assert [device.id for device in claims_on(fleet, each.device.id)] == [stranger.device.id]
        assert application.access.device(each.credential)[1].id == each.device.id, 'those in use go on'
    raised = open_alert(application, stranger.device)
    assert raised is not None
    assert raised.witnesses == (stranger.device.id, one.device.id, two.device.id)
    assert raised.detail == f'its IMEI {MIXED.imei} is that of one, its serial number {MIXED.serial} is that of two'
    told = [(entry.subject.name, entry.numbers, entry.other_name) for entry in application.entries(IdentityClaimed)]
    assert told == [('one', 'IMEI', 'board'), ('two', 'serial number', 'board')]


@pytest.mark.parametrize('which', [0, 1])
async def test_it_is_the_device_that_a_person_says(application: RunningApplication, which: int) -> None:
    """An exchanged modem, or an exchanged board: the device has both numbers then, and the other one has lost its own."""
    devices = await two_and_a_stranger(application)
    is_it, other, stranger = devices[which], devices[1 - which], devices[2]
    device = await application.enrolments.approve(application.actor, stranger.device.id, choice=is_it.device.id)
    assert device.id == is_it.device.id
    assert (device.identifiers.imei, device.identifiers.serial) == (MIXED.imei, MIXED.serial)
    lost = 'imei' if which else 'serial'
    assert getattr(named(application, other.device), lost) is None
    assert application.access.device(stranger.credential)[1].id == is_it.device.id
    with pytest.raises(Exception, match='not known'):
        application.access.device(is_it.credential)
    assert application.access.device(other.credential)[1].id == other.device.id
    assert stranger.device.id not in application.fleet[Device]
    assert open_alert(application, stranger.device) is None
    assert (await application.check_in(device.id, 1)).accepted == 'current', 'its backlog counts from the start'
    moved = {(entry.subject.id, entry.name, entry.gained) for entry in application.entries(IdentifierMoved)}
    assert moved == {(is_it.device.id, lost, True), (other.device.id, lost, False)}
    assert application.entries(DeviceApproved)[-1].asked_as == 'board'


async def test_it_may_be_none_of_them_and_shares_their_numbers(application: RunningApplication) -> None:
    one, two, stranger = await two_and_a_stranger(application)
    device = await application.enrolments.approve(application.actor, stranger.device.id, choice=stranger.device.id)
    assert device.id == stranger.device.id
    assert application.access.device(stranger.credential)[1].id == device.id
    assert named(application, one.device) == identifiers(1)
    assert named(application, two.device) == identifiers(2)
    assert application.entries(DeviceApproved)[-1].told_apart
    again = [await enrol(application, names, replaces=True) for names in (identifiers(1), identifiers(2), MIXED)]
    ids = [one.device.id, two.device.id, stranger.device.id]
    assert [each.device.id for each in again] == ids, 'each is known by all of its numbers'


async def test_a_choice_has_to_be_made_and_has_to_be_one_of_them(application: RunningApplication) -> None:
    _, _, stranger = await two_and_a_stranger(application)
    other = await application.device('three')
    for choice in (None, other.id, 'nonsense'):
        with pytest.raises(Invalid) as refused:
            await application.enrolments.approve(application.actor, stranger.device.id, choice=choice)
        assert refused.value.field == 'device'
    assert 'one)' in refused.value.detail
    with pytest.raises(AwaitsApproval):
        application.access.device(stranger.credential)


async def test_refused_it_is_gone_and_the_others_keep_their_numbers(application: RunningApplication) -> None:
    one, two, stranger = await two_and_a_stranger(application)
    await application.enrolments.refuse(application.actor, stranger.device.id)
    assert stranger.device.id not in application.fleet[Device]
    assert open_alert(application, stranger.device) is None
    assert [named(application, each.device) for each in (one, two)] == [identifiers(1), identifiers(2)]


async def test_it_asks_again_and_still_waits_as_the_same(application: RunningApplication) -> None:
    """Its answer was lost, or its agent was started anew: not one request more, and no token opens the door."""
    _, _, stranger = await two_and_a_stranger(application)
    again = await enrol(application, MIXED, replaces=True)
    assert (again.device.id, again.waiting) == (stranger.device.id, True)
    assert open_alert(application, stranger.device) is not None
    assert len(application.fleet.index(Waiting).credentials) == 1


async def test_devices_that_are_named_enrol_as_before_while_it_waits(application: RunningApplication) -> None:
    one, _, _ = await two_and_a_stranger(application)
    by_one_number = await enrol(application, Identifiers(imei=identifiers(1).imei), replaces=True)
    assert (by_one_number.device.id, by_one_number.waiting) == (one.device.id, False)


@pytest.mark.parametrize('name', ['imei', 'serial'])
async def test_half_the_numbers_of_a_device_in_use_are_no_proof_either(
    application: RunningApplication, name: str
) -> None:
    """Cheap modems with one IMEI, an image with one serial number: the one in use is not locked out, and neither has to be refused."""
    one = await enrol(application, identifiers(1), 'one')
    await application.check_in(one.device.id, 7)
    half = Identifiers(**{name: getattr(identifiers(1), name)} | {_other(name): getattr(identifiers(9), _other(name))})
    stranger = await enrol(application, half)
    assert stranger.waiting
    assert rivals_of(application.fleet, stranger.device) == {one.device.id: (name,)}
    application.clock.tick(86_400)
    await application.presence.expire()
    replaced = await enrol(application, identifiers(1), 'one')
    assert (replaced.device.id, replaced.waiting) == (one.device.id, False), 'a device that was offline'


def _other(name: str) -> str:
    return 'imei' if name == 'serial' else 'serial'


async def test_a_device_with_another_request_for_its_place_or_a_certificate_is_not_given_away(
    application: RunningApplication,
) -> None:
    one, _, stranger = await two_and_a_stranger(application)
    await enrol(application, identifiers(1))
    with pytest.raises(Conflict, match='decide that first'):
        await application.enrolments.approve(application.actor, stranger.device.id, choice=one.device.id)


async def test_the_history_of_the_chosen_device_goes_on(application: RunningApplication) -> None:
    one, _, stranger = await two_and_a_stranger(application)
    seen = state_of(application.fleet, one.device.id).last_seen
    await application.enrolments.approve(application.actor, stranger.device.id, choice=one.device.id)
    after = state_of(application.fleet, one.device.id)
    assert (after.last_seen, after.sequence) == (seen, 0)
