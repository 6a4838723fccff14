"""What the fleet writes to the console's log: how far it has come in, and what its devices answered, a line for many of them."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

log = structlog.get_logger()
EVERY_S = 5.0
_NAMED = 5


class LogSummary:
    """Gathers what single devices do; a fleet of 20,000 would fill the log with a line for each."""

    def __init__(self) -> None:
        self._answered: dict[tuple[str, str], list[str]] = {}

    def answered(self, device: str, action: str, outcome: str) -> None:
        """A device has answered a command."""
        self._answered.setdefault((action, outcome), []).append(device)

    async def tell(self) -> None:
        """Log what was gathered every few seconds, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            gathered, self._answered = self._answered, {}
            for (action, outcome), devices in gathered.items():
                log.info('commands_answered', action=action, outcome=outcome, devices=names(devices))


async def tell_progress(joined: Callable[[], int], devices: int) -> None:
    """Log every few seconds how many devices have come in, until cancelled."""
    while True:
        await asyncio.sleep(EVERY_S)
        log.info('fleet_joining', joined=joined(), devices=devices)


def names(all_of_them: Sequence[str]) -> str:
    """The first few by name, the others by number."""
    more = len(all_of_them) - _NAMED
    return ', '.join(all_of_them[:_NAMED]) + (f' and {more} more' if more > 0 else '')
