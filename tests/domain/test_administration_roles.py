"""Across nouns: every action on people, tokens and enterprises, by every role and an owner; a refusal leaves no trace."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import OWNER, PERMISSIONS, Role
from domain.accounts.model import Person, PersonKind
from domain.common.errors import NotAllowed, StepUpNeeded
from domain.people.model import Link
from domain.tokens.model import Token, TokenKind
from tests.fakes import RunningApplication, running_application

Act = Callable[[RunningApplication, Actor], Awaitable[Any]]
TABLE = """
                          viewer operator security admin owner
change-role               -      -        -        yes   -
rename-person             -      -        -        yes   -
remove-person             -      -        -        yes   -
add-service-account       -      -        -        yes   -
invite-person             -      -        -        yes   -
withdraw-invitation       -      -        -        yes   -
reset-password            -      -        -        yes   -
issue-token               -      -        -        yes   -
revoke-token              -      -        -        yes   -
add-enterprise            -      -        -        -     yes
rename-enterprise         -      -        -        -     yes
make-owner                -      -        -        -     yes
"""
"""An owner here is a viewer who owns the installation."""
ACTIONS: dict[str, Act] = {
    'change-role': lambda h, who: h.people.change_role(who, bo(h), 1, Role.SECURITY),
    'rename-person': lambda h, who: h.people.rename(who, bo(h), 1, 'Bob'),
    'remove-person': lambda h, who: h.people.remove(who, bo(h)),
    'add-service-account': lambda h, who: h.people.add_service(who, 'new', Role.VIEWER),
    'invite-person': lambda h, who: h.links.invite(who, 'new@example.com', 'New', Role.VIEWER),
    'withdraw-invitation': lambda h, who: h.links.withdraw(who, next(iter(h.fleet[Link]))),
    'reset-password': lambda h, who: h.links.reset_link(who, bo(h)),
    'issue-token': lambda h, who: h.tokens.issue_for(
        who, service(h), 'new', scopes=list(PERMISSIONS[Role.VIEWER]), expires_in_s=60
    ),
    'revoke-token': lambda h, who: h.tokens.revoke_for(who, next(iter(h.fleet[Token]))),
    'add-enterprise': lambda h, who: h.enterprises.add('New', actor=who),
    'rename-enterprise': lambda h, who: h.enterprises.rename(who, h.enterprise, 'New'),
    'make-owner': lambda h, who: h.owners.set_owner(who, h.fleet[Person][bo(h)].account, True),
}
_HEAD, *_LINES = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(name, who, cell == 'yes') for name, *cells in _LINES for who, cell in zip(_HEAD, cells, strict=True)]


def bo(application: RunningApplication) -> str:
    return next(one.id for one in application.fleet[Person].values() if one.email == 'bo@example.com')


def service(application: RunningApplication) -> str:
    return next(one.id for one in application.fleet[Person].values() if one.kind is PersonKind.SERVICE)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        for name in ('ana', 'bo'):
            await found.people.add(found.enterprise, f'{name}@example.com', name, Role.ADMIN, 'correct horse battery')
        account = await found.people.add_service(found.actor, 'collector', Role.VIEWER)
        scopes = list(PERMISSIONS[Role.VIEWER])
        await found.tokens.issue(found.enterprise, TokenKind.API, 'old', scopes=scopes, person=account.id)
        await found.links.invite(found.actor, 'eve@example.com', 'Eve', Role.VIEWER)
        yield found


def actor(application: RunningApplication, who: str, *, recently_verified: bool) -> Actor:
    permissions = PERMISSIONS[Role.VIEWER] | OWNER if who == 'owner' else PERMISSIONS[Role(who)]
    return Actor(ActorKind.PERSON, 'p', 'Pat', application.enterprise, permissions, recently_verified=recently_verified)


def written(application: RunningApplication) -> str:
    return repr(application.store.journal) + repr(application.store.rows)


def test_the_table_knows_every_action() -> None:
    assert {name for name, *_ in _LINES} == set(ACTIONS)


@pytest.mark.parametrize(('action', 'who', 'may'), CELLS)
async def test_the_table_decides(application: RunningApplication, action: str, who: str, *, may: bool) -> None:
    before = written(application)
    if not may:
        with pytest.raises(NotAllowed) as refused:
            await ACTIONS[action](application, actor(application, who, recently_verified=True))
        assert not isinstance(refused.value, StepUpNeeded)
        assert written(application) == before
        return
    with pytest.raises(StepUpNeeded):
        await ACTIONS[action](application, actor(application, who, recently_verified=False))
    assert written(application) == before
    await ACTIONS[action](application, actor(application, who, recently_verified=True))
    assert 'person/p' in written(application), 'the journal tells who did it'
