"""Unknown cells as people and programs read and judge them."""

from dataclasses import dataclass, replace
from statistics import median

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid, NotFound
from domain.common.text import clean_text
from domain.common.versions import check_version
from domain.devices.alerts import COPIED_IDENTITY, FOREIGN_NETWORK, key_of
from domain.devices.model import SignalStore
from domain.devices.unknown_cells.alerts import MOST_REASON, close_alerts
from domain.devices.unknown_cells.events import CellJudged, CellListed
from domain.devices.unknown_cells.model import LONGEST_TRUST_S, CellStanding, UnknownCell
from domain.devices.unknown_cells.review import ask_again
from domain.devices.unknown_cells.surroundings import ABOUT_ITS_ALERTS, there_now, tower_that_lists
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower
from domain.towers.service import TowerService

SPREAD_S = 7 * 86_400.0
MOST_ASKED, MOST_SAMPLES = 20, 500
"""Of how many devices, the newest, the signal is read, and how many points of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSpread:
    """RSRP in dBm of ``count`` observations on the cell in the last week, by ``devices``; ``None`` where none was told."""

    count: int
    devices: int
    weakest: float | None = None
    middle: float | None = None
    strongest: float | None = None


class UnknownCellService:
    """Who reads alerts reads them. What a cell is, is said for the whole enterprise, by those who may silence alerts."""

    def __init__(self, *, transactor: Transactor, store: SignalStore, towers: TowerService) -> None:
        self._transactor = transactor
        self._store = store
        self._towers = towers

    def now(self) -> float:
        """Epoch seconds."""
        return self._transactor.clock()

    def rows(self, actor: Actor) -> list[UnknownCell]:
        """Those that the actor sees, the newest first."""
        actor.require(Permission.ALERTS_READ)
        rows = self._transactor.fleets.seen_by(actor)[UnknownCell].values()
        return sorted(rows, key=lambda row: (-row.last_at, row.id))

    def read(self, actor: Actor, id: str) -> UnknownCell:
        """One of them, or ``NotFound``."""
        actor.require(Permission.ALERTS_READ)
        return self._transactor.fleets.seen_by(actor).need(UnknownCell, id)

    async def spread(self, actor: Actor, id: str) -> SignalSpread:
        """How strong it was, from the kept observations of the devices that were on it last."""
        return await spread_of(self._store, self.read(actor, id), self.now())

    async def judge(
        self,
        actor: Actor,
        id: str,
        standing: CellStanding,
        *,
        version: int | None = None,
        reason: str = '',
        until: float | None = None,
    ) -> UnknownCell:
        """Trust it ``until`` then (epoch seconds), say that it is a false one, or take back what was said.

        Trusted, its open alerts are closed with a comment and none is raised. A false one is critical, and so for the devices on it now.
        """
        actor.require(Permission.SILENCES_WRITE)
        said = clean_text(reason, 'reason', most=MOST_REASON)
        if standing is not CellStanding.UNKNOWN and not said:
            raise Invalid('say why', field='reason')

        def decide(tx: Transaction) -> UnknownCell:
            before = tx.need(UnknownCell, actor.enterprise, id)
            if before.ended_at is not None:
                raise NotFound.of(UnknownCell, id)
            if version is not None:
                check_version(before.version, version)
            end = _end(standing, until, tx.now)
            after = replace(
                before,
                trusted_until=end,
                rogue_at=tx.now if standing is CellStanding.ROGUE else None,
                by=actor.name,
                reason=said,
                version=before.version + 1,
            )
            tx.put(after)
            closed = 0
            if standing is not before.standing_at(tx.now):
                rules = (FOREIGN_NETWORK, COPIED_IDENTITY) if standing is CellStanding.ROGUE else ABOUT_ITS_ALERTS
                closed = close_alerts(tx, after, _closing(standing, said), rules)
            about = tx.about(after, actor.name)
            tx.note(CellJudged(**about, standing=standing.value, until=end, reason=said, closed=closed))
            if standing is not CellStanding.TRUSTED:
                fleet = tx.fleet(actor.enterprise)
                ask_again(tx, fleet, there_now(fleet, after))
            return tx.need(UnknownCell, actor.enterprise, id)

        return await self._transactor.transact(decide, actor=actor)

    async def list_at(self, actor: Actor, id: str, tower_id: str) -> Tower:
        """The cell is one of that tower's from now on: devices on it are served by it, and its alert ends."""
        cell = self.read(actor, id)
        fleet = self._transactor.fleets.seen_by(actor)
        if (lists := tower_that_lists(fleet, cell)) is not None:
            raise Conflict(f'{lists.name} lists it already')
        try:
            tower = fleet.need(Tower, tower_id)
        except NotFound as missing:
            raise Invalid('there is no tower of that id', field='tower_id') from missing
        after = await self._towers.change(actor, tower.id, tower.version, _with_cell(tower, cell))

        def decide(tx: Transaction) -> None:
            row = tx.need(UnknownCell, actor.enterprise, id)
            tx.note(CellListed(**tx.about(row, actor.name), tower=after.id, tower_name=after.name))
            close_alerts(tx, row, f'It is listed at {after.name}')

        await self._transactor.transact(decide, actor=actor)
        return after


async def spread_of(store: SignalStore, cell: UnknownCell, now: float) -> SignalSpread:
    """How strong a cell was, as far as its witnesses are known here."""
    found, heard = list[float](), 0
    for one in sorted(cell.sightings, key=lambda one: -one.last_at)[:MOST_ASKED]:
        rows = await store.samples(cell.enterprise, one.device, now - SPREAD_S, now, MOST_SAMPLES)
        here = [row.radio for row in rows if key_of(row.radio.cell, row.radio.rat) == cell.key]
        heard += bool(here)
        found += [radio.rsrp for radio in here if radio.rsrp is not None]
    if not found:
        return SignalSpread(count=0, devices=heard)
    return SignalSpread(count=len(found), devices=heard, weakest=min(found), middle=median(found), strongest=max(found))


def _end(standing: CellStanding, until: float | None, now: float) -> float | None:
    if standing is not CellStanding.TRUSTED:
        if until is not None:
            raise Invalid('only trust has an end', field='until')
        return None
    if until is None:
        raise Invalid('say until when it is trusted', field='until')
    if not now < until <= now + LONGEST_TRUST_S:
        raise Invalid('must be to come, and within a year', field='until')
    return until


def _closing(standing: CellStanding, reason: str) -> str:
    if standing is CellStanding.TRUSTED:
        return f'The cell is trusted: {reason}'
    return (
        f'The cell is a false one: {reason}'
        if standing is CellStanding.ROGUE
        else 'What was said of the cell was taken back'
    )


def _with_cell(tower: Tower, cell: UnknownCell) -> NewTower:
    listed = Cell(rat=cell.rat, mcc=cell.mcc, mnc=cell.mnc, tac=cell.tac, cell_id=cell.cell_id)
    return NewTower(
        name=tower.name,
        kind=tower.kind,
        operator=tower.operator,
        region=tower.region,
        latitude=tower.latitude,
        longitude=tower.longitude,
        parent_id=tower.parent,
        backup_ids=tower.backups,
        power_ids=tower.power,
        cells=(*tower.cells, listed),
        checks=tower.checks,
        maintenance_until=tower.maintenance_until,
    )
