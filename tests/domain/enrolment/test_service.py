"""Enrolment: who comes in with which token, who has to be approved, and what becomes of a credential."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from domain.access.permissions import PERMISSIONS, Role
from domain.cellular.identifiers import Identifiers
from domain.common.errors import Invalid, NotSignedIn
from domain.devices.events import DeviceChanged
from domain.devices.input import NewDevice
from domain.devices.listing.labels import LabelIndex
from domain.devices.model import Criticality, Device, DeviceKind, DeviceState
from domain.enrolment.events import DeviceEnrolled
from domain.enrolment.model import Enrolled
from domain.tokens.model import Token, TokenKind
from tests.fakes import RunningApplication, identifiers, running_application


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


def new(name: str = 'crane-1', **more: Any) -> NewDevice:
    return NewDevice(name=name, kind=DeviceKind.TABLET, **more)


async def token(application: RunningApplication, **more: Any) -> str:
    return (await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out', **more))[1]


async def enrol(application: RunningApplication, secret: str, **more: Any) -> Enrolled:
    return await application.enrolments.enrol(secret, new(**more))


async def test_an_enrolment_token_lets_a_device_in_and_gives_it_a_credential(application: RunningApplication) -> None:
    enrolled = await enrol(application, await token(application), identifiers=identifiers(1), labels={'site': 'port-1'})
    assert not enrolled.again
    assert application.access.device(enrolled.credential) == (application.fleet, enrolled.device)
    assert application.fleet.index(LabelIndex).ids('site', 'port-1') == {enrolled.device.id}
    assert [(entry.again, entry.token) for entry in application.entries(DeviceEnrolled)] == [(False, 'roll-out')]


@pytest.mark.parametrize('known_by', ['imei', 'serial'])
async def test_a_device_that_enrols_again_keeps_its_place_and_loses_its_old_credential(
    application: RunningApplication, known_by: str
) -> None:
    secret = await token(application)
    first = await enrol(application, secret, identifiers=identifiers(1), labels={'site': 'port-1'})
    await application.check_in(first.device.id, 7)
    application.clock.tick(600)
    await application.presence.expire()
    names = Identifiers(**{known_by: getattr(identifiers(1), known_by)})
    again = await enrol(application, secret, identifiers=names, interval_s=300)
    assert (again.again, again.device.id, again.device.interval_s) == (True, first.device.id, 300)
    assert (again.device.labels, again.device.identifiers) == ({'site': 'port-1'}, identifiers(1))
    with pytest.raises(NotSignedIn):
        application.access.device(first.credential)
    assert application.access.device(again.credential)[1].id == first.device.id
    assert application.fleet[DeviceState][first.device.id].sequence == 0
    assert (await application.check_in(first.device.id, 1)).accepted == 'current'


async def test_a_device_that_enrols_again_brings_its_new_sim_along(application: RunningApplication) -> None:
    secret = await token(application)
    await enrol(application, secret, identifiers=replace(identifiers(1), msisdn='+31611111111'))
    again = await enrol(application, secret, identifiers=replace(identifiers(1), msisdn='+31622222222'))
    assert again.device.identifiers.msisdn == '+31622222222'


async def test_many_that_enrol_at_once_with_one_serial_are_one_device(application: RunningApplication) -> None:
    secret = await token(application)
    enrolled = await asyncio.gather(*[enrol(application, secret, identifiers=identifiers(1)) for _ in range(5)])
    assert len({one.device.id for one in enrolled}) == 1
    assert sorted(one.again for one in enrolled) == [False, True, True, True, True]
    assert len(application.fleet[Device]) == 1


async def test_a_used_up_token_lets_no_device_in_however_many_come_at_once(application: RunningApplication) -> None:
    secret = await token(application, uses=2)
    answers = await asyncio.gather(
        *[enrol(application, secret, name=f'crane-{n}') for n in range(5)], return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, NotSignedIn)]
    assert len(refused) == 3
    assert 'used up' in refused[0].detail
    assert len(application.fleet[Device]) == 2


async def test_an_expired_a_revoked_an_unknown_and_an_api_token_let_no_device_in(
    application: RunningApplication,
) -> None:
    expired = await token(application, expires_in_s=60)
    revoked = await token(application)
    await application.tokens.revoke(application.enterprise, list(application.fleet[Token])[-1])
    application.clock.tick(60)
    api = (
        await application.tokens.issue(
            application.enterprise, TokenKind.API, 'api', scopes=list(PERMISSIONS[Role.ADMIN])
        )
    )[1]
    for secret in (expired, revoked, 'cwe_nonsense', api):
        with pytest.raises(NotSignedIn):
            await enrol(application, secret)
    assert not application.fleet[Device]


async def test_a_hostile_name_is_refused_before_the_token_is_used(application: RunningApplication) -> None:
    secret = await token(application, uses=1)
    with pytest.raises(Invalid):
        await enrol(application, secret, name='crane\u202e')
    assert [row.uses_left for row in application.store.rows[Token].values()] == [1]


async def test_the_criticality_of_the_token_wins_over_what_the_device_says_and_had(
    application: RunningApplication,
) -> None:
    plain, grave = await token(application), await token(application, criticality='vital')
    first = await enrol(application, plain, identifiers=identifiers(1), criticality=Criticality.LOW)
    assert first.device.criticality is Criticality.LOW
    again = await enrol(application, grave, identifiers=identifiers(1))
    assert (again.device.id, again.device.criticality) == (first.device.id, Criticality.VITAL)
    other = await enrol(application, grave, identifiers=identifiers(2), criticality=Criticality.LOW)
    assert other.device.criticality is Criticality.VITAL
    assert (await enrol(application, plain, identifiers=identifiers(2))).device.criticality is Criticality.VITAL


async def test_labels_of_the_token_win_over_what_the_device_says(application: RunningApplication) -> None:
    secret = await token(application, labels={'site': 'port-1'})
    enrolled = await enrol(application, secret, labels={'site': 'port-9', 'crew': 'night'}, identifiers=identifiers(1))
    assert enrolled.device.labels == {'site': 'port-1', 'crew': 'night'}
    application.clock.tick(3600)
    again = await enrol(
        application, await token(application, labels={'crew': 'day'}), labels={'a': 'b'}, identifiers=identifiers(1)
    )
    assert again.device.labels == {'site': 'port-1', 'crew': 'day'}


async def test_more_labels_than_a_device_may_have_are_refused_before_the_token_is_used(
    application: RunningApplication,
) -> None:
    secret = await token(application, labels={'site': 'port-1'}, uses=1)
    with pytest.raises(Invalid) as refused:
        await enrol(application, secret, labels={f'key-{number}': 'x' for number in range(32)})
    assert refused.value.field == 'labels'
    assert [row.uses_left for row in application.store.rows[Token].values()] == [1]


async def test_a_device_that_enrols_again_keeps_the_criticality_that_people_gave_it(
    application: RunningApplication,
) -> None:
    secret = await token(application)
    first = await enrol(application, secret, identifiers=identifiers(1), criticality=Criticality.LOW)
    given = new(identifiers=identifiers(1), criticality=Criticality.VITAL)
    await application.devices.change(application.actor, first.device.id, 1, given)
    again = await enrol(application, secret, identifiers=identifiers(1), criticality=Criticality.LOW)
    assert (first.device.criticality, again.device.criticality) == (Criticality.LOW, Criticality.VITAL)


async def test_an_approval_can_say_how_critical_the_device_is(application: RunningApplication) -> None:
    secret = await token(application, approval=True)
    one, two = [(await enrol(application, secret, name=name)).device for name in ('one', 'two')]
    await application.enrolments.approve(application.actor, one.id, criticality=Criticality.HIGH)
    await application.enrolments.approve(application.actor, two.id)
    found = application.fleet[Device]
    assert [(found[id].criticality, found[id].version) for id in (one.id, two.id)] == [('high', 2), ('normal', 1)]
    (entry,) = application.entries(DeviceChanged)
    assert (entry.subject.id, entry.changes) == (one.id, {'criticality': ['normal', 'high']})


@pytest.mark.parametrize(
    'names', [{'serial': 'To be filled by O.E.M.'}, {'serial': '0123456789ABCDEF'}, {'imei': '004999010640000'}]
)
async def test_a_number_that_names_nobody_makes_no_two_devices_one(
    application: RunningApplication, names: dict[str, str]
) -> None:
    secret = await token(application)
    gateway = await enrol(application, secret, name='gateway', identifiers=Identifiers(**names))
    camera = await enrol(application, secret, name='camera', identifiers=Identifiers(**names))
    assert gateway.device.id != camera.device.id
    for enrolled in (gateway, camera):
        assert application.access.device(enrolled.credential)[1].id == enrolled.device.id
    await application.devices.change(
        application.actor, camera.device.id, 1, new('camera 2', identifiers=Identifiers(**names))
    )
    known = await enrol(application, secret, identifiers=replace(identifiers(1), **names))
    again = await enrol(application, secret, identifiers=replace(identifiers(1), **names))
    assert again.device.id == known.device.id, 'the other number names it'
