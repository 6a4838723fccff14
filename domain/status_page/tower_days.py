"""How available one tower was on each of the last days, from its journal and its checks, with planned works counted and without."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.checks.model import CheckStore
from domain.fleet.fleet import Fleet
from domain.status_page.days import DayShares, last_days, shares
from domain.status_page.model import Day
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
