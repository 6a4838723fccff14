"""The lease: which process may write to a database, by a row of it, which every transaction that writes looks at first.

The row has an *epoch*, which rises with every holder, and counts the *groups* of changes that were kept. A writer moves the count in
the very transaction of its group, under the epoch that it was given and from the count that it knows, so
- a process that was paused, or cut off, and has been replaced meanwhile cannot write any more: there is no row for it to move;
- whether a group whose COMMIT was lost has been kept is read from the count; the question waits for a transaction under way;
- a database that was put back to an earlier state under a running server is noticed with the next write.
"""

# ruff: noqa: S608 (only our own expressions are put into SQL, values are parameters)

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from tortoise import fields
from tortoise.models import Model

from domain.common.errors import Superseded
from persistence.engine.columns import id_field
from persistence.engine.sql import Placeholder

TTL_S = 3.0
"""A lease that was not renewed for so long may be taken by another process."""


RENEW_S = 1.0
"""How often it is renewed; a process that stands still for less than ``TTL_S - RENEW_S`` loses nothing."""


INSTALLATION = 'installation'
"""The name of the one lease that there is: over all enterprises of a database."""


class Held(NamedTuple):
    """The row as it was found: by whom and since when (s), up to when, and the moment of the look, by the database's clock."""

    holder: str
    epoch: int
    groups: int
    since: float
    until: float
    now: float

    @property
    def is_free(self) -> bool:
        """No process has it. The database's clock may have stepped back since: no honest lease ends later than a whole term from now."""
        return not self.now <= self.until <= self.now + 2 * TTL_S

    def __str__(self) -> str:
        return f'{self.holder} since {datetime.fromtimestamp(self.since, UTC):%Y-%m-%d %H:%M:%S} UTC'


def this_process() -> str:
    """As another process will name it."""
    return f'process {os.getpid()} on {platform.node() or "this host"}'


@dataclass(slots=True)
class Lease:
    """What this process knows of its own lease."""

    name: str = INSTALLATION
    holder: str = field(default_factory=this_process)
    epoch: int = 0
    groups: int = 0

    def taken(self, found: Held) -> None:
        """It is ours now."""
        self.epoch, self.groups = found.epoch + 1, found.groups

    def settled(self, found: Held | None) -> bool:
        """Whether the group that was under way has been kept, as the row says. Raises ``Superseded``."""
        if found is None or found.epoch != self.epoch or not self.groups <= found.groups <= self.groups + 1:
            raise self.superseded(found)
        kept = found.groups > self.groups
        self.groups = found.groups
        return kept

    def superseded(self, found: Held | None) -> Superseded:
        """Why this process may not write any more, from the row as it is now."""
        if found is not None and found.epoch == self.epoch:
            return Superseded('the database is not where this server left it: was it put back to an earlier state?')
        by = 'another process' if found is None else str(found)
        return Superseded(f'another server has taken over this database: {by}')


class LeaseSql:
    """The statements on the row, for a database whose clock is ``now`` and whose parameters are marked by ``mark``."""

    def __init__(self, now: str, mark: Placeholder, *, locks: bool) -> None:
        first, second, third = map(mark, (1, 2, 3))
        mine = f'WHERE name = {first} AND epoch = {second}'
        self.row = (
            f"INSERT INTO lease (name, holder, epoch, groups, since, until) VALUES ({first}, '', 0, 0, 0, 0) "
            'ON CONFLICT (name) DO NOTHING'
        )
        """Make sure that there is one."""
        self.look = f'SELECT holder, epoch, groups, since, until, {now} FROM lease WHERE name = {first}'
        self.look_alone = self.look + (' FOR UPDATE' if locks else '')
        """The same, once no transaction that writes is under way; until this one ends none begins."""
        self.take = (
            f'UPDATE lease SET holder = {third}, epoch = epoch + 1, since = {now}, until = {now} + {TTL_S} {mine}'
        )
        self.renew = f'UPDATE lease SET until = {now} + {TTL_S} {mine}'
        self.give_back = f'UPDATE lease SET until = 0 {mine}'
        self.next_group = f'UPDATE lease SET groups = groups + 1 {mine} AND groups = {third}'
        """What a group of changes begins with; it moves one row, or the lease is not this process's any more."""
        # it may stand beside a renewal and a group, and keeps out a process that wants to take over
        self.still_mine = f'SELECT groups FROM lease {mine}' + (' FOR KEY SHARE' if locks else '')
        """What every other transaction that writes begins with."""


class LeaseRow(Model):
    """Who may write what ``name`` stands for, and up to when (seconds since 1970 by the database's own clock).

    ``epoch`` rises with every holder and ``groups`` with every group of changes that was kept: see :mod:`persistence.engine.lease`.
    """

    name = id_field(primary_key=True)
    holder = fields.TextField()
    epoch = fields.BigIntField()
    groups = fields.BigIntField()
    since = fields.FloatField()
    until = fields.FloatField()

    class Meta:
        table = 'lease'
