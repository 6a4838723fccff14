"""How available one tower was on each of the last days, from its journal and its checks, with planned works counted and without."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.checks.model import CheckStore
from domain.common.errors import Invalid
from domain.desks.model import Desk, View
from domain.fleet.fleet import Fleet
from domain.status_page.days import DayShares, last_days, shares
from domain.status_page.model import DAYS, Day
from domain.status_page.past import TowerPast, days_before, first_day
from domain.towers.events import TowerStatusChanged
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerStatus

MOST_RESULTS = 100_000
"""Results of one tower that are read at once: a day of them, and one for every quarter of an hour of the 89 before, of ten checks."""
STEP = 1000
"""Entries of the journal that are read at once."""
SPANS = (7, 30, 90)
"""Days that are told together, the one that is under way included."""
FRESH_S = 60.0
MOST_KEPT = 500
"""Towers whose days are kept for :data:`FRESH_S`: reading those of one takes a tenth of a second."""


COLUMNS = frozenset({'available', 'with_works', 'availability'})
"""The columns of the list of towers that tell of it. They are counted while a person has one of them in a list or a view."""
LISTED_DAYS = 30
AGAIN_S = 3600.0
"""Of a tower in a list it is counted anew after so long."""
LOOK_S = 0.25
"""So long one look of the clock counts towers for lists, whatever there is to count."""


class TowerHistory(Store, CheckStore, Protocol):
    """What is read of the past of towers: their checks and their journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanAvailability:
    """Of the last ``days`` days: both numbers, and the seconds that were observed, and of those down and in maintenance."""

    days: int
    shares: DayShares
    observed_s: float
    down_s: float
    maintenance_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerAvailability:
    """As it was known at ``at`` (epoch seconds): ``days`` are the last 90, oldest first, ``None`` where nothing was observed."""

    at: float
    spans: tuple[SpanAvailability, ...]
    days: tuple[Day | None, ...]


class TowerAvailabilityService:
    """Reads it for who may see the tower; what was read is good for a minute."""

    def __init__(self, *, transactor: Transactor, store: TowerHistory) -> None:
        self._transactor = transactor
        self._store = store
        self._kept: OrderedDict[str, TowerAvailability] = OrderedDict()
        self._listed: dict[str, dict[str, tuple[float, DayShares]]] = {}

    async def of_tower(self, actor: Actor, tower_id: str) -> TowerAvailability:
        """``NotFound`` for a tower that is not there or not seen; ``Unavailable`` while the store is away."""
        actor.require(Permission.TOWERS_READ)
        fleet = self._transactor.fleets.seen_by(actor)
        tower, now = fleet.need(Tower, tower_id), self._transactor.clock()
        known = self._kept.get(tower.id)
        if known is None or not 0 <= now - known.at < FRESH_S:
            known = availability_at(now, days_before(now, [await past_of(self._store, fleet, tower, now)]))
            self._kept[tower.id] = known
            self._kept.move_to_end(tower.id)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return known

    async def of_towers(self, actor: Actor, towers: Sequence[Tower], days: int) -> list[SpanAvailability]:
        """That of the last ``days`` of each of a few towers, in their order; as :meth:`of_tower`."""
        if not 1 <= days <= DAYS:
            raise Invalid(f'must be 1 to {DAYS}', field='days')
        found = [await self.of_tower(actor, tower.id) for tower in towers]
        return [_span(list(one.days[-days:]), days) for one in found]

    def listed(self, enterprise: str, tower_id: str) -> DayShares | None:
        """That of the last :data:`LISTED_DAYS` days as it was counted for lists; ``None`` where it is not yet, or no person asks for it."""
        known = self._listed.get(enterprise, {}).get(tower_id)
        return known[1] if known is not None else None

    async def keep_up(self, enterprise: str) -> int:
        """Count some towers for the lists of those who want it, the one that was counted longest ago first; how many. Run by the clock,
        so that a list only looks up what is known. While no person wants it, it costs nothing and nothing is kept."""
        fleet, now = self._transactor.fleets.of(enterprise), self._transactor.clock()
        if not _is_wanted(fleet):
            self._listed.pop(enterprise, None)
            return 0
        before = self._listed.get(enterprise, {})
        known = self._listed[enterprise] = {id: one for id, one in before.items() if id in fleet[Tower]}
        due = [id for id in fleet[Tower] if id not in known or not 0 <= now - known[id][0] < AGAIN_S]
        due.sort(key=lambda id: known[id][0] if id in known else 0.0)
        began, count = monotonic(), 0
        for id in due:
            tower = fleet[Tower].get(id)
            if tower is not None:
                days = days_before(now, [await past_of(self._store, fleet, tower, now)])
                shown = [day for day in last_days(days, now)[-LISTED_DAYS:] if day is not None]
                known[id], count = (now, shares(shown)), count + 1
            if monotonic() - began >= LOOK_S:
                break
        return count


def _is_wanted(fleet: Fleet) -> bool:
    chosen = [desk.columns.get('towers', ()) for desk in fleet[Desk].values()]
    chosen += [view.columns for view in fleet[View].values() if view.list == 'towers']
    return any(not COLUMNS.isdisjoint(columns) for columns in chosen)


def availability_at(now: float, days: tuple[Day, ...]) -> TowerAvailability:
    """What the days of a tower say together."""
    shown = last_days(days, now)
    return TowerAvailability(at=now, spans=tuple(_span(shown[-count:], count) for count in SPANS), days=tuple(shown))


def _span(days: list[Day | None], count: int) -> SpanAvailability:
    known = [day for day in days if day is not None]
    return SpanAvailability(
        days=count,
        shares=shares(known),
        observed_s=sum(day.observed_s for day in known),
        down_s=sum(day.down_s for day in known),
        maintenance_s=sum(day.maintenance_s for day in known),
    )


async def past_of(store: TowerHistory, fleet: Fleet, tower: Tower, now: float) -> TowerPast:
    """What is kept of a tower for the days that are shown. Raises ``Unavailable`` while the store is away."""
    since, enterprise = first_day(now), fleet.enterprise.id
    turns: list[tuple[float, TowerStatus, TowerStatus]] = []
    before: int | None = None
    while True:
        told = await store.journal_before(enterprise, before, STEP, subject=('tower', tower.id))
        entries = [one.entry for one in told]
        turns += [
            (entry.at, TowerStatus(entry.before), TowerStatus(entry.after))
            for entry in entries
            if isinstance(entry, TowerStatusChanged)
        ]
        if len(told) < STEP or entries[-1].at < since:
            break
        before = told[-1].sequence
    results = await store.check_results(enterprise, tower.id, since, MOST_RESULTS)
    return TowerPast(
        watched=[result.at for result in results],
        turns=turns[::-1],
        now=tower_state(fleet, tower.id).status,
        interval_s=max((check.interval_s for check in tower.checks), default=0.0),
    )
