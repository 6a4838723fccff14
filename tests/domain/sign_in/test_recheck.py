"""What somebody asked for is decided by what they may do then, not by what they might when they came to the door."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from domain.access.actors import Actor, operator
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission, Role
from domain.access.scopes import Scope
from domain.accounts.model import Person
from domain.common.errors import NotAllowed, NotSignedIn
from domain.devices.actions import Action
from domain.devices.input import NewDevice
from domain.devices.model import Kind
from domain.sign_in.model import Browser
from domain.tokens.model import TokenKind
from tests.fakes import House, house

PASSWORD = 'correct horse battery'
_OWNER = operator(INSTALLATION)
Change = Callable[[House, Person], Awaitable[object]]


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        await home.people.add(home.enterprise, 'root@example.com', 'Root', Role.ADMIN, PASSWORD)
        await home.people.add(home.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, PASSWORD)
        yield home


async def admitted(home: House, email: str = 'ana@example.com') -> tuple[Person, Actor]:
    opened = await home.accounts.sign_in(email, PASSWORD, Browser(address='192.0.2.1'))
    return home.fleet.persons[opened.session.person], home.access.actor(opened.session)


async def _lowered(home: House, ana: Person) -> object:
    return await home.people.change_role(home.actor, ana.id, ana.version, Role.VIEWER)


async def _narrowed(home: House, ana: Person) -> object:
    return await home.people.change_role(home.actor, ana.id, ana.version, Role.OPERATOR, Scope({'site': ('port-1',)}))


async def _removed(home: House, ana: Person) -> object:
    return await home.people.remove(home.actor, ana.id)


async def _signed_out(home: House, ana: Person) -> None:
    for session in home.access.sessions_of(ana.account):
        await home.access.sign_out(session)


async def _disabled(home: House, ana: Person) -> None:
    await home.operator.suspend(home.fleets.accounts[ana.account])


@pytest.mark.parametrize(
    ('change', 'refusal'),
    [
        (_lowered, NotAllowed),
        (_narrowed, NotAllowed),
        (_removed, NotSignedIn),
        (_signed_out, NotSignedIn),
        (_disabled, NotSignedIn),
    ],
)
async def test_what_a_person_asked_for_is_refused_when_they_were_changed_meanwhile(
    home: House, change: Change, refusal: type[Exception]
) -> None:
    device = await home.device()
    ana, actor = await admitted(home)
    await change(home, ana)
    with pytest.raises(refusal):
        await home.devices.command(actor, device.id, Action.WIPE, 'stolen')
    assert not home.fleet.commands


async def test_a_removal_that_is_being_written_stops_what_waits_behind_it(home: House) -> None:
    ana, actor = await admitted(home)
    home.store.gate.clear()
    removing = asyncio.create_task(home.people.remove(home.actor, ana.id))
    await asyncio.sleep(0)
    inviting = asyncio.create_task(home.links.invite(actor, 'friend@example.com', 'Friend', Role.ADMIN))
    await asyncio.sleep(0)
    home.store.gate.set()
    await removing
    with pytest.raises(NotSignedIn):
        await inviting
    assert not home.links.invitations(home.enterprise)


async def test_a_token_that_was_revoked_or_whose_owner_was_lowered_does_nothing_more(home: House) -> None:
    robot = await home.people.add_service(home.actor, 'robot', Role.OPERATOR)
    token, secret = await home.tokens.issue(
        home.enterprise, TokenKind.API, 'ci', scopes=[Permission.DEVICES_WRITE], expires_in_s=60, person=robot.id
    )
    program = home.access.program(secret)
    assert await _adds(home, program)
    await home.people.change_role(home.actor, robot.id, robot.version, Role.VIEWER)
    with pytest.raises(NotAllowed):
        await _adds(home, program)
    await home.tokens.revoke(home.enterprise, token.id)
    with pytest.raises(NotSignedIn):
        await _adds(home, program)


async def test_an_owner_of_the_installation_acts_as_one_until_they_are_none(home: House) -> None:
    ana, _ = await admitted(home)
    root, _ = await admitted(home, 'root@example.com')
    for person in (ana, root):
        await home.owners.set_owner(_OWNER, person.account, owner=True)
    _, actor = await admitted(home)
    await home.enterprises.add('Second', actor=actor)
    await home.owners.set_owner(_OWNER, ana.account, owner=False)
    with pytest.raises(NotAllowed):
        await home.enterprises.add('Third', actor=actor)


async def _adds(home: House, program: Actor) -> object:
    return await home.devices.add(program, NewDevice(name='phone', kind=Kind.PHONE))
