"""How long a receiver asks to wait, and how much of its answer is kept."""

from ipaddress import ip_network

import pytest

from domain.channels.kinds.kind import HttpMessage
from domain.channels.model import Outcome
from jobs.notifications.http import SHOWN, HttpTransport, retry_after
from jobs.polling.addresses import Targets
from tests.jobs.loopback import dripping, listening
from tests.jobs.notifications.receiver import receiving
from tests.real.server import free_port

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ('header', 'seconds'),
    [
        ('120', 120.0),
        (' 0 ', 0.0),
        ('Fri, 15 Jan 2027 08:01:00 GMT', 60.0),
        ('Fri, 15 Jan 2027 07:00:00 GMT', 0.0),
        ('', None),
        ('soon', None),
        ('-5', None),
        ('9' * 40, None),
        ('Fri, 99 Foo 2027', None),
        ('Mon, 01 Jan 99999999999 00:00:00 GMT', None),
    ],
)
def test_what_retry_after_says(header: str, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


async def test_little_of_an_answer_is_read_and_nothing_that_cannot_be_printed_is_kept() -> None:
    http = HttpTransport(targets=Targets(allow=(ip_network('127.0.0.0/8'),), threads=1))
    async with receiving() as receiver:
        receiver.usual = (500, {}, b'\x00\xff<b>' + b'x' * 100_000)
        answered = await http.send(HttpMessage(url=receiver.url, body=b'{}'))
        assert answered.outcome is Outcome.LATER
        assert answered.said.startswith('HTTP 500: \ufffd<b>xxx')
        assert len(answered.said) <= SHOWN + len('HTTP 500: ')
    await http.close()


async def test_what_is_no_http_is_an_answer_for_later() -> None:
    http = HttpTransport(targets=Targets(allow=(ip_network('127.0.0.0/8'),), threads=1))
    async with listening(dripping) as port:
        closed = await http.send(HttpMessage(url='http://127.0.0.1:1/', body=b'{}'))
        assert closed.outcome is Outcome.LATER
        tls = await http.send(HttpMessage(url=f'https://127.0.0.1:{port}/', body=b'{}'))
        assert tls.outcome is Outcome.LATER
    await http.close()


async def test_why_there_is_no_connection_is_told_in_words() -> None:
    http = HttpTransport(targets=Targets(allow=(ip_network('127.0.0.0/8'),), threads=1))
    port = free_port()
    answered = await http.send(HttpMessage(url=f'http://127.0.0.1:{port}/hook', body=b'{}'))
    said = f'nothing listens at 127.0.0.1 port {port}: is the port right, and does that server run?'
    assert (answered.outcome, answered.said) == (Outcome.LATER, said)
    await http.close()
