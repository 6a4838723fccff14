"""OpenID providers that others wrote, as processes of their own; Canaille with one client, two people and a group, all in memory.

``python -m tests.real.canaille PORT CONSOLE`` serves it for the console at that address.
"""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.real.forked import ROOT
from tests.real.server import START_S, free_port

PASSWORD = 'correct horse and so on'
CLIENT, CLIENT_SECRET = 'cellwarden', 'kanarievogel-client'
LABEL = 'Harbour SSO'


@contextmanager
def running_canaille(console: str, folder: Path) -> Iterator[str]:
    """Canaille on a free port, for the console at that address: its issuer identifier."""
    port = free_port()
    with _running(f'http://127.0.0.1:{port}', folder, 'tests.real.canaille', str(port), console) as issuer:
        yield issuer


@contextmanager
def running_mock(claims: Mapping[str, object], folder: Path) -> Iterator[str]:
    """``oidc-provider-mock`` on a free port, which knows one person: its issuer identifier."""
    port = free_port()
    options = ('--port', str(port), '--user-claims', json.dumps(claims))
    with _running(f'http://127.0.0.1:{port}', folder, 'oidc_provider_mock', *options) as issuer:
        yield issuer


@contextmanager
def _running(issuer: str, folder: Path, module: str, *options: str) -> Iterator[str]:
    log = folder / 'provider.log'
    with log.open('w') as written:
        process = subprocess.Popen(
            [sys.executable, '-m', module, *options], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=written, stderr=written
        )
    try:
        _wait(issuer, process, log)
        yield issuer
    finally:
        process.terminate()
        process.wait(START_S)


def settings(issuer: str, enterprise: str) -> str:
    """``CELLWARDEN_PROVIDERS`` for it: its crane drivers are operators of the enterprise."""
    rules = [{'enterprise': enterprise, 'role': 'operator', 'groups': ['crane drivers']}]
    return json.dumps(
        [
            {
                'name': 'harbour', 'label': LABEL, 'issuer': issuer, 'client_id': CLIENT, 'client_secret': CLIENT_SECRET,
                'scopes': ['openid', 'email', 'profile', 'groups'], 'email_domains': ['harbour.example'], 'rules': rules,
            }
        ]
    )  # fmt: skip


def _wait(issuer: str, process: 'subprocess.Popen[bytes]', log: Path) -> None:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f'{issuer}/.well-known/openid-configuration').is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f'the provider did not start:\n{log.read_text()[-4000:]}')


def main(port: int, console: str) -> None:
    """Serve until terminated."""
    from canaille import create_app
    from canaille.app import models
    from canaille.backends import Backend
    from joserfc.jwk import RSAKey
    from werkzeug.serving import run_simple

    key = RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)
    app = create_app(
        {
            'SECRET_KEY': 'a test', 'SERVER_NAME': f'127.0.0.1:{port}', 'PREFERRED_URL_SCHEME': 'http',
            'CANAILLE': {'JAVASCRIPT': False}, 'CANAILLE_OIDC': {'ACTIVE_JWKS': [key]},
        }
    )  # fmt: skip
    with app.app_context(), Backend.instance.session():
        people = [
            models.User(
                user_name=name, formatted_name=f'{name.title()} de Vries', family_name='de Vries',
                emails=[f'{name}@harbour.example'], password=PASSWORD,
            )
            for name in ('ana', 'ben')
        ]  # fmt: skip
        client = models.Client(
            client_id=CLIENT, client_secret=CLIENT_SECRET, client_name='Cellwarden', client_uri=console,
            redirect_uris=[f'{console}/auth/callback/harbour'], grant_types=['authorization_code'],
            post_logout_redirect_uris=[f'{console}/auth/logout/harbour'],
            response_types=['code'], scope=['openid', 'email', 'profile', 'groups'],
            token_endpoint_auth_method='client_secret_basic', id_token_signed_response_alg='RS256',
        )  # fmt: skip
        for row in (*people, client):
            Backend.instance.save(row)
        client.audience = [client]
        Backend.instance.save(client)
        Backend.instance.save(models.Group(display_name='crane drivers', members=people[:1]))
    logging.getLogger('werkzeug').setLevel(logging.ERROR)
    run_simple('127.0.0.1', port, app, threaded=True)


if __name__ == '__main__':
    main(int(sys.argv[1]), sys.argv[2])
