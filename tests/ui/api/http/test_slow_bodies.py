"""Across routes: while a body is held back its credential may be revoked, and then opens nothing any more."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

from domain.access.permissions import Permission
from domain.devices.actions import Action
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.enforcement.model import Command
from domain.tokens.model import TokenKind
from tests.ui.api.served import Caller, Served, check_in


async def _held_back(said: object, meanwhile: Callable[[], Awaitable[object]]) -> AsyncIterator[bytes]:
    body = json.dumps(said).encode()
    yield body[:1]
    await meanwhile()
    yield body[1:]


async def test_a_token_that_is_revoked_while_the_body_comes_in_changes_nothing(served: Served) -> None:
    application = served.application
    scopes = (Permission.DEVICES_WRITE, Permission.CHECKINS_WRITE)
    device, _ = await served.device()
    for path, said in (
        ('/devices', {'name': 'mine', 'kind': 'phone'}),
        ('/checkins:batch', [{'device': device, **check_in(1)}]),
    ):
        token, secret = await application.tokens.issue(application.enterprise, TokenKind.API, 'leaked', scopes=scopes)
        body = _held_back(said, partial(application.tokens.revoke, application.enterprise, token.id))
        answer = await Caller(served.client, secret).send('POST', path, content=body)
        assert (path, answer.status_code) == (path, 401)
    assert list(application.fleet[Device]) == [device]
    assert state_of(application.fleet, device).last_seen is None


async def test_a_credential_that_is_revoked_while_the_body_comes_in_says_nothing(served: Served) -> None:
    application = served.application
    for path in ('/checkins', '/commands/{command}/result'):
        device, caller = await served.device(f'stolen-{len(application.fleet[Device])}')
        command = await application.commands.command(application.actor, device, Action.LOCK, 'stolen')
        await caller.post('/checkins', check_in(1))
        said = check_in(2) if path == '/checkins' else {'outcome': 'confirmed'}
        body = _held_back(said, partial(application.enrolments.revoke, application.actor, device, 'stolen'))
        answer = await caller.send('POST', path.format(command=command.id), content=body)
        assert (path, answer.status_code) == (path, 401)
        assert state_of(application.fleet, device).sequence == 1
        assert application.fleet[Command][command.id].is_open
