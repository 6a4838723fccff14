"""Secrets that can be recognised are planted in every credential and used rightly and wrongly; none of them is ever told again."""

import json
from pathlib import Path
from typing import Any

import httpx

from tests.real.provider import CLIENT, misbehaving
from tests.real.server import Server, bearer, free_port, running_server
from ui.main import SET_UP
from ui.sign_in import COOKIE

PASSWORD = 'canary-password-7f3a9c21'
WRONG = 'canary-wrong-password-51be'
METRICS = 'canary-metrics-token-8d02'
FORGED = {
    'api': 'cwt_canaryforged0001',
    'enrolment': 'cwe_canaryforged0002',
    'device': 'cwd_canaryforged0003',
    'cookie': 'cws_canaryforged0004',
}
CLIENT_SECRET = 'canary-client-secret-c41d'
CLIENT_SECRET_OF_FILE = 'canary-client-secret-of-file-0b6e'
SECRET_KEY = 'canary-secret-key-19d2-9f04e6aa71b3'
PAGES = ('/', '/devices', '/audit', '/policies', '/violations', '/enforcement', '/login', '/login?refused=NotSignedIn')


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
        for page in (*PAGES, '/ui/audit.csv', '/ui/audit.ndjson', '/ui/devices.csv', '/ui/violations.csv'):
            keep(await client.get(page, headers={'cookie': f'{COOKIE}={cookie}'}))
            keep(await client.get(page, headers={'cookie': f'{COOKIE}={FORGED["cookie"]}'}))
        assert await server.stop() == 0  # keeps the heads of all journals, which a young server has not done yet
        await server.start()
        for words in (
            ['audit', 'verify'],
            ['audit', 'export', '--enterprise', 'Delft'],
            ['token', 'list'],
            ['user', 'list'],
        ):
            said = await server.called(*words)
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


async def _took(told: list[str], client: httpx.AsyncClient, address: str, secret: str, **form: str) -> None:
    """Open a one-time link, be refused for a short password, take it rightly, and try once more; no page names it."""

    def keep(answer: httpx.Response) -> httpx.Response:
        told.append(answer.text)
        told.extend(f'{name}: {value}' for name, value in answer.headers.items() if name != 'set-cookie')
        return answer

    keep(await client.get(f'/join/{secret}x'))
    keep(await client.get('/join'))
    keep(await client.get(address))
    for password in ('short', PASSWORD):
        answer = keep(await client.post('/join', data={**form, 'password': password}))
        keep(await client.get(answer.headers['location']))
    assert answer.headers['location'] in ('/', '/login?news=password'), 'the right password was taken'
    client.cookies.clear()
    keep(await client.get(address))
    assert 'no longer works' in keep(await client.get('/join')).text


async def test_no_secret_of_a_provider_a_link_a_rotation_or_the_seal_is_told_again(tmp_path: Path) -> None:
    told: list[str] = []
    folder = tmp_path / 'data'
    folder.mkdir()
    for name, secret in (('client', CLIENT_SECRET_OF_FILE), ('key', SECRET_KEY), ('metrics', METRICS)):
        (tmp_path / name).touch(0o600)
        (tmp_path / name).write_text(f'{secret}\n')
    (folder / 'cellwarden.toml').touch(0o600)
    files = {
        'CELLWARDEN_SECRET_KEY_FILE': str(tmp_path / 'key'),
        'CELLWARDEN_METRICS_TOKEN_FILE': str(tmp_path / 'metrics'),
    }
    async with misbehaving(2) as providers:
        shown: list[str] = []
        identities: list[str] = []
        settings = []
        for name, provider, secret in (
            ('harbour', providers[0], f'client_secret = "{CLIENT_SECRET}"'),
            ('quay', providers[1], f'client_secret_file = "{tmp_path / "client"}"'),
        ):
            provider.person['groups'] = ['fleet']
            provider.credentials, provider.issued = shown, identities
            settings.append(
                f'[[providers]]\nname = "{name}"\nlabel = "{name}"\nissuer = "{provider.issuer}"\nclient_id = "{CLIENT}"\n'
                f'{secret}\nrules = [{{ enterprise = "Delft", role = "admin", groups = ["fleet"] }}]\n'
            )
        (folder / 'cellwarden.toml').write_text('\n'.join(settings))
        async with (
            running_server(folder, **files) as server,
            httpx.AsyncClient(base_url=server.address, follow_redirects=False) as client,
        ):
            links = {'set-up link': server.setup_link}
            form = {'enterprise': 'Delft', 'networks': '', 'name': 'Ana', 'email': 'ana@harbour.example'}
            await _took(told, client, links['set-up link'], links['set-up link'].rpartition('/')[2], **form)
            invited = ['add', 'bob@harbour.example', '--enterprise', 'Delft', '--link', '--address', server.address]
            for name, words in (
                ('invitation', invited),
                ('reset link', ['reset', 'ana@harbour.example', '--link', '--address', server.address]),
            ):
                said = await server.called('user', *words)
                assert said.code == 0, said
                links[name] = said.out.split()[-1]
                await _took(told, client, links[name], links[name].rpartition('/')[2], name='Bob')

            for name, provider in zip(('harbour', 'quay'), providers, strict=True):
                provider.person |= {'sub': name, 'email': f'{name}@harbour.example'}
                for forge in (lambda claims: {**claims, 'nonce': 'x'}, lambda claims: claims):
                    provider.forge = forge
                    asked = (await client.get(f'/login/{name}')).headers['location']
                    told.append(asked)
                    back = (await client.get(asked)).headers['location']
                    for _ in ('at first', 'once more'):
                        answer = await client.get(back)
                        told += [answer.text, answer.headers['location']]
                        told.append((await client.get(answer.headers['location'])).text)
                assert COOKIE in client.cookies
                told += [(await client.get(page)).text for page in (*PAGES, '/people', '/account', '/installation')]
                told += [(await client.get(f'/ui/{file}')).text for file in ('audit.csv', 'audit.ndjson')]
                kept = [path.read_bytes() for path in folder.iterdir() if path.is_file()]
                assert not [content for content in kept if identities[-1].encode() in content], 'it is sealed there'
                farewell = await client.post('/auth/sign-out')
                assert identities[-1] in farewell.text, 'the provider alone is shown it again'
                told.extend(f'{field}: {value}' for field, value in farewell.headers.items())
                told.append((await client.get('/login?news=signed-out')).text)
                client.cookies.clear()
            assert any(CLIENT_SECRET in each for each in shown), 'the provider was shown the secret'
            assert any(CLIENT_SECRET_OF_FILE in each for each in shown)

            enterprise = (await server.operate('enterprise list'))['items'][0]['id']
            program = (await server.operate('token api', enterprise=enterprise, name='p', scopes=['audit:read']))[
                'secret'
            ]
            enrolment = (await server.operate('token enrolment', enterprise=enterprise, name='e'))['secret']
            new = {'name': 'x', 'kind': 'tablet'}
            first = (await client.post('/api/v1/enrolments', headers=bearer(enrolment), json=new)).json()['credential']
            second = (await client.post('/api/v1/credential:rotate', headers=bearer(first))).json()['credential']
            body = {'sequence': 1, 'observed_at': '2026-11-25T00:00:00Z'}
            for credential, status in ((second, 200), (first, 401)):
                answer = await client.post('/api/v1/checkins', headers=bearer(credential), json=body)
                assert answer.status_code == status
                told.append(answer.text)
            told.append((await client.post('/api/v1/credential:rotate', headers=bearer(first))).text)
            for path in ('audit', 'journal', 'devices'):
                told.append((await client.get(f'/api/v1/{path}', headers=bearer(program))).text)
            told.append((await client.get('/metrics', headers=bearer(METRICS))).text)
            for words in (
                ['config', 'show'],
                ['config', 'show', '--json'],
                ['audit', 'export', '--enterprise', 'Delft'],
                ['token', 'list'],
                ['user', 'list'],
            ):
                said = await server.called(*words)
                assert said.code == 0, said
                told += [said.out, said.err]
    told += [line for line in server.log.read_text().splitlines() if not line.startswith(SET_UP)]

    secrets = {
        'client secret': CLIENT_SECRET, 'client secret of a file': CLIENT_SECRET_OF_FILE, 'secret key': SECRET_KEY,
        'metrics token': METRICS, 'password': PASSWORD, 'first credential': first, 'second credential': second,
        'enrolment token': enrolment, **{f'identity token {number}': token for number, token in enumerate(identities)},
        **{name: link.rpartition('/')[2] for name, link in links.items()},
    }  # fmt: skip
    assert len(told) > 60
    assert {name for name, secret in secrets.items() if any(secret in text for text in told)} == set()


async def test_the_settings_are_shown_without_what_is_secret_in_them(tmp_path: Path) -> None:
    environment = {
        'CELLWARDEN_DATABASE': 'postgres://cellwarden:canary@db.example.com:5432/fleet?sslpassword=canary',
        'CELLWARDEN_SECRET_KEY': SECRET_KEY,
        'CELLWARDEN_METRICS_TOKEN': METRICS,
    }
    server = Server(tmp_path / 'data', free_port(), environment)
    for words in (['config', 'show'], ['config', 'show', '--json']):
        said = await server.command(*words)
        assert said.code == 0
        assert 'postgres://cellwarden:(hidden)@db.example.com:5432/fleet' in said.out
        assert 'canary' not in said.out + said.err


async def test_the_password_of_the_database_is_told_to_nobody(tmp_path: Path) -> None:
    url = 'postgres://cellwarden:canary-database-3e77@127.0.0.1:1/none'
    server = Server(tmp_path / 'data', free_port(), {'CELLWARDEN_DATABASE': url})
    for words in (['serve', '--port', '0'], ['audit', 'verify'], ['user', 'list']):
        said = await (server.command if words[0] == 'serve' else server.called)(*words)
        assert said.code == 1
        assert 'canary' not in said.out + said.err
        assert 'Traceback' not in said.err
