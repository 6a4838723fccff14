"""The operator's commands as processes: at rest, beside a running server, and when something is in the way."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil
import pytest
import pytest_asyncio

from tests.real.server import PASSWORD, WITHIN_S, Said, Server, bearer, free_port, running_server

pytestmark = pytest.mark.asyncio(loop_scope='module')


@pytest_asyncio.fixture(scope='module', loop_scope='module')
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server for the tests that neither end it nor mind what else is on it; its folder was there before, and all may enter it."""
    folder = tmp_path_factory.mktemp('served') / 'data'
    folder.mkdir(mode=0o755)
    async with running_server(folder) as server:
        yield server


def open_to_others(folder: Path) -> dict[str, int]:
    """The files of a data folder that another user might read or write, with their permissions."""
    return {path.name: mode for path in folder.iterdir() if (mode := path.stat().st_mode & 0o077)}


def is_one_line(said: Said, *words: str) -> bool:
    """A refusal that an operator can act on: one line on standard error, nothing else."""
    lines = [line for line in said.err.splitlines() if line]
    assert said.code == 1, said
    assert len(lines) == 1, said.err
    assert lines[0].startswith('cellwarden: '), lines
    assert all(word in lines[0] for word in words), lines
    return True


async def test_at_rest_and_beside_a_running_server_the_same_commands_do_the_same(tmp_path: Path) -> None:
    """And a server that is told to stop leaves no door and finishes its database."""
    folder = tmp_path / ('deep-' * 20) / 'data'  # longer than a socket's address may be
    folder.parent.mkdir()
    rest = Server(folder, free_port(), loads=True)
    added = await rest.command('enterprise', 'add', 'Delft', '--no-starter')
    assert (added.code, added.out.split()[1:]) == (0, ['Delft'])
    user = await rest.command('user', 'add', 'ana@example.com', '--enterprise', 'Delft', '--role', 'admin',
                              '--password-stdin', given=f'{PASSWORD}\n')  # fmt: skip
    assert user.out == 'ana@example.com may sign in as admin\n'
    assert folder.stat().st_mode & 0o077 == 0
    assert open_to_others(folder) == {}

    async with running_server(folder) as server, httpx.AsyncClient(base_url=server.address) as client:

        async def signs_in(password: str) -> bool:
            answer = await client.post('/auth/sign-in', data={'email': 'ana@example.com', 'password': password})
            return answer.headers['location'] == '/'

        assert await signs_in(PASSWORD)
        token = (await server.command('token', 'api', '--enterprise', 'Delft', '--scope', 'devices:read')).out.strip()
        assert (await client.get('/api/v1/devices', headers=bearer(token))).status_code == 200
        (listed,) = (await server.operate('token list'))['items']
        assert (listed['kind'], listed['enterprise']) == ('api', 'Delft')
        assert (await server.command('token', 'revoke', listed['id'])).out == f'{listed["id"]} is revoked\n'
        assert (await client.get('/api/v1/devices', headers=bearer(token))).status_code == 401
        await server.operate('user reset', email='ana@example.com', password='another four words')
        assert not await signs_in(PASSWORD)
        assert await signs_in('another four words')
        again = await server.command('user', 'add', 'ana@example.com', '--enterprise', 'Delft')
        assert is_one_line(again, 'ana@example.com')
        assert (folder / 'control.sock').stat().st_mode & 0o077 == 0
        assert await server.stop() == 0
    assert not (folder / 'control.sock').exists()
    assert not list(folder.glob('*-wal')), 'SQLite was closed in order'
    assert (await rest.command('enterprise', 'list')).out.endswith('Delft  0 devices, 0 towers\n')


async def test_what_is_kept_is_for_the_servers_own_user_also_in_a_folder_that_all_may_enter(served: Server) -> None:
    assert served.data.stat().st_mode & 0o077
    names = {path.name for path in served.data.iterdir()}
    assert names > {'cellwarden.sqlite3', 'cellwarden.sqlite3-wal', 'secret.key', 'control.sock'}
    assert open_to_others(served.data) == {}


async def test_a_role_is_narrowed_by_command_and_counts_from_the_next_request_on(served: Server) -> None:
    server = served
    async with httpx.AsyncClient(base_url=server.address) as client:
        await server.operate('enterprise add', name='Delft', starter=False)
        there = ('--enterprise', 'Delft')
        token = (await server.called('token', 'api', *there, '--scope', 'devices:write')).out.strip()
        for site in ('port-1', 'port-2'):
            device = {'name': f'crane-{site}', 'kind': 'tablet', 'labels': {'site': site}}
            assert (await client.post('/api/v1/devices', json=device, headers=bearer(token))).status_code == 201
        part = ('--label', 'site=port-1')
        added = await server.command('user', 'add', 'bo@example.com', *there, '--role', 'operator', *part,
                                     '--password-stdin', given=f'{PASSWORD}\n')  # fmt: skip
        assert added.out == 'bo@example.com may sign in as operator of site=port-1 only\n'
        await client.post('/auth/sign-in', data={'email': 'bo@example.com', 'password': PASSWORD})

        async def seen() -> list[str]:
            table = (await client.get('/ui/devices.csv')).text
            return [site for site in ('port-1', 'port-2') if f'crane-{site}' in table]

        assert await seen() == ['port-1']
        changed = await server.called('user', 'role', 'bo@example.com', 'operator', *there)
        assert changed.out == 'bo@example.com is operator now\n'
        assert await seen() == ['port-1', 'port-2']
        await server.called('user', 'role', 'bo@example.com', 'viewer', *there, '--label', 'site=port-2')
        assert await seen() == ['port-2']
        assert 'viewer of site=port-2 only  Delft' in (await server.called('user', 'list')).out
        wrong = await server.called('user', 'role', 'bo@example.com', 'viewer', *there, '--label', 'port-2')
        assert is_one_line(wrong, 'scope', 'port-2', 'key=value')
        above = await server.called('user', 'role', 'bo@example.com', 'admin', *there, *part)
        assert is_one_line(above, 'scope', 'whole enterprise')
        assert await seen() == ['port-2']
        narrow = await server.called('token', 'api', *there, '--name', 'part', '--scope', 'devices:read', *part)
        listed = (await client.get('/api/v1/devices', headers=bearer(narrow.out.strip()))).json()
        assert [device['name'] for device in listed['items']] == ['crane-port-1']
        assert narrow.out[:8] in (await server.called('token', 'list')).out


async def test_a_link_leads_to_the_server_that_runs_and_to_where_people_reach_it(
    served: Server, tmp_path: Path
) -> None:
    public = 'https://console.example'
    async with running_server(tmp_path / 'data', CELLWARDEN_PUBLIC_URL=public) as reached:
        reached.environment = {}  # the operator's shell has not what the service was started with
        for server, address in ((served, served.address), (reached, public)):
            await server.operate('enterprise add', name='Linked', starter=False)
            invited = await server.command('user', 'add', 'li@example.com', '--enterprise', 'Linked', '--link')
            assert f'\n{address}/join/cwl_' in invited.out


async def test_a_second_server_says_who_has_the_database_and_leaves_the_first_alone(
    served: Server, tmp_path: Path
) -> None:
    before = await served.operate('enterprise list')
    second = await served.command('serve', '--port', '0')
    assert is_one_line(second, 'already served by process', str(served.pid))
    elsewhere = Server(tmp_path / 'other', free_port())
    taken = await elsewhere.command('serve', '--port', str(served.port))
    assert is_one_line(without_news(taken), 'cannot listen', str(served.port), 'in use')
    assert await served.operate('enterprise list') == before
    door = served.data / 'control.sock'
    door.rename(tmp_path / 'aside')
    locked = await served.command('enterprise', 'list')
    (tmp_path / 'aside').rename(door)
    assert is_one_line(locked, 'already served by process')


def without_news(said: Said) -> Said:
    """What was said, apart from log lines of level info."""
    return Said(said.code, said.out, '\n'.join(line for line in said.err.splitlines() if '"level": "info"' not in line))


async def test_a_demo_that_is_told_to_stop_stops_everything_it_started(tmp_path: Path) -> None:
    server = Server(tmp_path / 'data', free_port(), loads=True)
    await server.start('demo', '--devices', '3')
    try:
        process = psutil.Process(server.pid)
        async with asyncio.timeout(WITHIN_S):
            while len(children := process.children()) < 2:
                await asyncio.sleep(0.02)
        accounts = (await server.operate('user list'))['items']
        assert [account['role'] for account in accounts].count('admin') == 1
        assert await server.stop() == 0
        _, alive = psutil.wait_procs(children, timeout=WITHIN_S)
        assert alive == []
        kept = json.loads((server.data / 'demo-login.json').read_text())
        assert f'password       {kept["password"]}' in server.log.read_text()
    finally:
        server.kill()
