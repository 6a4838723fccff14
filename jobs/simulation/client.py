"""The wire: what a device or a program says to the console over HTTP, and what the answer means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp
import orjson

from jobs.console_answers import PROOF_PATH, Json, document, problem_of, speaker

__all__ = ['Answer', 'Away', 'ConsoleClient', 'ConsoleRefused', 'Json']

_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=5)
_IDLE_S = 4  # below the 5 s after which uvicorn closes an idle connection
_ATTEMPTS = 3  # a kept connection may die under a request; the contract makes repeating harmless


class Away(Exception):
    """The server did not answer, or something else did in its place."""


class ConsoleRefused(Exception):
    """The console itself answered with a problem; ``retry_after`` is its wish in seconds, if it has one."""

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


class ConsoleClient:
    """JSON over a bounded pool of kept-alive connections; use it as ``async with``.

    After an answer that is not a console's no token is shown again before a console has answered a question without one.
    """

    def __init__(self, server: str, *, connections: int) -> None:
        self._root = server.rstrip('/') + '/api/v1'
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self._foreign = False  # something else than a console gave the last answer

    async def __aenter__(self) -> 'ConsoleClient':
        connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_IDLE_S)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(
        self,
        method: str,
        path: str,
        token: str,
        body: Json | None = None,
        *,
        if_match: str | None = None,
        needs: Sequence[str] = (),
    ) -> Answer:
        """Send one request; what is granted has the members ``needs``.

        Raises ``Away`` without an answer of a console, and ``ConsoleRefused`` for one that is not 2xx.
        """
        if self._foreign:
            status, answered, raw = await self._ask('POST', f'/{PROOF_PATH}', {}, None)
            if problem_of(status, raw) is None:
                raise Away(speaker(status, answered, raw))
            self._foreign = False
        headers = {'Authorization': f'Bearer {token}'}
        if body is not None:
            headers['Content-Type'] = 'application/json'
        if if_match is not None:
            headers['If-Match'] = if_match
        data = None if body is None else orjson.dumps(body, option=orjson.OPT_UTC_Z)
        status, answered, raw = await self._ask(method, path, headers, data)
        if problem := problem_of(status, raw):
            title = str(problem.get('detail') or problem.get('title') or '')
            raise ConsoleRefused(status, title, _seconds(answered.get('Retry-After')))
        granted = document(raw)
        if not 200 <= status < 300 or any(name not in granted for name in needs):
            self._foreign = True
            raise Away(speaker(status, answered, raw))
        return Answer(status, granted, answered.get('ETag'))

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str], data: bytes | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        assert self._session is not None, 'used outside "async with"'  # noqa: S101 - a mistake of ours, not of a user
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with self._session.request(
                    method, self._root + path, data=data, headers=headers, allow_redirects=False
                ) as response:
                    return response.status, response.headers, await response.read()
            except aiohttp.ServerDisconnectedError as err:
                if attempt == _ATTEMPTS:
                    raise Away(str(err)) from err
            except (aiohttp.ClientError, TimeoutError, OSError) as err:
                raise Away(str(err) or type(err).__name__) from err
        raise AssertionError('the loop returns or raises')


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else min(300.0, max(0.0, float(text)))
    except ValueError:  # a date, which no console of ours sends
        return None
