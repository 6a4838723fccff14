"""What policies say of a device, each and all together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import compress, islice
from operator import is_, is_not


class Compliance(StrEnum):
    """What a policy says of a device, or all of them together. Unknown is a state of its own: the rule could not be answered."""

    COMPLIANT = 'compliant'
    VIOLATING = 'violating'
    EXCUSED = 'excused'
    UNKNOWN = 'unknown'
    UNEVALUATED = 'unevaluated'


@dataclass(frozen=True, slots=True)
class Verdict:
    """One policy on one device. ``evidence`` holds the values the rule saw, ``reason`` why it could not be answered."""

    status: Compliance
    since: float
    version: int
    violation: str | None = None
    evidence: Mapping[str, object] | None = None
    reason: str | None = None


_WORST_FIRST = (Compliance.VIOLATING, Compliance.UNKNOWN, Compliance.EXCUSED, Compliance.COMPLIANT)


def compliance(verdicts: Iterable[Verdict]) -> Compliance:
    """The worst of a device's verdicts; a device that no policy has judged is unevaluated."""
    seen = {verdict.status for verdict in verdicts}
    return next((status for status in _WORST_FIRST if status in seen), Compliance.UNEVALUATED)


def differing(before: Mapping[str, Verdict], after: Mapping[str, Verdict]) -> list[str]:
    """The policies whose verdict is another one. Nearly always the old ones stand in their old places, a new one behind them, and
    then all are compared in one go: a device has a verdict of every policy, and one of them moves."""
    if len(after) >= len(before) and all(map(is_, before, after)):
        moved = list(compress(before, map(is_not, before.values(), after.values())))
        moved += islice(after, len(before), None)
        return moved
    moved = [policy for policy, verdict in before.items() if after.get(policy) is not verdict]
    return moved + [policy for policy in after if policy not in before]
