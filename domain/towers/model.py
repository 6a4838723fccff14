"""A tower, its cells, its place, and how it stands."""

from dataclasses import dataclass
from enum import StrEnum

from domain.cellular.radio import Rat, cell_key
from domain.checks.model import Check
from domain.common.notes import Notes
from domain.journal.model import Subject


class TowerKind(StrEnum):
    """What sort of site it is."""

    MACRO = 'macro'
    SMALL = 'small'
    PRIVATE = 'private'
    GATEWAY = 'gateway'


class TowerStatus(StrEnum):
    """The roll-up of a tower's checks. ``unreachable``: what it depends on is down, so that nothing is known of the tower itself."""

    UP = 'up'
    DEGRADED = 'degraded'
    DOWN = 'down'
    UNREACHABLE = 'unreachable'
    UNKNOWN = 'unknown'
    MAINTENANCE = 'maintenance'


OUT = frozenset({TowerStatus.DOWN, TowerStatus.UNREACHABLE})
"""A tower through which nothing gets, be it its own fault or that of what it depends on."""
FAILING = OUT | {TowerStatus.DEGRADED}
"""A tower some or all of whose checks fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell that a tower radiates, see :class:`domain.cellular.radio.Radio` for the terms; ``azimuth`` in degrees from north."""

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
        """The join key, see :func:`domain.cellular.radio.cell_key`."""
        return cell_key(self.mcc, self.mnc, self.tac, self.cell_id)


BY_HAND = '-'


@dataclass(frozen=True, slots=True, kw_only=True)
class Tower:
    """Place in degrees WGS 84; ``parent`` is the tower or gateway that carries its backhaul, ``backups`` are those that carry it too
    when that one fails, ``power`` the sites of which any one feeds it."""

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
    backups: tuple[str, ...] = ()
    power: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    checks: tuple[Check, ...] = ()
    maintenance_until: float | None = None
    maintenance_window: str | None = None
    """The id of the window that has put it into maintenance; ``None`` when a person did. With :data:`BY_HAND` before it a person has
    decided otherwise while that window lasts."""
    retired_at: float | None = None
    version: int = 1
    notes: Notes = ()

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """Redundancy groups of the towers that it depends on, by id: it is cut off when all of one group are out."""
        backhaul = (self.parent, *self.backups) if self.parent is not None else self.backups
        return tuple(group for group in (backhaul, self.power) if group)

    @property
    def planned_by(self) -> str | None:
        """The id of the maintenance window that it is in."""
        return (
            None
            if self.maintenance_window is None or self.maintenance_window[0] == BY_HAND
            else self.maintenance_window
        )

    @property
    def subject(self) -> Subject:
        """As the journal names it."""
        return Subject('tower', self.id, self.name)


@dataclass(frozen=True, slots=True)
class TowerState:
    """The roll-up, kept with its since, and the devices that an outage affected, by id.

    An unreachable tower that can be reached again stays so until its checks have been made anew.

    ``served`` were on the tower when it began to fail; empty while it does not fail. ``lost`` were when it last went down, at
    ``down_at``; they stay known after it is back, because people want to know which did not come back.
    """

    id: str
    enterprise: str
    status: TowerStatus = TowerStatus.UNKNOWN
    since: float | None = None
    because: str = ''
    served: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    down_at: float | None = None
