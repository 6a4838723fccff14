"""What is measured of an enterprise over time: one row for each series and step."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Protocol

MINUTE_S, HOUR_S = 60, 3600
"""Granularity periods (3GPP TS 32.401, 5.2.1.2): the fine one is kept for a day, the coarse one for a month."""


class Series(StrEnum):
    """Of the whole enterprise: devices by presence and by compliance, and check-ins a minute."""

    ONLINE = 'presence/online'
    LATE = 'presence/late'
    OFFLINE = 'presence/offline'
    NEVER_SEEN = 'presence/never_seen'
    COMPLIANT = 'compliance/compliant'
    VIOLATING = 'compliance/violating'
    EXCUSED = 'compliance/excused'
    UNKNOWN = 'compliance/unknown'
    CHECKINS = 'checkins'


LATENCY = 'latency/{}'
"""Of a tower, by its id: milliseconds that its checks took. What failed is not among them."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """The lowest, mean and highest of ``count`` values in the ``step_s`` seconds from ``at`` (epoch seconds) on.

    A step in which the process did not run has no row; one in which it ran for a part has the values of that part.
    """

    id: str
    enterprise: str
    series: str
    step_s: int
    at: float
    low: float
    mean: float
    high: float
    count: int


def measured(
    enterprise: str, series: str, step_s: int, at: float, parts: Iterable[tuple[float, float, float, int]]
) -> Measurement:
    """What parts of a step (lowest, mean, highest, how many) make together; a step that is written again has the same id."""
    known = list(parts)
    count = sum(part[3] for part in known)
    mean = sum(part[1] * part[3] for part in known) / count
    low, high = min(part[0] for part in known), max(part[2] for part in known)
    name = f'{enterprise} {series} {step_s} {at:.0f}'.encode()
    id = blake2b(name, digest_size=16).hexdigest()
    return Measurement(id, enterprise, series, step_s, at, low, min(max(mean, low), high), high, count)


def beginning(moment: float, step_s: int) -> float:
    """The beginning of the step in which the moment lies."""
    return moment // step_s * step_s


class MeasurementStore(Protocol):
    """Measurements as they are kept."""

    async def measurements(
        self, enterprise: str, series: str | None, step_s: int, since: float, until: float
    ) -> list[Measurement]:
        """Those that begin in [since, until), oldest first; of every series when none is named."""
