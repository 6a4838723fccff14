"""A page's connection without a browser: sign in, get the page, and talk Socket.IO on a WebSocket as its script does (``docs/live.md``)."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import aiohttp

PATH = '/_nicegui_ws/socket.io/'
_CLIENT_ID = re.compile(r'client_id[^0-9a-f]{1,20}([0-9a-f-]{36})')
_OPEN, _PING, _PONG, _CONNECT, _REFUSED, _EVENT = '0', '2', '3', '40', '44', '42'
_LIVE = f'{_EVENT}["live",'
_MARK = re.compile(r'"n":(\d+)}]$')
SIGN_IN = 'sign in'
"""The word for a page that is not given: its address leads to the sign-in."""
WORDS = ('signed_out', 'changed')
"""What a page is told before its connection is closed."""


class EndedError(Exception):
    """The server has closed the connection; :attr:`word` is what it said before, empty for nothing."""

    def __init__(self, word: str) -> None:
        super().__init__(word or 'closed')
        self.word = word


class PageLine:
    """An open page; what it is sent is acknowledged as it is read."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self._word = ''

    async def say(self, *messages: Mapping[str, object]) -> None:
        """What a page says about live frames, in one packet."""
        await self.raw(f'{_LIVE}{",".join(json.dumps(each) for each in messages)}]')

    async def raw(self, packet: str) -> None:
        """Any packet."""
        await self.socket.send_str(packet)

    async def packet(self) -> str:
        """The next packet of live frames: a JSON array. Raises :class:`EndedError`."""
        while True:
            message = await self.socket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise EndedError(self._word)
            text: str = message.data
            if text == _PING:
                await self.raw(_PONG)
            elif text.startswith(_LIVE):
                if mark := _MARK.search(text, len(text) - 24):
                    await self.say({'op': 'read', 'n': int(mark[1])})
                return f'[{text[len(_LIVE) :]}'
            elif text.startswith(_EVENT) and (event := json.loads(text[2:])[0]) in WORDS:
                self._word = event

    async def frames(self) -> list[dict[str, Any]]:
        """The frames of the next packet."""
        frames: list[dict[str, Any]] = json.loads(await self.packet())
        return frames


def query_of(page: str) -> dict[str, str]:
    """What the script of a page says of itself when it connects."""
    found = _CLIENT_ID.search(page)
    assert found is not None, page[:2000]
    return {
        'client_id': found[1], 'next_message_id': '0', 'implicit_handshake': 'true', 'tab_id': str(uuid4()),
        'document_id': str(uuid4()), 'EIO': '4',
    }  # fmt: skip


@asynccontextmanager
async def connected(
    client: aiohttp.ClientSession, query: Mapping[str, str], headers: Mapping[str, str]
) -> AsyncIterator[PageLine]:
    """The connection of a page; :class:`EndedError` when it is not let in. ``client`` knows the address of the server."""
    params = {**query, 'transport': 'websocket'}
    async with client.ws_connect(PATH, params=params, headers=headers, max_msg_size=0) as socket:
        assert (await socket.receive_str()).startswith(_OPEN)
        await socket.send_str(_CONNECT)
        answer = await socket.receive_str()
        if answer.startswith(_REFUSED):
            raise EndedError(json.loads(answer[2:])['message'])
        line = PageLine(socket)
        await line.say({'op': 'hello'})
        yield line


@asynccontextmanager
async def page_line(
    client: aiohttp.ClientSession, headers: Mapping[str, str], path: str = '/devices'
) -> AsyncIterator[PageLine]:
    """Get a page with a session's cookie, and connect as it does; :class:`EndedError` without a session."""
    async with client.get(path, headers=headers, allow_redirects=False) as answer:
        if answer.status == 303:
            raise EndedError(SIGN_IN)
        assert answer.status == 200, answer.status
        query = query_of(await answer.text())
    async with connected(client, query, headers) as line:
        yield line
