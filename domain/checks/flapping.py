"""Whether a check comes and goes: the weighted history of its newest results (the model of Nagios and Icinga, flap detection)."""

HISTORY = 20
"""Results that are remembered, as bits: the newest is the lowest one, set where the hard state changed."""
START_SHARE = 30.0
STOP_SHARE = 25.0
"""Percent of changes, by weight, at which flapping begins and below which it ends."""
_MASK = (1 << HISTORY) - 1
_WEIGHTS = tuple(0.8 + 0.02 * (HISTORY - 1 - age) for age in range(HISTORY))
"""A change counts from 0.8, when it is the oldest, to nearly 1.2, when it is the newest."""


def with_turn(turns: int, changed: bool) -> int:
    """The history after one more result, whose hard state is another one than before (``changed``) or not."""
    return (turns << 1 | changed) & _MASK


def share_of(turns: int) -> float:
    """Percent of the newest results that changed the hard state, by weight."""
    return 100.0 * sum(weight for age, weight in enumerate(_WEIGHTS) if turns >> age & 1) / HISTORY if turns else 0.0
