"""Views ask as often as all of them together can afford, and in turns when they cannot."""

from tests.fakes import Clock
from ui.topics.pacing import BURST_S, SHARE, TURN_S, Pace


def spend(pace: Pace, clock: Clock, seconds: float) -> None:
    with pace.spending():
        clock.tick(seconds)


def test_every_view_may_ask_at_once_after_a_pause() -> None:
    clock = Clock()
    pace = Pace(clock, clock)
    for _ in range(10):
        assert pace.is_free(clock())
        spend(pace, clock, BURST_S / 10)


def test_over_time_no_more_than_the_share_is_spent() -> None:
    clock = Clock()
    pace = Pace(clock, clock)
    began, spent = clock(), 0.0
    while clock() < began + 100:
        if pace.is_free(0.0):
            spend(pace, clock, 0.01)
            spent += 0.01
        clock.tick(0.01)
    assert spent <= 100 * SHARE + BURST_S + 0.02


def test_where_there_is_not_enough_for_all_a_view_that_has_asked_lets_the_others() -> None:
    clock = Clock()
    pace = Pace(clock, clock)
    asked_at = clock()
    spend(pace, clock, 2 * BURST_S)
    assert not pace.is_free(0.0), 'it is spent'
    clock.tick(0.9 * BURST_S / SHARE)
    assert not pace.is_free(clock() - TURN_S / 2), 'it has asked just now'
    assert pace.is_free(asked_at - 10), 'it has waited'


def test_time_in_which_the_machine_did_something_else_is_not_counted() -> None:
    clock = Clock()
    pace = Pace(clock, work=lambda: 0.0)
    spend(pace, clock, 2 * BURST_S)
    assert pace.is_free(0.0)
