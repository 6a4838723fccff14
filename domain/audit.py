"""The audit trail: which entries of a journal it shows, what may be asked of it, and what a check of its chain finds."""

from dataclasses import dataclass, field

from domain.journal import AUDITED, Entry

MOST_FINDINGS = 100
"""Findings that are told one by one; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """What to look for; empty fields ask for nothing. Times in epoch seconds, ``since`` included and ``until`` not.

    ``actor`` is a kind and an id (``person/01K…``) and finds what they did and what was done to them; ``subjects`` are kinds of
    things, ``subject`` one thing. ``text`` stands anywhere in who, what, values, or address, in any case.
    """

    actor: str = ''
    subjects: tuple[str, ...] = ()
    subject: tuple[str, str] | None = None
    since: float | None = None
    until: float | None = None
    text: str = ''

    def fits(self, entry: Entry, document: str) -> bool:
        """The same question asked of an entry at hand; ``document`` is its own fields as text."""
        about = entry.subject
        found = entry.actor, f'{about.kind}/{about.id}'
        said = (entry.by, about.name, about.id, entry.address, type(entry).__name__, document)
        return (
            is_audited(entry)
            and (not self.actor or self.actor in found)
            and (not self.subjects or about.kind in self.subjects)
            and self.subject in (None, (about.kind, about.id))
            and (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
            and (not self.text or any(self.text.casefold() in part.casefold() for part in said))
        )


def is_audited(entry: Entry) -> bool:
    """True for what a person or program did, and for whatever concerns who is let in."""
    return bool(entry.actor) or type(entry).__name__ in AUDITED


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: the number of its newest entry and that entry's digest (hex SHA-256; empty: not chained yet)."""

    sequence: int
    digest: str

    def __str__(self) -> str:
        return f'{self.sequence}:{self.digest}'


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong at this entry of the chain."""

    sequence: int
    what: str


@dataclass(slots=True)
class Verdict:
    """What a check of one journal found. ``begins`` is the oldest entry that is kept, ``unchained`` how many at the beginning were
    written before there was a chain; ``more`` counts findings beyond :data:`MOST_FINDINGS`."""

    enterprise: str
    begins: int = 1
    entries: int = 0
    unchained: int = 0
    head: Head = Head(0, '')
    findings: list[Finding] = field(default_factory=list)
    more: int = 0

    @property
    def intact(self) -> bool:
        """True when nothing was found."""
        return not self.findings

    def find(self, sequence: int, what: str) -> None:
        """Note something that is wrong."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(sequence, what))
        else:
            self.more += 1
