"""A check against real servers on loopback: what it finds, in which words, and that it always ends in time."""

import asyncio
import errno
import resource
import socket
import ssl
import struct
import threading
import warnings
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from domain.checks.kinds.http import HttpTarget
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check
from jobs.polling.addresses import Targets
from jobs.polling.checker import Checker
from jobs.polling.failures import OurFault
from jobs.polling.probe import CheckAnswer, Symptom
from jobs.polling.probes.http import ENOUGH_BODY
from tests.jobs.loopback import LOCAL, Authority, dripping, http, listening, silent, tcp, web
from tests.stopwatch import Stopwatch

LOOPBACK = ip_network('127.0.0.0/8')


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
async def checker(authority: Authority) -> AsyncIterator[Checker]:
    checker = Checker(targets=Targets(allow=[LOOPBACK]), authorities=authority.path)
    yield checker
    await checker.close()


async def ask(checker: Checker, check: Check) -> str:
    return (await checker.ask(check)).error


async def test_a_listening_port_is_well_and_says_how_long_it_took(checker: Checker) -> None:
    async with listening(silent) as port:
        answer = await checker.ask(tcp(port))
    assert answer.error == ''
    assert 0 < answer.rtt_ms < 1000


async def test_a_closed_port_refuses(checker: Checker) -> None:
    for check in (tcp(1), web(1)):  # no program is given this port by chance
        assert await ask(checker, check) == 'refused'


async def test_the_expected_status_is_well_whatever_it_is(checker: Checker) -> None:
    async with listening(http()) as well, listening(http('302 Found', 'Location: /elsewhere')) as moved:
        assert await ask(checker, web(well)) == ''
        assert await ask(checker, web(moved, expect=302)) == ''


async def test_another_status_is_named_with_the_expected_one(checker: Checker) -> None:
    async with listening(http('503 Service Unavailable')) as port:
        assert await ask(checker, web(port)) == 'HTTP 503, expected 200'


@pytest.mark.parametrize('server', [silent, dripping], ids=['tarpit', 'slow drip'])
async def test_a_server_that_never_ends_is_left_at_the_deadline(checker: Checker, server: object) -> None:
    async with listening(server) as port:  # type: ignore[arg-type]
        took = Stopwatch()
        assert await ask(checker, web(port, timeout_s=0.5)) == 'timed out after 0.5 s'
        assert took.wall_s >= 0.45
        assert took.own_s <= 0.55


async def test_the_deadline_is_one_for_all_hops(checker: Checker) -> None:
    async def slow_redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        await http('302 Found', 'Location: /again')(reader, writer)

    async with listening(slow_redirect) as port:
        took = Stopwatch()
        assert await ask(checker, web(port, timeout_s=0.5)) == 'timed out after 0.5 s'
        assert took.wall_s >= 0.45
        assert took.own_s <= 0.55


async def test_four_redirects_are_followed_and_no_more(checker: Checker) -> None:
    paths: list[bytes] = []

    async def stairs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b'\r\n\r\n')).split()[1]
        paths.append(path)
        step = int(path.removeprefix(b'/')) - 1
        status = b'200 OK' if step < 0 else b'302 Found\r\nLocation: /%d' % step
        writer.write(b'HTTP/1.1 %b\r\nContent-Length: 0\r\n\r\n' % status)
        await writer.drain()

    async with listening(stairs) as port:
        assert await ask(checker, web(f'http://{LOCAL}:{port}/4')) == ''
        assert paths == [b'/4', b'/3', b'/2', b'/1', b'/0']
        assert await ask(checker, web(f'http://{LOCAL}:{port}/5')) == 'more than 4 redirects'


@pytest.mark.parametrize(
    ('location', 'words'),
    [
        (
            'http://169.254.169.254/latest',
            '169.254.169.254 may not be polled: link-local, where clouds keep their credentials. '
            'The setting poll_allow of this console can allow it',
        ),
        (
            'http://[::ffff:7f00:1]/',
            '::ffff:7f00:1 may not be polled: IPv4 in disguise. The setting poll_allow of this console can allow it',
        ),
        ('file:///etc/passwd', 'redirected to an address that cannot be used'),
        ('http://user:secret@10.0.0.1/', 'redirected to an address that cannot be used'),
        ('http://10.0.0.1:99999999/', 'redirected to an address that cannot be used'),
    ],
)
async def test_a_redirect_leads_nowhere_that_may_not_be_polled(checker: Checker, location: str, words: str) -> None:
    async with listening(http('302 Found', f'Location: {location}')) as port:
        assert await ask(checker, web(port)) == words


async def test_of_a_huge_body_only_the_beginning_is_taken(checker: Checker) -> None:
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b'\r\n\r\n')
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\nContent-Encoding: gzip\r\n\r\n')
        while sent < 1_000_000_000:
            writer.write(bytes(65536))
            await writer.drain()
            sent += 65536

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with listening(flood) as port:
        assert await ask(checker, web(port, timeout_s=10)) == ''
    assert ENOUGH_BODY <= sent < 64 * 2**20  # what the kernel's buffers swallow comes on top
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024


async def test_what_breaks_off_or_is_no_http_is_said_so(checker: Checker) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'\r\n\r\n')
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'SSH-2.0-OpenSSH_9.2\r\n')
        await reader.read(1024)

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'\r\n\r\n')
        writer.close()
        await writer.wait_closed()

    async with listening(half) as cut, listening(banner) as ssh, listening(hang_up) as gone:
        assert await ask(checker, web(cut)) == 'the answer broke off'
        assert await ask(checker, web(ssh)) == 'the answer is not HTTP'
        assert await ask(checker, web(gone)) == 'closed the connection without an answer'


async def test_a_certificate_is_checked_and_each_fault_has_its_words(checker: Checker, authority: Authority) -> None:
    async def over_tls(context: ssl.SSLContext) -> str:
        async with listening(http(), tls=context) as port:
            answer = await checker.ask(web(f'https://{LOCAL}:{port}/'))
        assert answer.error == '', 'an answer over bad TLS is an answer'
        return answer.flaw.partition(' (SHA-256 ')[0]

    expired = datetime.now(UTC) - timedelta(days=20)
    assert await over_tls(authority.server()) == ''
    assert await over_tls(authority.server(days=-20)) == f'certificate expired {expired:%Y-%m-%d}'
    assert await over_tls(authority.server('tower.example')) == 'certificate is for another host'
    assert await over_tls(authority.server(self_signed=True)) == 'certificate is self-signed'


async def test_a_certificate_of_a_stranger_is_said_so(authority: Authority) -> None:
    checker = Checker(targets=Targets(allow=[LOOPBACK]))
    async with listening(http(), tls=authority.server()) as port:
        answer = await checker.ask(web(f'https://{LOCAL}:{port}/'))
    assert (answer.error, answer.flaw.partition(' (')[0]) == ('', 'certificate of an unknown authority')
    await checker.close()


async def test_old_tls_and_no_tls_have_their_words(checker: Checker, authority: Authority) -> None:
    old = authority.server()
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', DeprecationWarning)
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers('ALL:@SECLEVEL=0')

    def shake_hands(
        server: socket.socket,
    ) -> None:  # a blocking server sends the alert before it closes, asyncio's does not
        accepted, _ = server.accept()
        with accepted, suppress(ssl.SSLError), old.wrap_socket(accepted, server_side=True):
            pass

    with socket.create_server((LOCAL, 0)) as server:
        shaking = asyncio.create_task(asyncio.to_thread(shake_hands, server))
        url = f'https://{LOCAL}:{server.getsockname()[1]}/'
        assert await ask(checker, web(url)) == 'TLS too old: 1.2 or newer is needed'
        await shaking

    async def plain_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1024)
        writer.write(b'HTTP/1.1 400 Bad Request\r\n\r\n')
        await writer.drain()
        await reader.read(1024)

    async with listening(plain_http) as plain:
        assert await ask(checker, web(f'https://{LOCAL}:{plain}/')) == 'no TLS on this port'


async def test_a_connection_that_is_reset_is_said_so(checker: Checker, authority: Authority) -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        linger_no_time = struct.pack('ii', 1, 0)
        writer.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_no_time)

    async with listening(reset) as port:
        assert await ask(checker, web(port)) == 'connection reset'
        assert await ask(checker, web(f'https://{LOCAL}:{port}/')) == 'connection reset'


@pytest.mark.parametrize(
    'target', [TcpTarget('mast.example', 80), HttpTarget('http://mast.example/status', 200)], ids=lambda one: one.kind
)
async def test_a_resolver_that_says_nothing_is_told_from_a_site_that_says_nothing(target: Any) -> None:
    over = threading.Event()

    def lookup(*_: object, **__: object) -> list[object]:
        over.wait()
        return []

    checker = Checker(targets=Targets(lookup=lookup))
    answer = await checker.ask(Check(id='', target=target, timeout_s=0.05))
    over.set()
    assert (answer.error, answer.symptom) == ('name lookup took longer than 0.05 s', Symptom.NO_NAME)
    await checker.close()


@pytest.mark.parametrize(
    ('number', 'words'),
    [(socket.EAI_NONAME, 'name not known'), (socket.EAI_AGAIN, 'name lookup failed')],
)
async def test_a_name_that_is_not_known_is_told_from_a_lookup_that_failed(number: int, words: str) -> None:
    def lookup(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(number, 'as the system says it')

    checker = Checker(targets=Targets(lookup=lookup))
    assert await ask(checker, web('http://tower.example/')) == words
    assert await ask(checker, Check(id='t', target=TcpTarget('tower.example', 80))) == words
    await checker.close()


async def test_want_of_file_descriptors_is_no_fault_of_the_tower() -> None:
    class Exhausted(Targets):
        def socket(self, info: object) -> socket.socket:
            raise OSError(errno.EMFILE, 'Too many open files')

    checker = Checker(targets=Exhausted(allow=[LOOPBACK]))
    for check in (tcp(1), web(1)):
        with pytest.raises(OurFault):
            await checker.ask(check)
    await checker.close()


async def test_an_answer_counts_until_its_end(checker: Checker) -> None:
    async def slow_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'\r\n\r\n')
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1')
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.write(b'2')
        await writer.drain()

    async with listening(slow_end) as port:
        answer = await checker.ask(web(port))
    assert answer == CheckAnswer(answer.rtt_ms)
    assert answer.rtt_ms >= 100
