"""What runs beside the requests of a server: begun with it, ended with it."""

from collections.abc import Awaitable
from typing import Protocol


class Part(Protocol):
    """Something that is started and stopped; some wait for it."""

    def start(self) -> Awaitable[None] | None: ...

    def stop(self) -> Awaitable[None] | None: ...


async def done(begun: Awaitable[None] | None) -> None:
    """Wait for it, where there is something to wait for."""
    if begun is not None:
        await begun
