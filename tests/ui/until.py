"""Waiting for what another task does, without a fixed sleep."""

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], object], deadline_s: float = 30) -> None:
    """Return as soon as it holds; ``TimeoutError`` when it does not in time."""
    async with asyncio.timeout(deadline_s):
        while not holds():
            await asyncio.sleep(0.01)
