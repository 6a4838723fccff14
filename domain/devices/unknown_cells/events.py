"""What the journal tells of unknown cells; what they raise it tells of the alert (:mod:`domain.alerts.events`)."""

from dataclasses import dataclass

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class CellJudged(Entry):
    """People said what it is: ``standing``, until ``until`` (epoch seconds) where it is trusted; ``closed`` alerts ended by that."""

    standing: str
    until: float | None = None
    reason: str = ''
    closed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTrustEnded(Entry):
    """The time is over for which it was trusted; ``there`` devices were on it then."""

    there: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellListed(Entry):
    """A person or program listed it at a ``tower`` (an id) of that name."""

    tower: str
    tower_name: str
