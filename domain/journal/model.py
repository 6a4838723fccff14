"""What an entry of the journal is: what happened, when, to what, and by whom."""

from dataclasses import dataclass, field
from typing import ClassVar, Protocol


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about; the name is kept, so that history reads well after a rename or a retirement."""

    kind: str
    id: str
    name: str


class Part(Protocol):
    """The part of an enterprise that a narrowed role sees: :class:`domain.fleet.scoped.ScopedFleet`."""

    def tells(self, kind: str, id: str) -> bool:
        """True when entries about this may be read, where the entry does not say otherwise."""

    def shows(self, kind: str, id: str) -> bool:
        """True when this may be named."""

    def all_on(self, tower_id: str) -> bool:
        """True when all devices on the tower are visible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that happened. ``by`` names the person, program or job behind it; empty when the subject itself spoke.

    ``actor`` is the kind and id of the person or program (``person/01K…``) and ``address`` where they acted from; the transaction puts both
    on what a person or program did. Entries with an actor are the audit trail, with those that are ``audited`` in any case. What only says
    who came and went ``alters`` nothing.
    """

    audited: ClassVar[bool] = False
    alters: ClassVar[bool] = True

    at: float
    enterprise: str
    subject: Subject
    by: str = ''
    actor: str = ''
    address: str = ''

    def told_to(self, part: 'Part') -> 'Entry | None':
        """The entry as a role that is narrowed to ``part`` reads it; ``None`` when it does not."""
        return self if part.tells(self.subject.kind, self.subject.id) else None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry with its place in the enterprise's sequence (1, 2, 3 … without a gap, in order of commit).

    ``digest`` is the chain's link at this entry, where it was read from the store.
    """

    sequence: int
    entry: Entry
    digest: str = field(default='', compare=False)
