"""What is said of a tower, checked field by field before it is one."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from domain.access import Actor
from domain.draft import Draft
from domain.errors import Conflict, Invalid
from domain.ids import new_id
from domain.radio import Radio, check_radio
from domain.reach import named
from domain.text import clean_line
from domain.towers import Cell, Check, CheckKind, Tower, TowerKind

_NO_HOST = re.compile(r'[\s/@?#]')


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


def check_cells(draft: Draft, actor: Actor, tower: Tower) -> None:
    fleet = draft.fleet(tower.enterprise)
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
            raise Conflict(f'cell {cell.key} belongs to {named(draft, actor, other)}', field=f'cells.{index}')


def check_parent(draft: Draft, tower: Tower) -> None:
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


def check_targets(tower: Tower, known: Collection[Check], refused: Callable[[str], str]) -> None:
    for index, check in enumerate(tower.checks):
        if check in known:
            continue  # what was let in once must not stand in the way of a maintenance
        name, host = (
            ('host', check.host) if check.kind is CheckKind.TCP else ('url', urlsplit(check.url or '').hostname)
        )
        if because := refused(host or ''):
            raise Invalid(because, field=f'checks.{index}.{name}')


def tower_of(base: Tower, new: NewTower) -> Tower:
    for name, most in (('latitude', 90.0), ('longitude', 180.0)):
        degrees = getattr(new, name)
        if degrees is not None and not -most <= degrees <= most:
            raise Invalid(f'must be between -{most:g} and {most:g} degrees', field=name)
    if (new.latitude is None) is not (new.longitude is None):
        missing = 'latitude' if new.latitude is None else 'longitude'
        raise Invalid('a place has a latitude and a longitude', field=missing)
    if len(new.cells) > 256 or len(new.checks) > 32:
        raise Invalid(
            'a tower has at most 256 cells and 32 checks', field='cells' if len(new.cells) > 256 else 'checks'
        )
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
        if _NO_HOST.search(clean_line(check.host, f'{field}.host', most=253)):
            raise Invalid('write a name or an address alone, such as 10.20.0.7', field=f'{field}.host')
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
    text = clean_line(url or '', field, most=2000)
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - it is read only now, and may be no port
    except ValueError:
        raise Invalid('write a whole address such as https://10.0.0.1/status', field=field) from None
    if parts.scheme not in ('http', 'https') or not parts.hostname:
        raise Invalid('write a whole address such as https://10.0.0.1/status', field=field)
    if parts.username is not None or parts.password is not None:
        raise Invalid('credentials do not belong into the address', field=field)
