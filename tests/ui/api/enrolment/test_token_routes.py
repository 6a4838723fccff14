"""Enrolment tokens by the API: made for what was asked, shown without their secret, revoked at once."""

from typing import Any

import pytest

from domain.access.permissions import Permission
from domain.devices.model import Device
from domain.tokens.events import TokenIssued, TokenRevoked
from domain.tokens.model import Token
from tests.ui.api.served import Caller, Served

DEVICE = {'name': 'crane-117', 'kind': 'tablet'}
DAY_S = 86_400


async def roll_out(served: Served) -> Caller:
    return await served.program(Permission.ENROLMENT_READ, Permission.ENROLMENT_WRITE)


async def test_a_token_is_made_let_in_by_and_revoked(served: Served) -> None:
    program = await roll_out(served)
    made = await program.post('/enrolment-tokens', {'name': 'cranes', 'uses': 2, 'labels': {'site': 'port-1'}})
    assert made.status_code == 201
    token, secret = made.json()['token'], made.json()['secret']
    assert made.headers['location'] == f'/api/v1/enrolment-tokens/{token["id"]}'
    enrolled = await Caller(served.client, secret).post('/enrolments', DEVICE)
    assert served.application.fleet[Device][enrolled.json()['device_id']].labels == {'site': 'port-1'}
    shown = await program.get(f'/enrolment-tokens/{token["id"]}')
    assert (shown['uses_left'], shown['state'], shown['created_by']) == (1, 'valid', 'program')
    assert (await program.post(f'/enrolment-tokens/{token["id"]}/revoke')).status_code == 204
    assert (await Caller(served.client, secret).post('/enrolments', DEVICE)).status_code == 401
    assert (await program.send('GET', f'/enrolment-tokens/{token["id"]}')).status_code == 404
    assert (await program.post(f'/enrolment-tokens/{token["id"]}/revoke')).status_code == 404
    issued, revoked = served.application.entries(TokenIssued)[-1], served.application.entries(TokenRevoked)[-1]
    assert (issued.subject, issued.actor) == (revoked.subject, revoked.actor)


async def test_unless_said_otherwise_it_is_for_one_device_and_one_day(served: Served) -> None:
    program = await roll_out(served)
    (token,) = [(await program.post('/enrolment-tokens', {'name': 'cranes'})).json()['token']]
    assert token['uses_left'] == 1
    served.application.clock.tick(DAY_S - 1)
    assert (await program.get(f'/enrolment-tokens/{token["id"]}'))['state'] == 'valid'
    served.application.clock.tick(1)
    assert (await program.get(f'/enrolment-tokens/{token["id"]}'))['state'] == 'expired'


async def test_a_leaked_secret_is_found_by_how_it_begins_and_shown_nowhere(served: Served) -> None:
    program = await roll_out(served)
    secrets = [
        (await program.post('/enrolment-tokens', {'name': f'roll-out {number}'})).json()['secret']
        for number in range(3)
    ]
    leaked = secrets[1]
    found = await program.get('/enrolment-tokens', q=leaked[:8])
    assert [(each['name'], each['beginning']) for each in found['items']] == [('roll-out 1', leaked[:8])]
    everything = await program.get('/enrolment-tokens')
    assert not [secret for secret in secrets if secret[8:] in str(everything)]


async def test_lists_are_filtered_by_state_and_sorted(served: Served) -> None:
    program = await roll_out(served)
    for name in ('b', 'a'):
        await program.post('/enrolment-tokens', {'name': name})
        served.application.clock.tick(DAY_S / 2)
    await program.post('/enrolment-tokens', {'name': 'c', 'uses': None})
    assert [each['name'] for each in (await program.get('/enrolment-tokens', state='valid'))['items']] == ['c', 'a']
    assert [each['name'] for each in (await program.get('/enrolment-tokens', sort='name'))['items']] == ['a', 'b', 'c']
    assert (await program.get('/enrolment-tokens', state='valid', sort='name', limit=1))['total'] == 2
    assert (await program.get('/enrolment-tokens', state='valid', q='c'))['items'][0]['uses_left'] is None


@pytest.mark.parametrize(
    ('wrong', 'field'),
    [
        ({'uses': 0}, 'uses'),
        ({'expires_in_s': 0}, 'expires_in_s'),
        ({'expires_in_s': 400 * DAY_S}, 'expires_in_s'),
        ({'expires_in_s': None}, 'expires_in_s'),
        ({'labels': {'si te': 'x'}}, 'labels.si te'),
        ({'aproval': True}, 'aproval'),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_made(served: Served, wrong: dict[str, Any], field: str) -> None:
    program = await roll_out(served)
    answer = await program.post('/enrolment-tokens', {'name': 'cranes', **wrong})
    assert (answer.status_code, answer.json()['field']) == (422, field)
    assert (await program.get('/enrolment-tokens'))['items'] == []


async def test_an_api_token_is_neither_shown_nor_revoked_as_an_enrolment_token(served: Served) -> None:
    program = await roll_out(served)
    (own,) = served.application.fleet[Token]
    assert (await program.send('GET', f'/enrolment-tokens/{own}')).status_code == 404
    assert (await program.post(f'/enrolment-tokens/{own}/revoke')).status_code == 404
    assert (await program.get('/enrolment-tokens'))['total'] == 0
