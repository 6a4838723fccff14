"""Check-ins with odd values over the API: what can be expressed is taken, what cannot costs itself and is named."""

import json
from typing import Any

import pytest

from domain.access.permissions import Permission
from domain.devices.live import state_of
from domain.devices.model import Presence
from tests.ui.api.served import Served, check_in

RADIO = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': 1712819, 'rsrp': -92}

ODD: list[tuple[dict[str, Any], str]] = [
    ({'radio': {**RADIO, 'tac': 2147483647}}, 'radio.tac'),
    ({'radio': {**RADIO, 'rsrp': 0}}, 'radio.rsrp'),
    ({'radio': {**RADIO, 'rsrp': 'loud'}}, 'radio.rsrp'),
    ({'radio': {**RADIO, 'rat': '6G'}}, 'radio.rat'),
    ({'radio': {'mcc': '204'}}, 'radio.rat'),
    ({'radio': 5}, 'radio'),
    ({'facts': {'battery': {'level': 255}}}, 'facts.battery.level'),
    ({'facts': {'custom': {'a': None}}}, 'facts.custom.a'),
    ({'facts': {'custom': {'nested': [1]}}}, 'facts.custom.nested'),
    ({'facts': {'os': 'Linux'}}, 'facts.os'),
    ({'facts': {'os': {'version': 10.1}}}, 'facts.os.version'),
    ({'facts': []}, 'facts'),
    ({'sent_at': 5230}, 'sent_at'),
    ({'boot_id': 1.5}, 'boot_id'),
    ({'boot_id': ['a']}, 'boot_id'),
    ({'sent_at': 'just now'}, 'sent_at'),
]


@pytest.mark.parametrize(('said', 'field'), ODD)
async def test_an_odd_value_is_named_in_the_answer_and_on_the_device(
    served: Served, said: dict[str, Any], field: str
) -> None:
    device, caller = await served.device()
    answer = await caller.post('/checkins', check_in(1, **said))
    assert answer.status_code == 200
    assert [each['field'] for each in answer.json()['ignored']] == [field]
    program = await served.program()
    found = await program.get(f'/devices/{device}')
    assert (found['presence'], found['sequence']) == ('online', 1)
    assert found['odd_values']['current'] is True
    assert [each['field'] for each in found['odd_values']['values']] == [field]
    assert (await program.get('/devices', odd='true'))['total'] == 1
    assert (await program.get('/devices', odd='false'))['total'] == 0


TAKEN: list[tuple[dict[str, Any], str, Any]] = [
    ({'radio': {**RADIO, 'rat': 'lte'}}, 'radio.rat', 'LTE'),
    ({'radio': {**RADIO, 'rat': 'WCDMA'}}, 'radio.rat', 'UMTS'),
    ({'radio': {**RADIO, 'rat': 'NR5G-NSA'}}, 'radio.rat', 'LTE'),
    ({'radio': {**RADIO, 'mcc': 204, 'mnc': 8}}, 'radio.mnc', '08'),
    ({'radio': {**RADIO, 'mnc': '8'}}, 'radio.mnc', '08'),
    ({'radio': {**RADIO, 'registration': 'Registered'}}, 'radio.registration', 'home'),
    ({'facts': {'hardware': {'memory_bytes': 16000000000.0}}}, 'facts.hardware.memory_bytes', 16_000_000_000),
    ({'facts': {'security': {'rooted': 'no'}}}, 'facts.security.rooted', False),
    ({'facts': {'os': {'version': ''}}}, 'facts.os.version', None),
    ({'facts': {'os': {'name': 'unknown', 'version': '9'}}}, 'facts.os.name', None),
    ({'sequence': 7.0}, 'sequence', 7),
    ({'sequence': '7'}, 'sequence', 7),
    ({'observed_at': '2027-01-15T07:59:60Z'}, 'observed_at', '2027-01-15T07:59:59.000Z'),
    ({'observed_at': 1_800_000_000}, 'observed_at', '2027-01-15T08:00:00.000Z'),
    ({'observed_at': 1_800_000_000_000.0, 'sent_at': 1_800_000_000}, 'observed_at', '2027-01-15T08:00:00.000Z'),
    ({'boot_id': 17}, 'sequence', 1),
]


@pytest.mark.parametrize(('said', 'path', 'value'), TAKEN)
async def test_what_can_be_expressed_is_taken(served: Served, said: dict[str, Any], path: str, value: Any) -> None:
    device, caller = await served.device()
    answer = await caller.post('/checkins', {**check_in(1), **said})
    assert (answer.status_code, answer.json()['ignored']) == (200, [])
    found: Any = await (await served.program()).get(f'/devices/{device}')
    for name in path.split('.'):
        found = found[name]
    assert found == value


@pytest.mark.parametrize(
    ('body', 'status', 'field'),
    [
        ({'sequence': 1}, 422, 'observed_at'),
        ({'observed_at': '2027-01-15T08:00:00Z'}, 422, 'sequence'),
        ({'sequence': 1, 'observed_at': '2027-01-15T08:00:00'}, 422, 'observed_at'),
        ('{"sequence"', 400, None),
    ],
)
async def test_without_a_number_or_a_moment_it_is_refused_but_the_device_was_there(
    served: Served, body: Any, status: int, field: str | None
) -> None:
    device, caller = await served.device()
    text = body if isinstance(body, str) else json.dumps(body)
    answer = await caller.send('POST', '/checkins', content=text.encode())
    assert (answer.status_code, answer.json().get('field')) == (status, field)
    state = state_of(served.application.fleet, device)
    assert (state.presence, state.sequence) == (Presence.ONLINE, 0)
    odd = (await (await served.program()).get(f'/devices/{device}'))['odd_values']
    assert (odd['refused'], [each['field'] for each in odd['values']]) == (True, [field or ''])


async def test_a_batch_names_odd_values_by_line(served: Served) -> None:
    device, _ = await served.device()
    other, _ = await served.device('crane-2')
    collector = await served.program(Permission.CHECKINS_WRITE)
    items = [
        {'device': device, **check_in(1, radio=RADIO)},
        {'device': other, **check_in(1, radio={**RADIO, 'rat': 'lte', 'tac': -1, 'pci': 'x'})},
    ]
    answer = (await collector.post('/checkins:batch', items)).json()
    assert (answer['accepted'], answer['rejected']) == (2, [])
    assert [(each['line'], each['field']) for each in answer['ignored']] == [(2, 'radio.pci'), (2, 'radio.tac')]
    assert state_of(served.application.fleet, other).sequence == 1
