"""What came of a test message, said in the corner of the page."""

import asyncio
from collections.abc import Awaitable, Callable

from domain.channels.model import Delivery, DeliveryState
from ui.components.controls import toast

TEST_S = 30.0
"""An attempt takes 20 s at most."""
LOOK_S = 0.2


async def say_what_came(look: Callable[[], Awaitable[Delivery]], sent: Delivery, name: str) -> None:
    """Wait for the other side, and say what it said; the log keeps it."""
    toast(f'A test is sent on {name}.')
    loop = asyncio.get_running_loop()
    until = loop.time() + TEST_S
    while sent.state is DeliveryState.WAITING and loop.time() < until:
        await asyncio.sleep(LOOK_S)
        sent = await look()
    if sent.state is DeliveryState.DELIVERED:
        toast(f'Test arrived on {name}: {sent.said}')
    elif sent.state is not DeliveryState.WAITING:
        toast(f'Test did not arrive on {name}: {sent.said}', 'bad')
