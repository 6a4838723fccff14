"""The audit trail: which entries of a journal it shows, what may be asked of it, and what a check of its chain finds."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from domain.common.text import folded
from domain.journal.model import Entry, Recorded

SERVER_CLOCK = ('clock', 'server')
"""Kind and id of what the gaps in the watched time are about, in the journal of the installation."""
MOST_FINDINGS = 100
"""Findings that are listed one by one; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """What to look for; empty fields ask for nothing. Times in epoch seconds, ``since`` included and ``until`` not.

    ``actors`` are kinds and ids (``person/01K…``) and find what they did and what was done to them; ``subjects`` are kinds of
    things, ``subject`` one thing. ``text`` stands anywhere in who, what, values, or address, in any case.
    """

    actors: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    subject: tuple[str, str] | None = None
    since: float | None = None
    until: float | None = None
    text: str = ''

    def fits(self, entry: Entry, document: str) -> bool:
        """The same question asked of an entry at hand; ``document`` is its own fields as text."""
        about = entry.subject
        found = {entry.actor, f'{about.kind}/{about.id}'}
        said = (entry.by, about.name, about.id, entry.address, type(entry).__name__, document)
        return (
            is_audited(entry)
            and (not self.actors or not found.isdisjoint(self.actors))
            and (not self.subjects or about.kind in self.subjects)
            and self.subject in (None, (about.kind, about.id))
            and (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
            and (not self.text or any(folded(self.text) in folded(part) for part in said))
        )


def is_audited(entry: Entry) -> bool:
    """True for what a person or program did, and for all that concerns access (sign-ins, tokens, roles, credentials)."""
    return bool(entry.actor) or entry.audited


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


@dataclass(frozen=True, slots=True)
class Kept:
    """A head that was kept outside of the database, and when (epoch seconds; 0: not known)."""

    head: Head
    at: float = 0.0


@dataclass(slots=True)
class KeptHeads:
    """What a file of kept heads holds: by enterprise, oldest first; ``found`` is false without such a file, ``damaged`` counts its
    lines that cannot be read."""

    heads: dict[str, list[Kept]] = field(default_factory=dict)
    found: bool = True
    damaged: int = 0


@dataclass(slots=True)
class ChainReport:
    """What a check of one journal found. ``begins`` is the oldest entry that is kept, ``unchained`` how many at the beginning were
    written before there was a chain; ``more`` counts findings beyond :data:`MOST_FINDINGS`."""

    enterprise: str
    begins: int = 1
    entries: int = 0
    unchained: int = 0
    head: Head = Head(0, '')
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    newest_at: float = 0.0
    """The latest moment in it, epoch seconds."""
    ends_before: Kept | None = None
    """A kept head that lies behind the end of this journal."""

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


Form = Literal['ndjson', 'csv']
"""How a copy of a journal is written."""


class HeadsFile(Protocol):
    """Heads kept in a file, which is only ever added to."""

    def add(self, heads: Mapping[str, Head], at: float, *, every_s: float = 0.0) -> None:
        """Write down the heads that have moved since they were last written, of each journal at most once in ``every_s`` seconds; raises
        ``OSError``."""

    def read(self) -> KeptHeads:
        """All that was written down."""


class JournalArchive(Protocol):
    """All journals of an installation as they are stored, to be read and nothing else, also beside a running server."""

    async def names(self) -> Mapping[str, str]:
        """Every journal there is or should be: the enterprise's id and name."""

    async def heads(self) -> Mapping[str, Head]:
        """Of each enterprise (and of the installation), where the chain of its journal ends."""

    async def check(self, enterprise: str, kept: Head | None = None, witnesses: Sequence[Kept] = ()) -> ChainReport:
        """Look at every entry of a journal, whether it is as it was written.

        ``kept`` is a head that was kept elsewhere, ``witnesses`` are those of the file that the server keeps.
        """

    def copy(self, enterprise: str, *, since: float | None, until: float | None, form: Form) -> AsyncIterator[bytes]:
        """A span of a journal without a gap, with its digests, in pieces: what :func:`persistence.journal.exports.check_copy` can check."""


class AuditStore(Protocol):
    """The journal as an auditor reads it."""

    async def audit(
        self, enterprise: str, query: AuditQuery, *, before: int | None = None, skip: int = 0, limit: int
    ) -> list[Recorded]:
        """The newest entries of the audit trail that fit (older than the sequence ``before``, after ``skip`` others), newest first."""

    async def audit_count(self, enterprise: str, query: AuditQuery, most: int) -> int:
        """How many entries of the audit trail fit, counted up to ``most``."""

    async def heads(self) -> Mapping[str, Head]:
        """Of each enterprise (and of the installation), where the chain of its journal ends."""

    async def check_chain(self, enterprise: str, kept: Head | None = None) -> ChainReport:
        """Look at every entry of a journal, whether it is as it was written; ``kept`` is a head that was kept elsewhere."""
