"""How long an expression has been true, and whether that is long enough: the one function that says so."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.own_rules.model import OwnRule


@dataclass(frozen=True, slots=True)
class Standing:
    """True since ``since`` (epoch seconds; ``None``: it is not), and whether the alert is raised, cleared, or left as it is (``None``)."""

    since: float | None
    raised: bool | None


def stands(rule: OwnRule, holds: bool | None, now: float, watched: Callable[[float], float]) -> Standing:
    """After a look at ``now`` that found it to hold, or not; ``None``: it could not be answered, which neither raises nor clears.

    ``watched`` gives the seconds since a moment that this server has watched: what it slept through does not count.
    """
    if holds is None:
        return Standing(rule.holds_since, None)
    if not holds:
        return Standing(None, False)
    since = now if rule.holds_since is None else rule.holds_since
    return Standing(since, True if watched(since) >= rule.for_s else None)
