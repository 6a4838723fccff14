"""How much time was watched, over clocks that are set while nobody looks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
