"""A request is decided by what its sender may do then, not by what they might do when it came in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from domain.access.actors import Actor, operator
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission, Role
from domain.access.scopes import Scope
from domain.accounts.model import Account, Person
from domain.common.errors import NotAllowed, NotSignedIn
from domain.devices.actions import Action
from domain.devices.input import NewDevice
from domain.devices.model import DeviceKind
from domain.enforcement.model import Command
from domain.sign_in.model import Browser
from domain.tokens.model import TokenKind
from tests.fakes import RunningApplication, running_application

PASSWORD = 'correct horse battery'
_OWNER = operator(INSTALLATION)
Change = Callable[[RunningApplication, Person], Awaitable[object]]


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        await application.people.add(application.enterprise, 'root@example.com', 'Root', Role.ADMIN, PASSWORD)
        await application.people.add(application.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, PASSWORD)
        yield application


async def authenticated(application: RunningApplication, email: str = 'ana@example.com') -> tuple[Person, Actor]:
    opened = await application.accounts.sign_in(email, PASSWORD, Browser(address='192.0.2.1'))
    return application.fleet[Person][opened.session.person], application.access.actor(opened.session)


async def _lowered(application: RunningApplication, ana: Person) -> object:
    return await application.people.change_role(application.actor, ana.id, ana.version, Role.VIEWER)


async def _narrowed(application: RunningApplication, ana: Person) -> object:
    return await application.people.change_role(
        application.actor, ana.id, ana.version, Role.OPERATOR, Scope({'site': ('port-1',)})
    )


async def _removed(application: RunningApplication, ana: Person) -> object:
    return await application.people.remove(application.actor, ana.id)


async def _signed_out(application: RunningApplication, ana: Person) -> None:
    for session in application.access.sessions_of(ana.account):
        await application.access.sign_out(session)


async def _disabled(application: RunningApplication, ana: Person) -> None:
    await application.operator.suspend(application.fleets.installation[Account][ana.account])


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
    application: RunningApplication, change: Change, refusal: type[Exception]
) -> None:
    device = await application.device()
    ana, actor = await authenticated(application)
    await change(application, ana)
    with pytest.raises(refusal):
        await application.commands.command(actor, device.id, Action.WIPE, 'stolen')
    assert not application.fleet[Command]


async def test_a_removal_that_is_being_written_stops_what_waits_behind_it(application: RunningApplication) -> None:
    ana, actor = await authenticated(application)
    application.store.gate.clear()
    removing = asyncio.create_task(application.people.remove(application.actor, ana.id))
    await asyncio.sleep(0)
    inviting = asyncio.create_task(application.links.invite(actor, 'friend@example.com', 'Friend', Role.ADMIN))
    await asyncio.sleep(0)
    application.store.gate.set()
    await removing
    with pytest.raises(NotSignedIn):
        await inviting
    assert not application.links.invitations(application.enterprise)


async def test_a_token_that_was_revoked_or_whose_owner_was_lowered_does_nothing_more(
    application: RunningApplication,
) -> None:
    robot = await application.people.add_service(application.actor, 'robot', Role.OPERATOR)
    token, secret = await application.tokens.issue(
        application.enterprise, TokenKind.API, 'ci', scopes=[Permission.DEVICES_WRITE], expires_in_s=60, person=robot.id
    )
    program = application.access.program(secret)
    assert await _adds(application, program)
    await application.people.change_role(application.actor, robot.id, robot.version, Role.VIEWER)
    with pytest.raises(NotAllowed):
        await _adds(application, program)
    await application.tokens.revoke(application.enterprise, token.id)
    with pytest.raises(NotSignedIn):
        await _adds(application, program)


async def test_an_owner_of_the_installation_acts_as_one_until_they_are_none(application: RunningApplication) -> None:
    ana, _ = await authenticated(application)
    root, _ = await authenticated(application, 'root@example.com')
    for person in (ana, root):
        await application.owners.set_owner(_OWNER, person.account, owner=True)
    _, actor = await authenticated(application)
    await application.enterprises.add('Second', actor=actor)
    await application.owners.set_owner(_OWNER, ana.account, owner=False)
    with pytest.raises(NotAllowed):
        await application.enterprises.add('Third', actor=actor)


async def _adds(application: RunningApplication, program: Actor) -> object:
    return await application.enrolments.add(program, NewDevice(name='phone', kind=DeviceKind.PHONE))
