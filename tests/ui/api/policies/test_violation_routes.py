import pytest

from domain.policies.input import NewPolicy
from domain.policies.violations import Violation
from tests.ui.api.served import Served, check_in

ENCRYPTED = {'storage': {'encrypted': True}}
PLAIN = {'storage': {'encrypted': False}}


async def test_open_violations_are_listed_and_cleared_ones_on_request(served: Served) -> None:
    program = await served.program()
    application = served.application
    policy = await application.policies.add(
        application.actor, NewPolicy(name='Encrypted', rule='device.storage.encrypted')
    )
    callers = [await served.device(name) for name in ('a', 'b', 'c')]
    for _, caller in callers:
        await caller.post('/checkins', check_in(1, facts=PLAIN))
    await callers[0][1].post('/checkins', check_in(2, facts=ENCRYPTED))
    found = await program.get('/violations')
    assert ({item['device']['name'] for item in found['items']}, found['total']) == ({'b', 'c'}, 2)
    assert found['items'][0]['evidence'] == {'device.storage.encrypted': False}
    assert found['items'][0]['policy'] == {'id': policy.id, 'name': 'Encrypted'}
    closed = await program.get('/violations', state='closed')
    assert ([item['device']['name'] for item in closed['items']], closed['total']) == (['a'], None)
    one = await program.get('/violations', device=callers[1][0], policy=policy.id, severity='minor')
    assert [item['device']['name'] for item in one['items']] == ['b']
    cleared = closed['items'][0]
    assert await program.get(f'/violations/{cleared["id"]}') == cleared
    assert (await program.get(f'/devices/{callers[0][0]}/violations'))['items'] == [cleared]
    assert (await program.get(f'/devices/{callers[0][0]}/violations', state='open'))['items'] == []


@pytest.mark.parametrize('state', ['open', 'all'])
async def test_pages_go_from_the_newest_to_the_oldest(served: Served, state: str) -> None:
    program = await served.program()
    application = served.application
    await application.policies.add(application.actor, NewPolicy(name='Encrypted', rule='device.storage.encrypted'))
    for name in ('a', 'b', 'c'):
        await (await served.device(name))[1].post('/checkins', check_in(1, facts=PLAIN))
    first = await program.get('/violations', state=state, limit=2)
    rest = await program.get('/violations', state=state, limit=2, cursor=first['next'])
    ids = [item['id'] for item in (*first['items'], *rest['items'])]
    assert (ids, rest['next']) == (sorted(application.fleet[Violation], reverse=True), None)
