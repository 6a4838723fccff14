"""What the journal tells of links in messages."""

from dataclasses import dataclass

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAnsweredByLink(Entry):
    """A person took an alert by the link in a message on ``channel`` (its name of that time), and showed no other proof of who they are."""

    alert: str
    problem: str
    channel: str
