"""Enrolment: who comes in with which token, who has to be approved, and what becomes of a credential."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from domain.access.permissions import PERMISSIONS, Role
from domain.cellular.identifiers import Identifiers
from domain.common.errors import Conflict, Invalid, NotSignedIn
from domain.devices.input import NewDevice
from domain.devices.model import Kind
from domain.enrolment.events import DeviceEnrolled
from domain.enrolment.model import Enrolled
from domain.tokens.model import Token, TokenKind
from tests.fakes import House, house, identifiers


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        yield home


def new(name: str = 'crane-1', **more: Any) -> NewDevice:
    return NewDevice(name=name, kind=Kind.TABLET, **more)


async def token(home: House, **more: Any) -> str:
    return (await home.tokens.issue(home.enterprise, TokenKind.ENROLMENT, 'roll-out', **more))[1]


async def enrol(home: House, secret: str, **more: Any) -> Enrolled:
    return await home.enrolments.enrol(secret, new(**more))


async def test_an_enrolment_token_lets_a_device_in_and_gives_it_a_credential(home: House) -> None:
    enrolled = await enrol(home, await token(home), identifiers=identifiers(1), labels={'site': 'port-1'})
    assert not enrolled.again
    assert home.access.device(enrolled.credential) == (home.fleet, enrolled.device)
    assert home.fleet.labelled.ids('site', 'port-1') == {enrolled.device.id}
    assert [(entry.again, entry.token) for entry in home.entries(DeviceEnrolled)] == [(False, 'roll-out')]


@pytest.mark.parametrize('known_by', ['imei', 'serial'])
async def test_a_device_that_enrols_again_keeps_its_place_and_loses_its_old_credential(
    home: House, known_by: str
) -> None:
    secret = await token(home)
    first = await enrol(home, secret, identifiers=identifiers(1), labels={'site': 'port-1'})
    await home.check_in(first.device.id, 7)
    home.clock.tick(600)
    await home.presence.expire()
    names = Identifiers(**{known_by: getattr(identifiers(1), known_by)})
    again = await enrol(home, secret, identifiers=names, interval_s=300)
    assert (again.again, again.device.id, again.device.interval_s) == (True, first.device.id, 300)
    assert (again.device.labels, again.device.identifiers) == ({'site': 'port-1'}, identifiers(1))
    with pytest.raises(NotSignedIn):
        home.access.device(first.credential)
    assert home.access.device(again.credential)[1].id == first.device.id
    assert home.fleet.states[first.device.id].sequence == 0
    assert (await home.check_in(first.device.id, 1)).accepted == 'current'


async def test_a_device_that_enrols_again_brings_its_new_sim_along(home: House) -> None:
    secret = await token(home)
    await enrol(home, secret, identifiers=replace(identifiers(1), msisdn='+31611111111'))
    again = await enrol(home, secret, identifiers=replace(identifiers(1), msisdn='+31622222222'))
    assert again.device.identifiers.msisdn == '+31622222222'


async def test_identifiers_of_two_devices_name_neither(home: House) -> None:
    secret = await token(home)
    await enrol(home, secret, name='one', identifiers=identifiers(1))
    await enrol(home, secret, name='two', identifiers=identifiers(2))
    mixed = Identifiers(imei=identifiers(1).imei, serial=identifiers(2).serial)
    with pytest.raises(Conflict) as refused:
        await enrol(home, secret, identifiers=mixed)
    assert refused.value.field == 'identifiers'


async def test_many_that_enrol_at_once_with_one_serial_are_one_device(home: House) -> None:
    secret = await token(home)
    enrolled = await asyncio.gather(*[enrol(home, secret, identifiers=identifiers(1)) for _ in range(5)])
    assert len({one.device.id for one in enrolled}) == 1
    assert sorted(one.again for one in enrolled) == [False, True, True, True, True]
    assert len(home.fleet.devices) == 1


async def test_a_used_up_token_lets_nobody_in_however_many_come_at_once(home: House) -> None:
    secret = await token(home, uses=2)
    answers = await asyncio.gather(*[enrol(home, secret, name=f'crane-{n}') for n in range(5)], return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, NotSignedIn)]
    assert len(refused) == 3
    assert 'used up' in refused[0].detail
    assert len(home.fleet.devices) == 2


async def test_an_expired_a_revoked_an_unknown_and_an_api_token_let_nobody_in(home: House) -> None:
    expired = await token(home, expires_in_s=60)
    revoked = await token(home)
    await home.tokens.revoke(home.enterprise, list(home.fleet.tokens)[-1])
    home.clock.tick(60)
    api = (await home.tokens.issue(home.enterprise, TokenKind.API, 'api', scopes=list(PERMISSIONS[Role.ADMIN])))[1]
    for secret in (expired, revoked, 'cwe_nonsense', api):
        with pytest.raises(NotSignedIn):
            await enrol(home, secret)
    assert not home.fleet.devices


async def test_a_hostile_name_is_refused_before_the_token_is_used(home: House) -> None:
    secret = await token(home, uses=1)
    with pytest.raises(Invalid):
        await enrol(home, secret, name='crane\u202e')
    assert [row.uses_left for row in home.store.rows[Token].values()] == [1]


async def test_labels_of_the_token_win_over_what_the_device_says(home: House) -> None:
    secret = await token(home, labels={'site': 'port-1'})
    enrolled = await enrol(home, secret, labels={'site': 'port-9', 'crew': 'night'}, identifiers=identifiers(1))
    assert enrolled.device.labels == {'site': 'port-1', 'crew': 'night'}
    home.clock.tick(3600)
    again = await enrol(home, await token(home, labels={'crew': 'day'}), labels={'a': 'b'}, identifiers=identifiers(1))
    assert again.device.labels == {'site': 'port-1', 'crew': 'day'}


async def test_more_labels_than_a_device_may_have_are_refused_before_the_token_is_used(home: House) -> None:
    secret = await token(home, labels={'site': 'port-1'}, uses=1)
    with pytest.raises(Invalid) as refused:
        await enrol(home, secret, labels={f'key-{number}': 'x' for number in range(32)})
    assert refused.value.field == 'labels'
    assert [row.uses_left for row in home.store.rows[Token].values()] == [1]
