"""The towers of an enterprise: added, changed, put into maintenance, retired; what polling says of them, and what follows."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial

from domain.access.actors import Actor
from domain.access.enterprises import Enterprise
from domain.access.permissions import Permission
from domain.cellular.cells import cell_of
from domain.changes.noting import write_note
from domain.changes.reevaluation import Reevaluation
from domain.changes.store import Store
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.checks.input import check_targets
from domain.checks.model import CheckResult, CheckState, CheckStatus
from domain.checks.state import next_check_state
from domain.common.errors import NotFound
from domain.common.ids import new_id
from domain.common.versions import check_version, differences
from domain.common.web_addresses import Refusing, not_refused
from domain.journal.model import Subject
from domain.towers.alerts import (
    LATE,
    areas_changed,
    is_polling_impaired,
    poller_stands,
    polling_impaired,
    polling_recovered,
    tower_checked,
)
from domain.towers.certificates import certificate_seen
from domain.towers.events import TowerCheckFailed, TowerNoted, TowerSaved
from domain.towers.input import NewTower, tower_of
from domain.towers.live import OnTower, tower_state
from domain.towers.lookup import check_cells, check_parent, check_region, need_tower, with_parent
from domain.towers.maintenance import put_into_maintenance
from domain.towers.model import Tower, TowerStatus
from domain.towers.retirement import restore, retire
from domain.towers.rollup import Moved, roll_up
from domain.towers.together.alerts import tell_what_waits, waits_to_be_told

MOST_AT_ONCE = 100
"""Towers that a maintenance window moves in one transaction."""
_FIELDS = (
    'name',
    'kind',
    'operator',
    'region',
    'latitude',
    'longitude',
    'parent',
    'backups',
    'power',
    'cells',
    'checks',
    'maintenance_until',
)


class TowerService:
    """Changes to towers, and the way of a check result.

    ``refused`` says why a host may not be polled, empty when it may: a person who adds a tower reads it at once; no tower is called down
    that was never asked.
    """

    def __init__(
        self,
        *,
        transactor: Transactor,
        reevaluation: Reevaluation,
        store: Store,
        refused: Refusing = not_refused,
    ) -> None:
        self._store = store
        self._transactor = transactor
        self._reevaluation = reevaluation
        self._refused = refused

    async def add(self, actor: Actor, new: NewTower) -> Tower:
        """Add a tower. Raises ``Conflict`` when one of its cells is another tower's."""
        actor.require(Permission.TOWERS_WRITE)
        tower = tower_of(
            Tower(
                id=new_id(), enterprise=actor.enterprise, name='', kind=new.kind, created_at=self._transactor.clock()
            ),
            new,
        )
        check_targets(tower.checks, (), self._refused)
        return await self._save(actor, tower, None)

    async def change(self, actor: Actor, tower_id: str, version: int, new: NewTower) -> Tower:
        """Replace what is said of a tower; ``Stale`` unless ``version`` is its newest. What says nothing new leaves no trace."""
        actor.require(Permission.TOWERS_WRITE)
        before = self._transactor.fleets.seen_by(actor).need(Tower, tower_id)
        tower = tower_of(replace(before, version=version), new)
        check_targets(tower.checks, before.checks, self._refused)
        return await self._save(actor, tower, version)

    async def retire(self, actor: Actor, tower_id: str, version: int) -> Tower:
        """Take a tower out; devices on it are then on a cell that no tower lists."""
        actor.require(Permission.TOWERS_WRITE)

        fleet = self._transactor.fleets.of(actor.enterprise)
        served = list(fleet.index(OnTower).devices(tower_id))
        tower = await self._transactor.transact(lambda tx: retire(tx, actor, tower_id, version), actor=actor)
        await self._reevaluation.devices(actor.enterprise, served, rejoin=True)
        return tower

    async def restore(self, actor: Actor, tower_id: str) -> Tower:
        """Watch a retired tower again; what it depended on and is retired by now is left out. Its state begins as unknown.

        Raises ``Conflict`` when it is not retired, and when one of its cells is another tower's by now.
        """
        actor.require(Permission.TOWERS_WRITE)
        kept = await self._store.get(Tower, actor.enterprise, tower_id)
        if kept is None:
            raise NotFound.of(Tower, tower_id)
        tower, rolled = await self._transactor.transact(lambda tx: restore(tx, actor, kept), actor=actor)
        if cells := {key for cell in tower.cells if (key := cell_of(cell)) is not None}:
            await self._reevaluation.cells(actor.enterprise, cells)
        await self._judge(rolled[1:])
        return tower

    async def note(self, actor: Actor, tower_id: str, text: str, *, key: str = '') -> Tower:
        """Write a note on it, for all who see it. It is no edit: the version stays. The same ``key`` of one actor writes it once."""
        actor.require(Permission.TOWERS_WRITE)

        def find(tx: Transaction) -> Tower:
            return need_tower(tx, actor, tower_id)

        return await write_note(self._transactor, actor, find, TowerNoted, text, key=key)

    async def record_check(self, enterprise: str, tower_id: str, result: CheckResult) -> TowerStatus:
        """Take the answer of a check in: soft, then hard; a changed roll-up raises or clears its alert and re-judges the devices served."""

        def decide(tx: Transaction) -> Moved:
            tower = tx.need(Tower, enterprise, tower_id)
            check = next((check for check in tower.checks if check.id == result.check), None)
            if check is None:
                raise NotFound('the tower has no such check any more')
            before = tx.find(CheckState, enterprise, check.id) or CheckState(check.id, enterprise, tower_id)
            after = next_check_state(before, result, check.max_attempts)
            if after != before:
                tx.put(after)
            if result.asked:
                tx.result(result)
                certificate_seen(tx, tower, result, check.label)
            if after.status is CheckStatus.SOFT or (
                after.status is CheckStatus.FAILING and before.status is not CheckStatus.FAILING
            ):
                tx.note(
                    TowerCheckFailed(
                        at=result.at,
                        enterprise=enterprise,
                        subject=Subject('tower', tower.id, tower.name),
                        check=check.id,
                        label=check.label,
                        attempt=after.attempts,
                        most=check.max_attempts,
                        error=result.error,
                    )
                )
            failing_from = before.since if before.status is CheckStatus.SOFT else result.at
            moved = roll_up(tx, tx.fleet(enterprise), tower, failing_from=failing_from)
            tower_checked(tx, tower, after.turns)
            return moved

        moved = await self._transactor.transact(decide, enterprise)
        await self._judge(moved)
        return moved[0][1].status

    async def polling_impaired(self, enterprise: str, words: str, detail: str) -> None:
        """Towers of this enterprise cannot be asked for a reason that is ours: raise one alert, about this server."""

        def decide(tx: Transaction) -> None:
            if (owner := tx.find(Enterprise, enterprise, enterprise)) is not None:
                polling_impaired(tx, owner, words, detail)

        await self._transactor.transact(decide, enterprise)

    async def polling_recovered(self, enterprise: str) -> None:
        """They can be asked; harmless when they always could."""
        fleet = self._transactor.fleets.of(enterprise)
        if is_polling_impaired(fleet):
            await self._transactor.transact(lambda tx: polling_recovered(tx, fleet.enterprise), enterprise)

    async def poller_stands(self, enterprise: str, because: str | None) -> None:
        """The poller of this server is behind, and why, or keeps up (``None``): one alert while it is."""
        fleet = self._transactor.fleets.of(enterprise)
        if (because is not None) is not (LATE.open_in(fleet, enterprise) is not None):
            await self._transactor.transact(lambda tx: poller_stands(tx, enterprise, because), enterprise)

    async def review_maintenance(self, enterprise: str) -> None:
        """Bring towers whose maintenance has begun or ended up to date; run by the clock."""
        now = self._transactor.clock()
        fleet = self._transactor.fleets.of(enterprise)
        for tower in list(fleet[Tower].values()):
            planned = tower.maintenance_until is not None and tower.maintenance_until > now
            if planned is not (tower_state(fleet, tower.id).status is TowerStatus.MAINTENANCE):
                await self._judge(
                    await self._transactor.transact(partial(_roll_up_newest, enterprise, tower.id), enterprise)
                )

    async def plan(
        self,
        enterprise: str,
        ids: Collection[str],
        window: str,
        until: float | None,
        by: str = '',
        *,
        instead_of: str = '',
    ) -> None:
        """A maintenance window has these towers in maintenance until then, ``None``: no more. What a person or another window has planned
        for longer stays, unless that is the one ``instead_of`` which this one comes."""
        for begin in range(0, len(ids), MOST_AT_ONCE):
            part = sorted(ids)[begin : begin + MOST_AT_ONCE]
            decide = partial(
                put_into_maintenance,
                enterprise=enterprise,
                ids=part,
                window=window,
                until=until,
                by=by,
                instead_of=instead_of,
            )
            for moved in await self._transactor.transact(decide, enterprise):
                await self._judge(moved)

    async def tell(self, enterprise: str) -> None:
        """Announce the alerts that have waited for what explains them; run by the clock."""
        if waits_to_be_told(self._transactor.fleets.of(enterprise)):
            await self._transactor.transact(lambda tx: tell_what_waits(tx, enterprise), enterprise)

    async def _judge(self, moved: Moved) -> None:
        for before, after in moved:
            await self._reevaluation.tower(before, after)

    async def _save(self, actor: Actor, tower: Tower, version: int | None) -> Tower:
        def decide(tx: Transaction) -> tuple[Tower, Tower | None, Moved]:
            fleet = tx.fleet(actor.enterprise)
            before = need_tower(tx, actor, tower.id) if version is not None else None
            if before is not None and version is not None:
                check_version(before.version, version)
            check_region(actor, tower.region)
            after = with_parent(tx, actor, before, tower)
            changes = differences(before, after, _FIELDS)
            if before is not None and not changes:
                return before, before, []
            check_cells(tx, actor, after)
            check_parent(tx, after)
            after = replace(after, version=before.version + 1) if before is not None else after
            tx.put(after)
            tx.note(TowerSaved(**tx.about(after, actor.name), created=before is None, changes=changes))
            areas_changed(tx, before, after)
            return after, before, roll_up(tx, fleet, after)

        fleet = self._transactor.fleets.of(actor.enterprise)
        after, before, rolled = await self._transactor.transact(decide, actor=actor)
        old = {(cell_of(cell), cell.tac) for cell in before.cells} if before is not None else set()
        moved = {key for key, _ in old ^ {(cell_of(cell), cell.tac) for cell in after.cells} if key is not None}
        if moved:
            await self._reevaluation.cells(actor.enterprise, moved)
        await self._reevaluation.devices(actor.enterprise, list(fleet.index(OnTower).devices(after.id)))
        await self._judge(rolled[1:])
        return after


def _roll_up_newest(enterprise: str, tower_id: str, tx: Transaction) -> Moved:
    return roll_up(tx, tx.fleet(enterprise), tx.need(Tower, enterprise, tower_id))
