"""The operator's commands and their socket: only its own user can open it, and every line, odd ones too, is answered with one."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.accounts.model import Account, Person
from domain.common.errors import Conflict, DomainError, Invalid, NotFound, Unavailable
from domain.people.events import PersonChanged
from domain.policies.model import Policy
from domain.sign_in.model import Browser
from domain.tokens.model import Token
from tests.fakes import RunningApplication, running_application
from ui.operator.operations import Operations
from ui.operator.socket import SOCKET, ask, listening


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


async def raw(folder: Path, line: bytes) -> bytes:
    reader, writer = await asyncio.open_unix_connection(folder / SOCKET)
    writer.write(line)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


async def test_what_is_asked_there_is_true_at_once(application: RunningApplication, tmp_path: Path) -> None:
    async with listening(Operations(application), tmp_path):
        added = await ask(tmp_path, 'enterprise add', {'name': 'Ghent'})
        assert added is not None
        assert len(application.fleets.of(added['id'])[Policy]) == 5
        made = await ask(tmp_path, 'token api', {'enterprise': 'Ghent', 'name': 'x', 'scopes': ['devices:read']})
        assert made is not None
        assert application.access.program(made['secret']).enterprise == added['id']
        await ask(tmp_path, 'token revoke', {'id': made['id']})
        with pytest.raises(DomainError, match='not known'):
            application.access.program(made['secret'])


async def test_a_token_belongs_to_a_service_account_that_is_made_once_with_the_least_role(
    application: RunningApplication,
) -> None:
    door = Operations(application)
    made = await door.run(
        'token api', {'enterprise': application.enterprise, 'name': 'x', 'scopes': ['checkins:write']}
    )
    again = {'enterprise': application.enterprise, 'name': 'y', 'account': 'X', 'scopes': ['devices:read']}
    assert (await door.run('token api', again))['account'] == made['account'] == 'x'
    (service,) = application.fleet[Person].values()
    assert service.role is Role.OPERATOR
    assert {token.person for token in application.fleet[Token].values()} == {service.id}
    assert await door.run('user list', {}) == {'items': []}
    with pytest.raises(Invalid, match='x may not do policies:write: its role does not include it'):
        await door.run('token api', {**again, 'scopes': ['policies:write']})


async def test_the_list_of_tokens_tells_their_last_use(application: RunningApplication) -> None:
    door = Operations(application)
    made = await door.run('token api', {'enterprise': application.enterprise, 'name': 'x', 'scopes': ['devices:read']})
    (listed,) = (await door.run('token list', {}))['items']
    assert (listed['account'], listed['used_at']) == ('x', None)
    application.access.program(made['secret'], address='192.0.2.9')
    await application.transactor.transact(lambda tx: None)
    (listed,) = (await door.run('token list', {}))['items']
    assert (listed['used_at'], listed['used_from']) == (application.clock(), '192.0.2.9')


NARROW = {'labels': ['site=port-1', 'site=port-2'], 'regions': ['Delft']}
PART = Scope({'site': ('port-1', 'port-2')}, ('Delft',))


@pytest.mark.parametrize('way', ['account', 'link', 'member'])
async def test_a_person_is_added_for_a_part_of_the_enterprise_whichever_way_they_come(
    application: RunningApplication, way: str
) -> None:
    door = Operations(application)
    bo = {'enterprise': application.enterprise, 'email': 'bo@example.com', 'name': 'Bo', 'role': 'operator'}
    if way == 'member':
        other = await application.enterprises.add('Ghent')
        await application.people.add(other.id, 'bo@example.com', 'Bo', Role.VIEWER, 'correct horse battery')
    said: dict[str, Any] = {'link': True} if way == 'link' else {'password': 'correct horse battery'}
    answer = await door.run('user add', {**bo, **said, **NARROW})
    assert (answer['made'], answer['scope']) == (way, 'site=port-1 or port-2 or region Delft only')
    if way == 'link':
        await application.links.accept(answer['secret'], name='Bo', password='correct horse battery', browser=Browser())
    (person,) = application.fleet[Person].values()
    assert (person.role, person.scope) == (Role.OPERATOR, PART)


@pytest.mark.parametrize('way', ['account', 'link', 'member'])
async def test_an_administrator_of_a_part_is_refused_whichever_way_they_come(
    application: RunningApplication, way: str
) -> None:
    bo = {'enterprise': application.enterprise, 'email': 'bo@example.com', 'name': 'Bo', 'role': 'admin'}
    if way == 'member':
        other = await application.enterprises.add('Ghent')
        await application.people.add(other.id, 'bo@example.com', 'Bo', Role.VIEWER, 'correct horse battery')
    said: dict[str, Any] = {'link': True} if way == 'link' else {'password': 'correct horse battery'}
    with pytest.raises(Invalid, match='the whole enterprise') as refused:
        await Operations(application).run('user add', {**bo, **said, **NARROW})
    assert refused.value.field == 'scope'
    assert not application.fleet[Person]


async def test_an_operator_changes_role_and_part_with_the_checks_of_the_page(application: RunningApplication) -> None:
    door = Operations(application)
    ana = await application.people.add(
        application.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, 'correct horse battery'
    )
    bo = await application.people.add(
        application.enterprise, 'bo@example.com', 'Bo', Role.VIEWER, 'correct horse battery'
    )
    answer = await door.run(
        'user role', {'enterprise': application.enterprise, 'email': 'Bo@example.com', 'role': 'operator', **NARROW}
    )
    assert (answer['role'], application.fleet[Person][bo.id].scope) == ('operator', PART)
    (entry,) = application.entries(PersonChanged)
    assert (entry.by, entry.changes['scope']) == (
        'operator',
        ['everything', 'site=port-1 or port-2 or region Delft only'],
    )
    widened = {'enterprise': application.enterprise, 'email': 'bo@example.com', 'role': 'operator'}
    assert (await door.run('user role', widened))['scope'] == ''
    with pytest.raises(Conflict, match='last administrator'):
        await door.run('user role', {**widened, 'email': 'ana@example.com'})
    other = await application.enterprises.add('Ghent')
    with pytest.raises(NotFound, match='does not belong to'):
        await door.run('user role', {**widened, 'enterprise': other.id})
    assert application.fleet[Person][ana.id].role is Role.ADMIN


async def test_a_service_account_is_made_for_a_part_and_stays_what_it_is(application: RunningApplication) -> None:
    door = Operations(application)
    wanted = {'enterprise': application.enterprise, 'name': 'x', 'scopes': ['devices:read']}
    made = await door.run('token api', {**wanted, **NARROW})
    assert application.access.program(made['secret']).scope == PART
    again = await door.run('token api', wanted)
    assert application.access.program(again['secret']).scope == PART
    with pytest.raises(Conflict, match='there is x already, for site=port-1 or port-2 or region Delft only'):
        await door.run('token api', {**wanted, 'labels': ['site=port-9']})


async def test_a_leaked_token_is_found_in_the_list_by_how_it_begins(application: RunningApplication) -> None:
    door = Operations(application)
    wanted = {'enterprise': application.enterprise, 'name': 'x', 'scopes': ['devices:read']}
    made = [
        await door.run('token api', wanted),
        await door.run('token enrolment', {'enterprise': application.enterprise, 'name': 'y'}),
    ]
    listed = {item['id']: item['beginning'] for item in (await door.run('token list', {}))['items']}
    assert listed == {each['id']: each['secret'][:8] for each in made}
    assert not [each for each in made if each['secret'][8:] in repr(application.store.rows)]


async def test_an_operator_makes_and_unmakes_owners_but_not_the_last(application: RunningApplication) -> None:
    door = Operations(application)
    person = await application.people.add(
        application.enterprise, 'ana@example.com', 'Ana', Role.VIEWER, 'correct horse battery'
    )
    await door.run('user owner', {'email': ' Ana@example.com'})
    assert application.fleets.installation[Account][person.account].owner
    with pytest.raises(Conflict, match='last owner'):
        await door.run('user owner', {'email': 'ana@example.com', 'owner': False})
    with pytest.raises(NotFound):
        await door.run('user owner', {'email': 'nobody@example.com'})


async def test_starter_policies_can_be_left_out_named_for_networks_and_enforced(
    application: RunningApplication,
) -> None:
    door = Operations(application)
    bare = await door.run('enterprise add', {'name': 'Bare', 'starter': False})
    assert not application.fleets.of(bare['id'])[Policy]
    full = await door.run('enterprise add', {'name': 'Full', 'plmns': ['204-08'], 'enforce': ['Not rooted']})
    modes = {policy.name: policy.mode for policy in application.fleets.of(full['id'])[Policy].values()}
    assert len(modes) == 6
    assert [name for name, mode in modes.items() if mode == 'enforce'] == ['Not rooted']


@pytest.mark.parametrize('name', [SOCKET, 'deep'])
async def test_only_its_own_user_can_open_it_and_it_goes_with_the_server(
    application: RunningApplication, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / ('d' * 120) if name == 'deep' else tmp_path  # a socket's address has 107 bytes
    folder.mkdir(exist_ok=True)
    async with listening(Operations(application), folder):
        assert (folder / SOCKET).stat().st_mode & 0o077 == 0
        assert await ask(folder, 'user list', {}) == {'items': []}
    assert not (folder / SOCKET).exists()
    assert await ask(folder, 'user list', {}) is None


async def test_a_socket_left_by_a_killed_server_is_taken_over_a_living_one_is_not(
    application: RunningApplication, tmp_path: Path
) -> None:
    server = await asyncio.start_unix_server(lambda *_: None, tmp_path / SOCKET)
    server.close()
    await server.wait_closed()
    assert (tmp_path / SOCKET).exists(), 'nobody removed it'
    assert await ask(tmp_path, 'user list', {}) is None
    async with listening(Operations(application), tmp_path):
        with pytest.raises(Conflict, match='another server'):
            async with listening(Operations(application), tmp_path):
                pass
        assert await ask(tmp_path, 'user list', {}) == {'items': []}


async def test_a_long_answer_arrives_whole(application: RunningApplication, tmp_path: Path) -> None:
    async with listening(Operations(application), tmp_path):
        for number in range(600):
            arguments = {
                'enterprise': application.enterprise,
                'name': f'{"x" * 60}-{number}',
                'scopes': ['devices:read'],
            }
            await Operations(application).run('token api', arguments)
        listed = await ask(tmp_path, 'token list', {})
        assert listed is not None
        assert len(json.dumps(listed)) > 65_536
        assert len(listed['items']) == 600


REFUSED = [
    ({'operation': 'nonsense', 'arguments': {}}, "there is no operation 'nonsense'"),
    ({'operation': 'enterprise add', 'arguments': {'name': ''}}, 'name: must not be empty'),
    ({'operation': 'user add', 'arguments': {}}, 'not a request'),
    ({'operation': 'user list', 'arguments': {'a': 1}}, 'not a request'),
    ({'operation': 'user list', 'arguments': []}, 'not a request'),
    ({'operation': 'user list'}, 'not a request'),
    ([], 'not a request'),
    (
        {'operation': 'token api', 'arguments': {'enterprise': 'Port of Delft', 'name': 'x', 'scopes': ['all']}},
        'scope: scope is one of checkins:write',
    ),
    (
        {'operation': 'token api', 'arguments': {'enterprise': 'Port of Delft', 'name': 'x', 'scopes': []}},
        'name at least one scope',
    ),
    (
        {'operation': 'token enrolment', 'arguments': {'enterprise': 'Port of Delft', 'name': 'x', 'expires_in_s': 0}},
        'longer than nothing',
    ),
    (
        {
            'operation': 'token enrolment',
            'arguments': {'enterprise': 'Port of Delft', 'name': 'x', 'expires_in_s': float('nan')},
        },
        'longer than nothing',
    ),
    (
        {'operation': 'token enrolment', 'arguments': {'enterprise': 'Port of Delft', 'name': 'x', 'uses': 0}},
        '1 to 2147483647 devices',
    ),
    ({'operation': 'token revoke', 'arguments': {'id': 'x'}}, 'there is no token'),
]


@pytest.mark.parametrize(('request_', 'words'), REFUSED, ids=[words for _, words in REFUSED])
async def test_what_cannot_be_done_is_told_and_the_door_stays_open(
    application: RunningApplication, tmp_path: Path, request_: object, words: str
) -> None:
    async with listening(Operations(application), tmp_path):
        answer = json.loads(await raw(tmp_path, json.dumps(request_).encode() + b'\n'))
        assert words in answer['error']
        assert not application.fleet[Token]
        assert await ask(tmp_path, 'user list', {}) == {'items': []}


@pytest.mark.parametrize('line', [b'', b'\n', b'{', b'\xff\xfe\n', b'"x"\n', b'x' * 200_000 + b'\n'], ids=range(6))
async def test_what_is_no_request_is_told_so(application: RunningApplication, tmp_path: Path, line: bytes) -> None:
    async with listening(Operations(application), tmp_path):
        assert 'not a request' in json.loads(await raw(tmp_path, line))['error']
        assert await ask(tmp_path, 'user list', {}) == {'items': []}


async def test_a_server_that_goes_without_an_answer_is_told_in_words(tmp_path: Path) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_unix_server(hang_up, tmp_path / SOCKET)
    async with server:
        with pytest.raises(Unavailable, match='did not answer'):
            await ask(tmp_path, 'user list', {})
