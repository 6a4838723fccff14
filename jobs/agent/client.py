"""The server as the agent sees it: one POST, and three ways in which it can go wrong."""

import random
import ssl
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from jobs.agent.options import AgentError, is_loopback
from jobs.console_answers import MOST_BYTES, PROOF_PATH, Json, Shape, document, problem_of, speaker

FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 300.0
LONGEST_RETRY_AFTER_S = 3600.0  # a server that asks for more is more likely broken than busy
WAITING = 'urn:cellwarden:problem:waiting-for-approval'
_GRANTED = (200, 201)
_TRY_AGAIN = frozenset({408, 421, 425, 429})  # 4xx answers that say nothing about what was sent


class AwayError(Exception):
    """The server cannot be reached, is busy, or something else answered: try again later, after ``retry_after`` seconds if it said so."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class WaitingError(AwayError):
    """The server knows the device, but it has to be approved first: ask again, it may take days."""


class UnauthorisedError(Exception):
    """The console itself does not know what was shown to it as a credential (401)."""


class RefusedError(Exception):
    """The console itself will never take this (a 4xx that is none of the above)."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def delay_s(attempt: int, retry_after: float | None = None) -> float:
    """Seconds to wait after failure number ``attempt`` (from 1): exponential, full jitter, never before Retry-After.

    Full jitter spreads a fleet that lost its server at one moment (Brooker, "Exponential Backoff And Jitter").
    """
    ceiling = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** min(attempt - 1, 30))
    return min(retry_after or 0.0, LONGEST_RETRY_AFTER_S) + random.uniform(0, ceiling)  # nosec B311 - jitter, no secret


def retry_after_s(header: str | None, now: float) -> float | None:
    """Retry-After in seconds, from its number or its date (RFC 9110, 10.2.3); ``None`` when absent or unreadable."""
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdigit():
        return float(header[:10])
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, OverflowError):  # a portal may write any number for a year
        return None
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now)


class Client:
    """Speaks ``/api/v1`` of one server. TLS is verified; redirects are not followed, a credential goes nowhere else.

    No secret is shown before a console has answered a question without one: at the start, and after each answer that is not a console's.
    """

    def __init__(
        self, server: URL, *, ca_file: Path | None = None, certificate: Path | None = None, timeout_s: float = 30.0
    ) -> None:
        self._server = server
        try:
            tls = ssl.create_default_context(cafile=ca_file)
        except (OSError, ssl.SSLError) as err:
            raise AgentError(f'{ca_file} holds no certificates in PEM form') from err
        if certificate is not None:
            try:
                tls.load_cert_chain(certificate)
            except (OSError, ssl.SSLError) as err:
                raise AgentError(f'{certificate} does not hold a certificate and its key in PEM form') from err
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=tls, limit=2),
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            trust_env=not is_loopback(server.host or ''),  # HTTPS_PROXY and NO_PROXY, but not to reach this machine
        )
        self._proven = False  # by the last answer

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def prove(self) -> None:
        """Ask without a secret, unless the last answer was a console's. Raises ``AwayError`` when something else answers."""
        if self._proven:
            return
        status, headers, content = await self._ask(PROOF_PATH, {}, {})
        self._proven = problem_of(status, content) is not None
        if not self._proven:
            raise AwayError(speaker(status, headers, content), _retry_after(headers))

    async def post(self, path: str, secret: str, body: Json, shape: Shape) -> Json:
        """Send ``body`` to ``/api/v1/<path>``; what is granted has this ``shape``.

        Raises ``AwayError``, ``UnauthorisedError`` or ``RefusedError``; the last two only when a console says so.
        """
        await self.prove()
        status, headers, content = await self._ask(path, body, {'Authorization': f'Bearer {secret}'})
        answer, problem = document(content), problem_of(status, content)
        granted = status in _GRANTED and shape(answer)
        self._proven = granted or problem is not None
        retry_after = _retry_after(headers)
        if granted:
            return answer
        if problem is None:
            raise AwayError(speaker(status, headers, content), retry_after)
        detail = _detail(problem) or f'status {status}'
        if status == 403 and problem['type'] == WAITING:
            raise WaitingError(detail, retry_after)
        if status == 401:
            raise UnauthorisedError(detail)
        if status < 500 and status not in _TRY_AGAIN:
            raise RefusedError(status, detail)
        raise AwayError(detail, retry_after)

    async def _ask(self, path: str, body: Json, headers: dict[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        try:
            async with self._session.post(
                self._server / 'api/v1' / path, json=body, headers=headers, allow_redirects=False
            ) as response:
                content = bytearray()
                while len(content) < MOST_BYTES and (some := await response.content.readany()):
                    content += some
                return response.status, response.headers, bytes(content)
        except TimeoutError as err:
            raise AwayError('no answer in time') from err
        except aiohttp.ClientConnectorCertificateError as err:
            raise AwayError(f'its certificate is not trusted: {err.certificate_error}') from err
        except aiohttp.ClientConnectorError as err:
            raise AwayError(f'no connection: {err.os_error.strerror or err.os_error}') from err
        except (aiohttp.ClientError, OSError) as err:
            raise AwayError(str(err) or type(err).__name__) from err


def _retry_after(headers: Mapping[str, str]) -> float | None:
    return retry_after_s(headers.get('Retry-After'), time.time())


def _detail(problem: Json) -> str:
    """What a problem document says, as one line."""
    words = [str(problem[part]) for part in ('title', 'detail', 'field') if problem.get(part)]
    return ' '.join(': '.join(words).split())[:300]


def left_out_of(answer: Json) -> dict[str, str]:
    """What a console took an enrolment or a check-in without, for the log; nothing when it took all."""
    said = answer.get('ignored')
    found = [value for value in said if isinstance(value, dict)] if isinstance(said, list) else []
    names = ', '.join(str(value.get('field'))[:80] for value in found)
    return {'fields': names, 'why': str(found[0].get('detail'))[:200]} if found else {}
