"""How far away an address is, by the time that connections to it took: a refusal that comes sooner was not sent from there."""

from collections import OrderedDict
from dataclasses import dataclass

MOST_ADDRESSES = 50_000
LEAST_TIMES = 5
"""Connections that have to be known: a busy machine takes each for slower than it was."""
FAR_S = 0.005
"""At least so far away is what this can be told of: a site in the same building answers as soon as a firewall before it."""
NEAR = 0.2
"""Of the shortest time: what comes back as soon as that comes from this machine, or from beside it."""


@dataclass(slots=True)
class _Distance:
    times: int = 0
    shortest_s: float = float('inf')
    refused_s: float | None = None


class Distances:
    """What connections to each address took, and the newest refusal."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, _Distance] = OrderedDict()

    def connected(self, address: str, took_s: float) -> None:
        """A connection came about."""
        distance = self._of.setdefault(address, _Distance())
        distance.times += 1
        distance.shortest_s = min(distance.shortest_s, took_s)
        distance.refused_s = None
        self._of.move_to_end(address)
        if len(self._of) > MOST_ADDRESSES:
            self._of.popitem(last=False)

    def refused(self, address: str, took_s: float) -> None:
        """None came about, and an error said so."""
        if (distance := self._of.get(address)) is not None:
            distance.refused_s = took_s

    def is_refused_here(self, address: str) -> bool:
        """True when the newest refusal came back sooner than anything can that is sent from there."""
        distance = self._of.get(address)
        if distance is None or distance.refused_s is None or distance.times < LEAST_TIMES:
            return False
        return distance.shortest_s >= FAR_S and distance.refused_s <= NEAR * distance.shortest_s
