"""Towers and their checks in JSON. What a person may edit is spelled as in the body that creates it."""

from datetime import datetime

import msgspec
from msgspec import Struct

from domain.checks import model as checks
from domain.checks.kinds import KINDS
from domain.checks.model import CheckStatus, check_of
from domain.fleet.fleet import Fleet
from domain.towers import model
from domain.towers.input import NewTower
from domain.towers.live import OnTower, checks_of, tower_state
from domain.towers.model import Cell, TowerKind, TowerStatus
from domain.towers.outages import lost_devices
from ui.api.http.bodies import epoch
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.notes import NOTES, Note, notes_of
from ui.api.http.refs import TOWER_REF
from ui.api.http.schema import Schema
from ui.api.towers.checks import Check, example

_CHECK = '01KAPXAF5JP9R3X7Y2B6D8T5GK'


def check(row: checks.Check) -> Check:
    """How a tower is asked."""
    return Check(**row.flat())


class CheckState(Struct, kw_only=True, frozen=True):
    """Where one check stands: ``soft`` failures are being retried, ``failing`` is hard, ``degraded`` answers in a way that nobody can
    rely on. ``error`` says why; ``remark`` is what is odd about a good answer."""

    id: str
    label: str
    status: CheckStatus
    since: Time | None
    attempts: int
    checked_at: Time | None
    rtt_ms: float | None
    error: str | None
    remark: str | None = None


def check_state(row: checks.Check, state: checks.CheckState) -> CheckState:
    """Where a check stands."""
    return CheckState(
        id=row.id,
        label=row.label,
        status=state.status,
        since=maybe_time(state.since),
        attempts=state.attempts,
        checked_at=maybe_time(state.checked_at),
        rtt_ms=state.rtt_ms,
        error=state.error,
        remark=state.remark,
    )


class CheckResult(Struct, kw_only=True, frozen=True):
    """One answer of one check."""

    check: str
    at: Time
    ok: bool
    rtt_ms: float | None
    error: str


CHECK_RESULT = Schema(
    CheckResult,
    {'check': _CHECK, 'at': '2026-11-22T07:59:40.000Z', 'ok': False, 'rtt_ms': None, 'error': 'refused'},
)


def check_result(row: checks.CheckResult) -> CheckResult:
    """A point of check history."""
    return CheckResult(check=row.check, at=time_text(row.at), ok=row.ok, rtt_ms=row.rtt_ms, error=row.error)


class TowerBody(Struct, kw_only=True, frozen=True):
    """What is said of a tower. Ids of checks are given by us; send them back to keep a check's history together."""

    name: str
    kind: TowerKind = TowerKind.MACRO
    operator: str = ''
    region: str = ''
    latitude: float | None = None
    longitude: float | None = None
    parent_id: str | None = None
    backup_ids: tuple[str, ...] = ()
    power_ids: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    checks: tuple[Check, ...] = ()
    maintenance_until: datetime | None = None

    def new(self) -> NewTower:
        """The same in the domain's words."""
        said = {name: getattr(self, name) for name in self.__struct_fields__}
        said['checks'] = [check_of(msgspec.structs.asdict(check)) for check in self.checks]
        if self.maintenance_until is not None:
            said['maintenance_until'] = epoch(self.maintenance_until, 'maintenance_until')
        return NewTower(**said)


_ASKED = [example(kind) for kind in KINDS.values()]
_LABEL = check_of(_ASKED[0]).label
TOWER_BODY = Schema(
    TowerBody,
    {
        'name': 'Europoort-West',
        'kind': 'macro',
        'operator': 'Delta Mobile',
        'region': 'Rotterdam',
        'latitude': 51.9512,
        'longitude': 4.1404,
        'parent_id': None,
        'backup_ids': [],
        'power_ids': ['01KAPWZQ8E2V9X5T7R3N1M6KHB'],
        'cells': [
            {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': 1712819, 'pci': 12, 'azimuth': 120}
        ],
        'checks': _ASKED,
        'maintenance_until': '2026-11-22T12:00:00Z',
    },
)


class Tower(Struct, kw_only=True, frozen=True):
    """A tower; ``devices`` counts those it serves, ``lost_devices`` those it served when it last went down, at ``down_at``.

    ``parent_id`` carries its backhaul, ``backup_ids`` do when that one fails, any of ``power_ids`` feeds it. A tower whose backhaul or
    power is out is ``unreachable``, not ``down``. Place in degrees WGS 84.
    """

    id: str
    name: str
    kind: TowerKind
    operator: str
    region: str
    latitude: float | None
    longitude: float | None
    parent_id: str | None
    backup_ids: tuple[str, ...]
    power_ids: tuple[str, ...]
    cells: tuple[Cell, ...]
    checks: tuple[Check, ...]
    maintenance_until: Time | None
    status: TowerStatus
    status_since: Time | None
    because: str
    check_states: tuple[CheckState, ...]
    devices: int
    down_at: Time | None
    lost_devices: int
    created_at: Time
    version: int
    notes: tuple[Note, ...]


TOWER = Schema(
    Tower,
    {
        **TOWER_BODY.example,
        'id': TOWER_REF['id'],
        'checks': [{'id': _CHECK, **_ASKED[0]}],
        'status': 'degraded',
        'status_since': '2026-11-22T07:59:40.000Z',
        'because': f'{_LABEL}: refused (attempt 1 of 3)',
        'check_states': [
            {
                'id': _CHECK,
                'label': _LABEL,
                'status': 'soft',
                'since': '2026-11-22T07:59:40.000Z',
                'attempts': 1,
                'checked_at': '2026-11-22T07:59:40.000Z',
                'rtt_ms': 8.4,
                'error': 'refused',
                'remark': None,
            }
        ],
        'devices': 214,
        'down_at': '2026-11-17T23:12:08.000Z',
        'lost_devices': 188,
        'created_at': '2026-10-02T10:00:00.000Z',
        'version': 5,
        'notes': NOTES,
    },
)


def tower(fleet: Fleet, row: model.Tower) -> Tower:
    """A tower with where it stands."""
    state = tower_state(fleet, row.id)
    return Tower(
        id=row.id,
        name=row.name,
        kind=row.kind,
        operator=row.operator,
        region=row.region,
        latitude=row.latitude,
        longitude=row.longitude,
        parent_id=row.parent,
        backup_ids=row.backups,
        power_ids=row.power,
        cells=row.cells,
        checks=tuple(check(each) for each in row.checks),
        maintenance_until=maybe_time(row.maintenance_until),
        status=state.status,
        status_since=maybe_time(state.since),
        because=state.because,
        check_states=tuple(check_state(each, now) for each, now in zip(row.checks, checks_of(fleet, row), strict=True)),
        devices=fleet.index(OnTower).count(row.id),
        down_at=maybe_time(state.down_at),
        lost_devices=lost_devices(fleet, state),
        created_at=time_text(row.created_at),
        version=row.version,
        notes=notes_of(row.notes),
    )
