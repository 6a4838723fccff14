"""Maintenance windows as people and programs plan them, and the clock that begins and ends them.

What a window does to a tower is what a person does who puts it into maintenance until a moment: there is one maintenance of a tower.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from math import inf
from typing import Any

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.reevaluation import Reevaluation
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid
from domain.common.ids import new_id
from domain.common.text import natural
from domain.common.versions import check_version, differences
from domain.maintenance.ahead import Ahead
from domain.maintenance.covering import covered
from domain.maintenance.events import (
    MaintenanceBegun,
    MaintenanceEnded,
    MaintenanceExtended,
    MaintenanceWindowRetired,
    MaintenanceWindowSaved,
)
from domain.maintenance.input import NewMaintenanceWindow, checked_window
from domain.maintenance.model import MaintenanceWindow, Occurrence
from domain.maintenance.recurrence import LONGEST_MIN, occurrences
from domain.towers.model import BY_HAND, Tower
from domain.towers.service import TowerService

MOST_ROWS = 500
_FIELDS = ('name', 'zone', 'starts_on', 'length_min', 'rule', 'towers', 'regions', 'operators', 'labels', 'below')


class MaintenanceService:
    """Those who answer alerts read windows; who may plan maintenance for the whole enterprise sets them up."""

    def __init__(self, *, transactor: Transactor, towers: TowerService, reevaluation: Reevaluation) -> None:
        self._transactor = transactor
        self._towers = towers
        self._reevaluation = reevaluation
        self._ahead: dict[str, Ahead] = {}
        self._labels: dict[str, dict[str, Mapping[str, str]]] = {}
        transactor.changed.subscribe(lambda changed: self._ahead_of(changed.enterprise).moved(changed))

    def now(self) -> float:
        """Epoch seconds."""
        return self._transactor.clock()

    def rows(self, actor: Actor) -> list[MaintenanceWindow]:
        """Those that last now first, then by name."""
        actor.require(Permission.CHANNELS_READ)
        rows = self._transactor.fleets.of(actor.enterprise)[MaintenanceWindow].values()
        return sorted(rows, key=lambda row: (row.until is None, natural(row.name), row.id))

    def read(self, actor: Actor, id: str) -> MaintenanceWindow:
        """One of them, or ``NotFound``."""
        actor.require(Permission.CHANNELS_READ)
        return self._transactor.fleets.of(actor.enterprise).need(MaintenanceWindow, id)

    def following(self, row: MaintenanceWindow, count: int = 3) -> list[Occurrence]:
        """The next occurrences that have not begun."""
        now = self.now()
        ahead = (one for one in occurrences(row, now) if one.starts_at > max(now, row.begun or 0.0))
        return list(islice(ahead, count))

    def towers_of(self, row: MaintenanceWindow) -> frozenset[str]:
        """Ids of the towers that it is of, as they stand now."""
        return covered(self._transactor.fleets.of(row.enterprise), row)

    async def save(self, actor: Actor, new: NewMaintenanceWindow, id: str = '', version: int = 0) -> MaintenanceWindow:
        """Set up a window, or with an ``id`` change it; ``Stale`` unless ``version`` is the newest. One that lasts goes on as it began."""
        actor.require(Permission.MAINTENANCE_WRITE)

        def decide(tx: Transaction) -> MaintenanceWindow:
            before = tx.need(MaintenanceWindow, actor.enterprise, id) if id else None
            if before is not None:
                check_version(before.version, version)
                _check_own(before)
            checked = checked_window(tx.fleet(actor.enterprise), new)
            said: dict[str, Any] = {name: getattr(checked, name) for name in _FIELDS}
            made = MaintenanceWindow(
                id=new_id(), enterprise=actor.enterprise, created_at=tx.now, changed_at=tx.now, **said
            )
            after = replace(before, **said) if before is not None else made
            if (
                before is None
                and sum(
                    row.retired_at is None and not row.calendar for row in tx.all(MaintenanceWindow, actor.enterprise)
                )
                >= MOST_ROWS
            ):
                raise Conflict(f'there are {MOST_ROWS}; remove one first')
            if after == before:
                return after
            if next(occurrences(after, tx.now), None) is None:
                raise Invalid('it never takes place from now on', field='rule' if after.rule else 'starts_on')
            if before is not None:
                after = replace(after, changed_at=tx.now, version=before.version + 1)
            tx.put(after)
            changes = differences(before, after, _FIELDS)
            tx.note(MaintenanceWindowSaved(**tx.about(after, actor.name), created=before is None, changes=changes))
            return after

        row = await self._transactor.transact(decide, actor=actor)
        await self.review(actor.enterprise)
        return self._newest(row)

    async def begin(self, actor: Actor, id: str, version: int) -> MaintenanceWindow:
        """Begin the next occurrence now, and end it when its length has passed; ``Conflict`` while one lasts."""

        def change(tx: Transaction, row: MaintenanceWindow) -> MaintenanceWindow:
            if row.until is not None:
                raise Conflict('it lasts already')
            ahead = next((one for one in occurrences(row, tx.now) if one.starts_at > (row.begun or 0.0)), None)
            if ahead is None:
                raise Conflict('there is no further one: plan another window')
            until = float(round(tx.now + ahead.ends_at - ahead.starts_at))  # whole, as programs read and send it back
            tx.note(_begun(tx, row, until, actor.name, early=True))
            return replace(row, begun=ahead.starts_at, until=until)

        return await self._act(actor, id, version, change)

    async def extend(self, actor: Actor, id: str, version: int, until: float) -> MaintenanceWindow:
        """It lasts until then (epoch seconds); ``Conflict`` unless it lasts now."""

        def change(tx: Transaction, row: MaintenanceWindow) -> MaintenanceWindow:
            if row.until is None:
                raise Conflict('it does not last now')
            if not tx.now < until <= tx.now + LONGEST_MIN * 60:
                raise Invalid('must be still to come, within 31 days', field='until')
            lasts = float(round(until))
            tx.note(MaintenanceExtended(**tx.about(row, actor.name), until=lasts, before=row.until))
            return replace(row, until=lasts)

        return await self._act(actor, id, version, change)

    async def end(self, actor: Actor, id: str, version: int) -> MaintenanceWindow:
        """It is over before its time; ``Conflict`` unless it lasts now. The next occurrence takes place as planned."""

        def change(tx: Transaction, row: MaintenanceWindow) -> MaintenanceWindow:
            if row.until is None:
                raise Conflict('it does not last now')
            tx.note(MaintenanceEnded(**tx.about(row, actor.name), planned=row.until))
            return replace(row, until=None)

        return await self._act(actor, id, version, change)

    async def retire(self, actor: Actor, id: str, version: int) -> None:
        """It takes place no more; one that lasts is over with it."""

        def change(tx: Transaction, row: MaintenanceWindow) -> MaintenanceWindow:
            _check_own(row)
            tx.note(MaintenanceWindowRetired(**tx.about(row, actor.name)))
            return replace(row, until=None, retired_at=tx.now)

        await self._act(actor, id, version, change)

    async def review(self, enterprise: str) -> None:
        """Begin what is due and end what is over; run by the clock, and after every change. It costs nothing while nothing is."""
        now, ahead = self.now(), self._ahead_of(enterprise)
        if not ahead.is_due(now):
            return
        for row in ahead.due(self._transactor.fleets.of(enterprise)[MaintenanceWindow].values(), now):
            if row.until is not None and row.until <= now:
                await self._transactor.transact(lambda tx, id=row.id: _over(tx, enterprise, id), enterprise)  # type: ignore[misc]
            elif row.until is None and _due(row, now) is not None:
                await self._transactor.transact(lambda tx, id=row.id: _begin(tx, enterprise, id), enterprise)  # type: ignore[misc]
        await self._apply(enterprise)

    def _ahead_of(self, enterprise: str) -> Ahead:
        return self._ahead.setdefault(enterprise, Ahead(_next_moment))

    async def _act(
        self, actor: Actor, id: str, version: int, change: Callable[[Transaction, MaintenanceWindow], MaintenanceWindow]
    ) -> MaintenanceWindow:
        actor.require(Permission.MAINTENANCE_WRITE)

        def decide(tx: Transaction) -> MaintenanceWindow:
            row = tx.need(MaintenanceWindow, actor.enterprise, id)
            check_version(row.version, version)
            after = replace(change(tx, row), changed_at=tx.now, version=row.version + 1)
            tx.put(after)
            return after

        row = await self._transactor.transact(decide, actor=actor)
        await self._apply(actor.enterprise, by=actor.name)
        return row

    async def _apply(self, enterprise: str, by: str = '') -> None:
        """Towers follow the windows that last: what was cut short by a kill is made up for by the next look."""
        fleet, now = self._transactor.fleets.of(enterprise), self.now()
        lasting = {
            row.id: row for row in fleet[MaintenanceWindow].values() if row.until is not None and row.until > now
        }
        await self._judge_labelled(enterprise, {id: row.labels for id, row in lasting.items() if row.labels})
        marked = [tower for tower in fleet[Tower].values() if tower.maintenance_window is not None]
        wanted = {id: covered(fleet, row) for id, row in lasting.items()}
        left: dict[tuple[str, str], list[str]] = {}
        for tower in marked:
            window = str(tower.maintenance_window).removeprefix(BY_HAND)
            if tower.id not in wanted.get(window, ()):
                others = [row for id, row in lasting.items() if tower.id in wanted[id]]
                longest = max(others, key=lambda row: (row.until or 0.0, row.id), default=None)
                left.setdefault((window, longest.id if longest is not None else ''), []).append(tower.id)
        for (window, other), ids in left.items():
            until = lasting[other].until if other else None
            await self._towers.plan(enterprise, ids, other or window, until, by, instead_of=window)
        for id, row in sorted(lasting.items(), key=lambda pair: pair[1].until or 0.0):
            late = [one for one in wanted[id] if _is_behind(fleet[Tower][one], row)]
            if late:
                await self._towers.plan(enterprise, late, id, row.until, by or f'maintenance window {row.name}')

    async def _judge_labelled(self, enterprise: str, lasting: dict[str, Mapping[str, str]]) -> None:
        """Devices of windows by label are excused from their policies from the begin on, and held to them at the end."""
        before, self._labels[enterprise] = self._labels.get(enterprise, {}), lasting
        for id in before.keys() | lasting.keys():
            if before.get(id) != lasting.get(id):
                for labels in filter(None, (before.get(id), lasting.get(id))):
                    await self._reevaluation.labelled(enterprise, labels)

    def _newest(self, row: MaintenanceWindow) -> MaintenanceWindow:
        return self._transactor.fleets.of(row.enterprise).find(MaintenanceWindow, row.id) or row


def _check_own(row: MaintenanceWindow) -> None:
    if row.calendar:
        raise Conflict('it follows a calendar of planned works: leave its event out there, or end it while it lasts')


def _is_behind(tower: Tower, row: MaintenanceWindow) -> bool:
    if tower.maintenance_window == f'{BY_HAND}{row.id}':
        return False
    if tower.maintenance_window == row.id:
        return tower.maintenance_until != row.until
    return (tower.maintenance_until or 0.0) < (row.until or 0.0)


def _due(row: MaintenanceWindow, now: float) -> Occurrence | None:
    """The occurrence that lasts now and has not begun yet."""
    first = next(occurrences(row, now), None)
    while first is not None and row.begun is not None and first.starts_at <= row.begun:
        first = next(occurrences(row, first.ends_at), None)
    return first if first is not None and first.starts_at <= now < first.ends_at else None


def _next_moment(row: MaintenanceWindow, now: float) -> float:
    """When it ends, while it lasts; else when it begins, which may be over for one that the server slept through in part."""
    if row.until is not None:
        return row.until
    ahead = (one.starts_at for one in occurrences(row, now) if row.begun is None or one.starts_at > row.begun)
    return next(ahead, inf)


def _begin(tx: Transaction, enterprise: str, id: str) -> None:
    row = tx.find(MaintenanceWindow, enterprise, id)
    due = _due(row, tx.now) if row is not None and row.retired_at is None and row.until is None else None
    if row is not None and due is not None:
        tx.put(replace(row, begun=due.starts_at, until=due.ends_at, version=row.version + 1))
        tx.note(_begun(tx, row, due.ends_at))


def _begun(
    tx: Transaction, row: MaintenanceWindow, until: float, by: str = '', *, early: bool = False
) -> MaintenanceBegun:
    towers = len(covered(tx.fleet(row.enterprise), row))
    return MaintenanceBegun(**tx.about(row, by), until=until, towers=towers, early=early)


def _over(tx: Transaction, enterprise: str, id: str) -> None:
    row = tx.find(MaintenanceWindow, enterprise, id)
    if row is not None and row.until is not None and row.until <= tx.now:
        tx.put(replace(row, until=None, version=row.version + 1))
        tx.note(MaintenanceEnded(**tx.about(row), planned=row.until))
