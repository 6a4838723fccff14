"""Client certificates: read in three spellings, and believed from the proxy alone, whatever it says of the client's address."""

import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from starlette.types import Receive, Scope, Send

from domain.devices.model import Device, Reporting
from domain.tokens.model import TokenKind
from tests.fakes import Clock, RunningApplication, running_application
from ui.api import Metrics, register_api
from ui.server.bare import WebApplication
from ui.server.client_certificates import CERTIFICATE, ClientCertificates, fingerprint, told
from ui.server.process import address, bound, up

DER = bytes(range(256)) * 3
PIN = hashlib.sha256(DER).hexdigest()
RFC_9440 = f':{base64.b64encode(DER).decode()}:'
PEM = '-----BEGIN CERTIFICATE-----\n' + base64.encodebytes(DER).decode() + '-----END CERTIFICATE-----\n'
HEADER = 'Client-Cert'
NEW = {'name': 'crane-117', 'kind': 'tablet'}


@pytest.mark.parametrize(
    'said',
    [PIN, PIN.upper(), ':'.join(PIN[at : at + 2] for at in range(0, 64, 2)), RFC_9440, quote(PEM), quote(PEM.strip())],
)
def test_a_certificate_is_read_as_proxies_spell_it(said: str) -> None:
    assert fingerprint(said) == PIN


@pytest.mark.parametrize(
    'said', ['', '(null)', '::', ':???:', PIN[:-1], 'x' * 64, quote(PEM)[:-20], ':' + 'A' * 5 + ':']
)
def test_what_tells_of_no_certificate_is_none(said: str) -> None:
    assert fingerprint(said) == ''


def ending(days: float, name: str = 'crane-117') -> tuple[bytes, float]:
    """A certificate (DER) that ends so many days after now, and when that is."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    until = (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(until - timedelta(days=400))
        .not_valid_after(until)
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.DER), until.timestamp()


def test_its_end_is_read_where_the_header_has_the_certificate() -> None:
    der, until = ending(30)
    pin = hashlib.sha256(der).hexdigest()
    assert told(f':{base64.b64encode(der).decode()}:') == (pin, until)
    pem = '-----BEGIN CERTIFICATE-----\n' + base64.encodebytes(der).decode() + '-----END CERTIFICATE-----\n'
    assert told(quote(pem)) == (pin, until)
    assert told(pin) == (pin, None), 'a fingerprint tells no end'
    assert told(RFC_9440) == (PIN, None), 'nor does what is no certificate'


@asynccontextmanager
async def behind(trust_proxy: str, header: str = HEADER) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """The API on a real server that trusts this proxy: a client of it, and an enrolment token."""
    async with running_application() as application, served(application, trust_proxy, header) as found:
        yield found


@asynccontextmanager
async def served(
    application: RunningApplication, trust_proxy: str, header: str = HEADER
) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """The same of an application that is there."""
    app = WebApplication(openapi_url=None)
    register_api(app, application, metrics=Metrics(fleets=application.fleets))
    sockets = bound('127.0.0.1', 0)
    _, token = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out')
    async with (
        up(app, sockets, trust_proxy=trust_proxy, client_certificate_header=header),
        httpx.AsyncClient(base_url=f'{address(sockets[0], "127.0.0.1")}/api/v1') as client,
    ):
        yield client, token


async def check_in(client: httpx.AsyncClient, credential: str, **headers: str) -> int:
    said = {'sequence': 1, 'observed_at': '2027-01-15T08:00:00Z'}
    shown = {'authorization': f'Bearer {credential}'} | {
        name.replace('_', '-'): value for name, value in headers.items()
    }
    return (await client.post('/checkins', json=said, headers=shown)).status_code


async def enrol(client: httpx.AsyncClient, token: str, **headers: str) -> str:
    shown = {'authorization': f'Bearer {token}'} | {name.replace('_', '-'): value for name, value in headers.items()}
    answer = await client.post('/enrolments', json=NEW, headers=shown)
    assert answer.status_code == 201, answer.text
    return str(answer.json()['credential'])


async def test_a_certificate_from_the_proxy_is_pinned_also_when_it_tells_of_the_client() -> None:
    async with behind('127.0.0.1') as (client, token):
        credential = await enrol(client, token, Client_Cert=RFC_9440, X_Forwarded_For='203.0.113.7')
        forwarded = {'X_Forwarded_For': '198.51.100.9'}
        assert await check_in(client, credential, Client_Cert=RFC_9440, **forwarded) == 200
        assert await check_in(client, credential, **forwarded) == 401
        assert await check_in(client, credential, Client_Cert=f':{base64.b64encode(b"other").decode()}:') == 401
        assert await check_in(client, credential, Client_Cert=RFC_9440, **forwarded) == 200  # on a known connection
        assert await check_in(client, credential, **forwarded) == 401


async def test_a_certificate_from_elsewhere_counts_for_nothing() -> None:
    async with behind('203.0.113.1') as (client, token):
        spoofed = {'Client_Cert': RFC_9440, 'X_Forwarded_For': '203.0.113.1'}
        credential = await enrol(client, token, **spoofed)
        assert await check_in(client, credential) == 200  # nothing was pinned


async def test_without_the_setting_the_header_is_not_looked_at() -> None:
    async with behind('127.0.0.1', header='') as (client, token):
        credential = await enrol(client, token, Client_Cert=RFC_9440)
        assert await check_in(client, credential) == 200


async def test_a_header_that_came_twice_is_not_the_proxys() -> None:
    async with behind('127.0.0.1') as (client, token):
        shown = [('authorization', f'Bearer {token}'), (HEADER, RFC_9440), (HEADER, RFC_9440)]
        credential = (await client.post('/enrolments', json=NEW, headers=shown)).json()['credential']
        assert await check_in(client, credential) == 200


async def test_the_end_of_the_certificate_that_a_device_shows_is_kept_and_follows_it() -> None:
    async with (
        running_application(clock=Clock(time())) as application,
        served(application, '127.0.0.1') as (client, token),
    ):
        credential = await enrol(client, token)
        (device,) = application.fleet[Device].values()

        async def shown(value: str) -> tuple[float | None, bool]:
            headers = {'Client_Cert': value} if value else {}
            assert await check_in(client, credential, **headers) == 200
            await application.transactor.transact(lambda tx: None, application.enterprise)
            row = application.fleet[Reporting].get(device.id)
            return (row.certificate_until, row.certificate_ends) if row is not None else (None, False)

        assert await shown('') == (None, False)
        near, far = ending(10), ending(300)
        assert await shown(f':{base64.b64encode(near[0]).decode()}:') == (near[1], True)
        assert await shown(f':{base64.b64encode(far[0]).decode()}:') == (far[1], False)
        assert await shown(PIN) == (None, False), 'it tells no end any more'


async def test_what_takes_requests_as_a_whole_is_told_of_the_certificate_too() -> None:
    async def nobody(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError('the application was asked')

    shown: list[str] = []
    certificates = ClientCertificates(nobody, header=HEADER, trusted=lambda peer: peer == '127.0.0.1')
    take = certificates.before(lambda asked, body: shown.append(asked.scope.get(CERTIFICATE, 'none')))
    for peer in ('127.0.0.1', '203.0.113.1'):
        take(_Asked({'client': (peer, 1), 'headers': [(HEADER.lower().encode(), RFC_9440.encode())]}), b'')
    assert shown == [PIN, 'none']


@dataclass(slots=True)
class _Asked:
    scope: dict[str, Any]

    def say_at_once(self, rest: bytes) -> bool:
        raise NotImplementedError

    def pass_on(self) -> None:
        raise NotImplementedError
