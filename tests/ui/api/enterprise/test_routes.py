"""What browsers of the enterprise may keep, by the API."""

from domain.access.permissions import Permission
from domain.installation.events import EnterpriseChanged
from tests.ui.api.served import Served


async def test_a_program_that_decides_over_people_sets_what_browsers_keep(served: Served) -> None:
    program = await served.program(Permission.PEOPLE_READ, Permission.PEOPLE_WRITE)
    assert (await program.get('/enterprise'))['browsers_keep'] is True
    for _ in range(2):
        answer = await program.send('POST', '/enterprise:browsers', json={'keep': False})
        assert (answer.status_code, answer.json()['browsers_keep']) == (200, False)
    assert served.application.fleet.enterprise.browsers_keep is False
    (entry,) = served.application.entries(EnterpriseChanged)
    assert (entry.changes, entry.enterprise) == ({'browsers_keep': [True, False]}, served.application.enterprise)
    assert entry.actor, 'it stands in the audit trail'


async def test_others_may_not_and_a_wrong_body_is_told_by_its_field(served: Served) -> None:
    reader = await served.program(Permission.PEOPLE_READ, Permission.DEVICES_WRITE)
    refused = await reader.send('POST', '/enterprise:browsers', json={'keep': False})
    assert refused.status_code == 403
    program = await served.program(Permission.PEOPLE_WRITE)
    for body, field in (({'keep': 'no'}, 'keep'), ({}, 'keep'), ({'keep': True, 'for': 9}, 'for')):
        problem = await program.send('POST', '/enterprise:browsers', json=body)
        assert (problem.status_code, problem.headers['content-type']) == (422, 'application/problem+json')
        assert field in problem.text
    assert served.application.fleet.enterprise.browsers_keep is True
