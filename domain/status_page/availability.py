"""Takes down how the components of status pages stand, look by look, and keeps their days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.fleet.fleet import Fleet
from domain.status_page.days import added
from domain.status_page.live import page_of
from domain.status_page.members import members_at, towers_of
from domain.status_page.model import Availability, Component, ComponentKind, Day, StatusPage
from domain.status_page.past import days_before
from domain.status_page.status import MemberCounts
from domain.status_page.tower_days import TowerHistory, past_of

KEPT_EVERY_S = 300.0
"""So often days are stored while nothing happens; a kill loses at most as much, which then stays a gap."""
LONGEST_S = 30.0
"""Between two looks no more than this counts as observed."""
CLOCK_S = 2.0
"""By more than this the clock must not have moved otherwise than the time that was watched: else it was set, and the look is a gap."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """The days of a component, and what it stood for when they were counted: a component that was given another target begins anew."""

    target: tuple[ComponentKind, str]
    days: tuple[Day, ...]


@dataclass(slots=True)
class _Looks:
    """What an enterprise's last look has seen: when (by the clock, and in watched seconds), and how each component stood."""

    at: float
    watched: float
    kept_at: float
    members: dict[str, MemberCounts] = field(default_factory=dict)
    days: dict[str, Tracked] = field(default_factory=dict)


class AvailabilityService:
    """Looks at each enterprise that has a status page every few seconds; what was seen last counts until the next look.

    A component that is new begins with what is kept of its towers (:mod:`domain.status_page.past`).
    """

    def __init__(self, *, transactor: Transactor, store: TowerHistory) -> None:
        self._transactor = transactor
        self._store = store
        self._looks: dict[str, _Looks] = {}
        self._begun: set[tuple[str, ComponentKind, str]] = set()

    async def look(self, enterprise: str) -> None:
        """Count the time since the last look; run by the clock."""
        fleet = self._transactor.fleets.of(enterprise)
        page, watch = page_of(fleet), self._transactor.fleets.watch
        last = self._looks.get(enterprise)
        if page is None:
            return
        if watch.is_blind:
            if last is not None:
                last.members.clear()  # nothing can be taken in: a gap is better than a wrong day
            return
        began = await self._before(fleet, page, last.days if last is not None else {})
        now, watched = self._transactor.clock(), watch.now()
        if last is None:
            last = self._looks[enterprise] = _Looks(now, watched, now)
        last.days |= began
        passed = watched - last.watched
        is_whole = 0 < passed <= LONGEST_S and abs((now - last.at) - passed) <= CLOCK_S
        moved = bool(began)
        for id, component in page.components.items():
            before, members = last.members.get(id), members_at(fleet, component, now)
            if is_whole and before is not None and before.observed:
                days = added(self._days(fleet, last, component), last.at, now, before)
                last.days[id] = Tracked((component.kind, component.target), days)
            moved = moved or (before is not None and before != members)
            last.members[id] = members
        last.at, last.watched = now, watched
        if last.days and (moved or now - last.kept_at >= KEPT_EVERY_S or now < last.kept_at):
            last.kept_at = now
            await self._keep(enterprise, last)

    def newest(self, enterprise: str, component: Component) -> tuple[Day, ...]:
        """The days of a component, with what is not stored yet."""
        fleet = self._transactor.fleets.of(enterprise)
        last = self._looks.get(enterprise)
        if last is None:
            row = fleet.find(Availability, component.id)
            return row.days if row is not None else ()
        return self._days(fleet, last, component)

    async def _before(self, fleet: Fleet, page: StatusPage, known: Mapping[str, Tracked]) -> dict[str, Tracked]:
        """The days before their first look of components that have none yet; of each that is asked once."""
        found = {}
        for id, component in page.components.items():
            target, row, kept = (component.kind, component.target), fleet.find(Availability, id), known.get(id)
            is_new = kept.target != target if kept is not None else row is None or not row.days
            if not is_new or (id, *target) in self._begun:
                continue
            towers = list(towers_of(fleet, component))
            pasts = [await past_of(self._store, fleet, tower, self._transactor.clock()) for tower in towers]
            self._begun.add((id, *target))
            if days := days_before(self._transactor.clock(), pasts):
                found[id] = Tracked(target, days)
        return found

    async def _keep(self, enterprise: str, last: _Looks) -> None:
        kept = dict(last.days)
        await self._transactor.transact(lambda tx: _put(tx, enterprise, list(kept.items())), enterprise)

    def _days(self, fleet: Fleet, last: _Looks, component: Component) -> tuple[Day, ...]:
        known = last.days.get(component.id)
        if known is not None:
            return known.days if known.target == (component.kind, component.target) else ()
        row = fleet.find(Availability, component.id)
        return row.days if row is not None else ()


def _put(tx: Transaction, enterprise: str, rows: Sequence[tuple[str, Tracked]]) -> None:
    page = tx.find(StatusPage, enterprise, enterprise)
    for id, tracked in rows:
        component = page.components.get(id) if page is not None else None
        if component is None or (component.kind, component.target) != tracked.target:
            continue  # taken off the page meanwhile
        before = tx.find(Availability, enterprise, id) or Availability(id=id, enterprise=enterprise)
        tx.put(replace(before, days=tracked.days, removed_at=None))
