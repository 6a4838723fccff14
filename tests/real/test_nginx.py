"""A real nginx between browsers, programs, agents and the console: as documented, and with each line that people forget.

What ``cellwarden doctor`` says of each stands in docs/operating.md, "Behind a proxy".
"""

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from jobs.agent.options import AgentError, AgentOptions
from jobs.agent.run import run_agent
from tests.jobs.loopback import Authority
from tests.real.nginx import needs_nginx, nginx
from tests.real.server import PASSWORD, Server, bearer, free_port
from tests.real.weak_tls import HOST
from ui.api.journal.stream import HEARTBEAT_S
from ui.sign_in.guard import cookie_name

pytestmark = needs_nginx
UPGRADE = '        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection $http_connection;\n'
NO_UPGRADE = {UPGRADE: ''}
NO_HOST = {'        proxy_set_header Host $http_host;\n': ''}
WRONG_SCHEME = {'X-Forwarded-Proto $scheme': 'X-Forwarded-Proto http'}
SMALL_BODIES = {'client_max_body_size 4m': 'client_max_body_size 1k'}
FORGOTTEN_BODIES = {'    client_max_body_size 4m;\n': ''}
BUFFERED = {'proxy_http_version 1.1;': 'proxy_http_version 1.1; proxy_buffering on; proxy_read_timeout 60s;'}
NGINX_READS_S = 60


@dataclass(slots=True)
class Site:
    """A server, the address that nginx has for it, an enterprise with a person and a program, and who trusts the certificate."""

    server: Server
    folder: Path
    port: int
    authority: Authority
    certificate: Path
    enterprise: str = ''

    @property
    def public(self) -> str:
        return f'https://{HOST}:{self.port}'

    @property
    def trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority.path)

    def behind(self, changes: dict[str, str] | None = None) -> Any:
        return nginx(self.folder / 'nginx', self.port, self.server.port, self.certificate, changes)

    def browser(self, **more: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.public, verify=self.trusted, timeout=30, **more)

    async def sign_in(self, browser: httpx.AsyncClient) -> httpx.Response:
        form = {'email': 'ana@example.com', 'password': PASSWORD}
        return await browser.post('/auth/sign-in', data=form, headers={'origin': self.public})

    async def program(self, *scopes: str) -> dict[str, str]:
        return bearer(
            (await self.server.operate('token api', enterprise=self.enterprise, name='p', scopes=scopes))['secret']
        )

    async def doctor(self) -> dict[str, dict[str, Any]]:
        said = await self.server.called('doctor', '--json')
        return {line['name']: line for line in json.loads(said.out)['findings']}

    async def agent(self) -> AgentOptions:
        made = await self.server.operate('token enrolment', enterprise=self.enterprise, name='agents')
        return AgentOptions(
            server=self.public, state=self.folder / 'agent', enrol_token=made['secret'], name='crane-1', once=True
        )


@pytest.fixture
async def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """Makes a site, with settings beside those that are documented."""
    authority, stack = Authority(tmp_path), AsyncExitStack()
    authority.server(HOST)
    (certificate,) = set(tmp_path.glob('*.pem')) - {authority.path}
    monkeypatch.setenv('SSL_CERT_FILE', str(authority.path))

    async def make(**settings: str) -> Site:
        port = free_port()
        documented = {'CELLWARDEN_PUBLIC_URL': f'https://{HOST}:{port}', 'CELLWARDEN_TRUST_PROXY': HOST}
        environment = {name: value for name, value in {**documented, **settings}.items() if value}
        server = Server(tmp_path / 'data', free_port(), environment)
        await server.start()
        stack.callback(server.kill)
        site = Site(server, tmp_path, port, authority, certificate)
        site.enterprise = (await server.operate('enterprise add', name='Delft', starter=False))['id']
        person = {'enterprise': site.enterprise, 'email': 'ana@example.com', 'name': 'Ana', 'role': 'admin'}
        await server.operate('user add', **person, password=PASSWORD)
        return site

    async with stack:
        yield make


@pytest.mark.parametrize('changes', [None, BUFFERED], ids=['documented', 'buffered'])
async def test_with_the_documented_configuration_everything_comes_through(made: Any, changes: dict[str, str]) -> None:
    site: Site = await made()
    async with site.behind(changes), site.browser() as browser:
        answer = await site.sign_in(browser)
        assert answer.status_code in (200, 303), answer.text
        assert cookie_name(secure=True) in answer.headers['set-cookie']
        assert (await browser.get('/devices')).status_code == 200
        await run_agent(await site.agent())
        program = await site.program('checkins:write', 'devices:read', 'events:read')
        (device,) = (await browser.get('/api/v1/devices', headers=program)).json()['items']
        line = {'device': device['id'], 'sequence': 2**40, 'observed_at': '2026-11-22T08:00:00Z'}
        lines = [{**line, 'boot_id': 'x' * 60, 'padding': 'y' * 1700} for _ in range(1000)]
        batch = await browser.post('/api/v1/checkins:batch', json=lines, headers=program)
        assert (batch.status_code, batch.json()['accepted']) == (200, 1000)
        for _ in range(
            5
        ):  # a refusal that is written before the body has come, also through a proxy that is still sending it
            refused = await browser.post('/api/v1/checkins:batch', content=b' ' * 2_000_000, headers=bearer('cwt_none'))
            assert (refused.status_code, refused.json()['type']) == (401, 'urn:cellwarden:problem:not-signed-in')
        address = f'wss://{HOST}:{site.port}/api/v1/events?cursor=0'
        async with connect(address, additional_headers=program, ssl=site.trusted) as events:
            assert json.loads(await events.recv())['sequence'] == 1
        found = await site.doctor()
        for name in ('origin', 'proxy', 'tls', 'way_in'):
            assert found[name]['state'] == 'ok', found[name]
    assert HEARTBEAT_S < NGINX_READS_S / 2, 'nginx closes what says nothing for so long'


async def test_without_upgrade_pages_poll_and_the_doctor_names_the_line(made: Any) -> None:
    site: Site = await made()
    async with site.behind(NO_UPGRADE), site.browser() as browser:
        await site.sign_in(browser)
        program = await site.program('events:read')
        with pytest.raises(InvalidStatus) as refused:
            async with connect(f'wss://{HOST}:{site.port}/api/v1/events', additional_headers=program, ssl=site.trusted):
                pass
        assert refused.value.response.status_code == 426
        for _ in range(3):
            await browser.get('/_nicegui_ws/socket.io/?EIO=4&transport=polling')
        found = await site.doctor()
    assert found['way_in']['words'].startswith('The proxy does not pass WebSockets on: 426.')
    assert 'pass Upgrade' in found['way_in']['advice']
    assert found['sockets']['words'].startswith('No page has opened a WebSocket')


@pytest.mark.parametrize('is_set', [True, False])
async def test_without_host_people_get_in_where_public_url_is_set_and_else_are_told(made: Any, is_set: bool) -> None:
    site: Site = await made(**({} if is_set else {'CELLWARDEN_PUBLIC_URL': ''}))
    async with site.behind(NO_HOST), site.browser() as browser:
        answer = await site.sign_in(browser)
        found = await site.doctor()
    assert (answer.status_code == 403) is not is_set
    if not is_set:
        assert found['origin']['state'] == 'warning'
        assert site.public in found['origin']['words']
        assert '$http_host' in found['origin']['advice']
        assert 'origin_refused' in site.server.log.read_text()


async def test_a_wrong_scheme_is_a_fault_that_names_the_header(made: Any) -> None:
    site: Site = await made()
    async with site.behind(WRONG_SCHEME), site.browser() as browser:
        answer = await site.sign_in(browser)
        assert answer.status_code in (200, 303)
        name, value = answer.headers['set-cookie'].partition('=')[::2]
        await browser.get('/devices', headers={'cookie': f'{name}={value.partition(";")[0]}'})
        found = await site.doctor()
    assert found['tls']['state'] == 'fault'
    assert 'X-Forwarded-Proto' in found['tls']['advice']


@pytest.mark.parametrize('changes', [SMALL_BODIES, FORGOTTEN_BODIES], ids=['1 KiB', 'forgotten'])
async def test_a_smaller_limit_of_bodies_loses_no_check_in_and_is_named(made: Any, changes: dict[str, str]) -> None:
    site: Site = await made()
    agent = await site.agent()
    async with site.behind():
        await run_agent(agent)
    kept = replace(agent, enrol_token=None)
    async with site.behind(changes), site.browser() as browser:
        if changes is SMALL_BODIES:
            program = await site.program('checkins:write')
            answer = await browser.post('/api/v1/checkins', content=b' ' * 2000, headers=program)
            assert (answer.status_code, 'text/html' in answer.headers['content-type']) == (413, True)
        found = await site.doctor()
        assert found['way_in']['words'].startswith('The proxy refuses bodies that this server takes: 413')
        assert 'client_max_body_size 4m' in found['way_in']['advice']
    async with site.behind():
        await run_agent(kept)
        assert await _sequence(site) >= 2


async def test_a_server_that_is_stopped_is_a_502_and_an_agent_keeps_what_it_observed(made: Any) -> None:
    site: Site = await made()
    agent = await site.agent()
    async with site.behind():
        await run_agent(agent)
        before = await _sequence(site)
        site.server.kill()
        kept = replace(agent, enrol_token=None)
        for _ in range(3):
            with pytest.raises(AgentError, match='the server is away'):
                await run_agent(kept)
        async with site.browser() as browser:
            answer = await browser.get('/devices')
            assert (answer.status_code, 'text/html' in answer.headers['content-type']) == (502, True)
        await site.server.start()
        await run_agent(kept)
        program = await site.program('devices:read')
        assert await _sequence(site) == before + 4
        async with site.browser() as browser:
            (device,) = (await browser.get('/api/v1/devices', headers=program)).json()['items']
            assert device['presence'] == 'online'


async def test_an_address_that_leads_to_another_server_is_a_fault(made: Any) -> None:
    site: Site = await made()
    elsewhere = {'proxy_pass http://127.0.0.1:8080;': f'proxy_pass http://{HOST}:{free_port()};'}
    async with AsyncExitStack() as stack:
        changed = {f'proxy_pass http://{HOST}:{site.server.port};': elsewhere.popitem()[1]}
        await stack.enter_async_context(site.behind(changed))
        found = await site.doctor()
    assert found['way_in']['state'] == 'fault'
    assert 'does not lead here: nginx' in found['way_in']['words']
    assert '502' in found['way_in']['words']


async def _sequence(site: Site) -> int:
    program = await site.program('devices:read')
    async with httpx.AsyncClient(base_url=site.server.address, headers=program) as direct:
        (device,) = (await direct.get('/api/v1/devices')).json()['items']
        return int(device['sequence'])
