"""Who writes: one transaction per group of changes, in one call of the database's own driver; here SQLite's."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import asyncpg
import msgspec
from tortoise.exceptions import DBConnectionError, OperationalError

from domain.common.errors import Conflict, NotStorable, Superseded, Unavailable
from domain.journal.model import Entry, Recorded
from persistence.engine.rows import Target, Tuple

T = TypeVar('T')
Statement = tuple[str, Sequence[Any]]
"""SQL and its parameters."""


@dataclass(slots=True)
class Batch:
    """What one transaction writes. Rows are built by functions that run where the writer wants them to, in this order."""

    entries: Sequence[Entry] = ()
    writes: list[tuple[Target, Callable[[], list[Tuple]]]] = field(default_factory=list)

    def counts(self) -> list[tuple[str, int]]:
        """How many entries each enterprise gets; sorted, so that two transactions never wait for each other in a circle."""
        counts: dict[str, int] = {}
        for entry in self.entries:
            counts[entry.enterprise] = counts.get(entry.enterprise, 0) + 1
        return sorted(counts.items())


class Writer(Protocol):
    """Writes with full durability; raises ``Unavailable`` when the database would not, and then nothing was written.

    ``NotStorable`` when it would not for what is in the batch: then nothing was written either, and will not be at another time.
    ``Uncertain`` when the database was lost in the middle of a commit, ``Superseded`` when the lease is not this process's any more.
    """

    floor: str
    """A number without its fraction, in SQL, with ``{}`` for the number."""
    binary: str
    """What makes a text be compared by its code points, in SQL."""
    lines: str
    """The texts of a group, one to a line and NULL for none, in SQL, with ``{}`` for the text."""

    def mark(self, number: int) -> str:
        """The n-th parameter, counted from 1, in SQL."""

    async def write(self, batch: Batch) -> list[Recorded]:
        """Write the batch in one transaction and number its entries without a gap."""

    async def change(self, statement: str, values: Sequence[Any], *more: Statement) -> int:
        """Run one statement in a transaction of its own, or several in one; how many rows the first changed."""

    async def settle(self) -> list[Recorded] | None:
        """After ``Uncertain``: the entries of the batch as they were numbered, ``None`` when it was not kept."""

    async def claim(self) -> None:
        """Take the lease. Raises ``DatabaseInUse`` when another process holds it for longer than its term."""

    async def renew(self) -> None:
        """Say that this process still holds it."""

    async def probe(self) -> None:
        """Write as a batch would, a row that is never read."""

    async def close(self) -> None:
        """Give the lease back, finish what is under way and let go of the database."""


class DatabaseInUse(Conflict):
    """Another process serves from this database."""


UNFIT = (
    sqlite3.IntegrityError,
    sqlite3.DataError,  # longer than the database takes
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,  # of a type that no column has
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,  # longer than an index takes
    msgspec.MsgspecError,
    OverflowError,  # a number beyond 64 bits
    ValueError,  # text that is no UTF-8
    TypeError,
)
"""What is said of the content of a change, by the drivers and by what turns it into rows."""


_AWAY = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that is just being lost
    OperationalError,
    DBConnectionError,
    sqlite3.DatabaseError,
    OSError,
    TimeoutError,
)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's word for a database that is away or full into ``Unavailable``, for one whose tables went into ``Superseded``,
    and for a value that it does not take into ``NotStorable``; a broken statement stays what it is."""
    try:
        yield
    except asyncpg.UndefinedTableError as error:  # they were there at the start
        raise Superseded(
            f'tables went from the database ({error}): is it being restored, or is search_path another?'
        ) from error
    except asyncpg.InsufficientPrivilegeError as error:
        raise Unavailable(f'the database refuses: {error}') from error
    except asyncpg.SyntaxOrAccessError:
        raise  # a defect of ours, not an outage
    except UNFIT as error:
        raise NotStorable('the database does not take what is in it') from error
    except _AWAY as error:
        if isinstance(error.__cause__, UNFIT):  # as Tortoise passes it on
            raise NotStorable('the database does not take what is asked of it') from error
        raise Unavailable(f'the database does not answer: {said_by(error)}') from error


def said_by(error: Exception) -> str:
    """What a person can read of an error of the driver."""
    if isinstance(error, asyncpg.InternalClientError):  # the driver's own bookkeeping, which says nothing to a person
        return 'a connection to it was lost'
    return str(error) or 'not in time'
