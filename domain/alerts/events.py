"""What the journal tells of alerts."""

from dataclasses import dataclass

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised(Entry):
    alert: str
    severity: str
    problem: str
    detail: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAcknowledged(Entry):
    alert: str
    problem: str
    comment: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCleared(Entry):
    alert: str
    problem: str
    open_s: float
