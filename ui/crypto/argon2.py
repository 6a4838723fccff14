"""Passwords as Argon2id hashes, computed off the event loop, two at a time."""

import asyncio
import base64
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from domain.accounts.passwords import normal

T = TypeVar('T')

COSTS = RFC_9106_LOW_MEMORY
"""RFC 9106's second recommendation: 64 MiB, 3 passes, 4 lanes; a quarter of a second of CPU time for each password."""


class Argon2Hasher:
    """Argon2id at :data:`COSTS`."""

    def __init__(self) -> None:
        self._hasher = hasher = PasswordHasher.from_parameters(COSTS)
        self._threads = ThreadPoolExecutor(2, thread_name_prefix='password')
        salt, hashed = (_base64(secrets.token_bytes(size)) for size in (hasher.salt_len, hasher.hash_len))
        costs = f'm={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}'
        self._nobodys = f'$argon2id$v=19${costs}${salt}${hashed}'  # of no known password

    async def hash(self, password: str) -> str:
        """A salted hash in PHC form, of the password's normal form."""
        return await self._run(self._hasher.hash, _bytes(password))

    async def verify(self, hashed: str | None, password: str) -> bool:
        """True when the password belongs to the hash; an account that does not exist costs the same time."""
        return await self._run(self._check, self._nobodys if hashed is None else hashed, _bytes(password))

    def is_outdated(self, hashed: str) -> bool:
        """True for a hash that was made with other costs than new ones are."""
        return self._hasher.check_needs_rehash(hashed)

    def _check(self, hashed: str, password: bytes) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., T], *args: str | bytes) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)


def _bytes(password: str) -> bytes:
    return normal(password).encode('utf-8', 'surrogatepass')


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip('=')
