"""The wire: what a device or a program says to the console over HTTP, and what the answer means."""

from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

Json = dict[str, Any]
_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=5)
_IDLE_S = 4  # below the 5 s after which uvicorn closes an idle connection
_ATTEMPTS = 3  # a kept connection may die under a request; the contract makes repeating harmless


class Away(Exception):
    """The server did not answer."""


class Refused(Exception):
    """The server answered with a problem; ``retry_after`` is its wish in seconds, if it has one."""

    def __init__(self, status: int, title: str, retry_after: float | None) -> None:
        super().__init__(f'{status} {title}')
        self.status = status
        self.retry_after = retry_after

    @property
    def passing(self) -> bool:
        """True when the same request may well be accepted later."""
        return self.status in (408, 425, 429) or self.status >= 500


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer: its document and, where it has one, its entity tag."""

    status: int
    body: Json
    etag: str | None


class Client:
    """JSON over a bounded pool of kept-alive connections; use it as ``async with``."""

    def __init__(self, server: str, *, connections: int) -> None:
        self._root = server.rstrip('/') + '/api/v1'
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> 'Client':
        connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_IDLE_S)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(
        self, method: str, path: str, token: str, body: Json | None = None, *, if_match: str | None = None
    ) -> Answer:
        """Send one request. Raises ``Away`` without an answer and ``Refused`` for an answer that is not 2xx."""
        assert self._session is not None, 'used outside "async with"'  # noqa: S101 - a mistake of ours, not of a user
        headers = {'Authorization': f'Bearer {token}'}
        if body is not None:
            headers['Content-Type'] = 'application/json'
        if if_match is not None:
            headers['If-Match'] = if_match
        data = None if body is None else orjson.dumps(body, option=orjson.OPT_UTC_Z)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with self._session.request(
                    method, self._root + path, data=data, headers=headers, allow_redirects=False
                ) as response:
                    raw = await response.read()
                    return _judged(response, raw)
            except aiohttp.ServerDisconnectedError as err:
                if attempt == _ATTEMPTS:
                    raise Away(str(err)) from err
            except (aiohttp.ClientError, TimeoutError, OSError) as err:
                raise Away(str(err) or type(err).__name__) from err
        raise AssertionError('the loop returns or raises')


def _judged(response: aiohttp.ClientResponse, raw: bytes) -> Answer:
    try:
        body = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    if not 200 <= response.status < 300:
        title = str(body.get('detail') or body.get('title') or response.reason or '')
        raise Refused(response.status, title, _seconds(response.headers.get('Retry-After')))
    return Answer(response.status, body, response.headers.get('ETag'))


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else min(300.0, max(0.0, float(text)))
    except ValueError:  # a date, which no console of ours sends
        return None
