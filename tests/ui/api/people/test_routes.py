"""People, service accounts and invitations by the API: the same rules as on the page, by the same services."""

from typing import Any

import pytest

from domain.access.permissions import Permission, Role
from domain.access.scopes import Scope
from domain.accounts.model import Person
from domain.common.errors import NotFound
from domain.people.events import PersonAdded, PersonChanged, PersonRemoved
from domain.sign_in.model import Browser
from tests.ui.api.served import Caller, Served

PASSWORD = 'correct horse battery'
PORT_1 = {'labels': {'site': ['port-1']}, 'regions': []}


async def member(served: Served, name: str = 'bo', role: Role = Role.OPERATOR, **more: Any) -> Person:
    application = served.application
    return await application.people.add(
        application.enterprise, f'{name}@example.com', name.title(), role, PASSWORD, **more
    )


async def administrator(served: Served) -> Caller:
    """A program that may do all that an administrator may; it belongs to no account, so it is in no list."""
    return await served.program()


async def test_people_and_service_accounts_are_listed_filtered_and_read(served: Served) -> None:
    bo = await member(served, scope=Scope({'site': ('port-1',)}))
    await member(served, 'ana', Role.ADMIN)
    await served.application.people.add_service(served.application.actor, 'collector', Role.OPERATOR)
    program = await served.program(Permission.PEOPLE_READ)
    assert [each['name'] for each in (await program.get('/people'))['items']] == ['Ana', 'Bo', 'collector']
    assert [each['name'] for each in (await program.get('/people', kind='service'))['items']] == ['collector']
    assert [each['name'] for each in (await program.get('/people', role='admin'))['items']] == ['Ana']
    assert [each['name'] for each in (await program.get('/people', q='BO@'))['items']] == ['Bo']
    answer = await program.send('GET', f'/people/{bo.id}')
    found = answer.json()
    assert answer.headers['etag'].startswith('"1-')
    assert (found['email'], found['role'], found['scope'], found['state']) == (
        'bo@example.com',
        'operator',
        PORT_1,
        'active',
    )
    assert 'hash' not in answer.text


async def test_a_role_is_changed_and_narrowed_and_the_journal_tells_it(served: Served) -> None:
    bo = await member(served, role=Role.VIEWER)
    program = await administrator(served)
    answer = await program.patch(f'/people/{bo.id}', {'role': 'operator', 'scope': PORT_1, 'name': 'Bob'}, 1)
    assert (answer.status_code, answer.json()['scope'], answer.headers['etag']) == (200, PORT_1, '"2"')
    assert served.application.fleet[Person][bo.id].scope == Scope({'site': ('port-1',)})
    (entry,) = served.application.entries(PersonChanged)
    assert entry.changes == {
        'role': ['viewer', 'operator'], 'name': ['Bo', 'Bob'], 'scope': ['everything', 'site=port-1 only'],
    }  # fmt: skip
    widened = await program.patch(f'/people/{bo.id}', {'scope': None}, 2)
    assert widened.json()['scope'] == {'labels': {}, 'regions': []}


async def test_nobody_overwrites_what_they_have_not_seen(served: Served) -> None:
    bo = await member(served)
    program = await administrator(served)
    assert (await program.patch(f'/people/{bo.id}', {'role': 'viewer'}, None)).status_code == 428
    assert (await program.patch(f'/people/{bo.id}', {'role': 'viewer'}, 9)).status_code == 412
    assert (await program.delete(f'/people/{bo.id}', None)).status_code == 428
    assert (await program.delete(f'/people/{bo.id}', 9)).status_code == 412
    assert served.application.fleet[Person][bo.id] == bo


@pytest.mark.parametrize(
    ('patch', 'status', 'field'),
    [
        ({'email': 'eve@example.com'}, 422, 'email'),
        ({'role': 'king'}, 422, 'role'),
        ({'role': 'admin', 'scope': PORT_1}, 422, 'scope'),
        ({'scope': {'labels': {'si te': ['x']}}}, 422, 'scope.si te'),
        ({'scope': {'colours': ['red']}}, 422, 'scope.colours'),
        ({'name': ''}, 422, 'name'),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_changed(
    served: Served, patch: dict[str, Any], status: int, field: str
) -> None:
    bo = await member(served)
    answer = await (await administrator(served)).patch(f'/people/{bo.id}', {'role': 'viewer', **patch}, 1)
    assert (answer.status_code, answer.json()['field']) == (status, field)
    assert served.application.fleet[Person][bo.id] == bo


async def test_an_enterprise_keeps_its_last_administrator(served: Served) -> None:
    ana = await member(served, 'ana', Role.ADMIN)
    program = await administrator(served)
    assert (await program.patch(f'/people/{ana.id}', {'role': 'viewer'}, 1)).status_code == 409
    assert (await program.delete(f'/people/{ana.id}', 1)).status_code == 409


async def test_a_program_makes_nobody_more_than_it_is_itself(served: Served) -> None:
    bo = await member(served, role=Role.VIEWER)
    program = await served.program(Permission.PEOPLE_READ, Permission.PEOPLE_WRITE)
    answer = await program.patch(f'/people/{bo.id}', {'role': 'operator'}, 1)
    assert (answer.status_code, 'cannot give it' in answer.json()['detail']) == (403, True)
    assert (await program.post('/people', {'name': 'friend', 'role': 'admin'})).status_code == 403


async def test_a_service_account_is_added_once_by_its_name_and_removed(served: Served) -> None:
    program = await administrator(served)
    made = await program.post('/people', {'name': 'collector', 'role': 'operator', 'scope': PORT_1})
    assert (made.status_code, made.json()['kind'], made.json()['email']) == (201, 'service', '')
    assert made.headers['location'] == f'/api/v1/people/{made.json()["id"]}'
    assert (await program.post('/people', {'name': 'Collector', 'role': 'viewer'})).status_code == 409
    assert (await program.delete(f'/people/{made.json()["id"]}', 1)).status_code == 204
    assert (await program.send('GET', f'/people/{made.json()["id"]}')).status_code == 404
    assert len(served.application.entries(PersonAdded)) == len(served.application.entries(PersonRemoved)) == 1


BOB = {'email': 'Bob@example.com', 'role': 'operator', 'scope': {'labels': {'site': ['port-1']}}}


async def test_an_invitation_is_made_accepted_and_then_gone(served: Served) -> None:
    program = await served.program()
    made = await program.post('/invitations', BOB)
    assert made.status_code == 201
    invitation, secret = made.json()['invitation'], made.json()['secret']
    assert (invitation['email'], invitation['name'], invitation['state'], invitation['by']) == (
        'bob@example.com',
        'Bob',
        'open',
        'program',
    )
    listed = await program.get('/invitations')
    assert listed['items'] == [invitation]
    assert secret not in str(listed)
    await served.application.links.accept(secret, name='Bob', password=PASSWORD, browser=Browser())
    assert (await program.get('/invitations'))['items'] == []
    (person,) = (await program.get('/people'))['items']
    assert (person['role'], person['scope']['labels']) == ('operator', {'site': ['port-1']})
    assert (await program.post('/invitations', BOB)).status_code == 409, 'they belong here already'


async def test_an_invitation_that_is_withdrawn_opens_nothing(served: Served) -> None:
    program = await served.program()
    made = (await program.post('/invitations', BOB)).json()
    path = f'/invitations/{made["invitation"]["id"]}/withdraw'
    assert (await program.post(path)).status_code == 204
    with pytest.raises(NotFound):
        served.application.links.look(made['secret'])
    assert (await program.post(path)).status_code == 404


async def test_an_invitation_that_nobody_accepted_in_time_says_so(served: Served) -> None:
    program = await served.program()
    await program.post('/invitations', BOB)
    served.application.clock.tick(7 * 86_400)
    (listed,) = (await program.get('/invitations'))['items']
    assert listed['state'] == 'expired'


async def test_a_program_invites_nobody_as_more_than_it_is_itself_and_an_address_has_to_be_one(served: Served) -> None:
    program = await served.program(Permission.PEOPLE_WRITE)
    assert (await program.post('/invitations', {'email': 'b@example.com', 'role': 'viewer'})).status_code == 403
    answer = await (await served.program()).post('/invitations', {'email': 'bob', 'role': Role.VIEWER})
    assert (answer.status_code, answer.json()['field']) == (422, 'email')
