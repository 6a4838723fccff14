"""What is said of a tower, checked field by field before it is one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.cellular.cells import FAMILY, WITH_AREA
from domain.cellular.radio import NO_CELL, Radio, check_radio, without_markers
from domain.checks.input import checked
from domain.checks.model import Check
from domain.common.errors import Invalid
from domain.common.text import clean_line
from domain.towers.model import BY_HAND, Cell, Tower, TowerKind

MOST_NEEDED = 8
"""Members of one redundancy group."""
_MOST_DEGREES = {'latitude': 90.0, 'longitude': 180.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTower:
    """What a person or program says of a tower, see :class:`domain.towers.model.Tower`; ids of checks may be left empty."""

    name: str
    kind: TowerKind = TowerKind.MACRO
    operator: str = ''
    region: str = ''
    latitude: float | None = None
    longitude: float | None = None
    parent_id: str | None = None
    backup_ids: Sequence[str] = ()
    power_ids: Sequence[str] = ()
    cells: Sequence[Cell] = ()
    checks: Sequence[Check] = ()
    maintenance_until: float | None = None


def checked_degrees(degrees: float | None, name: str) -> None:
    """Raise ``Invalid`` for a ``latitude`` or ``longitude`` that no place on earth has."""
    most = _MOST_DEGREES[name]
    if degrees is not None and not -most <= degrees <= most:
        raise Invalid(f'must be between -{most:g} and {most:g} degrees', field=name)


def tower_of(base: Tower, new: NewTower) -> Tower:
    for name in _MOST_DEGREES:
        checked_degrees(getattr(new, name), name)
    if (new.latitude is None) is not (new.longitude is None):
        missing = 'latitude' if new.latitude is None else 'longitude'
        raise Invalid('a place has a latitude and a longitude', field=missing)
    if len(new.cells) > 256 or len(new.checks) > 32:
        raise Invalid(
            'a tower has at most 256 cells and 32 checks', field='cells' if len(new.cells) > 256 else 'checks'
        )
    for name, ids in (('backup_ids', new.backup_ids), ('power_ids', new.power_ids)):
        if len(ids) > MOST_NEEDED:
            raise Invalid(f'a tower depends on at most {MOST_NEEDED} others', field=name)
    if new.backup_ids and new.parent_id is None:
        raise Invalid('a backup stands beside the tower that carries the backhaul', field='backup_ids')
    known = {check.id for check in base.checks}
    for index, check in enumerate(new.checks):
        if check.id in known and any(check.id == other.id for other in new.checks[:index]):
            raise Invalid('this check is listed twice', field=f'checks.{index}.id')
    return replace(
        base,
        name=clean_line(new.name, 'name'),
        kind=new.kind,
        operator=clean_line(new.operator, 'operator', least=0),
        region=clean_line(new.region, 'region', least=0),
        latitude=new.latitude,
        longitude=new.longitude,
        parent=new.parent_id,
        backups=tuple(dict.fromkeys(id for id in new.backup_ids if id != new.parent_id)),
        power=tuple(dict.fromkeys(new.power_ids)),
        cells=tuple(checked_cell(cell, f'cells.{index}') for index, cell in enumerate(new.cells)),
        checks=tuple(checked(check, f'checks.{index}', known) for index, check in enumerate(new.checks)),
        maintenance_until=new.maintenance_until,
        maintenance_window=_window(base, new),
    )


def _window(base: Tower, new: NewTower) -> str | None:
    is_kept = new.maintenance_until == base.maintenance_until or base.planned_by is None
    return base.maintenance_window if is_kept else f'{BY_HAND}{base.planned_by}'


def checked_cell(cell: Cell, field: str) -> Cell:
    """The cell, or ``Invalid`` naming the value below ``field`` that 3GPP cannot express."""
    told = Radio(cell.rat, cell.mcc, cell.mnc, cell.tac, cell.cell_id, cell.pci, cell.arfcn)
    check_radio(told, field)
    if cell.cell_id in NO_CELL[cell.rat]:
        raise Invalid('it stands for no cell (3GPP TS 23.003)', field=f'{field}.cell_id')
    known = without_markers(told)  # what devices say of such a cell is not believed, so that it would never serve one
    if known.mcc is None:
        raise Invalid('it stands for no country (ITU-T E.212)', field=f'{field}.mcc')
    if known.tac is None and FAMILY[cell.rat] in WITH_AREA:
        raise Invalid('it stands for no area (3GPP TS 23.003, 4.4.5)', field=f'{field}.tac')
    if cell.azimuth is not None and not 0 <= cell.azimuth <= 360:
        raise Invalid('must be 0 to 360 degrees', field=f'{field}.azimuth')
    return cell
