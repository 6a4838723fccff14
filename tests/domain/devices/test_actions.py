"""A command has a life, and no step of it is taken backwards."""

import pytest

from domain.enforcement.model import OPEN_STATES, CommandState, may_move

S = CommandState
STEPS = {
    (S.REQUESTED, S.QUEUED),
    (S.REQUESTED, S.CANCELLED),
    (S.REQUESTED, S.TIMED_OUT),
    (S.QUEUED, S.DELIVERED),
    (S.QUEUED, S.CANCELLED),
    (S.QUEUED, S.TIMED_OUT),
    (S.DELIVERED, S.CONFIRMED),
    (S.DELIVERED, S.REJECTED),
    (S.DELIVERED, S.TIMED_OUT),
    (S.DELIVERED, S.CANCELLED),
    (S.TIMED_OUT, S.CONFIRMED),
    (S.TIMED_OUT, S.REJECTED),
    (S.CANCELLED, S.CONFIRMED),
    (S.CANCELLED, S.REJECTED),
}


@pytest.mark.parametrize('before', S)
def test_only_the_listed_steps_exist(before: CommandState) -> None:
    assert {after for after in S if may_move(before, after)} == {after for start, after in STEPS if start is before}


def test_a_closed_command_never_opens_again() -> None:
    assert not [(before, after) for before, after in STEPS if before not in OPEN_STATES and after in OPEN_STATES]
