"""An unknown cell: one that devices tell of, that no tower lists, and that there is a reason to ask about."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.cellular.radio import Radio, Rat
from domain.journal.model import Subject


class CellBasis(StrEnum):
    """Why a cell is asked about, what weighs least first."""

    AREA = 'area'
    FOREIGN = 'foreign'
    FELL = 'fell'
    STRONG = 'strong'
    FOREIGN_IDENTITY = 'foreign_identity'
    COPIED_IDENTITY = 'copied_identity'
    FOREIGN_HERE = 'foreign_here'
    COPY = 'copy'


WEIGHT: Mapping[CellBasis, float] = {
    CellBasis.AREA: 0.4,
    CellBasis.FOREIGN: 0.4,
    CellBasis.FELL: 0.4,
    CellBasis.STRONG: 0.6,
    CellBasis.FOREIGN_IDENTITY: 0.6,
    CellBasis.COPIED_IDENTITY: 0.6,
    CellBasis.FOREIGN_HERE: 0.7,
    CellBasis.COPY: 0.8,
}
"""What one witness makes of it, from 0 to 1."""


class CellStanding(StrEnum):
    """What people say that it is; while nobody has said anything, unknown."""

    UNKNOWN = 'unknown'
    TRUSTED = 'trusted'
    ROGUE = 'rogue'


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """That a ``device`` (an id) was on the cell: ``times`` it came to it, from the tower ``came_from`` (an id) the last time, and was
    there from ``first_at`` to ``last_at`` at the latest. ``weakest`` and ``strongest`` are the RSRP with which it came (dBm)."""

    device: str
    first_at: float
    last_at: float
    times: int = 1
    weakest: float | None = None
    strongest: float | None = None
    came_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownCell:
    """``key`` is what stands in the key of its alerts. ``basis`` is the gravest reason since its alert was raised, ``devices`` counts those
    that ever told of it, of which ``sightings`` has the newest. ``near`` is the tower that the reason names.

    People trust it until ``trusted_until``, or say since ``rogue_at`` that it is a false one: ``by`` and ``reason`` are of what was said
    last. It leaves the picture at ``ended_at``: no device was on it for :data:`KEPT_S`.
    """

    id: str
    enterprise: str
    key: str
    rat: Rat
    mcc: str
    mnc: str
    tac: int | None
    cell_id: int
    basis: CellBasis
    first_at: float
    last_at: float
    times: int = 0
    devices: int = 0
    near: str | None = None
    sightings: tuple[Sighting, ...] = ()
    trusted_until: float | None = None
    rogue_at: float | None = None
    by: str = ''
    reason: str = ''
    ended_at: float | None = None
    version: int = 1

    @property
    def radio(self) -> Radio:
        """Its numbers as an observation has them."""
        return Radio(self.rat, self.mcc, self.mnc, self.tac, self.cell_id)

    @property
    def name(self) -> str:
        """As people read it."""
        return f'{self.rat} {self.radio.cell}'

    @property
    def subject(self) -> Subject:
        """As the journal names it."""
        return Subject('unknown_cell', self.id, self.name)

    def standing_at(self, moment: float) -> CellStanding:
        """What people say that it is, then."""
        if self.rogue_at is not None:
            return CellStanding.ROGUE
        is_trusted = self.trusted_until is not None and self.trusted_until > moment
        return CellStanding.TRUSTED if is_trusted else CellStanding.UNKNOWN


KEPT_S = 90 * 86_400.0
MOST_SIGHTINGS = 100
MOST_CELLS = 5000
"""In one enterprise. A further one raises its alert and has no page."""
LONGEST_TRUST_S = 366 * 86_400.0
