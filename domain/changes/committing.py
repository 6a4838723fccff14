"""How a group is committed to a store whose answer may be late, or lost."""

import asyncio
import logging
import time
from collections.abc import Callable

from domain.changes.store import Changes, Store
from domain.common.errors import NotStorable, Superseded, Unavailable, Uncertain
from domain.journal.model import Recorded

log = logging.getLogger(__name__)

ANSWERED_WITHIN_S = 6.0
"""The callers of a group are answered by then, if only that the store does not answer."""
PATIENCE_S = 1.0
"""While the store does not answer, changes wait for it this long; from then on they are turned away at once."""
SETTLED_WITHIN_S = 60.0
"""So long the store is asked whether a group was kept whose commit was lost."""
ASK_AGAIN_S = 0.25
TROUBLE_S = 5.0
"""How long the newest refusal counts as the state of the store; after that only a new attempt can tell."""


class Committer:
    """One group at a time."""

    def __init__(self, store: Store) -> None:
        self.away = False
        """The store has not answered for so long that no caller should wait for it."""
        self._store = store
        self._trouble = ''
        self._trouble_until = 0.0

    @property
    def trouble(self) -> str | None:
        """Why the newest group was not kept, for some seconds: a store that takes a small probe may still take no change."""
        return self._trouble if time.monotonic() < self._trouble_until else None

    async def keep(self, changes: Changes, give_up: Callable[[], None]) -> list[Recorded]:
        """Commit; when the answer is lost, find out. ``give_up`` is called when that takes so long that no caller should wait any longer.

        Raises ``Unavailable`` when nothing was kept, ``Superseded`` as the store does, ``Uncertain`` when it could not be found out.
        """
        overdue = asyncio.get_running_loop().call_later(ANSWERED_WITHIN_S, self._leave, give_up)
        try:
            recorded = await self._commit(changes)
        except (NotStorable, Superseded):
            raise
        except Exception as error:
            self._trouble, self._trouble_until = str(error), time.monotonic() + TROUBLE_S
            raise
        finally:
            overdue.cancel()
            self.away = False
        self._trouble_until = 0.0
        return recorded

    async def _commit(self, changes: Changes) -> list[Recorded]:
        try:
            return await self._store.commit(changes)
        except Uncertain as error:
            log.warning('%s; the store is asked whether the group was kept', error.detail)
            recorded = await self._settled(error)
        if recorded is None:
            raise Unavailable('the commit was lost')
        log.warning('the group was kept')
        return recorded

    async def until_it_answers(self, turn_away: Callable[[], None], goes_on: Callable[[], bool]) -> None:
        """Wait for a store that is down: asked group by group, it would keep the requests of each waiting for its deadline.

        ``turn_away`` is called when that takes so long that no caller should wait any longer. Raises ``Superseded`` as the store does.
        """
        impatient = asyncio.get_running_loop().call_later(PATIENCE_S, self._leave, turn_away)
        try:
            while goes_on():
                try:
                    await self._store.probe()
                except Superseded:
                    raise
                except Unavailable:
                    await asyncio.sleep(ASK_AGAIN_S)
                else:
                    return
        finally:
            impatient.cancel()
            self.away = False

    async def _settled(self, doubt: Uncertain) -> list[Recorded] | None:
        until = time.monotonic() + SETTLED_WITHIN_S
        while True:
            try:
                return await self._store.settle()
            except Superseded:
                raise
            except Unavailable:
                if time.monotonic() > until:
                    raise doubt from None
                await asyncio.sleep(ASK_AGAIN_S)

    def _leave(self, give_up: Callable[[], None]) -> None:
        self.away = True
        give_up()
