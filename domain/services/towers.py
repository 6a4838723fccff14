"""The towers of an enterprise: added, changed, put into maintenance, retired; what polling says of them, and what follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from domain.access import Actor, Permission
from domain.alerting import clear_alert, raise_alert
from domain.alerts import AlarmType, ProbableCause
from domain.draft import Draft
from domain.edits import check_version, differences
from domain.errors import Conflict, Invalid, NotFound
from domain.fleet import Fleet
from domain.ids import new_id
from domain.journal import Subject, TowerCheckFailed, TowerRetired, TowerSaved, TowerStatusChanged
from domain.policies import Severity
from domain.radio import Radio, check_radio
from domain.reconsider import Reconsider
from domain.road import Road
from domain.text import clean_line
from domain.towers import (
    Cell,
    Check,
    CheckKind,
    CheckResult,
    CheckState,
    CheckStatus,
    Tower,
    TowerKind,
    TowerState,
    TowerStatus,
    next_check_state,
    tower_status,
)

CRITICAL_SHARE = 0.05
"""A dead tower that serves this part of the fleet (and at least 20 devices) is critical; any other dead tower is major."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTower:
    """What a person or program says of a tower, see :class:`domain.towers.Tower`; ids of checks may be left empty."""

    name: str
    kind: TowerKind = TowerKind.MACRO
    operator: str = ''
    region: str = ''
    latitude: float | None = None
    longitude: float | None = None
    parent_id: str | None = None
    cells: Sequence[Cell] = ()
    checks: Sequence[Check] = ()
    maintenance_until: float | None = None


class TowerService:
    """Changes to towers, and the road of a check result."""

    def __init__(self, *, road: Road, reconsider: Reconsider) -> None:
        self._road = road
        self._reconsider = reconsider

    async def add(self, actor: Actor, new: NewTower) -> Tower:
        """Add a tower. Raises ``Conflict`` when one of its cells is another tower's."""
        actor.require(Permission.TOWERS_WRITE)
        tower = _tower(
            Tower(id=new_id(), enterprise=actor.enterprise, name='', kind=new.kind, created_at=self._road.clock()), new
        )
        return await self._save(actor, tower, None)

    async def change(self, actor: Actor, tower_id: str, version: int, new: NewTower) -> Tower:
        """Replace what is said of a tower; ``Stale`` unless ``version`` is its newest."""
        actor.require(Permission.TOWERS_WRITE)
        before = self._road.fleets.of(actor.enterprise).need(Tower, tower_id)
        return await self._save(actor, _tower(replace(before, version=version), new), version)

    async def retire(self, actor: Actor, tower_id: str, version: int) -> Tower:
        """Take a tower out; devices on it are then on a cell that no tower lists."""
        actor.require(Permission.TOWERS_WRITE)

        def decide(draft: Draft) -> Tower:
            tower = draft.need(Tower, actor.enterprise, tower_id)
            check_version(tower.version, version)
            children = [
                other.name for other in draft.fleet(actor.enterprise).towers.values() if other.parent == tower_id
            ]
            if children:
                raise Conflict(f'it carries the backhaul of {", ".join(children[:3])}; give those another parent first')
            retired = replace(tower, retired_at=draft.now, version=tower.version + 1)
            draft.put(retired)
            clear_alert(draft, actor.enterprise, f'tower/{tower_id}')
            subject = Subject('tower', tower.id, tower.name)
            draft.note(TowerRetired(at=draft.now, enterprise=actor.enterprise, subject=subject, by=actor.name))
            return retired

        fleet = self._road.fleets.of(actor.enterprise)
        served = list(fleet.on_tower(tower_id))
        tower = await self._road.travel(decide)
        await self._reconsider.devices(actor.enterprise, served, rejoin=True)
        return tower

    async def record_check(self, enterprise: str, tower_id: str, result: CheckResult) -> TowerStatus:
        """Take the answer of a check in: soft, then hard; a changed roll-up raises or clears its alert and re-judges the devices served."""

        def decide(draft: Draft) -> tuple[TowerState, TowerState]:
            tower = draft.need(Tower, enterprise, tower_id)
            check = next((check for check in tower.checks if check.id == result.check), None)
            if check is None:
                raise NotFound('the tower has no such check any more')
            before = draft.find(CheckState, enterprise, check.id) or CheckState(check.id, enterprise, tower_id)
            after = next_check_state(before, result, check.max_attempts)
            draft.put(after)
            draft.result(result)
            if after.status is CheckStatus.SOFT or (
                after.status is CheckStatus.FAILING and before.status is not CheckStatus.FAILING
            ):
                draft.note(
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
            return roll_up(draft, draft.fleet(enterprise), tower)

        before, after = await self._road.travel(decide)
        if _excuses(before.status) is not _excuses(after.status):
            await self._reconsider.devices(enterprise, list(self._road.fleets.of(enterprise).on_tower(tower_id)))
        return after.status

    async def review_maintenance(self, enterprise: str) -> None:
        """Bring towers whose maintenance has begun or ended up to date; run by the clock."""
        now = self._road.clock()
        fleet = self._road.fleets.of(enterprise)
        for tower in list(fleet.towers.values()):
            planned = tower.maintenance_until is not None and tower.maintenance_until > now
            if planned is not (fleet.tower_state(tower.id).status is TowerStatus.MAINTENANCE):
                await self._road.travel(lambda draft, tower=tower: roll_up(draft, draft.fleet(enterprise), tower))  # type: ignore[misc]
                await self._reconsider.devices(enterprise, list(fleet.on_tower(tower.id)))

    async def _save(self, actor: Actor, tower: Tower, version: int | None) -> Tower:
        def decide(draft: Draft) -> tuple[Tower, Tower | None]:
            fleet = draft.fleet(actor.enterprise)
            before = draft.need(Tower, actor.enterprise, tower.id) if version is not None else None
            if before is not None and version is not None:
                check_version(before.version, version)
            _check_cells(draft, fleet, tower)
            _check_parent(draft, tower)
            after = replace(tower, version=before.version + 1) if before is not None else tower
            draft.put(after)
            fields = (
                'name',
                'kind',
                'operator',
                'region',
                'latitude',
                'longitude',
                'parent',
                'cells',
                'checks',
                'maintenance_until',
            )
            draft.note(
                TowerSaved(
                    at=draft.now,
                    enterprise=actor.enterprise,
                    subject=Subject('tower', after.id, after.name),
                    by=actor.name,
                    created=before is None,
                    changes=differences(before, after, fields) if before is not None else {},
                )
            )
            roll_up(draft, fleet, after)
            return after, before

        fleet = self._road.fleets.of(actor.enterprise)
        after, before = await self._road.travel(decide)
        old = {cell.key for cell in before.cells} if before is not None else set()
        moved = old ^ {cell.key for cell in after.cells}
        if moved:
            await self._reconsider.cells(actor.enterprise, moved)
        await self._reconsider.devices(actor.enterprise, list(fleet.on_tower(after.id)))
        return after


def roll_up(draft: Draft, fleet: Fleet, tower: Tower) -> tuple[TowerState, TowerState]:
    """Bring the tower's status up to date from its checks; what it was and what it is."""
    enterprise = tower.enterprise
    checks = [
        draft.find(CheckState, enterprise, check.id) or CheckState(check.id, enterprise, tower.id)
        for check in tower.checks
    ]
    maintenance = tower.maintenance_until is not None and tower.maintenance_until > draft.now
    status = tower_status(checks, maintenance=maintenance)
    before = draft.find(TowerState, enterprise, tower.id) or TowerState(tower.id, enterprise)
    because = _because(tower, checks)
    if status is before.status and because == before.because:
        return before, before
    after = TowerState(tower.id, enterprise, status, before.since if status is before.status else draft.now, because)
    draft.put(after)
    devices = len(fleet.on_tower(tower.id))
    if status is not before.status:
        draft.note(
            TowerStatusChanged(
                at=draft.now,
                enterprise=enterprise,
                subject=Subject('tower', tower.id, tower.name),
                before=before.status,
                after=status,
                because=because,
                devices=devices,
            )
        )
    _alert(draft, fleet, tower, status, checks, because, devices)
    return before, after


def _alert(
    draft: Draft,
    fleet: Fleet,
    tower: Tower,
    status: TowerStatus,
    checks: Iterable[CheckState],
    because: str,
    devices: int,
) -> None:
    key = f'tower/{tower.id}'
    hard = any(check.status is CheckStatus.FAILING for check in checks)
    if status is TowerStatus.DOWN or (status is TowerStatus.DEGRADED and hard):
        down = status is TowerStatus.DOWN
        wide = devices >= max(20, CRITICAL_SHARE * len(fleet.devices))
        severity = (Severity.CRITICAL if wide else Severity.MAJOR) if down else Severity.MINOR
        raise_alert(
            draft,
            key=key,
            enterprise=tower.enterprise,
            subject=Subject('tower', tower.id, tower.name),
            alarm_type=AlarmType.COMMUNICATIONS,
            severity=severity,
            cause=ProbableCause.LOSS_OF_SIGNAL if down else ProbableCause.COMMUNICATIONS_SUBSYSTEM_FAILURE,
            problem=f'{tower.name} is {status}',
            detail=because,
            devices=devices,
        )
    elif status in (TowerStatus.UP, TowerStatus.MAINTENANCE):
        clear_alert(draft, tower.enterprise, key)


def _because(tower: Tower, checks: Iterable[CheckState]) -> str:
    parts = []
    for check, state in zip(tower.checks, checks, strict=True):
        if state.status is CheckStatus.SOFT:
            parts.append(f'{check.label}: {state.error} (attempt {state.attempts} of {check.max_attempts})')
        elif state.status is CheckStatus.FAILING:
            parts.append(f'{check.label}: {state.error}')
    return '; '.join(parts)


def _excuses(status: TowerStatus) -> bool:
    return status in (TowerStatus.DOWN, TowerStatus.MAINTENANCE)


def _check_cells(draft: Draft, fleet: Fleet, tower: Tower) -> None:
    seen: set[str] = set()
    pending = {
        cell.key: other
        for other in draft.changes.rows.get(Tower, {}).values()
        if other.enterprise == tower.enterprise and other.retired_at is None
        for cell in other.cells
    }
    for index, cell in enumerate(tower.cells):
        if cell.key in seen:
            raise Invalid(f'cell {cell.key} is listed twice', field=f'cells.{index}')
        seen.add(cell.key)
        owner = fleet.tower_by_cell(cell.key)
        other = pending.get(cell.key) or (draft.find(Tower, tower.enterprise, owner) if owner else None)
        if (
            other is not None
            and other.id != tower.id
            and other.retired_at is None
            and cell.key in {c.key for c in other.cells}
        ):
            raise Conflict(f'cell {cell.key} belongs to {other.name}', field=f'cells.{index}')


def _check_parent(draft: Draft, tower: Tower) -> None:
    parent = tower.parent
    for _ in range(64):
        if parent is None:
            return
        if parent == tower.id:
            raise Invalid('a tower cannot carry its own backhaul, directly or through others', field='parent_id')
        above = draft.find(Tower, tower.enterprise, parent)
        if above is None or above.retired_at is not None:
            raise Invalid('there is no such tower', field='parent_id')
        parent = above.parent
    raise Invalid('more than 64 towers in a row', field='parent_id')


def _tower(base: Tower, new: NewTower) -> Tower:
    for name, most in (('latitude', 90.0), ('longitude', 180.0)):
        degrees = getattr(new, name)
        if degrees is not None and not -most <= degrees <= most:
            raise Invalid(f'must be between -{most:g} and {most:g} degrees', field=name)
    if len(new.cells) > 256 or len(new.checks) > 32:
        raise Invalid(
            'a tower has at most 256 cells and 32 checks', field='cells' if len(new.cells) > 256 else 'checks'
        )
    known = {check.id for check in base.checks}
    return replace(
        base,
        name=clean_line(new.name, 'name'),
        kind=new.kind,
        operator=clean_line(new.operator, 'operator', least=0),
        region=clean_line(new.region, 'region', least=0),
        latitude=new.latitude,
        longitude=new.longitude,
        parent=new.parent_id,
        cells=tuple(_cell(cell, f'cells.{index}') for index, cell in enumerate(new.cells)),
        checks=tuple(_check(check, f'checks.{index}', known) for index, check in enumerate(new.checks)),
        maintenance_until=new.maintenance_until,
    )


def _cell(cell: Cell, field: str) -> Cell:
    check_radio(Radio(cell.rat, cell.mcc, cell.mnc, cell.tac, cell.cell_id, cell.pci, cell.arfcn), field)
    if cell.azimuth is not None and not 0 <= cell.azimuth <= 360:
        raise Invalid('must be 0 to 360 degrees', field=f'{field}.azimuth')
    return cell


def _check(check: Check, field: str, known: set[str]) -> Check:
    if check.kind is CheckKind.TCP:
        if not check.host or check.port is None or not 1 <= check.port <= 65535:
            raise Invalid(
                'a TCP check needs a host and a port from 1 to 65535',
                field=f'{field}.port' if check.host else f'{field}.host',
            )
        clean_line(check.host, f'{field}.host', most=253)
    else:
        _check_url(check.url, f'{field}.url')
    for name, low, high in (
        ('interval_s', 1, 86_400),
        ('retry_interval_s', 1, 86_400),
        ('timeout_s', 0.1, 60),
        ('max_attempts', 1, 20),
    ):
        value = getattr(check, name)
        if not low <= value <= high:
            raise Invalid(f'must be between {low:g} and {high:g}', field=f'{field}.{name}')
    if not 100 <= check.expect_status <= 599:
        raise Invalid('is an HTTP status from 100 to 599', field=f'{field}.expect_status')
    return check if check.id in known else replace(check, id=new_id())


def _check_url(url: str | None, field: str) -> None:
    parts = urlsplit(clean_line(url or '', field, most=2000))
    if parts.scheme not in ('http', 'https') or not parts.hostname:
        raise Invalid('write a whole address such as https://10.0.0.1/status', field=field)
    if parts.username is not None or parts.password is not None:
        raise Invalid('credentials do not belong into the address', field=field)
