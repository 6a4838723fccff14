"""Values that no database keeps, sent to a real server on both: each is refused or not found, and none is called an outage."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.real.postgres import PostgresServer, fresh_database
from tests.real.server import PASSWORD, bearer, running_server

pytestmark = pytest.mark.asyncio(loop_scope='module')

NONSENSE = ('%00', str(2**80), '%ED%A0%80', 'x' * 3000)
"""As they stand in an address: NUL, a number beyond 64 bits, half a surrogate pair, very long."""
PAGES = ('/devices/{}', '/towers/{}', '/policies/{}', '/alerts/{}')
LISTS = ('/devices', '/towers', '/policies', '/violations', '/alerts', '/audit', '/people', '/enforcement')
SCOPES = [
    'alerts:read',
    'audit:read',
    'channels:read',
    'commands:read',
    'devices:read',
    'devices:write',
    'enrolment:read',
    'enrolment:write',
    'events:read',
    'people:read',
    'policies:read',
    'policies:write',
    'rules:read',
    'towers:read',
    'towers:write',
    'status:read',
]
POLICY = {'name': 'p', 'rule': 'true == device.storage.encrypted'}
REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ('/enrolment-tokens', {'name': 't', 'uses': 2**31, 'expires_in_s': 60}, 'uses'),
    ('/enrolment-tokens', {'name': 't', 'uses': 2**63, 'expires_in_s': 60}, 'uses'),
    ('/enrolment-tokens', {'name': 't\0', 'uses': 1, 'expires_in_s': 60}, 'name'),
    ('/policies', POLICY | {'rule': 'device.os.name != "\0"'}, 'rule'),
    ('/policies', POLICY | {'description': 'a\0'}, 'description'),
    ('/policies', POLICY | {'grace_s': 2**63}, 'grace_s'),
    ('/towers', {'name': 't', 'maintenance_until': '9999-12-31T23:59:59-23:59'}, 'maintenance_until'),
    ('/towers', {'name': 't', 'maintenance_until': '0001-01-01T00:00:00Z'}, 'maintenance_until'),
    ('/towers', {'name': 't', 'region': 'a\0'}, 'region'),
    ('/devices', {'name': 'd', 'kind': 'tablet', 'interval_s': 2**40}, 'interval_s'),
    ('/devices', {'name': 'd', 'kind': 'tablet', 'labels': {'a': '\0'}}, 'labels.a'),
)
"""Path, body, and the field that is named."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A server, a program's token and a person's cookies."""

    client: httpx.AsyncClient
    token: str

    async def api(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A request of the program."""
        return await self.client.request(method, f'/api/v1{path}', headers=bearer(self.token), **more)


@pytest_asyncio.fixture(scope='module', loop_scope='module', params=['sqlite', 'postgres'])
async def reached(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> AsyncIterator[Reached]:
    """A server on a database of each kind; nothing in its log is for an operator to look at."""
    with ExitStack() as stack:
        environment = {}
        if request.param == 'postgres':
            database = stack.enter_context(fresh_database(postgres_server))
            environment['CELLWARDEN_DATABASE'] = postgres_server.url(database)
        async with served(tmp_path_factory.mktemp('hostile') / 'data', environment) as found:
            yield found


@asynccontextmanager
async def served(folder: Path, environment: dict[str, str]) -> AsyncIterator[Reached]:
    """A server, a program's token and a person's cookies."""
    async with running_server(folder, **environment) as server:
        await server.operate('enterprise add', name='Delft', plmns=['204-08'])
        await server.operate(
            'user add', enterprise='Delft', email='ana@example.com', name='Ana', role='admin', password=PASSWORD
        )
        token = (await server.operate('token api', enterprise='Delft', name='program', scopes=SCOPES))['secret']
        async with httpx.AsyncClient(base_url=server.address, timeout=30) as client:
            signed_in = await client.post('/auth/sign-in', data={'email': 'ana@example.com', 'password': PASSWORD})
            assert signed_in.headers['location'] == '/'
            yield Reached(client, token)


async def test_no_nonsense_in_an_address_is_called_an_outage(reached: Reached) -> None:
    described = (await reached.client.get('/api/v1/openapi.json')).json()
    asked: list[str] = []
    for path, methods in described['paths'].items():
        reading = methods.get('get')
        if reading is None:
            continue
        short = path.removeprefix('/api/v1')
        parameters = [each for each in reading.get('parameters', ()) if each['in'] == 'query']
        if '{' in short:
            asked += [short.partition('{')[0] + value + short.partition('}')[2] for value in NONSENSE]
        else:
            asked += [f'{short}?{each["name"]}={value}' for each in parameters for value in NONSENSE[:2]]
    assert len(asked) > 150
    for address in asked:
        answer = await reached.api('GET', address)
        assert answer.status_code in (200, 400, 404, 422), f'{address[:80]}: {answer.status_code} {answer.text[:200]}'
        if '?' in address and answer.status_code == 200 and '%00' in address and 'items' in answer.json():
            assert answer.json()['items'] == [], address


async def test_no_nonsense_in_the_address_of_a_page_is_an_error_of_ours(reached: Reached) -> None:
    asked = [page.format(value) for page in PAGES for value in NONSENSE]
    asked += [f'{page}?q={value}' for page in LISTS for value in NONSENSE[:1]]
    asked += [f'/audit?{name}={value}' for name in ('who', 'kind', 'subject', 'since') for value in NONSENSE[:1]]
    for address in asked:
        answer = await reached.client.get(address)
        assert answer.status_code in (200, 302, 307, 404), f'{address[:80]}: {answer.status_code}'


async def test_a_value_beyond_its_bound_is_refused_by_the_name_of_its_field(reached: Reached) -> None:
    for path, body, field in REFUSED:
        answer = await reached.api('POST', path, json=body)
        assert (answer.status_code, answer.json().get('field')) == (422, field), f'{body}: {answer.text}'
    assert (await reached.api('GET', '/towers')).json()['items'] == []
