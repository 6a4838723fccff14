"""``cellwarden doctor`` beside a real server that runs, hangs, is locked out of its database, and is gone."""

import json
import signal
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.real.server import PASSWORD, Said, running_server
from tests.ui.until import until
from ui.sign_in import COOKIE

METRICS = 'canary-metrics-token-51c7'
SECRET_KEY = 'canary-secret-key-77ab-0f1e2d3c4b5a'
CLIENT_SECRET = 'canary-client-secret-90d1'
PROVIDER = f"""
[[providers]]
name = "quay"
label = "Quay"
issuer = "http://127.0.0.1:9/quay"
client_id = "c"
client_secret = "{CLIENT_SECRET}"
email_domains = ["harbour.example"]
rules = [{{ enterprise = "Delft", role = "admin", groups = ["fleet"] }}]
"""


def lines(said: Said) -> dict[str, dict[str, Any]]:
    return {line['name']: line for line in json.loads(said.out)['findings']}


async def test_it_looks_at_a_server_that_runs_hangs_is_locked_out_and_is_gone(tmp_path: Path) -> None:
    async with running_server(tmp_path / 'data', CELLWARDEN_METRICS_TOKEN=METRICS) as server:
        plain = await server.command('doctor')
        assert (plain.code, 'Traceback' in plain.err) == (0, False), plain
        assert 'ok         Database' in plain.out
        assert 'In all: ' in plain.out

        enterprise = (await server.operate('enterprise add', name='Delft'))['id']
        person = {'enterprise': enterprise, 'email': 'ana@example.com', 'name': 'Ana', 'role': 'admin'}
        await server.operate('user add', **person, password=PASSWORD)
        async with httpx.AsyncClient(base_url=server.address) as client:
            answer = await client.post('/auth/sign-in', data={'email': 'ana@example.com', 'password': PASSWORD})
            cookie = {'cookie': f'{COOKIE}={answer.cookies[COOKIE]}'}
            assert (await client.get('/doctor', headers=cookie)).status_code == 200
            foreign = {**cookie, 'origin': 'https://console.example.org:8443'}
            assert (await client.post('/auth/sign-out', headers=foreign)).status_code == 403
        found = lines(await server.called('doctor', '--json'))
        assert (found['tls']['state'], found['proxy']['state'], found['jobs']['state']) == ('ok', 'ok', 'ok')
        assert found['origin']['figures']['newest'][0] == 'https://console.example.org:8443'
        assert str(server.pid) in found['database']['figures']['holder']
        assert found['server']['figures']['enterprises'] == 1

        other = sqlite3.connect(tmp_path / 'data' / 'cellwarden.sqlite3', isolation_level=None)
        other.execute('BEGIN IMMEDIATE')
        locked = await server.called('doctor', '--json')
        other.close()
        assert (locked.code, lines(locked)['database']['figures']['locked']) == (1, True)
        assert lines(locked)['commits']['state'] == 'fault'

        assert server.process is not None
        server.process.send_signal(signal.SIGSTOP)
        await until(lambda: psutil.Process(server.pid).status() == psutil.STATUS_STOPPED)
        hangs = await server.called('doctor', '--json')
        server.process.send_signal(signal.SIGCONT)
        assert (hangs.code, 'does not answer within' in lines(hangs)['server']['words']) == (1, True)
        assert lines(hangs)['database']['state'] == 'ok', 'what can be seen beside it is told'

        server.kill()
        gone = await server.called('doctor', '--json')
        assert (gone.code, 'No server runs' in lines(gone)['server']['words']) == (1, True)
        assert 'no server writes' in lines(gone)['database']['words']
        assert gone.err == ''
        await server.start()
        assert (await server.called('doctor')).code == 0


async def test_the_file_for_support_holds_no_secret_and_no_address_of_a_person(tmp_path: Path) -> None:
    folder = tmp_path / 'data'
    folder.mkdir(0o700)
    (folder / 'cellwarden.toml').touch(0o600)
    (folder / 'cellwarden.toml').write_text(PROVIDER)
    environment = {'CELLWARDEN_METRICS_TOKEN': METRICS, 'CELLWARDEN_SECRET_KEY': SECRET_KEY}
    told: list[str] = []
    async with running_server(folder, **environment) as server:
        enterprise = (await server.operate('enterprise add', name='Delft'))['id']
        person = {'enterprise': enterprise, 'email': 'ana@harbour.example', 'name': 'Ana Canary', 'role': 'admin'}
        await server.operate('user add', **person, password=PASSWORD)
        token = (await server.operate('token api', enterprise=enterprise, name='p', scopes=['devices:read']))['secret']
        async with httpx.AsyncClient(base_url=server.address) as client:
            answer = await client.post('/auth/sign-in', data={'email': 'ana@harbour.example', 'password': PASSWORD})
            cookie = answer.cookies[COOKIE]
            headers = {'cookie': f'{COOKIE}={cookie}', 'host': f'{token}.example.org', 'origin': f'https://{cookie}'}
            await client.post('/auth/sign-out', headers=headers)
        for name in ('running', 'gone'):
            file = tmp_path / f'{name}.json'
            said = await server.called('doctor', '--file', str(file))
            assert (said.code, file.stat().st_mode & 0o777) == (1, 0o600), (
                'the provider does not answer, or no server runs'
            )
            told += [file.read_text(), said.err]
            if name == 'running':
                assert json.loads(told[0])['settings']['providers']['value'][0]['issuer'] == 'http://127.0.0.1:9/quay'
                await server.stop()
    secrets = {
        'metrics token': METRICS, 'secret key': SECRET_KEY, 'client secret': CLIENT_SECRET, 'password': PASSWORD, 'token': token,
        'cookie': cookie, 'address of a person': 'ana@', 'name of a person': 'Ana Canary',
    }  # fmt: skip
    assert {name for name, secret in secrets.items() if any(secret in text for text in told)} == set()
