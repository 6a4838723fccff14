"""Enrolments, devices that wait, and enrolment tokens by the API: made for what was asked, shown without their secret, revoked at once."""

from typing import Any

import pytest

from domain.access.permissions import Permission
from domain.devices.model import Device
from domain.enrolment.events import DeviceApproved, DeviceRefused
from domain.tokens.events import TokenIssued, TokenRevoked
from domain.tokens.model import Token, TokenKind
from tests.ui.api.served import Caller, Served, check_in

NEW = {
    'name': 'crane-117',
    'kind': 'tablet',
    'labels': {'site': 'port-1'},
    'identifiers': {'imei': '490154203237518', 'iccid': '', 'imsi': '', 'serial': '', 'msisdn': '+31 6 12345678'},
    'interval_s': 60,
}


async def roll_out(served: Served, uses: int | None = None) -> Caller:
    _, secret = await served.application.tokens.issue(
        served.application.enterprise, TokenKind.ENROLMENT, 'roll-out', uses=uses
    )
    return Caller(served.client, secret)


async def test_a_device_comes_with_a_token_and_goes_with_a_credential(served: Served) -> None:
    answer = await (await roll_out(served)).post('/enrolments', NEW)
    assert answer.status_code == 201
    found = answer.json()
    assert set(found) == {'device_id', 'credential', 'interval_s', 'sequence', 'enterprise', 'approved', 'ignored'}
    assert found['enterprise'] == {'id': served.application.enterprise, 'name': 'Port of Delft'}
    device = await (await served.program()).get(f'/devices/{found["device_id"]}')
    assert device['identifiers']['msisdn'] == '+31612345678'
    assert (await Caller(served.client, found['credential']).post('/checkins', check_in(1))).status_code == 200


async def test_the_same_imei_keeps_its_place_gets_a_new_credential_and_counts_from_the_start(served: Served) -> None:
    caller = await roll_out(served)
    first = (await caller.post('/enrolments', NEW)).json()
    old = Caller(served.client, first['credential'])
    await old.post('/checkins', check_in(9))
    served.application.clock.tick(3600)
    await served.application.presence.expire()
    again = await caller.post('/enrolments', NEW)
    second = again.json()
    assert (again.status_code, second['device_id'], second['sequence']) == (200, first['device_id'], 0)
    assert (await old.post('/checkins', check_in(10))).status_code == 401
    answer = await Caller(served.client, second['credential']).post('/checkins', check_in(1, '2027-01-15T09:00:00Z'))
    assert answer.json()['accepted'] == 'current'


async def test_a_token_that_is_used_up_or_of_another_kind_lets_no_device_in(served: Served) -> None:
    once = await roll_out(served, uses=1)
    assert (await once.post('/enrolments', NEW)).status_code == 201
    assert (await once.post('/enrolments', {**NEW, 'identifiers': {}})).status_code == 401
    assert (await (await served.program()).post('/enrolments', NEW)).status_code == 401


async def test_a_wrong_identifier_is_named(served: Served) -> None:
    caller = await roll_out(served)
    answer = await caller.post('/enrolments', {**NEW, 'identifiers': {'imei': 'no number'}})
    assert (answer.status_code, answer.json()['field']) == (422, 'identifiers.imei')


async def test_a_number_that_is_written_as_one_is_read_as_its_digits(served: Served) -> None:
    names = {'imei': 356938035648097, 'serial': 20260117, 'iccid': 89, 'imsi': None}
    answer = await (await roll_out(served)).post('/enrolments', {**NEW, 'identifiers': names})
    assert answer.status_code == 201
    assert [odd['field'] for odd in answer.json()['ignored']] == ['identifiers.iccid']
    found = await (await served.program()).get(f'/devices/{answer.json()["device_id"]}')
    assert (found['identifiers']['imei'], found['identifiers']['serial']) == ('356938035648097', '20260117')


@pytest.mark.parametrize('odd', [{'value': '356938035648097'}, ['356938035648097'], True, 1.5, {}, []])
@pytest.mark.parametrize('name', ['imei', 'serial', 'msisdn'])
async def test_an_object_or_list_as_one_identifier_costs_that_one(served: Served, name: str, odd: object) -> None:
    caller = await roll_out(served)
    other = {'serial': 'SN-8'} if name != 'serial' else {'imei': '356938035648097'}
    answer = await caller.post('/enrolments', {**NEW, 'identifiers': {**other, name: odd}})
    assert answer.status_code == 201
    assert [each['field'] for each in answer.json()['ignored']] == [f'identifiers.{name}']
    alone = await caller.post('/enrolments', {**NEW, 'identifiers': {name: odd}})
    assert (alone.status_code, alone.json()['field']) == (422, f'identifiers.{name}')
    misspelt = await caller.post('/enrolments', {**NEW, 'identifiers': {**other, name: odd, 'emei': odd}})
    assert misspelt.status_code in (200, 201)
    assert {each['field'] for each in misspelt.json()['ignored']} == {f'identifiers.{name}', 'identifiers.emei'}


async def test_an_identifier_that_cannot_be_read_turns_away_no_device_that_has_another(served: Served) -> None:
    names = {'serial': 'SN-7', 'msisdn': '0612345678', 'iccid': '898600C7440012345678'}
    found = (await (await roll_out(served)).post('/enrolments', {**NEW, 'identifiers': names})).json()
    assert [odd['field'] for odd in found['ignored']] == ['identifiers.msisdn']
    device = await (await served.program()).get(f'/devices/{found["device_id"]}')
    kept = {name: value for name, value in device['identifiers'].items() if value}
    assert kept == {'serial': 'SN-7', 'iccid': '898600C7440012345678'}


async def test_all_forms_of_an_imei_find_one_device(served: Served) -> None:
    caller, program = await roll_out(served), await served.program()
    ids = set()
    for imei in ('35693803564809', '356938035648097', '3569380356480907'):
        ids.add((await caller.post('/enrolments', {**NEW, 'identifiers': {'imei': imei}})).json()['device_id'])
        assert (await program.get('/devices', q=imei))['total'] == 1
    (device,) = ids
    shown = await program.get(f'/devices/{device}')
    assert (shown['identifiers']['imei'], shown['identifiers']['imei_svn']) == ('356938035648097', '07')
    assert shown['doubtful'] == []


async def test_an_imei_with_a_wrong_check_digit_is_kept_and_marked(served: Served) -> None:
    wrong = {**NEW, 'identifiers': {'imei': '490154203237519'}}
    found = (await (await roll_out(served)).post('/enrolments', wrong)).json()
    shown = await (await served.program()).get(f'/devices/{found["device_id"]}')
    assert (shown['identifiers']['imei'], shown['doubtful']) == ('490154203237519', ['imei'])


async def test_a_device_that_waits_is_told_so_in_a_problem_and_when_to_ask_again(served: Served) -> None:
    application = served.application
    _, secret = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'visitors', approval=True)
    found = (await Caller(served.client, secret).post('/enrolments', NEW)).json()
    assert found['approved'] is False
    device = Caller(served.client, found['credential'])
    answer = await device.post('/checkins', check_in(1))
    assert (answer.status_code, answer.headers['retry-after']) == (403, '30')
    assert answer.json()['type'] == 'urn:cellwarden:problem:waiting-for-approval'
    shown = await (await served.program()).get(f'/devices/{found["device_id"]}')
    assert (shown['approved'], shown['presence']) == (False, 'never_seen')
    await application.enrolments.approve(application.actor, found['device_id'])
    assert (await device.post('/checkins', check_in(1))).status_code == 200


async def test_a_device_renews_its_credential_and_the_former_ends_with_the_first_use(served: Served) -> None:
    _, old = await served.device()
    new = Caller(served.client, (await old.post('/credential:rotate')).json()['credential'])
    assert (await old.post('/checkins', check_in(1))).status_code == 200
    assert (await new.post('/checkins', check_in(2))).status_code == 200
    assert (await old.post('/checkins', check_in(3))).status_code == 401
    assert (await old.post('/credential:rotate')).status_code == 401
    assert (await new.post('/checkins', check_in(3))).status_code == 200


async def waiting(served: Served, **more: object) -> tuple[str, Caller]:
    """A device that asks for approval: its id, and itself as a caller."""
    application = served.application
    _, secret = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'visitors', approval=True)
    found = (await Caller(served.client, secret).post('/enrolments', {**NEW, **more})).json()
    return found['device_id'], Caller(served.client, found['credential'])


async def test_a_device_that_waits_is_listed_with_what_it_asks_for_and_let_in_by_a_program(served: Served) -> None:
    program = await served.program(Permission.ENROLMENT_READ, Permission.ENROLMENT_WRITE)
    first, caller = await waiting(served)
    served.application.clock.tick(5)
    second, _ = await waiting(served, name='crane-118', identifiers={'serial': 'SN-118'})
    listed = await program.get('/enrolments')
    assert [each['device']['id'] for each in listed['items']] == [first, second]
    assert listed['items'][0]['place'] == 'new'
    assert listed['items'][0]['identifiers']['imei'] == '490154203237518'
    assert (await program.get('/enrolments', limit=1))['next']
    assert (await program.get('/enrolments', place='in_use'))['items'] == []
    since = await program.post(f'/enrolments/{first}/approve', {'asked_at': listed['items'][1]['asked_at']})
    assert (since.status_code, since.json()['field']) == (409, 'asked_at')
    approved = await program.post(f'/enrolments/{first}/approve', {'asked_at': listed['items'][0]['asked_at']})
    assert (approved.status_code, approved.json()['approved'], approved.headers['etag']) == (200, True, '"1"')
    assert (await caller.post('/checkins', check_in(1, '2027-01-15T08:00:05Z'))).status_code == 200
    again = await program.post(f'/enrolments/{first}/approve')
    assert (again.status_code, again.json()['type']) == (409, 'urn:cellwarden:problem:conflict')
    (entry,) = served.application.entries(DeviceApproved)
    assert (entry.by, entry.actor.partition('/')[0]) == ('program', 'program')


async def test_a_device_that_a_program_refuses_stays_out_and_the_journal_knows_why(served: Served) -> None:
    program = await served.program(Permission.ENROLMENT_WRITE)
    device, caller = await waiting(served)
    assert (await program.post(f'/enrolments/{device}/refuse', {'because': 'unknown here'})).status_code == 204
    assert (await caller.post('/checkins', check_in(1))).status_code == 401
    (entry,) = served.application.entries(DeviceRefused)
    assert entry.because == 'unknown here'
    assert (await program.post(f'/enrolments/{device}/refuse', {})).status_code == 404


async def test_the_place_of_a_device_in_use_is_told_before_it_is_given_away(served: Served) -> None:
    program = await served.program(Permission.ENROLMENT_READ)
    caller = await roll_out(served)
    found = (await caller.post('/enrolments', NEW)).json()
    assert (await Caller(served.client, found['credential']).post('/checkins', check_in(1))).status_code == 200
    await caller.post('/enrolments', NEW)
    (listed,) = (await program.get('/enrolments'))['items']
    assert (listed['device']['id'], listed['place']) == (found['device_id'], 'in_use')
    wrong = await program.send('GET', '/enrolments', params={'sort': 'size'})
    assert (wrong.status_code, wrong.json()['field']) == (422, 'sort')


CRANE = {'name': 'crane-117', 'kind': 'tablet'}
DAY_S = 86_400


async def administrator(served: Served) -> Caller:
    return await served.program(Permission.ENROLMENT_READ, Permission.ENROLMENT_WRITE)


async def test_a_token_is_made_let_in_by_and_revoked(served: Served) -> None:
    program = await administrator(served)
    new = {'name': 'cranes', 'uses': 2, 'labels': {'site': 'port-1'}, 'criticality': 'high'}
    made = await program.post('/enrolment-tokens', new)
    assert made.status_code == 201
    token, secret = made.json()['token'], made.json()['secret']
    assert made.headers['location'] == f'/api/v1/enrolment-tokens/{token["id"]}'
    enrolled = await Caller(served.client, secret).post('/enrolments', CRANE)
    assert served.application.fleet[Device][enrolled.json()['device_id']].labels == {'site': 'port-1'}
    shown = await program.get(f'/enrolment-tokens/{token["id"]}')
    assert shown['criticality'] == 'high'
    assert (await program.post('/enrolment-tokens', {**new, 'criticality': 'grave'})).json()['field'] == 'criticality'
    assert (shown['uses_left'], shown['state'], shown['created_by']) == (1, 'valid', 'program')
    assert (await program.post(f'/enrolment-tokens/{token["id"]}/revoke')).status_code == 204
    assert (await Caller(served.client, secret).post('/enrolments', CRANE)).status_code == 401
    assert (await program.send('GET', f'/enrolment-tokens/{token["id"]}')).status_code == 404
    assert (await program.post(f'/enrolment-tokens/{token["id"]}/revoke')).status_code == 404
    issued, revoked = served.application.entries(TokenIssued)[-1], served.application.entries(TokenRevoked)[-1]
    assert (issued.subject, issued.actor) == (revoked.subject, revoked.actor)


async def test_unless_said_otherwise_it_is_for_one_device_and_one_day(served: Served) -> None:
    program = await administrator(served)
    (token,) = [(await program.post('/enrolment-tokens', {'name': 'cranes'})).json()['token']]
    assert token['uses_left'] == 1
    served.application.clock.tick(DAY_S - 1)
    assert (await program.get(f'/enrolment-tokens/{token["id"]}'))['state'] == 'valid'
    served.application.clock.tick(1)
    assert (await program.get(f'/enrolment-tokens/{token["id"]}'))['state'] == 'expired'


async def test_a_leaked_secret_is_found_by_how_it_begins_and_shown_nowhere(served: Served) -> None:
    program = await administrator(served)
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
    program = await administrator(served)
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
    program = await administrator(served)
    answer = await program.post('/enrolment-tokens', {'name': 'cranes', **wrong})
    assert (answer.status_code, answer.json()['field']) == (422, field)
    assert (await program.get('/enrolment-tokens'))['items'] == []


async def test_an_api_token_is_neither_shown_nor_revoked_as_an_enrolment_token(served: Served) -> None:
    program = await administrator(served)
    (own,) = served.application.fleet[Token]
    assert (await program.send('GET', f'/enrolment-tokens/{own}')).status_code == 404
    assert (await program.post(f'/enrolment-tokens/{own}/revoke')).status_code == 404
    assert (await program.get('/enrolment-tokens'))['total'] == 0


async def test_an_approval_says_how_critical_the_device_is(served: Served) -> None:
    program = await served.program(Permission.ENROLMENT_READ, Permission.ENROLMENT_WRITE)
    device, _ = await waiting(served)
    assert [each['criticality'] for each in (await program.get('/enrolments'))['items']] == ['normal']
    odd = await program.post(f'/enrolments/{device}/approve', {'criticality': 'grave'})
    assert (odd.status_code, odd.json()['field']) == (422, 'criticality')
    approved = await program.post(f'/enrolments/{device}/approve', {'criticality': 'vital'})
    assert (approved.json()['criticality'], approved.json()['approved']) == ('vital', True)


async def test_a_name_that_there_is_not_is_left_out_and_told_where_people_look(served: Served) -> None:
    """A device that is newer than the console, or misspelt by its maker, is let in all the same."""
    identifiers = {'imei': '356938035648097', 'seriel': 'SN-7'}
    misspelt = {**NEW, 'label': {'site': 'port-1'}, 'firmware': '9', 'identifiers': identifiers}
    answer = await (await roll_out(served)).post('/enrolments', misspelt)
    assert answer.status_code == 201, answer.text
    assert {each['field']: each['detail'] for each in answer.json()['ignored']} == {
        'identifiers.seriel': 'there is no such field; is identifiers.serial meant?',
        'label': 'there is no such field; is labels meant?',
        'firmware': 'there is no such field',
    }
    program = await served.program()
    (listed,) = (await program.get('/devices', odd='true'))['items']
    device = await program.get(f'/devices/{listed["id"]}')
    assert {each['field'] for each in device['odd_values']['values']} == {'identifiers.seriel', 'label', 'firmware'}


async def test_a_program_that_adds_a_device_is_refused_a_name_that_there_is_not(served: Served) -> None:
    refused = await (await served.program()).post('/devices', {**NEW, 'label': {'site': 'port-1'}})
    assert (refused.status_code, refused.json()['field']) == (422, 'label')
    assert refused.json()['detail'] == 'there is no such field; is labels meant?'


async def test_what_a_stranger_says_is_not_noted_at_the_device_in_use_that_it_claims(served: Served) -> None:
    caller = await roll_out(served)
    first = (await caller.post('/enrolments', NEW)).json()
    await Caller(served.client, first['credential']).post('/checkins', check_in(1))
    again = await caller.post('/enrolments', {**NEW, 'label': {}})
    assert [each['field'] for each in again.json()['ignored']] == ['label']
    device = await (await served.program()).get(f'/devices/{first["device_id"]}')
    assert device['odd_values'] is None
