"""What the journal tells of commands."""

from dataclasses import dataclass

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMoved(Entry):
    """``after_s`` seconds after it was requested, for ``reason`` (named once, at the request); the subject is the device."""

    command: str
    action: str
    before: str | None
    after: str
    because: str = ''
    after_s: float = 0
    reason: str = ''
