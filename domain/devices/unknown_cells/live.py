"""Unknown cells in the live picture, and what a narrowed role sees of them."""

from dataclasses import replace
from typing import Any

from domain.devices.unknown_cells.model import UnknownCell
from domain.fleet.kinds import Kind, Visible
from domain.fleet.scoped import ScopedFleet


def _sees(part: ScopedFleet, cell: UnknownCell) -> bool:
    return any(part.sight.device(one.device) for one in cell.sightings)


def _narrow(part: ScopedFleet, cell: UnknownCell) -> UnknownCell:
    """As if the visible devices were all that told of it; towers out of sight are not named, nor why people said what they said."""
    seen = tuple(
        one if one.came_from is None or part.sight.tower(one.came_from) else replace(one, came_from=None)
        for one in cell.sightings
        if part.sight.device(one.device)
    )
    if not seen:
        return cell
    return replace(
        cell,
        sightings=seen,
        devices=len(seen),
        times=sum(one.times for one in seen),
        first_at=min(one.first_at for one in seen),
        last_at=max(one.last_at for one in seen),
        near=cell.near if cell.near is not None and part.sight.tower(cell.near) else None,
        reason='',
    )


KINDS: tuple[Kind[Any], ...] = (
    Kind(
        of=UnknownCell,
        name='unknown_cell',
        has_ended=lambda cell: cell.ended_at is not None,
        visible=Visible(
            ids=lambda part: [id for id, cell in part.whole[UnknownCell].items() if _sees(part, cell)],
            sees=_sees,
            narrow=_narrow,
        ),
    ),
)
