"""Checks go soft, then hard; one pure function rolls them up."""

import pytest

from domain.checks.model import CheckResult, CheckState, CheckStatus
from domain.checks.state import next_check_state
from domain.towers.model import TowerStatus
from domain.towers.status import tower_status

C = CheckStatus
START = CheckState('check', 'ent', 'tower')


def after(*answers: bool) -> CheckState:
    state = START
    for moment, ok in enumerate(answers):
        state = next_check_state(
            state, CheckResult('tower', 'check', float(moment), ok, 8.0 if ok else None, 'refused'), 3
        )
    return state


@pytest.mark.parametrize(
    ('answers', 'status', 'attempts'),
    [
        ([], C.PENDING, 0),
        ([True], C.OK, 0),
        ([False], C.SOFT, 1),
        ([True, False, False], C.SOFT, 2),
        ([True, False, False, False], C.FAILING, 3),
        ([False, False, False, False, False], C.FAILING, 3),
        ([False, False, True], C.OK, 0),
        ([False, False, False, True, False], C.SOFT, 1),
    ],
)
def test_a_check_is_soft_until_the_third_failure_in_a_row_and_one_success_clears_it(
    answers: list[bool], status: CheckStatus, attempts: int
) -> None:
    state = after(*answers)
    assert (state.status, state.attempts) == (status, attempts)


def test_since_is_when_the_status_began_not_when_it_was_last_seen() -> None:
    assert after(False, False, False, False, False).since == 2.0


def test_a_failure_keeps_the_newest_round_trip_time_and_its_own_words() -> None:
    state = after(True, False)
    assert (state.rtt_ms, state.error) == (8.0, 'refused')
    assert after(True, False, True).error is None


def test_a_right_answer_with_a_flaw_is_degraded_at_once_and_one_without_clears_it() -> None:
    flawed = CheckResult('tower', 'check', 1.0, True, 8.0, flaw='certificate expired', remark='bends HTTP: it')
    state = next_check_state(after(False, False, False), flawed, 3)
    assert (state.status, state.attempts, state.error, state.remark) == (
        C.DEGRADED, 0, 'certificate expired', 'bends HTTP: it',
    )  # fmt: skip
    state = next_check_state(state, CheckResult('tower', 'check', 2.0, True, 8.0, remark='bends HTTP: it'), 3)
    assert (state.status, state.error, state.remark) == (C.OK, None, 'bends HTTP: it')
    assert next_check_state(state, CheckResult('tower', 'check', 3.0, False, None, 'refused'), 3).remark is None


@pytest.mark.parametrize(
    ('checks', 'status'),
    [
        ([], TowerStatus.UNKNOWN),
        ([C.PENDING, C.PENDING], TowerStatus.UNKNOWN),
        ([C.OK, C.PENDING], TowerStatus.UP),
        ([C.OK, C.SOFT], TowerStatus.DEGRADED),
        ([C.OK, C.FAILING], TowerStatus.DEGRADED),
        ([C.SOFT], TowerStatus.DEGRADED),
        ([C.DEGRADED], TowerStatus.DEGRADED),
        ([C.DEGRADED, C.FAILING], TowerStatus.DEGRADED),
        ([C.FAILING, C.FAILING], TowerStatus.DOWN),
    ],
)
def test_a_tower_is_down_when_every_check_fails_hard_and_degraded_when_any_fails(
    checks: list[CheckStatus], status: TowerStatus
) -> None:
    states = [CheckState(str(index), 'ent', 'tower', check) for index, check in enumerate(checks)]
    assert tower_status(states, maintenance=False) is status
    assert tower_status(states, maintenance=True) is TowerStatus.MAINTENANCE


def test_a_check_that_may_not_be_made_is_pending_and_says_why() -> None:
    refused = CheckResult('tower', 'check', 9.0, False, error='127.0.0.1 may not be polled: loopback', asked=False)
    state = next_check_state(after(True, False, False, False), refused, 3)
    assert (state.status, state.attempts, state.error) == (C.PENDING, 0, '127.0.0.1 may not be polled: loopback')
    assert tower_status([state], maintenance=False) is TowerStatus.UNKNOWN
    assert tower_status([state, after(True)], maintenance=False) is TowerStatus.UP
