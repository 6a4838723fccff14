"""An identity provider or a receiver whose TLS went bad: the exact words, and nobody's access is lost. Against ``openssl s_server``."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
import structlog

from domain.accounts.model import Person
from domain.channels.kinds.kind import HttpMessage
from domain.channels.model import Outcome
from domain.checks.kinds.http import HttpTarget
from domain.checks.model import Check
from jobs.notifications.http import HttpTransport
from jobs.polling.addresses import Targets
from jobs.polling.checker import Checker
from tests.fakes import Clock
from tests.jobs.loopback import Authority
from tests.real.provider import Misbehaving, misbehaving
from tests.real.server import free_port
from tests.real.test_providers import Here, because, settings
from tests.real.weak_tls import FAULTS, HOST, needs_openssl, s_server, tls_before
from tests.ui.watching import console
from ui.sign_in.openid_metadata import AWAY_S, KEPT_S

pytestmark = needs_openssl


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    found = Authority(tmp_path)
    monkeypatch.setenv('SSL_CERT_FILE', str(found.path))
    return found


@pytest.fixture
async def idp() -> AsyncIterator[Misbehaving]:
    async with misbehaving() as (found,):
        found.person['groups'] = ['fleet']
        yield found


@pytest.mark.parametrize('fault', FAULTS)
async def test_a_provider_whose_tls_went_bad_takes_no_access_away_and_is_named(
    tmp_path: Path, authority: Authority, idp: Misbehaving, fault: str
) -> None:
    behind, port = int(idp.issuer.rpartition(':')[2].partition('/')[0]), free_port()
    idp.issuer = f'https://{HOST}:{port}/0'
    clock = Clock(time.time())
    known = [settings('harbour', idp, email_domains=['example.com'])]
    async with (
        console(clock=clock, providers=known) as found,
        _browser(found.port) as browser,
        _browser(found.port) as other,
    ):
        here, good = Here(found, idp, idp, browser), authority.server(HOST)
        async with tls_before(good, port, behind):
            code = (await _at(await here.to_provider(), authority)).headers['location']
            assert (await browser.get(code)).headers['location'] == '/'
            assert await here.who() == 'ana'
        before = dict(found.application.fleet[Person].items())
        clock.tick(KEPT_S + 1)
        async with s_server(tmp_path, authority, fault, port):
            with structlog.testing.capture_logs() as logs:
                assert because(await other.get('/login/harbour')) == 'unreachable'
            assert [line['detail'] for line in logs if line['event'] == 'sign-in refused'] == [
                f'{idp.issuer}/.well-known/openid-configuration: {FAULTS[fault]}'
            ]
        assert await here.who() == 'ana', 'the session goes on'
        assert dict(found.application.fleet[Person].items()) == before, 'and so does what the groups gave'
        clock.tick(AWAY_S + 1)
        async with tls_before(good, port, behind):
            assert (await other.get('/login/harbour')).headers['location'].startswith(f'{idp.issuer}/authorize')


def _browser(port: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f'http://{HOST}:{port}')


async def _at(url: str, authority: Authority) -> httpx.Response:
    async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=authority.path)) as person:
        return await person.get(url)


TOLD = {
    'expired': 'the certificate of {place} has ended: it has to be renewed there',
    'another host': 'the certificate of {place} is for another address: set the channel to the name that stands in it',
    'self-signed': 'the certificate of {place} is signed by itself: this server trusts only those of authorities that it knows',
}
"""What a channel says of a certificate; of all else, what towers and providers say."""


@pytest.mark.parametrize('fault', FAULTS)
async def test_a_receiver_whose_tls_went_bad_is_tried_later_and_named(
    tmp_path: Path, authority: Authority, fault: str
) -> None:
    port = free_port()
    targets = Targets(allow=[ip_network('127.0.0.0/8')])
    transport = HttpTransport(targets=targets, authorities=authority.path)
    try:
        async with s_server(tmp_path, authority, fault, port):
            answered = await transport.send(HttpMessage(url=f'https://{HOST}:{port}/', body=b'{}'))
    finally:
        await transport.close()
    place = f'{HOST} port {port}'
    said = TOLD.get(fault) or f'no TLS came about with {{place}}: {FAULTS[fault].removeprefix("TLS: ")}'
    assert (answered.outcome, answered.said) == (Outcome.LATER, said.format(place=place))


@pytest.mark.parametrize('fault', FAULTS)
async def test_a_tower_whose_tls_went_bad_and_answers_is_degraded_and_named(
    tmp_path: Path, authority: Authority, fault: str
) -> None:
    port = free_port()
    checker = Checker(targets=Targets(allow=[ip_network('127.0.0.0/8')]), authorities=authority.path)
    check = Check(id='web', target=HttpTarget(f'https://{HOST}:{port}/', 200), timeout_s=5)
    try:
        async with s_server(tmp_path, authority, fault, port):
            answer = await asyncio.wait_for(checker.ask(check), 20)
    finally:
        await checker.close()
    assert answer.error == ''
    assert answer.flaw.startswith(FAULTS[fault])
