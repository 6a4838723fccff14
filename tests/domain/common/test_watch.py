"""How much time was watched, over clocks that are set while nobody looks."""

import pytest

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
