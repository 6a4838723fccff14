"""The gaps in the time that was watched are kept in the journal of the installation, so that the next process counts as this one did."""

from math import isfinite
from typing import Any, Protocol

from domain.access.enterprises import INSTALLATION
from domain.audit.model import SERVER_CLOCK
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.watch import MOST_GAPS, Gap
from domain.devices.unwatched.events import TimeUnwatched
from domain.journal.model import Recorded, Subject

CLOCK = Subject(*SERVER_CLOCK, 'The server')


class Journal(Protocol):
    """The read that former processes are known by."""

    async def journal_before(
        self, enterprise: str, sequence: int | None, limit: int, *, subject: tuple[str, str] | None = None
    ) -> list[Recorded]:
        """As the store does it."""


async def known_gaps(journal: Journal) -> list[Gap]:
    """The newest gaps that were kept, oldest first. None of them is an absence of this process."""
    newest = await journal.journal_before(INSTALLATION, None, MOST_GAPS, subject=(CLOCK.kind, CLOCK.id))
    entries: list[Any] = [one.entry for one in reversed(newest) if isinstance(one.entry, TimeUnwatched)]
    gaps = [Gap(each.before, each.after, 0.0, 0.0, each.unseen_s) for each in entries]
    return list(dict.fromkeys(gaps))  # one whose commit was answered too late was kept twice


async def keep_gaps(transactor: Transactor) -> bool:
    """Keep those that are not kept yet; true when there were any. Raises ``Unavailable``, and they wait for the next time."""
    watch = transactor.fleets.watch
    gaps = watch.unkept
    if not gaps:
        return False

    def decide(tx: Transaction) -> None:
        for gap in gaps:
            away = gap.away_s if isfinite(gap.away_s) else 0.0
            tx.note(
                TimeUnwatched(
                    at=tx.now,
                    enterprise=INSTALLATION,
                    subject=CLOCK,
                    before=gap.before,
                    after=gap.after,
                    unseen_s=gap.unseen_s,
                    away_s=away,
                )
            )

    await transactor.transact(decide, INSTALLATION)
    watch.were_kept(gaps)
    return True
