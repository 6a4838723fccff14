"""API tokens of service accounts by the API: never more than the caller who makes them may do, told once, revoked at once."""

from typing import Any

import pytest

from domain.access.permissions import Permission, Role
from tests.ui.api.served import Caller, Served

DAY_S = 86_400


async def collector(served: Served) -> str:
    return (await served.application.people.add_service(served.application.actor, 'collector', Role.OPERATOR)).id


def wanted(account: str, **more: Any) -> dict[str, Any]:
    return {'account_id': account, 'name': 'nightly', 'scopes': ['devices:read'], 'expires_in_s': DAY_S, **more}


async def test_a_token_is_made_used_listed_by_how_it_begins_and_revoked(served: Served) -> None:
    program, account = await served.program(), await collector(served)
    made = await program.post('/tokens', wanted(account))
    assert made.status_code == 201
    token, secret = made.json()['token'], made.json()['secret']
    assert (token['account'], token['state']) == ({'id': account, 'name': 'collector'}, 'active')
    child = Caller(served.client, secret)
    assert (await child.get('/devices'))['total'] == 0
    found = await program.get('/tokens', q=secret[:8])
    assert [(each['id'], each['beginning']) for each in found['items']] == [(token['id'], secret[:8])]
    assert secret[8:] not in str(found)
    assert (await program.get('/tokens', account='01X'))['items'] == []
    assert (await program.post(f'/tokens/{token["id"]}/revoke')).status_code == 204
    assert (await child.send('GET', '/devices')).status_code == 401
    assert (await program.post(f'/tokens/{token["id"]}/revoke')).status_code == 404


async def test_a_token_that_has_expired_is_still_shown_as_such(served: Served) -> None:
    program, account = await served.program(), await collector(served)
    await program.post('/tokens', wanted(account))
    served.application.clock.tick(DAY_S)
    (listed,) = (await program.get('/tokens'))['items']
    assert listed['state'] == 'expired'


async def test_tokens_of_people_are_nobody_elses_to_see(served: Served) -> None:
    application = served.application
    ana = await application.people.add(
        application.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, 'correct horse battery'
    )
    await application.tokens.issue_own(
        application.as_(ana), 'mine', scopes=[Permission.DEVICES_READ], expires_in_s=DAY_S
    )
    assert (await (await served.program()).get('/tokens'))['items'] == []


async def test_a_program_gives_away_no_more_than_it_may_itself(served: Served) -> None:
    program, account = await served.program(Permission.TOKENS_WRITE), await collector(served)
    answer = await program.post('/tokens', wanted(account))
    assert (answer.status_code, 'cannot give it' in answer.json()['detail']) == (403, True)


@pytest.mark.parametrize(
    ('wrong', 'status', 'field'),
    [
        ({'scopes': ['policies:write']}, 422, 'scopes'),
        ({'scopes': ['everything']}, 422, 'scopes.0'),
        ({'scopes': []}, 422, 'scopes'),
        ({'expires_in_s': 400 * DAY_S}, 422, 'expires_in_s'),
        ({'account_id': '01X'}, 404, None),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_made(
    served: Served, wrong: dict[str, Any], status: int, field: str | None
) -> None:
    program, account = await served.program(), await collector(served)
    answer = await program.post('/tokens', wanted(account, **wrong))
    assert (answer.status_code, answer.json().get('field')) == (status, field)
    assert (await program.get('/tokens'))['items'] == []
