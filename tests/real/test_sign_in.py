"""Signing in to the real server, with the real slow hashes: what the time of an answer tells, and the first start."""

import sqlite3
import statistics
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest
import pytest_asyncio
from argon2 import PasswordHasher

from tests.real.server import PASSWORD, Server, free_port, running, running_server

pytestmark = pytest.mark.asyncio(loop_scope='module')

OURS = 'https://console.example.org:8443'
PAIRS = 24
APART = 0.15
"""By which part of it the medians of the CPU time for known and unknown accounts may differ; a busy machine alone does 0.1."""


def slow(folder: Path, **environment: str) -> Server:
    """A server that hashes passwords at their true costs."""
    return Server(folder, free_port(), environment, slow_passwords=True)


@pytest_asyncio.fixture(scope='module', loop_scope='module')
async def proxied(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server behind a proxy that says who asks."""
    settings = {'CELLWARDEN_TRUST_PROXY': '127.0.0.1', 'CELLWARDEN_PUBLIC_URL': OURS}
    folder = tmp_path_factory.mktemp('proxied') / 'data'
    async with running(slow(folder, **settings)) as server:
        yield server


async def test_the_time_of_a_refusal_does_not_tell_whether_the_account_exists(proxied: Server) -> None:
    """Pairs of a known and an unknown account, in turns, by the CPU time of the server; 2 guesses at each."""
    server, process = proxied, psutil.Process(proxied.pid)

    def cpu_s() -> float:
        times = process.cpu_times()
        return times.user + times.system

    await server.operate('enterprise add', name='Delft', starter=False)
    known = [f'person-{number}@example.com' for number in range(PAIRS // 2)]
    for email in known:
        await server.operate('user add', enterprise='Delft', email=email, name='Ana', role='viewer', password=PASSWORD)
    took: dict[bool, list[float]] = {True: [], False: []}
    async with httpx.AsyncClient(base_url=server.address) as client:
        for number in range(PAIRS):
            for exists in (True, False) if number % 2 else (False, True):
                email = known[number // 2] if exists else f'nobody-{number // 2}@example.com'
                headers = {'x-forwarded-for': f'192.0.2.{number}'}  # each address has a budget of its own
                began = cpu_s()
                answer = await client.post('/auth/sign-in', data={'email': email, 'password': 'wrong'}, headers=headers)
                took[exists].append(cpu_s() - began)
                assert answer.headers['location'] == '/login?refused=NotSignedIn&next=/'
    of_known, of_unknown = statistics.median(took[True]), statistics.median(took[False])
    # on a machine that others use, what two equal halves of one kind differ by is no finding
    noise = max(abs(statistics.median(each[::2]) - statistics.median(each[1::2])) for each in took.values())
    assert abs(of_known - of_unknown) < max(APART * of_known, noise), (of_known, of_unknown)
    assert min(took[False]) > 0.02, 'the password of an unknown account was looked at too'


async def test_the_first_start_prints_one_link_that_makes_the_owner_and_a_later_start_none(tmp_path: Path) -> None:
    """The later start finds the hash of an earlier release, and the first sign-in makes it anew."""
    folder = tmp_path / 'data'
    async with running_server(folder) as server:
        abandoned = server.setup_link.rpartition('/')[2]
    async with (
        running(slow(folder)) as server,
        httpx.AsyncClient(base_url=server.address) as client,
    ):
        assert 'no longer works' in (await client.get(f'/join/{abandoned}', follow_redirects=True)).text
        opened = await client.get(server.setup_link)
        assert (opened.status_code, opened.headers['location']) == (303, '/join')
        assert opened.headers['referrer-policy'] == 'no-referrer'
        form = {
            'enterprise': 'Delft',
            'networks': '204-08',
            'name': 'Ana',
            'email': 'ana@example.com',
            'password': PASSWORD,
        }
        done = await client.post('/join', data=form)
        assert done.headers['location'] == '/'
        assert (await client.get('/')).status_code == 200
        (ana,) = (await server.operate('user list'))['items']
        assert (ana['owner'], ana['role'], ana['enterprise']) == (True, 'admin', 'Delft')
        printed = server.log.read_text().count('/join/')
        assert (folder / 'secret.key').stat().st_mode & 0o077 == 0
    leave_a_weak_hash(folder)
    async with (
        running(slow(folder)) as server,
        httpx.AsyncClient(base_url=server.address) as client,
    ):
        await a_weak_hash_is_made_anew(client, folder)
    assert server.log.read_text().count('/join/') == printed == 2


async def test_people_are_added_by_link_disabled_enabled_and_listed_by_command(tmp_path: Path) -> None:
    async with running_server(tmp_path / 'data') as server, httpx.AsyncClient(base_url=server.address) as client:
        for name in ('Delft', 'Ghent'):
            await server.operate('enterprise add', name=name, starter=False)

        async def user(*arguments: str, given: str = '') -> str:
            said = await server.called('user', *arguments, given=given)
            return said.out if said.code == 0 else said.err

        def ana(enterprise: str) -> tuple[str, ...]:
            return ('add', 'ana@example.com', '--enterprise', enterprise, '--role', 'admin', '--password-stdin')

        await user(*ana('Delft'), '--owner', given=f'{PASSWORD}\n')
        assert 'they keep the password that they have' in await user(*ana('Ghent'), given='another one that is long\n')
        assert 'belongs to Ghent already' in await user(*ana('Ghent'), given='x\n')
        form = {'email': 'ana@example.com', 'password': PASSWORD}
        assert (await client.post('/auth/sign-in', data=form)).headers['location'] == '/'

        bob = await user('add', 'bob@example.com', '--enterprise', 'Delft', '--link', '--address', server.address)
        async with httpx.AsyncClient(base_url=server.address) as other:
            await other.get(bob.split()[-1])
            joined = await other.post('/join', data={'name': 'Bob', 'password': PASSWORD})
            assert joined.headers['location'] == '/'

        refused = await user('disable', 'ana@example.com')
        assert 'last owner of the installation and the last admin of' in refused
        assert (await client.get('/')).status_code == 200
        assert 'signed out everywhere' in await user('disable', 'ana@example.com', '--last')
        assert (await client.get('/')).headers['location'] == 'login'
        assert 'admin  Ghent  ana  owner  disabled' in await user('list')
        await user('enable', 'ana@example.com')
        reset = await user('reset', 'ana@example.com', '--link', '--address', server.address)
        await client.get(reset.split()[-1])
        set_anew = await client.post('/join', data={'password': 'another horse entirely'})
        assert set_anew.headers['location'] == '/login?news=password'
        assert (await client.post('/auth/sign-in', data=form)).headers['location'].startswith('/login')
        form['password'] = 'another horse entirely'
        assert (await client.post('/auth/sign-in', data=form)).headers['location'] == '/'
        log = server.log.read_text()
        assert PASSWORD not in log
        assert bob.split('/')[-1].strip() not in log


WEAK = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)


def leave_a_weak_hash(folder: Path) -> None:
    """What an earlier release has kept of the one person's password."""
    with closing(sqlite3.connect(folder / 'cellwarden.sqlite3')) as database, database:
        assert database.execute('UPDATE account SET password_hash = ?', (WEAK,)).rowcount == 1


async def a_weak_hash_is_made_anew(client: httpx.AsyncClient, folder: Path) -> None:
    """By the right password, not by a wrong one."""

    def kept() -> str:
        with closing(sqlite3.connect(folder / 'cellwarden.sqlite3')) as database:
            (found,) = database.execute('SELECT password_hash FROM account').fetchone()
        return str(found)

    form = {'email': 'ana@example.com', 'password': PASSWORD}
    wrong = await client.post('/auth/sign-in', data={**form, 'password': 'three words and more'})
    assert (wrong.headers['location'].startswith('/login'), kept()) == (True, WEAK)
    for _ in range(2):
        assert (await client.post('/auth/sign-in', data=form)).headers['location'] == '/'
        assert kept().startswith('$argon2id$v=19$m=65536,t=3,p=4$')


async def test_behind_a_proxy_that_leaves_out_the_port_the_address_in_the_settings_counts(proxied: Server) -> None:
    await proxied.operate('enterprise add', name='Ghent', starter=False)
    form = {'email': 'ana@ghent.example', 'password': PASSWORD}
    await proxied.operate('user add', enterprise='Ghent', name='Ana', role='viewer', **form)
    async with httpx.AsyncClient(base_url=proxied.address, headers={'host': 'console.example.org'}) as client:
        refused = await client.post('/auth/sign-in', data=form, headers={'origin': 'https://console.example.org:9443'})
        signed_in = await client.post('/auth/sign-in', data=form, headers={'origin': OURS})
    assert (refused.status_code, signed_in.status_code, signed_in.headers['location']) == (403, 303, '/')
    assert proxied.log.read_text().count('origin_refused') == 1
