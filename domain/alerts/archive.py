"""Which alerts are asked for, open and cleared ones alike, and in which order they are shown; what the store is asked of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Protocol

from domain.alerts.model import AlarmType, Alert
from domain.common.severity import RANK, Severity
from domain.common.text import folded
from domain.fleet.fleet import Fleet

STEP = 500
MOST_READ = 10_000
"""Cleared alerts that are looked at for one question of a person with a narrowed role, the newest of them."""

Counts = Mapping[tuple[Severity, AlarmType], int]
"""How many alerts there are, by severity and type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertQuery:
    """What to look for; empty fields ask for nothing. An alert fits that was open at some moment from ``since`` (epoch seconds) on and
    before ``until``. ``text`` stands anywhere in the problem, the name of the object, or the detail, in any case.

    The severity of a cleared alert is that of its worst. ``under`` asks for those that an alert explains, ``roots`` for those that none
    does; ``false`` for those that people marked as a false alarm.
    """

    severities: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    object_kinds: tuple[str, ...] = ()
    object_id: str | None = None
    since: float | None = None
    until: float | None = None
    text: str = ''
    under: str | None = None
    roots: bool = False
    false: bool = False

    def fits(self, alert: Alert) -> bool:
        """True for an alert that is looked for."""
        return all(test(alert) for test in self._tests())

    def among(self, alerts: Iterable[Alert]) -> list[Alert]:
        """Those that are looked for, in their order. What is not asked for is not tested: there may be ten thousand."""
        found = list(alerts)
        for test in self._tests():
            found = list(filter(test, found))
        return found

    def _tests(self) -> Iterator[Callable[[Alert], bool]]:
        """What an alert must pass, the costly one last."""
        if severities := self.severities:
            yield lambda alert: alert.severity in severities
        if types := self.types:
            yield lambda alert: alert.alarm_type in types
        if causes := self.causes:
            yield lambda alert: alert.probable_cause in causes
        if kinds := self.object_kinds:
            yield lambda alert: alert.object_kind in kinds
        if (object_id := self.object_id) is not None:
            yield lambda alert: alert.object_id == object_id
        if (under := self.under) is not None:
            yield lambda alert: alert.parent == under
        if self.roots:
            yield lambda alert: alert.parent is None
        if self.false:
            yield lambda alert: alert.false_at is not None
        if (until := self.until) is not None:
            yield lambda alert: alert.raised_at < until
        if (since := self.since) is not None:
            yield lambda alert: alert.cleared_at is None or alert.cleared_at >= since
        if text := folded(self.text):
            yield (
                lambda alert: (
                    text in folded(alert.problem) or text in folded(alert.object_name) or text in folded(alert.detail)
                )
            )


@dataclass(frozen=True, slots=True)
class AlertOrder:
    """Of those that are equal in ``by`` the one that was raised last comes first."""

    by: str = 'raised'
    down: bool = True


NEWEST_FIRST = AlertOrder()


def in_order(alerts: Iterable[Alert], order: AlertOrder) -> list[Alert]:
    """The alerts in that order. It is that of the store's ``ORDER BY``; an open alert, which has no end, stands as if it ended now."""
    rows = sorted(alerts, key=attrgetter('raised_at', 'id'), reverse=True)
    return rows if order == NEWEST_FIRST else sorted(rows, key=_VALUES[order.by], reverse=order.down)


def stands_before(one: Alert, other: Alert, order: AlertOrder) -> bool:
    """True when the first of two stands before the other."""
    return in_order((one, other), order)[0] is one


_VALUES: Mapping[str, Callable[[Alert], Any]] = {
    'severity': lambda alert: RANK[alert.severity],
    'raised': attrgetter('raised_at'),
    'cleared': lambda alert: alert.cleared_at if alert.cleared_at is not None else float('inf'),
    'devices': lambda alert: alert.devices if alert.is_open else alert.peak_devices,
    'lasted': lambda alert: alert.lasted_s if alert.lasted_s is not None else float('inf'),
    'object': attrgetter('object_name'),
}
ORDERS = tuple(_VALUES)


class AlertStore(Protocol):
    """What is asked of the store about alerts. Every read names its enterprise."""

    async def cleared_alerts(
        self, enterprise: str, query: AlertQuery, order: AlertOrder, *, skip: int = 0, limit: int
    ) -> list[Alert]:
        """Cleared alerts that fit, in that order, after ``skip`` others."""

    async def alerts_before(
        self, enterprise: str, query: AlertQuery, *, is_open: bool | None, before: str | None, limit: int
    ) -> list[Alert]:
        """Alerts that fit (open ones, cleared ones, or both), newest id first, older than the id ``before``."""

    async def cleared_counts(self, enterprise: str, query: AlertQuery) -> Counts:
        """How many cleared alerts fit, by severity and type."""


async def page_before(
    fleet: Fleet, store: AlertStore, query: AlertQuery, *, is_open: bool | None, before: str | None, limit: int
) -> tuple[list[Alert], str | None]:
    """As :meth:`AlertStore.alerts_before`, of what ``fleet`` shows; and the id to go on from, ``None`` at the end."""
    step = STEP if fleet.scope else limit + 1
    found: list[Alert] = []
    for _ in range(MOST_READ // STEP):
        rows = await store.alerts_before(fleet.enterprise.id, query, is_open=is_open, before=before, limit=step)
        for row in rows:
            if len(found) == limit:
                return found, before
            if (seen := fleet.shown(row)) is not None and query.fits(seen):
                found.append(seen)
            before = row.id
        if len(rows) < step:
            return found, None
    return found, before
