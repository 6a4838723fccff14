"""Why a message did not arrive, in words: each from a real failure."""

import asyncio
import socket
import ssl
from ipaddress import ip_network
from pathlib import Path

import pytest

from domain.channels.kinds.kind import HttpMessage, MailMessage
from domain.channels.model import Outcome
from jobs.notifications.http import HttpTransport
from jobs.notifications.mail import MailTransport
from jobs.notifications.unreached import unreached
from jobs.polling.addresses import Targets
from tests.jobs.notifications.receiver import receiving
from tests.real.server import free_port

ALLOW = (ip_network('127.0.0.0/8'),)


def mail(host: str, port: int, **more: str) -> MailMessage:
    settings = {'host': host, 'port': str(port), 'security': 'none', **more}
    return MailMessage(
        sender='c@example.com',
        recipients=('ana@example.com',),
        subject='x',
        text='x',
        headers={'Message-ID': '<1@x>'},
        settings=settings,
    )


async def test_a_mail_server_that_is_not_there_is_told_with_its_place() -> None:
    transport, port = MailTransport(targets=Targets(allow=ALLOW, threads=1)), free_port()
    answered = await transport.send(mail('127.0.0.1', port))
    assert answered.outcome is Outcome.LATER
    assert answered.said == f'nothing listens at 127.0.0.1 port {port}: is the port right, and does that server run?'


async def test_a_name_that_is_none_and_one_that_cannot_be_looked_up() -> None:
    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, 'Name or service not known')

    def away(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_AGAIN, 'Temporary failure in name resolution')

    for lookup, words in (
        (unknown, 'there is no mail.example.com: is the name right?'),
        (away, 'the name mail.example.com could not be looked up now: does the resolver of this server work?'),
    ):
        by_mail = await MailTransport(targets=Targets(lookup=lookup, threads=1)).send(mail('mail.example.com', 25))
        http = HttpTransport(targets=Targets(lookup=lookup, threads=1))
        by_http = await http.send(HttpMessage(url='https://mail.example.com/x', body=b''))
        await http.close()
        assert (by_mail.said, by_http.said) == (words, words)


async def test_a_server_without_tls_is_told_so() -> None:
    http = HttpTransport(targets=Targets(allow=ALLOW, threads=1))
    async with receiving() as receiver:
        answered = await http.send(HttpMessage(url=receiver.url.replace('http:', 'https:'), body=b''))
    await http.close()
    assert answered.said == (
        f'127.0.0.1 port {receiver.port} speaks no TLS: is it the port for TLS, and does the channel say so?'
    )


async def test_a_server_that_hangs_up_is_told_so() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, '127.0.0.1', 0)
    port = server.sockets[0].getsockname()[1]
    http = HttpTransport(targets=Targets(allow=ALLOW, threads=1))
    words = f'127.0.0.1 port {port} ended the connection: does it expect TLS there, or none?'
    assert (await http.send(HttpMessage(url=f'http://127.0.0.1:{port}/', body=b''))).said == words
    assert (await MailTransport(targets=Targets(allow=ALLOW, threads=1)).send(mail('127.0.0.1', port))).said == words
    await http.close()
    server.close()


async def test_a_login_that_is_refused_is_told_so() -> None:
    http = HttpTransport(targets=Targets(allow=ALLOW, threads=1))
    async with receiving() as receiver:
        receiver.usual = (401, {}, b'')
        answered = await http.send(HttpMessage(url=receiver.url, body=b''))
    await http.close()
    assert answered.said == 'HTTP 401; the other side refused our login: are user name, password or key right?'


@pytest.mark.parametrize(('code', 'words'), [(62, 'is for another name'), (10, 'has ended'), (19, 'does not know')])
def test_a_certificate_is_told_by_what_is_wrong_with_it(code: int, words: str, tmp_path: Path) -> None:
    error = ssl.SSLCertVerificationError('x')
    error.verify_code, error.verify_message = code, 'x'
    assert words in unreached(error, 'mail.example.com', 465)
    assert 'mail.example.com port 465' in unreached(error, 'mail.example.com', 465)


def test_a_silence_says_what_may_stand_between() -> None:
    assert unreached(TimeoutError(), 'mail.example.com', 25) == (
        'mail.example.com port 25 does not answer: is the port right, and does a firewall stand between?'
    )
