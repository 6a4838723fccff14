"""A silence: alerts that fit are told to nobody from its begin to its end."""

from dataclasses import dataclass
from enum import StrEnum

from domain.common.severity import Severity
from domain.journal.model import Subject
from domain.oncall.model import Conditions


class SilenceState(StrEnum):
    """Where it stands at a moment."""

    SCHEDULED = 'scheduled'
    ACTIVE = 'active'
    OVER = 'over'


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSilence:
    """Alerts that fit its ``conditions`` open no message and no call from ``starts_at`` to ``ends_at`` (epoch seconds; the end is not in
    it). Those of ``breaks`` and worse are told all the same. ``owner`` is the id of the person (or program) that answers for it,
    ``owner_name`` its name of that time; ``ended_by`` ended it before its time. It is shown for a while after it is over, until
    ``retired_at``.
    """

    id: str
    enterprise: str
    reason: str
    conditions: Conditions
    starts_at: float
    ends_at: float
    owner: str
    owner_name: str
    created_at: float
    changed_at: float
    breaks: Severity | None = None
    ended_by: str = ''
    retired_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject('silence', self.id, self.reason)

    def state_at(self, moment: float) -> SilenceState:
        """Where it stands then."""
        if moment >= self.ends_at or self.retired_at is not None:
            return SilenceState.OVER
        return SilenceState.ACTIVE if moment >= self.starts_at else SilenceState.SCHEDULED
