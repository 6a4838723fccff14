"""What policies say of a device, each and all together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Compliance(StrEnum):
    """What a policy says of a device, or all of them together. Unknown is a state of its own: the rule could not be answered. A rule does
    not apply when it is about what the device cannot have."""

    COMPLIANT = 'compliant'
    VIOLATING = 'violating'
    EXCUSED = 'excused'
    UNKNOWN = 'unknown'
    UNEVALUATED = 'unevaluated'
    NOT_APPLICABLE = 'not_applicable'


@dataclass(frozen=True, slots=True)
class Verdict:
    """One policy on one device. ``evidence`` holds the values the rule saw, ``reason`` why it could not be answered."""

    status: Compliance
    since: float
    version: int
    violation: str | None = None
    evidence: Mapping[str, object] | None = None
    reason: str | None = None


WORST_FIRST = (
    Compliance.VIOLATING,
    Compliance.UNKNOWN,
    Compliance.EXCUSED,
    Compliance.COMPLIANT,
    Compliance.NOT_APPLICABLE,
)
"""What of a device's verdicts counts before what."""
ANSWERED = (Compliance.COMPLIANT, Compliance.VIOLATING, Compliance.EXCUSED)
"""Of what a share is told: where a rule has no answer, or does not apply, nothing is compliant and nothing is not."""


def compliance(verdicts: Iterable[Verdict]) -> Compliance:
    """The worst of a device's verdicts; a device that no policy has judged is unevaluated."""
    seen = {verdict.status for verdict in verdicts}
    return next((status for status in WORST_FIRST if status in seen), Compliance.UNEVALUATED)
