"""What must outlive the process: sequence numbers, check-ins the server has not taken, commands and their results."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jobs.agent.clock import Moment
from jobs.agent.options import AgentError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checkin (
    sequence INTEGER PRIMARY KEY, at REAL NOT NULL, boot TEXT NOT NULL, boot_s REAL NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS command (
    id TEXT PRIMARY KEY, position INTEGER NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL,
    state TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '');
"""
REMEMBERED = 1000  # reported commands that are still known by id, so that a late repetition is not carried out again


@dataclass(frozen=True, slots=True)
class KeptCheckin:
    """One observation waiting for the server; ``body`` is its facts and radio as JSON text."""

    sequence: int
    moment: Moment
    body: str


@dataclass(frozen=True, slots=True)
class Order:
    """A command as the device sees it: received, then started, then done, then reported."""

    id: str
    action: str
    reason: str
    outcome: str = ''
    detail: str = ''


class Spool:
    """A small SQLite file with full synchronous writes: what a method returned from is on the disk."""

    def __init__(self, path: Path, *, most: int = 10_000) -> None:
        self._most = most
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.executescript(f'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {_SCHEMA}')
        except (OSError, sqlite3.Error) as err:
            raise AgentError(f'{path} cannot be used ({err}): move it away and enrol this device again') from err

    def close(self) -> None:
        self._db.close()

    # -- check-ins

    def keep(self, moment: Moment, body: str) -> int:
        """Keep an observation under the next sequence number; returns how many of the oldest had to go to make room."""
        with self._transaction():
            sequence = self._sequence() + 1
            self._db.execute("INSERT OR REPLACE INTO counter VALUES ('sequence', ?)", (sequence,))
            self._db.execute(
                'INSERT INTO checkin VALUES (?, ?, ?, ?, ?)', (sequence, moment.at, moment.boot, moment.boot_s, body)
            )
            dropped = max(0, self.waiting() - self._most)
            self._db.execute(
                'DELETE FROM checkin WHERE sequence IN (SELECT sequence FROM checkin ORDER BY sequence LIMIT ?)',
                (dropped,),
            )
        return dropped

    def oldest(self) -> KeptCheckin | None:
        row = self._db.execute(
            'SELECT sequence, at, boot, boot_s, body FROM checkin ORDER BY sequence LIMIT 1'
        ).fetchone()
        return KeptCheckin(row[0], Moment(*row[1:4]), row[4]) if row else None

    def forget(self, sequence: int) -> None:
        """The server has taken this check-in, or never will."""
        self._db.execute('DELETE FROM checkin WHERE sequence = ?', (sequence,))

    def waiting(self) -> int:
        return int(self._db.execute('SELECT count(*) FROM checkin').fetchone()[0])

    def sequence_at_least(self, sequence: int) -> None:
        """Number the next check-in above ``sequence``: the server has seen it from this device."""
        if sequence > self._sequence():
            self._db.execute("INSERT OR REPLACE INTO counter VALUES ('sequence', ?)", (sequence,))

    def _sequence(self) -> int:
        row = self._db.execute("SELECT value FROM counter WHERE name = 'sequence'").fetchone()
        return int(row[0]) if row else 0

    # -- commands

    def receive(self, order: Order) -> None:
        """Note a command by its id. One that was already reported is reported again, with the same result."""
        self._db.execute(
            'INSERT INTO command (id, position, action, reason, state)'
            " VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM command), ?, ?, 'received')"
            " ON CONFLICT (id) DO UPDATE SET state = 'done' WHERE state = 'reported'",
            (order.id, order.action, order.reason),
        )

    def start_next(self) -> Order | None:
        """The oldest command not yet begun, durably marked as begun: it is never handed out again."""
        row = self._db.execute(
            "SELECT id, action, reason FROM command WHERE state = 'received' ORDER BY position LIMIT 1"
        ).fetchone()
        if row is None:
            return None
        self._db.execute("UPDATE command SET state = 'started' WHERE id = ?", (row[0],))
        return Order(*row)

    def finish(self, command: str, outcome: str, detail: str) -> None:
        self._db.execute(
            "UPDATE command SET state = 'done', outcome = ?, detail = ? WHERE id = ?", (outcome, detail, command)
        )

    def abandon_started(self, detail: str) -> int:
        """Reject what a former process had begun and not finished; how many there were."""
        return self._db.execute(
            "UPDATE command SET state = 'done', outcome = 'rejected', detail = ? WHERE state = 'started'", (detail,)
        ).rowcount

    def next_result(self) -> Order | None:
        row = self._db.execute(
            "SELECT id, action, reason, outcome, detail FROM command WHERE state = 'done' ORDER BY position LIMIT 1"
        ).fetchone()
        return Order(*row) if row else None

    def reported(self, command: str) -> None:
        """The server has taken this result, or never will; the newest ids stay known."""
        with self._transaction():
            self._db.execute("UPDATE command SET state = 'reported' WHERE id = ?", (command,))
            self._db.execute(
                "DELETE FROM command WHERE state = 'reported' AND position <= (SELECT max(position) FROM command) - ?",
                (REMEMBERED,),
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute('BEGIN IMMEDIATE')
        try:
            yield
        except BaseException:
            self._db.execute('ROLLBACK')
            raise
        self._db.execute('COMMIT')
