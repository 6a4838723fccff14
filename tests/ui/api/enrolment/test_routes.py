from domain.access.permissions import Permission
from domain.enrolment.events import DeviceApproved, DeviceRefused
from domain.tokens.model import TokenKind
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
    assert set(found) == {'device_id', 'credential', 'interval_s', 'sequence', 'enterprise', 'approved'}
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


async def test_a_token_that_is_used_up_or_of_another_kind_lets_nobody_in(served: Served) -> None:
    once = await roll_out(served, uses=1)
    assert (await once.post('/enrolments', NEW)).status_code == 201
    assert (await once.post('/enrolments', {**NEW, 'identifiers': {}})).status_code == 401
    assert (await (await served.program()).post('/enrolments', NEW)).status_code == 401


async def test_a_wrong_identifier_is_named(served: Served) -> None:
    caller = await roll_out(served)
    answer = await caller.post('/enrolments', {**NEW, 'identifiers': {'imei': '490154203237519'}})
    assert (answer.status_code, answer.json()['field']) == (422, 'identifiers.imei')


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


async def test_whoever_waits_is_listed_with_what_they_ask_for_and_let_in_by_a_program(served: Served) -> None:
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


async def test_whoever_is_refused_by_a_program_stays_out_and_the_journal_knows_why(served: Served) -> None:
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
