"""What we ask of identity providers, over the network: with a deadline, a limit, and only where we meant to."""

import asyncio
import errno
import os
import re
import socket
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from domain.common.answer_dates import AnswerDates
from domain.common.tls_words import certificate_words, handshake_words
from domain.sign_in.providers import ProviderFailure, ProviderRefusal

WITHIN_S = 8.0
"""A whole answer, from the look-up of the name to the last byte."""
MOST_BYTES = 262_144
_HEADERS = {'accept': 'application/json', 'accept-encoding': 'identity', 'user-agent': 'Cellwarden'}
"""Not compressed: a small answer must not become a large one."""
_ERRNO = {errno.ECONNREFUSED: 'it refuses the connection', errno.ECONNRESET: 'it broke the connection off'}
_TOKEN = re.compile(rb'[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){2,4}')


class Outbound:
    """One pool of connections for all providers; certificates are those the system trusts (or ``SSL_CERT_FILE``).

    Redirects are not followed: what a provider has to say it says at the addresses of its metadata.
    """

    def __init__(self, dates: AnswerDates | None = None) -> None:
        """``dates`` hears what the answers say of our clock."""
        self._dates = dates
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
        """The status and JSON of an answer. Raises ``ProviderRefusal``."""
        return _json(url, *await self._ask('GET', url, headers or {}, None))

    async def get_claims(self, url: str, headers: Mapping[str, str]) -> tuple[int, Any]:
        """The same of an answer that may also be a token in compact form (RFC 7515, 7.1), which then comes as a text.

        The body tells them apart: no JSON value begins as a token does, and not every provider names the type.
        """
        kinds = {'accept': 'application/json, application/jwt'}
        status, body = await self._ask('GET', url, {**headers, **kinds}, None)
        if _TOKEN.fullmatch(token := body.strip()):
            return status, token.decode()
        return _json(url, status, body)

    async def post(self, url: str, headers: Mapping[str, str], form: str) -> tuple[int, Any]:
        """The status and JSON of the answer to a form. Raises ``ProviderRefusal``."""
        kind = {'content-type': 'application/x-www-form-urlencoded'}
        return _json(url, *await self._ask('POST', url, {**headers, **kind}, form.encode()))

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(WITHIN_S):
                client = await self._connected()
                async with client.stream(method, url, headers=headers, content=body) as answer:
                    if self._dates is not None:
                        self._dates.note(answer.url.host, answer.headers.get('date'))
                    read = b''
                    async for part in answer.aiter_raw():
                        read += part
                        if len(read) > MOST_BYTES:
                            raise ProviderRefusal(
                                ProviderFailure.UNREACHABLE, f'{url} answers with more than {MOST_BYTES} bytes'
                            )
            return answer.status_code, read
        except TimeoutError:
            raise ProviderRefusal(ProviderFailure.UNREACHABLE, f'{url} did not answer within {WITHIN_S:g} s') from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise ProviderRefusal(ProviderFailure.UNREACHABLE, f'{url}: {_words(error)}') from None

    async def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            trusted = await asyncio.to_thread(ssl.create_default_context)  # reads the system's certificates
            self._client = httpx.AsyncClient(verify=trusted, headers=_HEADERS, timeout=WITHIN_S)
        return self._client


def _words(error: BaseException) -> str:
    """Why there was no answer: the first cause that says something, which libraries wrap several times."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return certificate_words(cause.verify_code, cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            return handshake_words(cause.reason or '')
        if isinstance(cause, socket.gaierror):
            return 'its name cannot be looked up'
        if isinstance(cause, OSError) and cause.errno is not None:
            return _ERRNO.get(cause.errno) or os.strerror(cause.errno).lower()
        cause = cause.__cause__ or cause.__context__
    return str(error) or type(error).__name__


def _json(url: str, status: int, body: bytes) -> tuple[int, Any]:
    try:
        return status, httpx.Response(200, content=body).json()
    except (ValueError, RecursionError):
        raise ProviderRefusal(ProviderFailure.UNREACHABLE, f'{url} does not answer in JSON ({status})') from None
