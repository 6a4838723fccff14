"""Small web servers in radio gear: what bends HTTP or TLS and yet answers, and what is no answer all the same."""

import asyncio
import base64
import hashlib
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from domain.checks.model import Check
from domain.common.answer_dates import AnswerDates
from jobs.polling.addresses import Targets
from jobs.polling.checker import Checker
from jobs.polling.probe import CheckAnswer
from tests.jobs.loopback import LOCAL, Authority, Handler, http, leading_to, listening, web

LOOPBACK = ip_network('127.0.0.0/8')


@pytest.fixture
async def checker() -> AsyncIterator[Checker]:
    checker = Checker(targets=Targets(allow=[LOOPBACK]))
    yield checker
    await checker.close()


def raw(answer: bytes) -> Handler:
    """Answers every request with these bytes, and hangs up."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'\r\n\r\n')
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return handle


def answers(*lines: str, body: str = 'ok', status: str = 'HTTP/1.1 200 OK', end: str = '\r\n') -> bytes:
    return end.join([status, *lines, '', body]).encode('latin-1')


BENDS: dict[str, tuple[bytes, str]] = {
    'plain': (answers('Content-Length: 2'), ''),
    'HTTP/1.0': (answers(status='HTTP/1.0 200 OK'), ''),
    'no reason': (answers('Content-Length: 2', status='HTTP/1.1 200'), ''),
    'two blanks': (answers(status='HTTP/1.1  200  OK'), 'a status line that is spelled otherwise'),
    'small letters': (answers(status='http/1.0 200 ok'), 'a status line that is spelled otherwise'),
    'two equal lengths': (answers('Content-Length: 2', 'Content-Length: 2'), 'Content-Length 2 times'),
    'two lengths': (
        answers('Content-Length: 2', 'Content-Length: 9'),
        'Content-Length 2 times; Content-Length 2 and 9',
    ),
    'a list of lengths': (answers('Content-Length: 2, 2'), ''),
    'no number': (answers('Content-Length: -1'), "Content-Length '-1'"),
    'no colon': (
        answers('X-XSS-Protection=1;', 'Content-Length: 2'),
        "a header without a colon, 'X-XSS-Protection=1;'",
    ),
    'a blank': (answers('Server : goahead', 'Content-Length: 2'), 'a blank before the colon of Server'),
    'a name of two words': (
        answers('Content Type: text/html', 'Content-Length: 2'),
        "'Content Type' is no name of a header",
    ),
    'folded': (answers('Server: goa', ' head', 'Content-Length: 2'), 'a header goes on in the next line'),
    'control characters': (answers('Server: \x01\xff', 'Content-Length: 2'), ''),
    'bare LF': (answers('Content-Length: 2', end='\n'), 'lines end without CR'),
    'begins with an empty line': (b'\r\n' + answers('Content-Length: 2'), 'empty lines before the status line'),
    'no end of the headers': (b'HTTP/1.1 200 OK\r\nServer: x', 'the headers have no end'),
    'chunks': (answers('Transfer-Encoding: chunked', body='2\r\nok\r\n0\r\n\r\n'), ''),
    'chunks of none': (answers('Transfer-Encoding: chunked', body='ok'), 'the answer broke off'),
    'chunks and a length': (
        answers('Transfer-Encoding: chunked', 'Content-Length: 2', body='2\r\nok\r\n0\r\n\r\n'),
        'Content-Length beside chunks',
    ),
    'interim': (b'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n' + answers('Content-Length: 2'), ''),
    'more than was announced': (answers('Content-Length: 2', body='okokok'), ''),
}


@pytest.mark.parametrize('name', BENDS)
async def test_a_status_line_came_so_the_check_is_well_and_says_what_bends(checker: Checker, name: str) -> None:
    sent, bends = BENDS[name]
    async with listening(raw(sent)) as port:
        answer = await checker.ask(web(port))
    if bends == 'the answer broke off':
        assert answer.error == bends
    else:
        assert (answer.error, answer.flaw) == ('', '')
        assert answer.remark == (f'bends HTTP: {bends}' if bends else '')


@pytest.mark.parametrize(
    ('sent', 'words'),
    [
        (b'SSH-2.0-dropbear\r\n', 'the answer is not HTTP'),
        (b'HTTP/2 200\r\n\r\n', 'the answer is not HTTP'),
        (b'HTTP/1.1 OK\r\n\r\n', 'the answer is not HTTP'),
        (b'<html>200 OK</html>\r\n', 'the answer is not HTTP'),
        (b'<html>200 OK</html>', 'the answer is not HTTP'),
        (b'HTTP/1.1 20', 'the answer broke off'),
        (b'HTTP/1.1 200 OK', 'the answer broke off'),
        (b'', 'closed the connection without an answer'),
        (b'HTTP/1.1 100 Continue\r\n\r\n' * 50, 'nothing but interim answers'),
        (b'HTTP/1.1 200 OK\r\n' + b'X: y\r\n' * 50_000, 'too many lines in the answer'),
        (b'HTTP/1.1 200 OK\r\nX: ' + b'y' * 500_000, 'a line of the answer has no end'),
        (answers('Content-Length: 9'), 'the answer broke off'),
        (answers('Transfer-Encoding: chunked', body='9\r\nok'), 'the answer broke off'),
    ],
)
async def test_what_is_no_answer_stays_none(checker: Checker, sent: bytes, words: str) -> None:
    async with listening(raw(sent)) as port:
        assert (await checker.ask(web(port))).error == words


def site(answer_of: Callable[[str, str], bytes]) -> Handler:
    """A site that answers by path and cookies."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b'\r\n\r\n')).decode()
        cookies = next((line[8:] for line in head.splitlines() if line.startswith('Cookie: ')), '')
        writer.write(answer_of(head.split()[1], cookies))
        await writer.drain()

    return handle


def to(place: str, *more: str) -> bytes:
    return answers(f'Location: {place}', 'Content-Length: 2', *more, status='HTTP/1.1 302 Found')


async def test_a_page_that_sets_a_cookie_and_redirects_to_itself_is_well(checker: Checker) -> None:
    def of(path: str, cookies: str) -> bytes:
        if cookies == 'sid=a=1; lang=en':
            return answers('Content-Length: 2')
        return to(path, 'Set-Cookie: sid=a=1; Path=/; HttpOnly', 'Set-Cookie: lang=en')

    async with listening(site(of)) as port:
        answer = await checker.ask(web(port))
        assert answer == CheckAnswer(answer.rtt_ms)
        assert (await checker.ask(web(port, expect=302))).error == '', 'the cookies of the check before are forgotten'


@pytest.mark.parametrize(('hops', 'words'), [(4, ''), (5, 'more than 4 redirects')])
async def test_four_hops_are_well_and_five_are_not(checker: Checker, hops: int, words: str) -> None:
    def of(path: str, cookies: str) -> bytes:
        done = int(path.rpartition('/')[2] or 0)
        return answers('Content-Length: 2') if done == hops else to(f'/{done + 1}')

    async with listening(site(of)) as port:
        assert (await checker.ask(web(f'http://{LOCAL}:{port}/0'))).error == words


async def test_a_cookie_goes_to_the_host_that_set_it_alone_and_a_secure_one_not_in_clear(checker: Checker) -> None:
    shown: list[str] = []

    def other(path: str, cookies: str) -> bytes:
        shown.append(cookies)
        return answers('Content-Length: 2')

    async with listening(site(other)) as there:
        names = Targets(allow=[LOOPBACK], lookup=leading_to((socket.AF_INET, socket.SOCK_STREAM, 6, '', (LOCAL, 0))))
        named = Checker(targets=names)
        for place, sent in (('other.example', ''), ('tower.example', 'a=1')):

            def of(path: str, cookies: str, place: str = place) -> bytes:
                return to(
                    f'http://{place}:{there}/', 'Set-Cookie: a=1; Domain=example', 'Set-Cookie: b=2; Secure',
                    'Set-Cookie: c=3', 'Set-Cookie: c=; Max-Age=0',
                )  # fmt: skip

            async with listening(site(of)) as port:
                assert (await named.ask(web(f'http://tower.example:{port}/'))).error == ''
            assert shown.pop() == sent
        await named.close()


async def test_every_hop_is_judged(checker: Checker) -> None:
    async with listening(site(lambda path, cookies: to('http://169.254.169.254/latest'))) as port:
        assert 'link-local' in (await checker.ask(web(port))).error


async def test_an_answer_over_tls_that_proves_nothing_is_degraded_and_names_its_fingerprint(
    checker: Checker, tmp_path: Path
) -> None:
    async with listening(http(), tls=Authority(tmp_path).server('maker.example', self_signed=True)) as port:
        answer = await checker.ask(web(f'https://{LOCAL}:{port}/'))
        assert answer.error == ''
        assert answer.flaw.startswith('certificate is self-signed (SHA-256 ')
        assert (await checker.ask(web(f'https://{LOCAL}:{port}/', expect=204))).error == 'HTTP 200, expected 204'


async def test_an_answer_over_tls_says_when_its_certificate_ends(checker: Checker, tmp_path: Path) -> None:
    async with listening(http(), tls=Authority(tmp_path).server(LOCAL, days=5, self_signed=True)) as port:
        answer = await checker.ask(web(f'https://{LOCAL}:{port}/'))
    assert answer.certificate_until == pytest.approx(time.time() + 5 * 86_400, abs=60)


async def test_this_very_certificate_is_well_and_another_one_is_shown(checker: Checker, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    old, new = authority.server('cn-only', self_signed=True), authority.server('cn-only', self_signed=True)
    async with listening(http(), tls=old) as port:
        url = f'https://{LOCAL}:{port}/'
        seen = ssl.PEM_cert_to_DER_cert(await asyncio.to_thread(ssl.get_server_certificate, (LOCAL, port)))
        pinned = pin(web(url), hashlib.sha256(seen).hexdigest())
        answer = await checker.ask(pinned)
        assert (answer.error, answer.flaw) == ('', '')
        was = hashlib.sha256(seen).hexdigest()
    async with listening(http(), port=port, tls=new):
        seen = ssl.PEM_cert_to_DER_cert(await asyncio.to_thread(ssl.get_server_certificate, (LOCAL, port)))
        answer = await checker.ask(pinned)
        assert answer.error == ''
        now = hashlib.sha256(seen).hexdigest()
        assert answer.flaw == f'another certificate than expected: SHA-256 {now}, expected {was}'


def pin(check: Check, fingerprint: str) -> Check:
    return replace(check, target=replace(check.target, certificate_sha256=fingerprint))  # type: ignore[type-var]


@pytest.mark.parametrize('weak', ['dh 1024', 'TLS 1.0', 'an old cipher', 'no certificate'])
async def test_old_tls_that_answers_is_degraded(checker: Checker, tmp_path: Path, weak: str) -> None:
    authority = Authority(tmp_path)
    context = authority.server(with_rsa=True)
    context.set_ciphers('ALL:@SECLEVEL=0')
    if weak == 'TLS 1.0':
        with pytest.warns(DeprecationWarning, match='TLSv1'):
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    elif weak in OLD_CIPHERS:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(f'{OLD_CIPHERS[weak]}:@SECLEVEL=0')
    else:
        parameters = tmp_path / 'dh.pem'
        der = b'\x30\x81\x87\x02\x81\x81\x00' + OAKLEY_GROUP_2 + b'\x02\x01\x02'  # a sequence of the prime and 2
        pem = base64.encodebytes(der).decode()
        parameters.write_text(f'-----BEGIN DH PARAMETERS-----\n{pem}-----END DH PARAMETERS-----\n')
        context.load_dh_params(str(parameters))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers('DHE:@SECLEVEL=0')

    def serve(server: socket.socket) -> None:
        for _ in range(2):  # blocking, so that the alert is sent before the end
            with suppress(OSError):
                accepted, _ = server.accept()
                with accepted, context.wrap_socket(accepted, server_side=True) as over_tls:
                    over_tls.recv(65536)
                    over_tls.sendall(answers('Content-Length: 2'))

    with socket.create_server((LOCAL, 0)) as server:
        serving = threading.Thread(target=serve, args=(server,), daemon=True)
        serving.start()
        trusting = Checker(targets=Targets(allow=[LOOPBACK]), authorities=authority.path)
        answer = await trusting.ask(web(f'https://{LOCAL}:{server.getsockname()[1]}/', timeout_s=5))
        await trusting.close()
        await asyncio.to_thread(serving.join, 10)
    assert answer.error == ''
    words = {
        'dh 1024': 'TLS: dh key too small (SHA-256 ',
        'TLS 1.0': 'TLS too old: 1.2 or newer is needed (SHA-256 ',
        'an old cipher': 'TLS: the other side takes no cipher that is still safe (SHA-256 ',
        'no certificate': 'TLS: the other side takes no cipher that is still safe (it shows no certificate)',
    }
    assert answer.flaw.startswith(words[weak])


OLD_CIPHERS = {'an old cipher': 'AES128-SHA', 'no certificate': 'AECDH-AES128-SHA'}
OAKLEY_GROUP_2 = bytes.fromhex(
    'FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD'
    'EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED'
    'EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF'
)
"""1024 bits (RFC 2409, 6.2)."""


async def test_many_names_at_one_address_say_once_what_the_time_is() -> None:
    """The portal of a hotel answers for all of them, and its clock was never set."""
    dates = AnswerDates(time.time)
    names = Targets(allow=[LOOPBACK], lookup=leading_to((socket.AF_INET, socket.SOCK_STREAM, 6, '', (LOCAL, 0))))
    checker = Checker(targets=names, dates=dates)
    async with listening(http('200 OK', 'Date: Thu, 01 Jan 1970 00:01:00 GMT')) as port:
        for name in ('one.example', 'two.example', 'three.example'):
            assert (await checker.ask(web(f'http://{name}:{port}/'))).error == ''
    assert dates.offset()[0] == 1
    await checker.close()
