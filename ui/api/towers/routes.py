"""Towers: listed, read, added, changed, retired, and the history of their checks."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.checks.model import CheckStore, check_of
from domain.common.errors import Invalid
from domain.fleet.fleet import Fleet
from domain.towers.input import NewTower
from domain.towers.live import OnTower, tower_state
from domain.towers.model import Cell, Tower, TowerKind, TowerStatus
from domain.towers.service import TowerService
from ui.api import shapes, wire
from ui.api.http.bearer import BearerAuth
from ui.api.http.bodies import body, epoch, json_object
from ui.api.http.openapi import list_of, operation
from ui.api.http.responses import answer, checked_limit, expected_version, page, patched, sorted_page

DAY_S = 86_400


class TowerBody(msgspec.Struct, kw_only=True, frozen=True):
    """What is said of a tower. Ids of checks are given by us; send them back to keep a check's history together."""

    name: str
    kind: TowerKind = TowerKind.MACRO
    operator: str = ''
    region: str = ''
    latitude: float | None = None
    longitude: float | None = None
    parent_id: str | None = None
    cells: tuple[Cell, ...] = ()
    checks: tuple[shapes.Check, ...] = ()
    maintenance_until: datetime | None = None

    def new(self) -> NewTower:
        """The same in the domain's words."""
        said = {name: getattr(self, name) for name in self.__struct_fields__}
        said['checks'] = [check_of(msgspec.structs.asdict(check)) for check in self.checks]
        if self.maintenance_until is not None:
            said['maintenance_until'] = epoch(self.maintenance_until, 'maintenance_until')
        return NewTower(**said)


def add_towers(
    api: APIRouter, *, towers: TowerService, transactor: Transactor, store: CheckStore, auth: BearerAuth
) -> None:
    """Put the routes on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.TOWERS_READ))]
    writer = Annotated[Actor, Depends(auth.may(Permission.TOWERS_WRITE))]

    @api.get(
        '/towers',
        tags=['towers'],
        **operation('program', 'List towers', scope=Permission.TOWERS_READ, answer=list_of(shapes.Tower)),
    )
    async def list_towers(
        actor: reader,
        status: Annotated[frozenset[TowerStatus], Query()] = frozenset(),
        kind: Annotated[frozenset[TowerKind], Query()] = frozenset(),
        region: str | None = None,
        operator: str | None = None,
        q: Annotated[str, Query(max_length=200, description='Part of the name')] = '',
        sort: Annotated[str, Query(description='name, status or devices, descending with a minus before it')] = 'name',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        fleet = transactor.fleets.seen_by(actor)
        rows = [
            tower
            for tower in fleet[Tower].values()
            if (not status or tower_state(fleet, tower.id).status in status)
            and (not kind or tower.kind in kind)
            and region in (None, tower.region)
            and operator in (None, tower.operator)
            and q.casefold() in tower.name.casefold()
        ]
        key = _sort_key(fleet, sort.removeprefix('-'))
        limit = checked_limit(limit)
        items, following, total = sorted_page(rows, key, descending=sort.startswith('-'), cursor=cursor, limit=limit)
        return page([wire.tower(fleet, tower) for tower in items], following, total)

    @api.post(
        '/towers',
        tags=['towers'],
        **operation(
            'program',
            'Add a tower',
            scope=Permission.TOWERS_WRITE,
            body=TowerBody,
            answer=shapes.Tower,
            status=201,
        ),
    )
    async def add_tower(actor: writer, said: Annotated[TowerBody, Depends(body(TowerBody))]) -> Response:
        """Refused with 409 when one of its cells is another tower's."""
        tower = await towers.add(actor, said.new())
        shown = wire.tower(transactor.fleets.seen_by(actor), tower)
        return answer(shown, 201, version=tower.version, location=f'/api/v1/towers/{tower.id}')

    @api.get(
        '/towers/{tower_id}',
        tags=['towers'],
        **operation('program', 'Read a tower', scope=Permission.TOWERS_READ, answer=shapes.Tower),
    )
    async def read_tower(actor: reader, tower_id: str) -> Response:
        fleet = transactor.fleets.seen_by(actor)
        tower = fleet.need(Tower, tower_id)
        return answer(wire.tower(fleet, tower), version=tower.version)

    @api.patch(
        '/towers/{tower_id}',
        tags=['towers'],
        **operation(
            'program',
            'Change a tower',
            scope=Permission.TOWERS_WRITE,
            body=TowerBody,
            patch={'maintenance_until': '2026-11-22T12:00:00Z'},
            answer=shapes.Tower,
        ),
    )
    async def change_tower(
        actor: writer, tower_id: str, request: Request, patch: Annotated[dict[str, object], Depends(json_object)]
    ) -> Response:
        """Lists are replaced as a whole; ``maintenance_until: null`` ends the maintenance."""
        fleet = transactor.fleets.seen_by(actor)
        tower = fleet.need(Tower, tower_id)
        version = expected_version(request, tower.version)
        said = patched(patch, wire.tower(fleet, tower), TowerBody)
        changed = await towers.change(actor, tower_id, version, said.new())
        return answer(wire.tower(fleet, changed), version=changed.version)

    @api.delete(
        '/towers/{tower_id}',
        tags=['towers'],
        **operation('program', 'Retire a tower', scope=Permission.TOWERS_WRITE, status=204),
    )
    async def retire_tower(actor: writer, tower_id: str, request: Request) -> Response:
        """Devices on it are then on a cell that no tower lists."""
        tower = transactor.fleets.seen_by(actor).need(Tower, tower_id)
        await towers.retire(actor, tower_id, expected_version(request, tower.version))
        return Response(status_code=204)

    @api.get(
        '/towers/{tower_id}/checks',
        tags=['towers'],
        **operation(
            'program', 'Check history of a tower', scope=Permission.TOWERS_READ, answer=list_of(shapes.CheckResult)
        ),
    )
    async def list_check_results(
        actor: reader,
        tower_id: str,
        since: AwareDatetime | None = None,
        limit: int = 500,
    ) -> Response:
        """Oldest first, the newest ``limit`` since then, by default of the last 24 hours."""
        transactor.fleets.seen_by(actor).need(Tower, tower_id)
        start = transactor.clock() - DAY_S if since is None else since.timestamp()
        found = await store.check_results(actor.enterprise, tower_id, start, checked_limit(limit))
        return page([wire.check_result(result) for result in found], None, len(found))


def _sort_key(fleet: Fleet, name: str) -> Callable[[Tower], tuple[str | float, str]]:
    keys: dict[str, Callable[[Tower], tuple[str | float, str]]] = {
        'name': lambda tower: (tower.name.casefold(), tower.id),
        'status': lambda tower: (tower_state(fleet, tower.id).status.value, tower.id),
        'devices': lambda tower: (fleet.index(OnTower).count(tower.id), tower.id),
    }
    if name not in keys:
        raise Invalid(f'sort by one of {", ".join(keys)}', field='sort')
    return keys[name]
