"""Where a device is at a moment: a pure function of time, so that nothing has to be moved while it is not looked at."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise

from jobs.simulation.geo import Point


@dataclass(frozen=True, slots=True)
class Route:
    """A way there and back along ``stops`` at ``speed`` in m/s, entered ``start`` metres after the first stop."""

    stops: tuple[Point, ...]
    marks: tuple[float, ...]
    speed: float
    start: float

    @property
    def moves(self) -> bool:
        """False for what stands where it was mounted."""
        return self.speed > 0 and self.marks[-1] > 0

    def at(self, seconds: float) -> Point:
        """The place after ``seconds`` of the scenario."""
        if not self.moves:
            return self.stops[0]
        length = self.marks[-1]
        way = (self.start + self.speed * seconds) % (2 * length)
        way = min(way, 2 * length - way)
        leg = min(bisect_right(self.marks, way), len(self.stops) - 1)
        (x0, y0), (x1, y1) = self.stops[leg - 1], self.stops[leg]
        share = (way - self.marks[leg - 1]) / (self.marks[leg] - self.marks[leg - 1])
        return x0 + (x1 - x0) * share, y0 + (y1 - y0) * share


def route(stops: list[Point], speed: float = 0.0, start: float = 0.0) -> Route:
    """A route over ``stops``; stops on top of each other count once."""
    kept = [stops[0]] + [there for here, there in pairwise(stops) if math.dist(here, there) > 1]
    marks = tuple(accumulate((math.dist(here, there) for here, there in pairwise(kept)), initial=0.0))
    return Route(tuple(kept), marks, speed, start)
