"""The checks of one tower, with their history."""

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.checks.model import CheckState, CheckStatus
from domain.towers.live import checks_of
from domain.towers.model import Tower
from ui.live.channel import News
from ui.topics.window import ListTopic

HISTORY_S = 24 * 3600
FAILING = (CheckStatus.SOFT, CheckStatus.FAILING)


class ChecksTopic(ListTopic):
    """Where each check of a tower stands, with its newest answers."""

    kinds = (Tower, CheckState)
    sorts: ClassVar[dict[str, str]] = {'name': 'name'}
    default = 'name'

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._history: dict[str, list[float | None]] = {}
        """Milliseconds of each answer, ``None`` for one that failed."""

    async def open(self) -> None:
        """Read the answers of the last day."""
        results = await self.store.check_results(self.fleet.enterprise.id, self.id, self.clock() - HISTORY_S, 2000)
        for result in results:
            self._history.setdefault(result.check, []).append(result.rtt_ms if result.ok else None)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per check."""
        tower = self.fleet[Tower].get(self.id)
        if tower is None:
            return
        for check, state in zip(tower.checks, checks_of(self.fleet, tower), strict=True):
            yield {
                'id': check.id,
                'name': check.label,
                'status': state.status,
                'since': state.since,
                'attempts': f'{state.attempts} of {check.max_attempts}' if state.status is CheckStatus.SOFT else '',
                'checked_at': state.checked_at,
                'rtt_ms': state.rtt_ms,
                'error': state.error or state.remark,
                'interval_s': check.interval_s,
                'history': self._history.get(check.id, [])[-60:],
            }

    def patch(self, news: News) -> dict[str, Any] | None:
        """Remember the newest answer of each check that moved, then look."""
        tower = self.fleet[Tower].get(self.id)
        moved = news.of(CheckState)
        for check in tower.checks if tower is not None else ():
            if check.id in moved and (state := self.fleet[CheckState].get(check.id)) is not None:
                value = None if state.status in FAILING else state.rtt_ms
                self._history[check.id] = [*self._history.get(check.id, [])[-119:], value]
        return super().patch(news)
