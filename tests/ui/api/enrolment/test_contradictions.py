"""Across enrolment and check-ins: a machine whose numbers name two devices waits, is told apart by a program, and goes on."""

from typing import Any

from domain.access.permissions import Permission
from domain.tokens.model import TokenKind
from tests.ui.api.served import Caller, Served, check_in

ONE = {'imei': '490154203237518', 'serial': 'SN-ONE'}
TWO = {'imei': '356938035648097', 'serial': 'SN-TWO'}


async def enrol(served: Served, name: str, identifiers: dict[str, str]) -> dict[str, Any]:
    application = served.application
    _, secret = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out')
    body = {'name': name, 'kind': 'gateway', 'identifiers': identifiers}
    answer = await Caller(served.client, secret).post('/enrolments', body)
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


async def test_a_machine_with_numbers_of_two_devices_is_told_apart(served: Served) -> None:
    one, two = await enrol(served, 'one', ONE), await enrol(served, 'two', TWO)
    for each in (one, two):
        await Caller(served.client, each['credential']).post('/checkins', check_in(1))
    asks = await enrol(served, 'board', {'imei': ONE['imei'], 'serial': TWO['serial']})
    assert asks['approved'] is False
    machine = Caller(served.client, asks['credential'])
    kept = await machine.post('/checkins', check_in(1))
    assert (kept.status_code, kept.json()['type']) == (403, 'urn:cellwarden:problem:waiting-for-approval')
    program = await served.program(Permission.ENROLMENT_READ, Permission.ENROLMENT_WRITE, Permission.DEVICES_READ)
    (waiting,) = (await program.get('/enrolments?place=ambiguous'))['items']
    assert waiting['candidates'] == [
        {'device': {'id': one['device_id'], 'name': 'one'}, 'identifiers': ['imei']},
        {'device': {'id': two['device_id'], 'name': 'two'}, 'identifiers': ['serial']},
    ]
    here = f'/enrolments/{asks["device_id"]}/approve'
    for choice in ({}, {'device': asks['device_id'][::-1]}):
        refused = await program.post(here, choice)
        assert (refused.status_code, refused.json()['field']) == (422, 'device')
    let_in = await program.post(here, {'device': two['device_id'], 'asked_at': waiting['asked_at']})
    assert (let_in.status_code, let_in.json()['id']) == (200, two['device_id'])
    assert let_in.json()['identifiers']['imei'] == ONE['imei']
    assert (await machine.post('/checkins', check_in(1))).json()['accepted'] == 'current', 'its backlog goes on'
    assert (await program.get('/enrolments'))['items'] == []
    assert (await program.get(f'/devices/{one["device_id"]}'))['identifiers']['imei'] is None
