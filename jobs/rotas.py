"""When rotations are looked at for gaps, and routes for what tells nobody: soon after what they say moved, and by the clock, since a
gap draws near by itself."""

from collections.abc import Awaitable, Callable

from domain.accounts.model import Person
from domain.changes.transactor import Changed, Transactor
from domain.oncall.calendars.model import CalendarSource
from domain.oncall.model import AlertRoute, EscalationPolicy, Rotation, Team

AGAIN_S = 60.0
"""How often one is looked at that nothing has moved in: a gap that is reached is told of as one that is now."""
MOVE = frozenset({Rotation, Person, CalendarSource, Team, EscalationPolicy, AlertRoute})
"""Rows that say who is on call, and who is told."""


class RotaLooks:
    """``look`` raises and clears the alerts of one enterprise: one whose gap was filled is over when people look at it again."""

    def __init__(self, transactor: Transactor, look: Callable[[str], Awaitable[None]]) -> None:
        self._transactor = transactor
        self._look = look
        self._looked_at: dict[str, float] = {}
        self._unsubscribe: Callable[[], None] | None = None

    def open(self) -> None:
        """Heed what moves from here on."""
        if self._unsubscribe is None:
            self._unsubscribe = self._transactor.changed.subscribe(self._notice)

    async def close(self) -> None:
        """Heed nothing more."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    async def review(self, enterprise: str) -> None:
        """Look at its rotations if something of them moved, or it is time again. A look that failed is made again."""
        now = self._transactor.clock()
        looked_at = self._looked_at.get(enterprise)
        if looked_at is not None and 0 <= now - looked_at < AGAIN_S:
            return
        self._looked_at[enterprise] = now  # before the look: what moves meanwhile is looked at again
        try:
            await self._look(enterprise)
        except BaseException:
            self._looked_at.pop(enterprise, None)
            raise

    def _notice(self, changed: Changed) -> None:
        if not MOVE.isdisjoint(changed.ids):
            self._looked_at.pop(changed.enterprise, None)
