"""Alerts as a tree: those that another one explains stand beneath it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from domain.alerts.archive import NEWEST_FIRST, AlertOrder, AlertQuery, in_order
from domain.alerts.live import AlertTree
from domain.alerts.model import Alert
from domain.fleet.fleet import Fleet
from ui.live.channel import News
from ui.topics.alerts.row import alert_row, ended_by
from ui.topics.window import ListTopic

MOST_READ = 500
"""Cleared alerts that are told beneath one."""
WORST_FIRST = AlertOrder('severity', down=False)


def roots_of(fleet: Fleet, alerts: Iterable[Alert]) -> list[Alert]:
    """Those above which no other one of them stands."""
    found = {alert.id: alert for alert in alerts}
    return [one for one in found.values() if one.parent is None or not _is_beneath(fleet, one, found)]


def _is_beneath(fleet: Fleet, alert: Alert, others: Mapping[str, Alert]) -> bool:
    return alert.parent in others or not others.keys().isdisjoint(above(fleet, alert))


def above(fleet: Fleet, alert: Alert) -> Iterator[str]:
    """Ids of the open alerts that explain it, the nearest first."""
    seen = {alert.id}
    while alert.parent is not None and alert.parent not in seen:
        seen.add(alert.parent)
        yield alert.parent
        further = fleet[Alert].get(alert.parent)
        if further is None:
            return
        alert = further


def beneath(fleet: Fleet, alert_id: str) -> Iterator[tuple[int, Alert]]:
    """The open alerts beneath one, each with its depth from 1 on, the worst of one level first and its own right after it."""
    ahead, seen = [(0, alert_id)], {alert_id}
    while ahead:
        depth, id = ahead.pop()
        if depth and (alert := fleet[Alert].get(id)) is not None:
            yield depth, alert
        children = [alert for child in fleet.index(AlertTree).children(id) if (alert := fleet[Alert].get(child))]
        for child in reversed(in_order(children, WORST_FIRST)):
            if child.id not in seen:
                seen.add(child.id)
                ahead.append((depth + 1, child.id))


def unfolded(
    fleet: Fleet, roots: Sequence[Alert], asked: Callable[[Alert], bool] = lambda alert: True
) -> Iterator[tuple[int, Alert]]:
    """The roots in their order, each followed by what is beneath it and asked for."""
    for root in roots:
        yield 0, root
        yield from ((depth, alert) for depth, alert in beneath(fleet, root.id) if asked(alert))


def branch(row: dict[str, Any], depth: int) -> dict[str, Any]:
    """A row of the tree: its name is set in by its depth."""
    return row if not depth else {**row, 'name': '\u2003' * (depth - 1) + '\u2514 ' + row['name']}


class BeneathTopic(ListTopic):
    """What an alert explains: open ones as a tree, and those that are over."""

    kinds = (Alert,)

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._over: dict[str, Alert] = {}
        self._known: dict[str, Alert] = {}

    async def open(self) -> None:
        """Read those that are over."""
        query = AlertQuery(under=self.id)
        rows = await self.store.cleared_alerts(self.fleet.enterprise.id, query, NEWEST_FIRST, limit=MOST_READ)
        self._over = {row.id: seen for row in rows if (seen := self.fleet.shown(row)) is not None}

    def patch(self, news: News) -> dict[str, Any] | None:
        """One that was cleared while the page is open goes on being told of."""
        for id in news.of(Alert) & self._known.keys():
            if id not in self.fleet[Alert]:
                self._over[id] = ended_by(self._known[id], None, self.clock())
        return super().patch(news)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per alert."""
        found = list(beneath(self.fleet, self.id))
        self._known = {alert.id: alert for _, alert in found}
        for depth, alert in found:
            yield branch(alert_row(self.fleet, alert), depth - 1)
        yield from (alert_row(self.fleet, alert) for id, alert in self._over.items() if id not in self._known)
