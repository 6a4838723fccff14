"""What the journal tells of links for people outside."""

from dataclasses import dataclass

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLinkMade(Entry):
    """A person or program let people outside read of an incident, until ``expires_at`` (epoch seconds)."""

    alert: str
    parts: tuple[str, ...]
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLinkRevoked(Entry):
    """It shows nothing any more; it was opened so often before."""

    alert: str
    opened: int = 0
