"""Moments that survive a wrong clock: small machines often wake up in 1970 and learn the date later."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Moment:
    """``at`` is the wall clock in epoch seconds; ``boot`` and ``boot_s`` say which boot, and how many seconds in."""

    at: float
    boot: str
    boot_s: float

    def seen_from(self, now: 'Moment') -> float:
        """This moment in ``now``'s wall clock: exact within one boot, whatever was done to the clock in between."""
        if self.boot and self.boot == now.boot:
            return now.at - (now.boot_s - self.boot_s)
        return self.at


class Clock:
    """The machine's clocks; ``CLOCK_BOOTTIME`` runs on while the machine sleeps."""

    def __init__(self, boot_id: Path = Path('/proc/sys/kernel/random/boot_id')) -> None:
        try:
            self._boot = boot_id.read_text().strip()
        except OSError:  # a container may hide it; the wall clock then stands alone
            self._boot = ''

    def now(self) -> Moment:
        return Moment(time.time(), self._boot, time.clock_gettime(time.CLOCK_BOOTTIME))


def rfc3339(at: float) -> str:
    """Epoch seconds as ``2026-11-22T08:00:00.000Z``."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec='milliseconds').replace('+00:00', 'Z')
