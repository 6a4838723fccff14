"""How sure it is that an unknown cell is a false one, and of what that is made up, in words."""

from dataclasses import dataclass

from domain.alerts.model import score_of
from domain.devices.unknown_cells.model import WEIGHT, CellBasis, UnknownCell

ROGUE_SCORE = 1.0
MOST = 0.9
_WHY = {
    CellBasis.AREA: 'Not listed, in a tracking area of yours',
    CellBasis.FOREIGN: 'Another network on identity and area of a cell of yours',
    CellBasis.FELL: 'Devices fell to it from LTE or NR of a tower of yours',
    CellBasis.STRONG: 'Not listed, in a tracking area of yours, and near: the signal is strong',
    CellBasis.FOREIGN_IDENTITY: 'Another network on the identity of a cell of yours at which the device just was',
    CellBasis.COPIED_IDENTITY: 'The identity of a cell of yours at which the device just was, in another technology and area',
    CellBasis.FOREIGN_HERE: 'Another network on the numbers of your cell at which the device just was',
    CellBasis.COPY: 'It has the very numbers of a cell of yours in another technology',
}


@dataclass(frozen=True, slots=True)
class ScorePart:
    """A part of a score: ``words`` say why it has these ``points`` (from −1 to 1)."""

    words: str
    points: float


def score_of_cell(cell: UnknownCell, witnesses: int) -> float:
    """From 0 to 1."""
    return ROGUE_SCORE if cell.rogue_at is not None else score_of(max(1, witnesses), WEIGHT[cell.basis])


def parts_of_score(cell: UnknownCell, witnesses: int) -> list[ScorePart]:
    """What the score is made up of, in the order in which it adds up."""
    parts = [ScorePart(_WHY[cell.basis], WEIGHT[cell.basis])]
    if (more := witnesses - 1) > 0:
        parts.append(ScorePart(f'{more} further device{"s" if more != 1 else ""} told of it, 0.1 each', 0.1 * more))
    total = sum(part.points for part in parts)
    if total > MOST + 1e-9:
        parts.append(ScorePart(f'No device can make it surer than {MOST:g}', round(MOST - total, 2)))
    if cell.rogue_at is not None:
        told = sum(part.points for part in parts)
        parts.append(ScorePart(f'{cell.by} says that it is a false one', round(ROGUE_SCORE - told, 2)))
    return [ScorePart(part.words, round(part.points, 2)) for part in parts]
