"""A clock that stands until a test moves it."""

from math import inf

from domain.common.watch import Watch


class Clock:
    """Stands until a test moves it. Setting ``now`` lets time pass; :meth:`step` and :meth:`sleep` are what happens to real machines."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now
        self.ahead = 0.0
        self.slept = 0.0

    def __call__(self) -> float:
        return self.now

    def steady(self) -> float:
        """The machine's monotonic clock: it is never set, and it stands while the machine sleeps."""
        return self.now - self.ahead

    def tick(self, seconds: float) -> float:
        """Let time pass; the new moment."""
        self.now += seconds
        return self.now

    def step(self, seconds: float) -> None:
        """The wall clock is set."""
        self.now += seconds
        self.ahead += seconds

    def sleep(self, seconds: float) -> None:
        """The machine is suspended for so long."""
        self.step(seconds)
        self.slept += seconds

    def watch(self, longest_look_s: float = inf) -> Watch:
        """A process that goes by this clock, and may be stuck for ``longest_look_s`` seconds before it counts as away."""
        return Watch(clock=self, steady=self.steady, slept=lambda: self.slept, longest_look_s=longest_look_s)
