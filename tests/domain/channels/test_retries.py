"""Waits grow from seconds to hours, differ between messages, and are the same whenever they are asked for the same one."""

import pytest

from domain.channels.retries import GIVE_UP_S, JITTER, WAITS_S, wait_s


@pytest.mark.parametrize('attempts', [1, 2, 5, len(WAITS_S), len(WAITS_S) + 7])
def test_a_wait_is_near_that_of_the_table(attempts: int) -> None:
    base = WAITS_S[min(attempts, len(WAITS_S)) - 1]
    waits = {wait_s(f'K{number}', attempts) for number in range(50)}
    assert len(waits) > 40
    assert all(base * (1 - JITTER) <= wait <= base * (1 + JITTER) for wait in waits)
    assert wait_s('K1', attempts) == wait_s('K1', attempts)


def test_a_message_is_tried_a_dozen_times_before_it_is_given_up() -> None:
    passed, attempts = 0.0, 0
    while passed < GIVE_UP_S:
        attempts += 1
        passed += wait_s('K1', attempts)
    assert 10 <= attempts <= 16
