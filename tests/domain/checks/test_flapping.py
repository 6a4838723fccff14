"""The weighted history of a check: when it begins to flap, and when it is steady."""

import pytest

from domain.checks.flapping import HISTORY, START_SHARE, STOP_SHARE, share_of, with_turn


def test_the_newest_change_weighs_most_and_all_together_weigh_as_icinga_weighs_them() -> None:
    assert share_of(0) == 0.0
    assert share_of(1) == pytest.approx(100 * 1.18 / HISTORY)
    assert share_of(1 << (HISTORY - 1)) == pytest.approx(100 * 0.8 / HISTORY)
    assert share_of((1 << HISTORY) - 1) == pytest.approx(99.0)


def test_no_more_than_the_newest_results_are_remembered() -> None:
    turns = 0
    for _ in range(50):
        turns = with_turn(turns, True)
    assert turns == (1 << HISTORY) - 1
    for _ in range(HISTORY):
        turns = with_turn(turns, False)
    assert turns == 0


def test_a_few_changes_do_not_flap_six_do_and_it_is_steady_again_after_some_rest() -> None:
    turns = 0
    for changed in (True, True, True, True, True):
        turns = with_turn(turns, changed)
    assert share_of(turns) < START_SHARE
    turns = with_turn(turns, True)
    assert share_of(turns) >= START_SHARE
    rest = 0
    while share_of(turns) >= STOP_SHARE:
        turns, rest = with_turn(turns, False), rest + 1
    assert 10 <= rest <= HISTORY
