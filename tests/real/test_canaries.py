"""Secrets that can be recognised are planted in every credential and used rightly and wrongly; none of them is ever told again."""

import json
from pathlib import Path
from typing import Any

import httpx

from tests.real.server import Server, bearer, free_port, running_server
from ui.auth import COOKIE

PASSWORD = 'canary-password-7f3a9c21'
WRONG = 'canary-wrong-password-51be'
METRICS = 'canary-metrics-token-8d02'
FORGED = {
    'api': 'cwt_canaryforged0001',
    'enrolment': 'cwe_canaryforged0002',
    'device': 'cwd_canaryforged0003',
    'cookie': 'cws_canaryforged0004',
}
PAGES = ('/', '/devices', '/audit', '/policies', '/enforcement', '/login', '/login?refused=NotSignedIn')


async def test_no_secret_is_told_again_by_log_page_error_export_or_metric(tmp_path: Path) -> None:
    told: list[str] = []

    def keep(answer: httpx.Response) -> httpx.Response:
        """What was answered, but for the one cookie and the one body in which a secret is handed over."""
        told.append(str(answer.url) + answer.text)
        told.extend(f'{name}: {value}' for name, value in answer.headers.items() if name != 'set-cookie')
        return answer

    async with (
        running_server(tmp_path / 'data', CELLWARDEN_METRICS_TOKEN=METRICS) as server,
        httpx.AsyncClient(base_url=server.address) as client,
    ):
        enterprise = (await server.operate('enterprise add', name='Delft'))['id']
        person = {'enterprise': enterprise, 'email': 'ana@example.com', 'name': 'Ana', 'role': 'admin'}
        await server.operate('user add', **person, password=PASSWORD)
        scopes = ['devices:read', 'devices:write', 'audit:read', 'events:read']
        program = (await server.operate('token api', enterprise=enterprise, name='p', scopes=scopes))['secret']
        enrolment = (await server.operate('token enrolment', enterprise=enterprise, name='e'))['secret']
        answer = await client.post(
            '/api/v1/enrolments', headers=bearer(enrolment), json={'name': 'x', 'kind': 'tablet'}
        )
        assert answer.status_code == 201, answer.text
        device = answer.json()['credential']

        async def check_in(secret: str, **body: Any) -> None:
            keep(await client.post('/api/v1/checkins', headers=bearer(secret), json=body))

        keep(await client.post('/auth/sign-in', data={'email': 'ana@example.com', 'password': WRONG}))
        keep(await client.post('/auth/sign-in', data={'email': WRONG, 'password': PASSWORD}))
        signed_in = keep(await client.post('/auth/sign-in', data={'email': 'ana@example.com', 'password': PASSWORD}))
        cookie = signed_in.cookies[COOKIE]
        told = [text.replace(f'&email={WRONG}', '') for text in told]  # the address is given back to be mended
        await check_in(device, sequence=1, observed_at='2026-11-25T00:00:00Z')
        await check_in(device, sequence='x')
        await check_in(FORGED['device'])
        keep(
            await client.post(
                '/api/v1/enrolments', headers=bearer(FORGED['enrolment']), json={'name': 'y', 'kind': 'tablet'}
            )
        )
        for secret in (program, FORGED['api'], device, enrolment, cookie):
            for path in ('/api/v1/devices', '/api/v1/audit', '/api/v1/journal', '/api/v1/nowhere', '/metrics'):
                keep(await client.get(path, headers=bearer(secret)))
        for secret in (METRICS, 'x'):
            keep(await client.get('/metrics', headers=bearer(secret)))
        for page in (*PAGES, '/ui/audit.csv', '/ui/audit.ndjson', '/ui/devices.csv'):
            keep(await client.get(page, headers={'cookie': f'{COOKIE}={cookie}'}))
            keep(await client.get(page, headers={'cookie': f'{COOKIE}={FORGED["cookie"]}'}))
        for words in (
            ['audit', 'verify'],
            ['audit', 'export', '--enterprise', 'Delft'],
            ['token', 'list'],
            ['user', 'list'],
        ):
            said = await server.command(*words)
            assert said.code == 0, said
            told += [said.out, said.err]
        told.append(json.dumps(await server.operate('user list')))
    told.append(server.log.read_text())

    secrets = {
        'password': PASSWORD, 'wrong password': WRONG, 'metrics token': METRICS, 'api token': program, 'enrolment token': enrolment,
        'device credential': device, 'cookie': cookie, **{f'forged {name}': secret for name, secret in FORGED.items()},
    }  # fmt: skip
    assert len(told) > 60
    assert {name for name, secret in secrets.items() if any(secret in text for text in told)} == set()


async def test_the_password_of_the_database_is_told_to_nobody(tmp_path: Path) -> None:
    url = 'postgres://cellwarden:canary-database-3e77@127.0.0.1:1/none'
    server = Server(tmp_path / 'data', free_port(), {'CELLWARDEN_DATABASE': url})
    for words in (['serve', '--port', '0'], ['audit', 'verify'], ['user', 'list']):
        said = await server.command(*words)
        assert said.code == 1
        assert 'canary' not in said.out + said.err
        assert 'Traceback' not in said.err
