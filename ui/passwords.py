"""Passwords as Argon2id hashes, computed off the event loop, two at a time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar('T')


class Argon2Hasher:
    """Argon2id with the parameters of RFC 9106's second recommendation (64 MiB, 3 passes, 4 lanes), argon2-cffi's default."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix='password')
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """A salted hash in PHC form."""
        return await self._run(self._hasher.hash, password)

    async def verify(self, hashed: str | None, password: str) -> bool:
        """True when the password belongs to the hash; an account that does not exist costs the same time."""
        if hashed is None:
            self._nobody = self._nobody or await self.hash('nobody has this password')
            await self._run(self._check, self._nobody, password)
            return False
        return await self._run(self._check, hashed, password)

    def _check(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., T], *args: str) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
