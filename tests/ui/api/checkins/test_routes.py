import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from domain.access.permissions import Permission, Role
from domain.devices.actions import Action
from domain.devices.live import state_of
from domain.enforcement.model import Command
from domain.sign_in.model import Browser
from tests.ui.api.served import Caller, Served, check_in

RADIO = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': 1712819, 'rsrp': -92}
ENCRYPTED = {'storage': {'encrypted': True}}


async def test_a_check_in_is_answered_after_it_was_kept(served: Served) -> None:
    device, caller = await served.device(interval_s=30)
    answer = await caller.post('/checkins', check_in(1, facts=ENCRYPTED, radio=RADIO))
    assert answer.status_code == 200
    assert answer.headers['content-type'] == 'application/json'
    assert answer.json() == {
        'accepted': 'current',
        'received_at': '2027-01-15T08:00:00.000Z',
        'interval_s': 30,
        'commands': [],
        'ignored': [],
        'renamed': [],
    }
    state = state_of(served.application.fleet, device)
    assert state.facts.storage is not None
    assert state.facts.storage.encrypted is True
    assert state.radio is not None
    assert state.radio.rsrp == -92


async def test_the_answer_says_what_became_of_it(served: Served) -> None:
    _, caller = await served.device()
    said = [
        check_in(5),
        check_in(5),
        check_in(4, '2027-01-15T07:59:00Z'),
        check_in(6, '2027-01-15T06:00:00Z', sent_at='2027-01-15T08:00:00Z'),
    ]
    answers = [(await caller.post('/checkins', item)).json()['accepted'] for item in said]
    assert answers == ['current', 'duplicate', 'late', 'late']


async def test_absent_parts_and_null_facts_mean_as_before(served: Served) -> None:
    device, caller = await served.device()
    await caller.post('/checkins', check_in(1, facts=ENCRYPTED, radio=RADIO))
    for sequence, facts in ((2, {'battery': {'level': 5}}), (3, {'storage': None}), (4, None)):
        assert (await caller.post('/checkins', check_in(sequence, facts=facts))).status_code == 200
    state = state_of(served.application.fleet, device)
    assert state.facts.storage is not None
    assert state.radio is not None


async def test_a_null_radio_says_that_there_is_no_link_any_more(served: Served) -> None:
    device, caller = await served.device()
    await caller.post('/checkins', check_in(1, radio=RADIO))
    assert (await caller.post('/checkins', check_in(2, radio=None))).json()['accepted'] == 'current'
    assert state_of(served.application.fleet, device).radio is None
    assert (await (await served.program()).get(f'/devices/{device}/samples'))['total'] == 1


async def test_pending_commands_come_with_the_answer_until_they_are_answered(served: Served) -> None:
    device, caller = await served.device()
    command = await served.application.commands.command(served.application.actor, device, Action.QUARANTINE, 'stolen')
    for sequence in (1, 2):
        answer = await caller.post('/checkins', check_in(sequence))
        assert answer.json()['commands'] == [
            {'id': command.id, 'action': 'quarantine', 'reason': 'stolen', 'requested_at': '2027-01-15T08:00:00.000Z'}
        ]
    assert served.application.fleet[Command][command.id].deliveries == 2
    await caller.post(f'/commands/{command.id}/result', {'outcome': 'confirmed'})
    assert (await caller.post('/checkins', check_in(3))).json()['commands'] == []


async def test_what_a_newer_agent_adds_is_ignored(served: Served) -> None:
    _, caller = await served.device()
    said = check_in(1, facts={'weather': {'rain': True}, 'os': {'name': 'Linux', 'mood': 'good'}}, colour='red')
    assert (await caller.post('/checkins', said)).status_code == 200


@pytest.mark.parametrize(
    ('change', 'field'),
    [
        ({'sequence': 'one'}, 'sequence'),
        ({'sequence': True}, 'sequence'),
        ({'sequence': None}, 'sequence'),
        ({'sequence': '9' * 400}, 'sequence'),
        ({'sequence': 0}, 'sequence'),
        ({'sequence': 1.5}, 'sequence'),
        ({'sequence': 2**70}, 'sequence'),
        ({'observed_at': 'yesterday'}, 'observed_at'),
        ({'observed_at': 5230}, 'observed_at'),
        ({'observed_at': True}, 'observed_at'),
        ({'observed_at': '2027-01-15T25:00:00Z'}, 'observed_at'),
        ({'observed_at': '2027-01-15T08:00:00'}, 'observed_at'),
        ({'sent_at': '2027-01-15T08:00:00'}, 'sent_at'),
    ],
)
async def test_a_wrong_value_is_refused_by_its_field(served: Served, change: dict[str, Any], field: str) -> None:
    _, caller = await served.device()
    answer = await caller.post('/checkins', {**check_in(1), **change})
    assert answer.status_code == 422
    assert answer.headers['content-type'] == 'application/problem+json'
    assert answer.json()['field'] == field
    assert 'Expected' not in answer.json()['detail'], 'the words of a library'


async def test_a_missing_field_is_named(served: Served) -> None:
    _, caller = await served.device()
    problem = (await caller.post('/checkins', {'sequence': 1})).json()
    assert (problem['field'], problem['detail']) == ('observed_at', 'is missing')
    assert (await caller.send('POST', '/checkins')).json()['detail'] == 'the body is empty; send JSON'


@pytest.mark.parametrize(
    'body',
    [
        b'',
        b'{',
        b'null and void',
        b'{"sequence":1,"observed_at":"2027-01-15T08:00:00Z","radio":{"rat":"LTE","rsrp":NaN}}',
        b'{"sequence":1' + b'0' * 60_000 + b',"observed_at":"2027-01-15T08:00:00Z"}',
        b'{"sequence":1,"observed_at":"2027-01-15T08:00:00Z","x":' + b'[' * 60_000,
        b'{"sequence":1e999,"observed_at":"2027-01-15T08:00:00Z"}',
        b'{"sequence":1,"observed_at":"2027-01-15T08:00:00Z\\ud800"}',
        b'{"sequence":1,"observed_at":"2027-01-15T08:00:00Z","facts":{"os":{"name":"\xff"}}}',
    ],
)
async def test_what_is_no_sound_json_is_refused(served: Served, body: bytes) -> None:
    device, caller = await served.device()
    answer = await caller.send('POST', '/checkins', content=body)
    assert answer.status_code in (400, 422)
    assert answer.headers['content-type'] == 'application/problem+json'
    assert state_of(served.application.fleet, device).sequence == 0


@pytest.mark.parametrize('observed_at', ['0001-01-01T00:00:00+14:00', '1970-01-01T00:00:03Z', '9999-12-31T23:59:59Z'])
async def test_a_clock_that_is_far_off_does_no_harm(served: Served, observed_at: str) -> None:
    device, caller = await served.device()
    said = check_in(1, observed_at, sent_at='2027-01-15T08:00:00Z', radio=RADIO)
    assert (await caller.post('/checkins', said)).status_code == 200
    program = await served.program()
    assert (await program.get(f'/devices/{device}'))['sequence'] == 1
    assert (await program.get(f'/devices/{device}/samples', since='1900-01-01T00:00:00Z'))['items']


@pytest.mark.parametrize('header', [None, '', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer cwd_guess', 'Bearer \xe9'])
async def test_without_a_known_credential_no_device_checks_in(served: Served, header: str | None) -> None:
    headers = [] if header is None else [(b'authorization', header.encode('latin-1'))]
    answer = await served.client.post('/api/v1/checkins', json=check_in(1), headers=httpx.Headers(headers))
    assert answer.status_code == 401
    assert answer.headers['www-authenticate'].startswith('Bearer')
    assert answer.json()['title'] == 'Not signed in'


async def test_neither_an_api_token_nor_a_browsers_cookie_checks_in(served: Served) -> None:
    program = await served.program()
    assert (await program.post('/checkins', check_in(1))).status_code == 401
    application = served.application
    await application.people.add(application.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, 'correct horse battery')
    opened = await application.accounts.sign_in('ana@example.com', 'correct horse battery', Browser())
    cookie = {'cookie': f'cellwarden_session={opened.secret}'}
    assert (await served.client.get('/api/v1/devices', headers=cookie)).status_code == 401
    assert (await Caller(served.client, opened.secret).send('GET', '/devices')).status_code == 401


async def test_the_credential_of_a_retired_device_has_ended(served: Served) -> None:
    device, caller = await served.device()
    await served.application.enrolments.retire(served.application.actor, device, 1)
    assert (await caller.post('/checkins', check_in(1))).status_code == 401


async def test_a_body_over_the_limit_is_refused_before_it_is_read(served: Served) -> None:
    async def receive() -> Any:
        raise AssertionError('the body was read')

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    for path, most in (
        ('/api/v1/checkins', 65_536),
        ('/api/v1/checkins:batch', 2_097_152),
        ('/api/v1/policies', 262_144),
    ):
        sent.clear()
        headers = [(b'content-length', str(most + 1).encode())]
        scope = {'type': 'http', 'method': 'POST', 'path': path, 'query_string': b'', 'headers': headers}
        await served.app(scope, receive, send)
        assert sent[0]['status'] == 413


async def test_a_body_without_a_length_is_counted(served: Served) -> None:
    _, caller = await served.device()
    chunks = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal chunks
        while True:
            chunks += 1
            yield b' ' * 16_384

    answer = await caller.send('POST', '/checkins', content=endless())
    assert (answer.status_code, chunks) == (413, 5)


async def test_a_body_may_come_in_pieces(served: Served) -> None:
    _, caller = await served.device()

    async def pieces() -> AsyncIterator[bytes]:
        for byte in json.dumps(check_in(1)).encode():
            yield bytes([byte])

    assert (await caller.send('POST', '/checkins', content=pieces())).status_code == 200


async def test_a_compressed_body_is_refused(served: Served) -> None:
    _, caller = await served.device()
    answer = await caller.post('/checkins', check_in(1), headers={'content-encoding': 'gzip'})
    assert (answer.status_code, answer.headers['accept-encoding']) == (415, 'identity')


async def test_while_nothing_can_be_kept_the_answer_says_when_to_try_again(served: Served) -> None:
    _, caller = await served.device()
    served.application.store.failure = OSError('disk full')
    answer = await caller.post('/checkins', check_in(1))
    assert (answer.status_code, answer.headers['retry-after']) == (503, '5')
    assert 'disk' not in answer.text
    served.application.store.failure = None
    assert (await caller.post('/checkins', check_in(1))).json()['accepted'] == 'current'


async def test_check_ins_are_counted_by_outcome(served: Served) -> None:
    _, caller = await served.device()
    for said in (check_in(1), check_in(1), {}):
        await caller.post('/checkins', said)
    page = served.metrics.page().decode()
    assert 'cellwarden_checkins_total{outcome="current"} 1.0' in page
    assert 'cellwarden_checkins_total{outcome="duplicate"} 1.0' in page
    assert 'cellwarden_checkins_total{outcome="refused"} 1.0' in page


async def test_check_ins_under_way_are_told(served: Served) -> None:
    _, caller = await served.device()
    served.application.store.gate.clear()
    asking = asyncio.create_task(caller.post('/checkins', check_in(1)))
    async with asyncio.timeout(30):
        while served.metrics.under_way == 0:
            await asyncio.sleep(0)
    assert 'cellwarden_checkins_under_way 1.0' in served.metrics.page().decode()
    served.application.store.gate.set()
    await asking
    assert 'cellwarden_checkins_under_way 0.0' in served.metrics.page().decode()


@pytest.mark.parametrize('form', ['array', 'lines'])
async def test_a_bad_line_of_a_batch_is_reported_by_its_number_and_does_not_spoil_the_others(
    served: Served, form: str
) -> None:
    device, _ = await served.device()
    collector = await served.program(Permission.CHECKINS_WRITE)
    items = [
        json.dumps({'device': device, **check_in(1)}),
        json.dumps({'device': device, **check_in(0)}),
        json.dumps({'device': 'nobody', **check_in(1)}),
        json.dumps(check_in(3)),
        json.dumps({'device': device, **check_in(4)}),
    ]
    if form == 'lines':
        items.insert(2, '{"device":')
        items.insert(3, '')
    body = '\n'.join(items) + '\n' if form == 'lines' else f'[{",".join(items)}]'
    answer = await collector.send('POST', '/checkins:batch', content=body.encode())
    assert answer.status_code == 200
    found = answer.json()
    assert found['accepted'] == 2
    refused = {item['line']: item['field'] for item in found['rejected']}
    assert refused == (
        {2: 'sequence', 3: None, 5: 'device', 6: 'device'}
        if form == 'lines'
        else {2: 'sequence', 3: 'device', 4: 'device'}
    )
    assert state_of(served.application.fleet, device).sequence == 4


async def test_a_batch_has_at_most_a_thousand_check_ins(served: Served) -> None:
    collector = await served.program(Permission.CHECKINS_WRITE)
    answer = await collector.post('/checkins:batch', [{}] * 1001)
    assert (answer.status_code, answer.json()['type']) == (413, 'urn:cellwarden:problem:content-too-large')
    assert len((await collector.post('/checkins:batch', [{}] * 1000)).json()['rejected']) == 1000


async def test_an_array_that_is_no_json_is_refused_as_a_whole(served: Served) -> None:
    collector = await served.program(Permission.CHECKINS_WRITE)
    assert (await collector.send('POST', '/checkins:batch', content=b'[{"device":"x"},')).status_code == 400


async def test_a_collector_hears_the_commands_of_each_device(served: Served) -> None:
    device, _ = await served.device()
    other, _ = await served.device('crane-2')
    command = await served.application.commands.command(served.application.actor, device, Action.QUARANTINE, 'stolen')
    collector = await served.program(Permission.CHECKINS_WRITE)
    answer = await collector.post('/checkins:batch', [{'device': id, **check_in(1)} for id in (device, other)])
    assert {id: [order['id'] for order in orders] for id, orders in answer.json()['commands'].items()} == {
        device: [command.id]
    }


async def test_a_collector_needs_the_scope(served: Served) -> None:
    program = await served.program(Permission.DEVICES_WRITE)
    assert (await program.post('/checkins:batch', [])).status_code == 403
    device, caller = await served.device()
    assert (await caller.post('/checkins:batch', [{'device': device, **check_in(1)}])).status_code == 401
