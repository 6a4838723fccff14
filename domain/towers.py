"""A tower: its cells, its place, its checks, and the one function that says how it is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.radio import Rat, cell_key


class TowerKind(StrEnum):
    """What sort of site it is."""

    MACRO = 'macro'
    SMALL = 'small'
    PRIVATE = 'private'
    GATEWAY = 'gateway'


class CheckKind(StrEnum):
    """How a tower is asked."""

    TCP = 'tcp'
    HTTP = 'http'


class TowerStatus(StrEnum):
    """The roll-up of a tower's checks."""

    UP = 'up'
    DEGRADED = 'degraded'
    DOWN = 'down'
    UNKNOWN = 'unknown'
    MAINTENANCE = 'maintenance'


FAILING = frozenset({TowerStatus.DEGRADED, TowerStatus.DOWN})
"""A tower some or all of whose checks fail."""


class CheckStatus(StrEnum):
    """One check: ``soft`` failures are being retried and page nobody, ``failing`` is hard."""

    PENDING = 'pending'
    OK = 'ok'
    SOFT = 'soft'
    FAILING = 'failing'


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell that a tower radiates, see :class:`domain.radio.Radio` for the terms; ``azimuth`` in degrees from north."""

    rat: Rat
    mcc: str
    mnc: str
    tac: int | None
    cell_id: int
    pci: int | None = None
    arfcn: int | None = None
    azimuth: int | None = None

    @property
    def key(self) -> str:
        """The join key, see :func:`domain.radio.cell_key`."""
        return cell_key(self.mcc, self.mnc, self.tac, self.cell_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How to ask a tower: TCP needs host and port, HTTP a url. Times in seconds; hard after ``max_attempts`` failures in a row."""

    id: str
    kind: CheckKind
    host: str | None = None
    port: int | None = None
    url: str | None = None
    expect_status: int = 200
    interval_s: float = 30
    retry_interval_s: float = 10
    timeout_s: float = 5
    max_attempts: int = 3

    @property
    def label(self) -> str:
        """What a person calls it: ``TCP 10.0.0.1:5060`` or ``HTTP http://…``."""
        return f'TCP {self.host}:{self.port}' if self.kind is CheckKind.TCP else f'HTTP {self.url}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Tower:
    """Place in degrees WGS 84; ``parent`` is the tower or gateway that carries its backhaul."""

    id: str
    enterprise: str
    name: str
    kind: TowerKind
    created_at: float
    operator: str = ''
    region: str = ''
    latitude: float | None = None
    longitude: float | None = None
    parent: str | None = None
    cells: tuple[Cell, ...] = ()
    checks: tuple[Check, ...] = ()
    maintenance_until: float | None = None
    retired_at: float | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class CheckState:
    """Where one check stands; ``id`` is the check's. Times in epoch seconds, ``rtt_ms`` of the newest success."""

    id: str
    enterprise: str
    tower: str
    status: CheckStatus = CheckStatus.PENDING
    since: float | None = None
    attempts: int = 0
    checked_at: float | None = None
    rtt_ms: float | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One answer of one check, kept as history. ``error`` is empty on success."""

    tower: str
    check: str
    at: float
    ok: bool
    rtt_ms: float | None = None
    error: str = ''


@dataclass(frozen=True, slots=True)
class TowerState:
    """The roll-up, kept with its since, and whom an outage hurt: ids of devices.

    ``served`` were on the tower when it began to fail; empty while it does not fail. ``lost`` were when it last went down, at
    ``down_at``; they stay known after it is back, because whoever looks wants to know who did not come back.
    """

    id: str
    enterprise: str
    status: TowerStatus = TowerStatus.UNKNOWN
    since: float | None = None
    because: str = ''
    served: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    down_at: float | None = None


def next_tower_state(
    before: TowerState, status: TowerStatus, because: str, on_it: Collection[str], now: float
) -> TowerState:
    """``before`` after its checks say ``status``; ``on_it`` are the devices that it serves now.

    Devices leave a site that fails before polling has found it down, so whoever was on it when the first check failed counts too.
    """
    after = replace(before, status=status, because=because, since=before.since if status is before.status else now)
    if status not in FAILING:
        return replace(after, served=())
    if before.status not in FAILING:
        after = replace(after, served=tuple(sorted(on_it)))
    if status is TowerStatus.DOWN and before.status is not TowerStatus.DOWN:
        after = replace(after, lost=tuple(sorted({*after.served, *on_it})), down_at=now)
    return after


def next_check_state(state: CheckState, result: CheckResult, max_attempts: int) -> CheckState:
    """Soft until ``max_attempts`` failures in a row, hard from then on; one success clears it (the model of Nagios and Icinga)."""
    if result.ok:
        status, attempts = CheckStatus.OK, 0
    else:
        attempts = min(state.attempts + 1, max_attempts)
        status = CheckStatus.FAILING if attempts >= max_attempts else CheckStatus.SOFT
    return CheckState(
        state.id,
        state.enterprise,
        state.tower,
        status,
        state.since if status is state.status else result.at,
        attempts,
        result.at,
        result.rtt_ms if result.ok else state.rtt_ms,
        None if result.ok else result.error,
    )


def tower_status(checks: Iterable[CheckState], *, maintenance: bool) -> TowerStatus:
    """Down when every check fails hard, degraded when any fails (soft or hard), up when all answer, unknown before the first answer."""
    if maintenance:
        return TowerStatus.MAINTENANCE
    statuses = [check.status for check in checks]
    if not statuses or all(status is CheckStatus.PENDING for status in statuses):
        return TowerStatus.UNKNOWN
    if all(status is CheckStatus.FAILING for status in statuses):
        return TowerStatus.DOWN
    if any(status in (CheckStatus.SOFT, CheckStatus.FAILING) for status in statuses):
        return TowerStatus.DEGRADED
    return TowerStatus.UP
