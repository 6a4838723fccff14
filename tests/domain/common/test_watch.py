"""How much time was watched, over clocks that are set while nobody looks, and over restarts."""

from dataclasses import dataclass, field

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.common.watch import Gap
from tests.fakes.clock import Clock


@pytest.mark.parametrize('set_by_s', [-3600.0, 3600.0])
def test_a_clock_that_is_set_between_two_looks_takes_nothing_from_what_began_between_them(set_by_s: float) -> None:
    clock = Clock()
    watch = clock.watch()
    began = clock.tick(2)
    clock.tick(1)
    clock.step(set_by_s)
    watch.look()
    clock.tick(10)
    watch.look()
    assert watch.elapsed(began) == pytest.approx(11)


def test_a_clock_that_is_set_back_twice_takes_nothing_from_what_began_before() -> None:
    clock = Clock()
    watch = clock.watch()
    began = clock.tick(2)
    for _ in range(2):
        clock.tick(1)
        clock.step(-3600)
        watch.look()
    clock.tick(10)
    watch.look()
    assert watch.elapsed(began) == pytest.approx(12)


@given(
    steps=st.lists(st.sampled_from([-7200.0, -3600.0, -600.0, 600.0, 3600.0]), max_size=6), passed=st.integers(1, 50)
)
def test_what_began_just_now_has_lasted_as_long_as_the_steady_clock_says(steps: list[float], passed: int) -> None:
    """Each moment is asked about before the clock shows it once more, so there is one answer."""
    clock = Clock()
    watch = clock.watch()
    for step in steps:
        clock.tick(1)
        clock.step(step)
        watch.look()
    began = clock.tick(1)
    clock.tick(passed)
    watch.look()
    assert watch.elapsed(began) == pytest.approx(passed)


@dataclass
class Stretch:
    """The wall clock went from one moment to another and was watched; ``watched`` is how much had been watched when it began."""

    begin: float
    end: float
    watched: float


@dataclass
class Days:
    """A server that is restarted and whose clock is set; the slow model notes every stretch that was watched."""

    clock: Clock = field(default_factory=Clock)
    kept: list[Gap] = field(default_factory=list)
    signs: list[float] = field(default_factory=list)
    watched: float = 0.0

    def __post_init__(self) -> None:
        self.watch = self.clock.watch()
        self.stretches = [Stretch(self.clock(), self.clock(), 0.0)]

    def pass_(self, seconds: float) -> None:
        self.stretches[-1].end = self.clock.tick(seconds)
        self.watched += seconds
        self.signs.append(self.clock())

    def is_set(self, seconds: float) -> None:
        self.clock.step(seconds)
        self.watch.look()
        self._keep()
        self.stretches.append(Stretch(self.clock(), self.clock(), self.watched))

    def restarts(self, away_s: float) -> None:
        """Less than nothing: the clock is set back while the server is off."""
        newest, now = self.signs[-1], self.clock.tick(away_s)
        # what was silent since before the clock was set back cannot be told from what spoke a moment ago
        assume(not any(min(newest, now) < sign <= max(newest, now) for sign in self.signs))
        self.watch = self.clock.watch()
        self.watch.was_away_since(self.signs, self.kept)
        self._keep()
        self.stretches.append(Stretch(self.clock(), self.clock(), self.watched))

    def _keep(self) -> None:
        self.kept += self.watch.unkept
        self.watch.were_kept(self.watch.unkept)

    def elapsed(self, since: float) -> float:
        """A moment that the clock showed more than once is the latest that it can be."""
        for one in reversed(self.stretches):
            if one.begin <= since <= one.end:
                return self.watched - one.watched - (since - one.begin)
        raise AssertionError('it was a moment that was watched')


DAYS = st.lists(
    st.one_of(
        st.tuples(st.just('pass'), st.sampled_from([1.0, 7.0, 600.0, 4000.0])),
        st.tuples(st.just('set'), st.sampled_from([-7200.0, -3600.0, -600.0, 600.0, 3600.0])),
        st.tuples(st.just('restart'), st.sampled_from([0.25, 10.0, 900.0, -1800.0])),
    ),
    max_size=12,
)


@given(days=DAYS)
def test_a_restart_after_the_clock_was_set_neither_forgets_nor_makes_up_time_that_was_watched(
    days: list[tuple[str, float]],
) -> None:
    run = Days()
    run.pass_(1)
    for what, seconds in days:
        if what == 'set':
            run.is_set(seconds)
        elif what == 'restart':
            run.restarts(seconds)
        run.pass_(seconds if what == 'pass' else 1.0)
        for since in run.signs:
            assert run.watch.elapsed(since) == pytest.approx(run.elapsed(since))
