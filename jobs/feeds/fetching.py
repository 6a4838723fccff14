"""Fetches calendars over HTTP: every address on the way is judged when it is connected to, and there are bounds on size and time."""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import aiohttp

from domain.common.errors import Invalid
from domain.common.feeds import FeedAnswer, FeedAsked, FeedEvent, FeedOutcome, checked_feed_url
from domain.common.web_addresses import READ_AS_CALENDAR
from jobs.notifications.http import retry_after, session_to, unreached_at
from jobs.polling.addresses import Targets

MOST_BODY = 4 * 1024 * 1024
MOST_REDIRECTS = 3
FETCH_WITHIN_S = 30.0
READ_WITHIN_S = 20.0
MOST_READINGS = 2
"""Processes at once that read what was fetched."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TIMEOUT = aiohttp.ClientTimeout(total=FETCH_WITHIN_S, sock_connect=10, sock_read=15)


class FeedReader:
    """One session for all calendars. What fails on the way is answered, not raised."""

    def __init__(
        self, *, targets: Targets, authorities: Path | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._targets = targets
        self._authorities = authorities
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._readings = asyncio.Semaphore(MOST_READINGS)

    async def read(self, asked: FeedAsked) -> FeedAnswer:
        """Fetch it once and read it."""
        try:
            async with asyncio.timeout(FETCH_WITHIN_S):
                fetched = await self._fetch(asked)
        except TimeoutError:
            return failed(f'no whole answer within {FETCH_WITHIN_S:.0f} s')
        except Invalid as error:
            return failed(f'it leads to another address, which {error.detail}')
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return failed(unreached_at(error, asked.url, READ_AS_CALENDAR))
        if isinstance(fetched, FeedAnswer):
            return fetched
        body, etag, modified = fetched
        async with self._readings:
            return await _read(asked, body, etag, modified)

    async def close(self) -> None:
        """End the session."""
        if self._session is not None:
            await self._session.close()
        self._targets.close()

    async def _fetch(self, asked: FeedAsked) -> FeedAnswer | tuple[bytes, str, str]:
        if self._session is None:
            self._session = session_to(self._targets, self._authorities, _TIMEOUT)
        url = asked.url
        for _ in range(MOST_REDIRECTS + 1):
            async with self._session.get(url, headers=_headers(asked), allow_redirects=False) as response:
                location = response.headers.get('location', '')
                if response.status not in _REDIRECTS or not location:
                    return await self._taken(response)
            before, url = url, checked_feed_url(urljoin(url, location), 'location')
            if before.startswith('https:') and not url.startswith('https:'):
                return failed('it leads from https to http, where anybody on the way could change it')
        return failed(f'it leads on more than {MOST_REDIRECTS} times')

    async def _taken(self, response: aiohttp.ClientResponse) -> FeedAnswer | tuple[bytes, str, str]:
        if response.status == 304:
            return FeedAnswer(outcome=FeedOutcome.UNCHANGED)
        if response.status != 200:
            wait = retry_after(response.headers.get('retry-after', ''), self._clock())
            return FeedAnswer(outcome=FeedOutcome.FAILED, said=f'HTTP {response.status}', retry_after_s=wait)
        if response.headers.get('content-encoding', 'identity').lower() != 'identity':
            return failed('it is packed, which was not asked for')
        body = bytearray()
        async for some in response.content.iter_chunked(65536):
            body += some
            if len(body) > MOST_BODY:
                return failed(f'it is larger than {MOST_BODY // 1024 // 1024} MB')
        return bytes(body), response.headers.get('etag', '')[:500], response.headers.get('last-modified', '')[:100]


async def _read(asked: FeedAsked, body: bytes, etag: str, modified: str) -> FeedAnswer:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        '-m',
        'jobs.feeds.reading',
        asked.zone,
        str(asked.from_at),
        str(asked.until_at),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(READ_WITHIN_S):
            said, _ = await process.communicate(body)
    except TimeoutError:
        return failed('its recurring events take too long to work out')
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        return failed('its recurring events take too long to work out, or too much memory')
    found = json.loads(said)
    if 'error' in found:
        return failed(found['error'])
    events = tuple(
        FeedEvent(**{**one, 'mails': tuple(one['mails']), 'categories': tuple(one['categories'])})
        for one in found['events']
    )
    unread = tuple(found['unread'])
    return FeedAnswer(outcome=FeedOutcome.READ, events=events, unread=unread, etag=etag, modified=modified)


def failed(said: str) -> FeedAnswer:
    """It could not be read."""
    return FeedAnswer(outcome=FeedOutcome.FAILED, said=said[:300])


def _headers(asked: FeedAsked) -> dict[str, str]:
    headers = {'accept': 'text/calendar', 'accept-encoding': 'identity', 'user-agent': 'cellwarden'}
    if asked.etag:
        headers['if-none-match'] = asked.etag
    if asked.modified:
        headers['if-modified-since'] = asked.modified
    return headers
