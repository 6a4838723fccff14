from tests.domain.triage.test_service import person
from tests.ui.api.served import Served, furnish


async def test_a_shift_is_handed_over_and_read_by_the_next(served: Served) -> None:
    program = await served.program()
    owned = await furnish(served.application, served.application.enterprise, 1)
    ana = await person(served.application, 'Ana')
    given = await program.post('/handovers', {'note': 'the fibre is cut', 'person_id': ana.id})
    assert (given.status_code, given.json()['to'], given.json()['open']) == (201, 'Ana', 1)
    assert [(one['id'], one['state']) for one in given.json()['alerts']] == [(owned.alert, 'open')]
    path = f'/handovers/{given.json()["id"]}'
    assert await program.get(path) == given.json()
    assert [one['note'] for one in (await program.get('/handovers', limit=1))['items']] == ['the fibre is cut']
    refused = await program.post(f'{path}/take', None)  # a program takes no shift
    assert (refused.status_code, refused.json()['field']) == (422, 'person')
    assert (await program.post('/handovers', {'person_id': 'nobody'})).json()['field'] == 'person'
    taken = await served.application.handovers.take(ana.actor(), given.json()['id'])
    assert (await program.get(path))['taken_by'] == taken.taken_by == 'Ana'
