"""Reading an answer: whatever bytes come, there is an answer or a refusal in words, and never more is read than is enough."""

import asyncio
from contextlib import suppress
from typing import Any, cast

from hypothesis import example, given, settings
from hypothesis import strategies as st
from yarl import URL

from jobs.polling.failures import Wrong
from jobs.polling.http_exchange import MOST_HEAD, deliver, exchange

PIECES = st.sampled_from(
    [
        b'HTTP/1.1 200 OK\r\n', b'HTTP/1.0 404\r\n', b'HTTP/1.1 100 \r\n', b'\r\n', b'\n', b':', b' : x\r\n', b'\x00\xff',
        b'Content-Length: 3\r\n', b'Content-Length: 99999999\r\n', b'Content-Length: \xb2\r\n', b'Set-Cookie: a=b\r\n',
        b'Transfer-Encoding: chunked\r\n', b'3\r\nabc\r\n', b'0\r\n\r\n', b'ffffffffffff\r\n', b' folded\r\n', b'abc',
    ]
)  # fmt: skip


class Sent:
    """Takes what is written."""

    def __init__(self) -> None:
        self.bytes = b''

    def write(self, data: bytes) -> None:
        self.bytes += data


async def read(answer: bytes) -> tuple[int, str]:
    """The status and what bends of it, or 0 and why it is none."""
    reader = asyncio.StreamReader(limit=MOST_HEAD)
    reader.feed_data(answer)
    reader.feed_eof()
    try:
        reply = await exchange(reader, cast(Any, Sent()), URL('http://10.0.0.1/'), {})
        await deliver(reader, reply)
    except Wrong as error:
        return 0, str(error)
    return reply.status, '; '.join(reply.bends)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=12).map(b''.join))
@example(b'HTTP/1.1 200 OK\r\nContent-Length: 1,x,2\r\n\r\nab')
def test_any_bytes_are_an_answer_or_refused_in_words(answer: bytes) -> None:
    status, words = asyncio.run(read(answer))
    assert status or words
    assert words.isprintable()
    if status:
        assert answer.lstrip().startswith(b'HTTP/1.')


def test_the_question_names_host_port_and_cookies_as_the_standard_does() -> None:
    def asked(url: str, cookies: dict[str, str]) -> list[str]:
        sent = Sent()

        async def ask() -> None:
            reader = asyncio.StreamReader()
            reader.feed_eof()
            await exchange(reader, cast(Any, sent), URL(url), cookies)

        with suppress(Wrong):  # nothing answers
            asyncio.run(ask())
        return sent.bytes.decode().splitlines()

    assert asked('http://tower.example/', {})[:2] == ['GET / HTTP/1.1', 'Host: tower.example']
    assert asked('http://[fd00::5]:81/a%20b?x=ü', {'a': '1', 'b': '2'})[:2] == [
        'GET /a%20b?x=%C3%BC HTTP/1.1',
        'Host: [fd00::5]:81',
    ]
    assert 'Cookie: a=1; b=2' in asked('https://10.0.0.1/', {'a': '1', 'b': '2'})
