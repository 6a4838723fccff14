import pytest

from domain.access.permissions import Permission
from tests.ui.api.served import Caller, Served, check_in

QUARANTINE = {'action': 'quarantine', 'reason': 'reported stolen'}


async def quarantine(served: Served) -> tuple[Caller, Caller, str, str]:
    """A program, a device, its id and the command that it has been told."""
    program = await served.program()
    device, caller = await served.device()
    answer = await program.post(f'/devices/{device}/commands', QUARANTINE)
    assert answer.status_code == 201
    await caller.post('/checkins', check_in(1))
    return program, caller, device, answer.json()['id']


async def test_a_command_goes_out_and_is_answered(served: Served) -> None:
    program, caller, device, command = await quarantine(served)
    shown = await program.get(f'/commands/{command}')
    assert (shown['state'], shown['device'], shown['deliveries']) == ('delivered', {'id': device, 'name': 'crane-1'}, 1)
    answer = await caller.post(f'/commands/{command}/result', {'outcome': 'confirmed'})
    assert (answer.status_code, answer.json()['state']) == (200, 'confirmed')
    assert (await program.get(f'/devices/{device}'))['quarantined'] is True
    assert (await caller.post(f'/commands/{command}/result', {'outcome': 'confirmed'})).status_code == 200


async def test_a_device_may_refuse_and_says_why(served: Served) -> None:
    program, caller, device, command = await quarantine(served)
    said = {'outcome': 'rejected', 'detail': 'no hook for quarantine'}
    answer = await caller.post(f'/commands/{command}/result', said)
    assert (answer.json()['state'], answer.json()['because']) == ('rejected', 'no hook for quarantine')
    assert (await program.get('/alerts', object_id=device))['total'] == 1


async def test_only_the_device_it_was_given_to_may_answer(served: Served) -> None:
    program, _, _, command = await quarantine(served)
    _, other = await served.device('crane-2')
    for caller, status in ((other, 404), (program, 401)):
        assert (await caller.post(f'/commands/{command}/result', {'outcome': 'confirmed'})).status_code == status


async def test_repeating_a_request_with_its_key_gives_the_same_command(served: Served) -> None:
    program = await served.program()
    device, _ = await served.device()
    key = {'idempotency-key': 'ticket-7'}
    ids = {(await program.post(f'/devices/{device}/commands', QUARANTINE, headers=key)).json()['id'] for _ in range(3)}
    assert len(ids) == 1
    other = await program.post(f'/devices/{device}/commands', {'action': 'release', 'reason': 'x'}, headers=key)
    assert other.status_code == 409


async def test_the_key_still_stands_for_the_command_when_that_is_over(served: Served) -> None:
    program = await served.program()
    device, caller = await served.device()
    key = {'idempotency-key': 'ticket-7'}
    command = (await program.post(f'/devices/{device}/commands', QUARANTINE, headers=key)).json()['id']
    await caller.post('/checkins', check_in(1))
    await caller.post(f'/commands/{command}/result', {'outcome': 'confirmed'})
    again = await program.post(f'/devices/{device}/commands', QUARANTINE, headers=key)
    assert (again.status_code, again.json()['id'], again.json()['state']) == (201, command, 'confirmed')


async def test_what_would_change_nothing_is_a_conflict(served: Served) -> None:
    program = await served.program()
    device, _ = await served.device()
    answer = await program.post(f'/devices/{device}/commands', {'action': 'release', 'reason': 'found again'})
    assert answer.status_code == 409


async def test_a_command_is_cancelled_until_it_is_over(served: Served) -> None:
    program, caller, _, command = await quarantine(served)
    answer = await program.post(f'/commands/{command}/cancel')
    assert (answer.status_code, answer.json()['state']) == (200, 'cancelled')
    assert (await caller.post('/checkins', check_in(2))).json()['commands'] == []
    assert (await program.post(f'/commands/{command}/cancel')).status_code == 409
    assert (await program.post('/commands/nobody/cancel')).status_code == 404


@pytest.mark.parametrize(
    ('params', 'found'),
    [
        ({}, 0),
        ({'state': 'closed'}, 1),
        ({'state': 'all'}, 1),
        ({'state': 'cancelled'}, 1),
        ({'state': 'confirmed'}, 0),
        ({'state': 'queued'}, 0),
        ({'state': 'all', 'action': 'release'}, 0),
    ],
)
async def test_commands_are_listed_by_state_and_action(served: Served, params: dict[str, str], found: int) -> None:
    program, _, device, command = await quarantine(served)
    assert (await program.get('/commands', device=device, state='delivered'))['total'] == 1
    await program.post(f'/commands/{command}/cancel')
    assert len((await program.get('/commands', device=device, **params))['items']) == found


@pytest.mark.parametrize(
    ('action', 'scope'),
    [
        ('quarantine', Permission.COMMANDS_WRITE),
        ('lock', Permission.COMMANDS_LOCK),
        ('wipe', Permission.COMMANDS_WIPE),
    ],
)
async def test_each_action_takes_its_own_scope(served: Served, action: str, scope: Permission) -> None:
    device, _ = await served.device()
    body = {'action': action, 'reason': 'stolen'}
    every = {Permission.COMMANDS_WRITE, Permission.COMMANDS_LOCK, Permission.COMMANDS_WIPE}
    others = await served.program(*(every - {scope}))
    assert (await others.post(f'/devices/{device}/commands', body)).status_code == 403
    reader = await served.program(Permission.COMMANDS_READ)
    assert (await reader.post(f'/devices/{device}/commands', body)).status_code == 403
    answer = await (await served.program(scope)).post(f'/devices/{device}/commands', body)
    assert (answer.status_code, answer.json()['action']) == (201, action)
    assert (await others.post(f'/commands/{answer.json()["id"]}/cancel')).status_code == 403


async def test_a_device_is_shown_locked_and_wiped_as_it_confirmed(served: Served) -> None:
    program = await served.program()
    device, caller = await served.device()
    for number, action in enumerate(('lock', 'wipe'), start=1):
        command = (await program.post(f'/devices/{device}/commands', {'action': action, 'reason': 'x'})).json()['id']
        await caller.post('/checkins', check_in(number))
        await caller.post(f'/commands/{command}/result', {'outcome': 'confirmed'})
    shown = await program.get(f'/devices/{device}')
    assert (shown['locked_since'], shown['wiped_at']) == ('2027-01-15T08:00:00.000Z', '2027-01-15T08:00:00.000Z')
    assert (await program.post(f'/devices/{device}/commands', {'action': 'lock', 'reason': 'x'})).status_code == 409
