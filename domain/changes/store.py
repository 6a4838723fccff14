"""What the domain asks of a store, and the changes that are stored in one transaction."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from domain.cellular.radio import RadioSample
from domain.checks.model import CheckResult
from domain.journal.model import Entry, Recorded

Row = TypeVar('Row')


@dataclass(slots=True)
class Changes:
    """New states by kind and id (upserts), what happened, and the points that only history needs.

    ``moved`` names the device states of which only the vitals changed: their facts and verdicts stand as they are stored. ``before``
    holds device states as they are stored, of which verdicts may have changed: what a store need not write again may be told by it.
    """

    rows: dict[type, dict[str, Any]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    samples: list[RadioSample] = field(default_factory=list)
    results: list[CheckResult] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)
    before: dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.entries or self.samples or self.results or any(self.rows.values()))


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list and the cursor of the next, ``None`` at its end."""

    items: Sequence[Any]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what is kept, in seconds. Radio samples and check results are thinned to one per ``thin_to_s`` after ``full_rate_s``."""

    full_rate_s: float = 86_400
    thin_to_s: float = 900
    samples_s: float = 90 * 86_400
    journal_s: float = 400 * 86_400
    closed_s: float = 400 * 86_400
    sessions_s: float = 30 * 86_400
    guesses_s: float = 86_400
    tokens_s: float = 30 * 86_400
    minutes_s: float = 26 * 3600
    hours_s: float = 31 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCondition:
    """How a database stands, seen from beside the server. Sizes in bytes, ``None`` for what the database does not tell.

    ``trouble`` is why it cannot be used, empty when it can. ``log`` is the size of the write-ahead log, ``holder`` the process that may
    write and since when, empty for none; ``locked`` says that another program keeps it from being written; ``blocked`` counts sessions
    that wait for a lock.
    """

    kind: str
    version: str = ''
    trouble: str = ''
    size: int | None = None
    log: int | None = None
    holder: str = ''
    locked: bool = False
    blocked: int = 0


class Store(Protocol):
    """The truth. Every read but the reload at start names its enterprise."""

    async def commit(self, changes: Changes) -> list[Recorded]:
        """Keep everything in one durable transaction; give each entry the next number of its enterprise's sequence.

        ``Unavailable``: nothing was kept; ``Superseded``: nor will anything again; ``Uncertain``: only ``settle`` can tell.
        """

    async def settle(self) -> list[Recorded] | None:
        """After ``Uncertain``: the entries of that commit with their numbers, ``None`` when nothing of it was kept."""

    async def probe(self) -> None:
        """Write as a commit does, a row that is never read. Raises ``Unavailable`` when that cannot be done."""

    def load(self, kind: type[Row]) -> AsyncIterator[Sequence[Row]]:
        """The live rows of a kind (neither retired, closed, ended nor cleared), in batches, all enterprises."""

    async def sequences(self) -> Mapping[str, int]:
        """The last number used in each enterprise's sequence."""

    async def journal_after(self, enterprise: str, sequence: int, limit: int) -> list[Recorded]:
        """The entries that follow ``sequence``, oldest first."""

    async def journal_before(
        self, enterprise: str, sequence: int | None, limit: int, *, subject: tuple[str, str] | None = None
    ) -> list[Recorded]:
        """The newest entries (older than ``sequence`` if given), newest first; ``subject`` is a kind and an id."""

    async def get(self, kind: type[Row], enterprise: str, id: str) -> Row | None:
        """One row of a kind, live or not."""

    async def history(
        self,
        kind: type[Row],
        enterprise: str,
        *,
        equal: Mapping[str, str],
        is_open: bool | None,
        before: str | None,
        limit: int,
    ) -> list[Row]:
        """Violations, commands or alerts with these field values, newest id first, older than the id ``before``."""

    async def age_by(self, now: float) -> float:
        """The moment by which retention counts ages when the clock says ``now``: it follows the clock by a day in each pass at most."""

    async def thin(self, now: float, retention: Retention) -> Mapping[str, int]:
        """Drop what its retention has ended, in small transactions; the number of rows dropped by table."""
