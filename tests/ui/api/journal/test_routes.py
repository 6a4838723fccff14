from domain.kinds import ENTRIES
from tests.ui.api.served import Served, check_in
from ui.api.journal.schemas import event


async def test_the_journal_is_read_forwards_from_a_number(served: Served) -> None:
    program = await served.program()
    for name in ('a', 'b', 'c'):
        await served.device(name)
    first = await program.get('/journal', after=0, limit=3)
    assert [item['sequence'] for item in first['items']] == [1, 2, 3]
    rest = await program.get('/journal', after=first['next'])
    assert [item['sequence'] for item in rest['items']] == [4, 5]
    assert (rest['next'], rest['newest']) == (None, 5)
    last = rest['items'][-1]
    assert (last['kind'], last['subject']['name'], last['at']) == ('device_enrolled', 'c', '2027-01-15T08:00:00.000Z')
    assert last['data'] == {'again': False, 'token': '', 'waiting': False}


async def test_it_is_read_backwards_and_by_subject(served: Served) -> None:
    program = await served.program()
    device, caller = await served.device('a')
    await served.device('b')
    await caller.post('/checkins', check_in(1))
    newest = await program.get('/journal', limit=2)
    assert [item['sequence'] for item in newest['items']] == [5, 4]
    older = await program.get('/journal', limit=2, before=newest['next'])
    assert [item['sequence'] for item in older['items']] == [3, 2]
    about = await program.get('/journal', subject=f'device/{device}')
    assert [item['kind'] for item in about['items']] == ['presence_changed', 'device_enrolled']
    for params in ({'after': 1, 'before': 2}, {'subject': 'device'}, {'limit': 0}):
        assert (await program.send('GET', '/journal', params=params)).status_code == 422


async def test_every_kind_of_entry_has_its_name(served: Served) -> None:
    await served.device('a')
    kinds = {event(recorded).kind for recorded in served.application.store.journal[served.application.enterprise]}
    assert kinds == {'enterprise_added', 'device_enrolled'}
    assert len(ENTRIES) > 20
