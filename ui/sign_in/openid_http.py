"""What we ask of identity providers, over the network: with a deadline, a limit, and only where we meant to."""

import asyncio
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from domain.sign_in.providers import ProviderFailure, ProviderRefusal

WITHIN_S = 8.0
"""A whole answer, from the look-up of the name to the last byte."""
MOST_BYTES = 262_144
_HEADERS = {'accept': 'application/json', 'accept-encoding': 'identity', 'user-agent': 'Cellwarden'}
"""Not compressed: a small answer must not become a large one."""


class Outbound:
    """One pool of connections for all providers; certificates are those the system trusts (or ``SSL_CERT_FILE``).

    Redirects are not followed: what a provider has to say it says at the addresses of its metadata.
    """

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
        """The status and JSON of an answer. Raises ``ProviderRefusal``."""
        return await self._ask('GET', url, headers or {}, None)

    async def post(self, url: str, headers: Mapping[str, str], form: str) -> tuple[int, Any]:
        """The status and JSON of the answer to a form. Raises ``ProviderRefusal``."""
        kind = {'content-type': 'application/x-www-form-urlencoded'}
        return await self._ask('POST', url, {**headers, **kind}, form.encode())

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, Any]:
        try:
            async with asyncio.timeout(WITHIN_S):
                client = await self._connected()
                async with client.stream(method, url, headers=headers, content=body) as answer:
                    read = b''
                    async for part in answer.aiter_raw():
                        read += part
                        if len(read) > MOST_BYTES:
                            raise ProviderRefusal(
                                ProviderFailure.UNREACHABLE, f'{url} answers with more than {MOST_BYTES} bytes'
                            )
            return answer.status_code, httpx.Response(200, content=read).json()
        except TimeoutError:
            raise ProviderRefusal(ProviderFailure.UNREACHABLE, f'{url} did not answer within {WITHIN_S:g} s') from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise ProviderRefusal(ProviderFailure.UNREACHABLE, f'{url}: {type(error).__name__}') from None
        except (ValueError, RecursionError):
            raise ProviderRefusal(
                ProviderFailure.UNREACHABLE, f'{url} does not answer in JSON ({answer.status_code})'
            ) from None

    async def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            trusted = await asyncio.to_thread(ssl.create_default_context)  # reads the system's certificates
            self._client = httpx.AsyncClient(verify=trusted, headers=_HEADERS, timeout=WITHIN_S)
        return self._client
