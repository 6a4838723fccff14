"""Towers: listed, read, added, changed, retired, and the history of their checks."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.cellular.notation import read_cells
from domain.changes.transactor import Transactor
from domain.checks.model import CheckStore
from domain.common.errors import Invalid
from domain.common.text import folded
from domain.status_page.tower_days import TowerAvailabilityService
from domain.towers.live import OnTower, lists_cell, tower_state
from domain.towers.model import Tower, TowerKind, TowerStatus
from domain.towers.service import TowerService
from ui.api.http.fields import DAY_S, Key, Moment
from ui.api.http.notes import NEW_NOTE, NewNote
from ui.api.http.responses import SortKey, answer, checked_limit, expected_version, page, patched, sorted_by
from ui.api.http.route import PREFIX, MergePatch, Route
from ui.api.http.schema import PageOf
from ui.api.towers import schemas
from ui.api.towers.availability import AVAILABILITY, TOWER_SPAN, availability, tower_span
from ui.api.towers.schemas import CHECK_RESULT, TOWER, TOWER_BODY, TowerBody

MOST_READ = 50
"""Towers whose past is read for one answer: of each that takes up to a tenth of a second."""


class TowerRoutes:
    """What the routes do."""

    def __init__(
        self, towers: TowerService, availability: TowerAvailabilityService, transactor: Transactor, store: CheckStore
    ) -> None:
        self._availability = availability
        self._towers = towers
        self._fleets = transactor.fleets
        self._clock = transactor.clock
        self._store = store

    async def list_towers(
        self,
        actor: Actor,
        status: Annotated[frozenset[TowerStatus], Query()] = frozenset(),
        kind: Annotated[frozenset[TowerKind], Query()] = frozenset(),
        region: str | None = None,
        operator: str | None = None,
        q: Annotated[str, Query(max_length=200, description='Part of the name, or a cell that it lists')] = '',
        sort: Annotated[str, Query(description='name, status or devices, descending with a minus before it')] = 'name',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        fleet, cells = self._fleets.seen_by(actor), read_cells(q)
        rows = [
            tower
            for tower in fleet[Tower].values()
            if (not status or tower_state(fleet, tower.id).status in status)
            and (not kind or tower.kind in kind)
            and region in (None, tower.region)
            and operator in (None, tower.operator)
            and (folded(q) in folded(tower.name) or lists_cell(tower, cells))
        ]
        keys: dict[str, SortKey[Tower]] = {
            'name': lambda tower: (folded(tower.name), tower.id),
            'status': lambda tower: (tower_state(fleet, tower.id).status.value, tower.id),
            'devices': lambda tower: (fleet.index(OnTower).count(tower.id), tower.id),
        }
        items, following, total = sorted_by(sort, keys, rows, cursor=cursor, limit=limit)
        return page([schemas.tower(fleet, tower) for tower in items], following, total)

    async def add_tower(self, actor: Actor, body: TowerBody) -> Response:
        """Refused with 409 when one of its cells is another tower's."""
        tower = await self._towers.add(actor, body.new())
        shown = schemas.tower(self._fleets.seen_by(actor), tower)
        return answer(shown, 201, version=tower.version, location=f'{PREFIX}/towers/{tower.id}')

    async def read_tower(self, actor: Actor, tower_id: str) -> Response:
        fleet = self._fleets.seen_by(actor)
        tower = fleet.need(Tower, tower_id)
        return answer(schemas.tower(fleet, tower), version=tower.version)

    async def read_availability(self, actor: Actor, tower_id: str) -> Response:
        """Of the last 7, 30 and 90 days and of each day, from what is kept of its checks and its journal; what was not observed counts
        for nothing. As good as of the last minute."""
        return answer(availability(await self._availability.of_tower(actor, tower_id)))

    async def list_availability(
        self,
        actor: Actor,
        days: Annotated[int, Query(description='The last so many days, 1 to 90, today (UTC) included')] = 30,
        region: str | None = None,
        operator: str | None = None,
        limit: Annotated[int, Query(description=f'At most {MOST_READ}: the past of each tower is read')] = 20,
        cursor: str | None = None,
    ) -> Response:
        """By name, both numbers of each: outside of planned works, and with works counted as down. What was not observed counts for
        nothing. As good as of the last minute."""
        if not 1 <= limit <= MOST_READ:
            raise Invalid(f'must be 1 to {MOST_READ}', field='limit')
        rows = [
            tower
            for tower in self._fleets.seen_by(actor)[Tower].values()
            if region in (None, tower.region) and operator in (None, tower.operator)
        ]
        by_name: dict[str, SortKey[Tower]] = {'name': lambda tower: (folded(tower.name), tower.id)}
        items, following, total = sorted_by('name', by_name, rows, cursor=cursor, limit=limit)
        spans = await self._availability.of_towers(actor, items, days)
        return page([tower_span(*pair) for pair in zip(items, spans, strict=True)], following, total)

    async def change_tower(self, actor: Actor, tower_id: str, request: Request, body: MergePatch) -> Response:
        """Lists are replaced as a whole; ``maintenance_until: null`` ends the maintenance."""
        fleet = self._fleets.seen_by(actor)
        tower = fleet.need(Tower, tower_id)
        version = expected_version(request, tower.version)
        said = patched(body, schemas.tower(fleet, tower), TowerBody)
        changed = await self._towers.change(actor, tower_id, version, said.new())
        return answer(schemas.tower(fleet, changed), version=changed.version)

    async def retire_tower(self, actor: Actor, tower_id: str, request: Request) -> Response:
        """Devices on it are then on a cell that no tower lists."""
        tower = self._fleets.seen_by(actor).need(Tower, tower_id)
        await self._towers.retire(actor, tower_id, expected_version(request, tower.version))
        return Response(status_code=204)

    async def restore_tower(self, actor: Actor, tower_id: str) -> Response:
        """It is watched again, and its state is unknown until its checks have been made. Refused with 409 when it is not retired, or
        one of its cells is another tower's by now."""
        tower = await self._towers.restore(actor, tower_id)
        return answer(schemas.tower(self._fleets.seen_by(actor), tower), version=tower.version)

    async def note_tower(self, actor: Actor, tower_id: str, body: NewNote, idempotency_key: Key = None) -> Response:
        """All who see the tower see it, in its timeline as well; it is no edit. The same ``Idempotency-Key`` writes it once."""
        tower = await self._towers.note(actor, tower_id, body.text, key=idempotency_key or '')
        return answer(schemas.tower(self._fleets.seen_by(actor), tower), version=tower.version)

    async def list_check_results(
        self, actor: Actor, tower_id: str, since: Moment | None = None, limit: int = 500
    ) -> Response:
        """Oldest first, the newest ``limit`` since then, by default of the last 24 hours."""
        self._fleets.seen_by(actor).need(Tower, tower_id)
        start = self._clock() - DAY_S if since is None else since.timestamp()
        found = await self._store.check_results(actor.enterprise, tower_id, start, checked_limit(limit))
        return page([schemas.check_result(result) for result in found], None, len(found))


ROUTES = (
    Route(
        method='GET',
        path='/towers',
        handler=TowerRoutes.list_towers,
        summary='List towers',
        tag='towers',
        permission=Permission.TOWERS_READ,
        answer=PageOf(TOWER),
    ),
    Route(
        method='GET',
        path='/towers:availability',
        handler=TowerRoutes.list_availability,
        summary='List how available towers were',
        tag='towers',
        permission=Permission.TOWERS_READ,
        answer=PageOf(TOWER_SPAN),
    ),
    Route(
        method='POST',
        path='/towers',
        handler=TowerRoutes.add_tower,
        summary='Add a tower',
        tag='towers',
        permission=Permission.TOWERS_WRITE,
        body=TOWER_BODY,
        answer=TOWER,
        status=201,
    ),
    Route(
        method='GET',
        path='/towers/{tower_id}',
        handler=TowerRoutes.read_tower,
        summary='Read a tower',
        tag='towers',
        permission=Permission.TOWERS_READ,
        answer=TOWER,
    ),
    Route(
        method='GET',
        path='/towers/{tower_id}/availability',
        handler=TowerRoutes.read_availability,
        summary='Read how available a tower was',
        tag='towers',
        permission=Permission.TOWERS_READ,
        answer=AVAILABILITY,
    ),
    Route(
        method='PATCH',
        path='/towers/{tower_id}',
        handler=TowerRoutes.change_tower,
        summary='Change a tower',
        tag='towers',
        permission=Permission.TOWERS_WRITE,
        body=TOWER_BODY,
        patch={'maintenance_until': '2026-11-22T12:00:00Z'},
        answer=TOWER,
    ),
    Route(
        method='DELETE',
        path='/towers/{tower_id}',
        handler=TowerRoutes.retire_tower,
        summary='Retire a tower',
        tag='towers',
        permission=Permission.TOWERS_WRITE,
        status=204,
    ),
    Route(
        method='POST',
        path='/towers/{tower_id}/restore',
        handler=TowerRoutes.restore_tower,
        summary='Watch a retired tower again',
        tag='towers',
        permission=Permission.TOWERS_WRITE,
        answer=TOWER,
    ),
    Route(
        method='POST',
        path='/towers/{tower_id}/notes',
        handler=TowerRoutes.note_tower,
        summary='Write a note on a tower',
        tag='towers',
        permission=Permission.TOWERS_WRITE,
        body=NEW_NOTE,
        answer=TOWER,
    ),
    Route(
        method='GET',
        path='/towers/{tower_id}/checks',
        handler=TowerRoutes.list_check_results,
        summary='Check history of a tower',
        tag='towers',
        permission=Permission.TOWERS_READ,
        answer=PageOf(CHECK_RESULT),
    ),
)
