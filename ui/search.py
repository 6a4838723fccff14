"""What the finder (Ctrl K) asks: devices, towers, policies and open alerts by part of a name, an identifier or a cell id."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from fastapi import FastAPI, Request, Response

from domain.access import Actor, Permission
from domain.errors import NotSignedIn
from domain.fleet import Fleet
from domain.fleets import Fleets
from domain.listing import DeviceQuery, select
from ui.auth import is_signed_in, signed_in

MOST_OF_A_KIND = 6
MOST_CHARACTERS = 120
_PLACES = {'device': '/devices/', 'tower': '/towers/', 'policy': '/policies/'}


@dataclass(frozen=True, slots=True)
class Found:
    """One answer; ``state`` is looked up by ``kind`` in the design language."""

    kind: str
    id: str
    name: str
    href: str
    state: str


def register_search(app: FastAPI, *, fleets: Fleets) -> None:
    """Register ``/ui/search?q=`` on the parent app; to be called before ``ui.run_with``."""

    @app.get('/ui/search', include_in_schema=False)
    async def search(request: Request, q: str = '') -> Response:
        try:
            if not is_signed_in(request):
                raise NotSignedIn('sign in first')
            actor = signed_in(request).actor()
        except NotSignedIn:
            return Response('[]', 401, media_type='application/json')  # the page leads to the sign-in by this status
        found = list(find(fleets.seen_by(actor), actor, q[:MOST_CHARACTERS]))
        headers = {'Cache-Control': 'no-store'}
        return Response(msgspec.json.encode(found), media_type='application/json', headers=headers)


def find(fleet: Fleet, actor: Actor, text: str) -> Iterator[Found]:
    """What of the actor's enterprise is called something like ``text``, as far as the actor may read it."""
    text = text.strip().casefold()
    if not text:
        return
    if actor.may(Permission.DEVICES_READ):
        yield from _devices(fleet, text)
    if actor.may(Permission.TOWERS_READ):
        yield from _towers(fleet, text)
    if actor.may(Permission.POLICIES_READ):
        hits = [policy for policy in fleet.policies.values() if text in policy.name.casefold()]
        for policy in sorted(hits, key=lambda policy: policy.name.casefold())[:MOST_OF_A_KIND]:
            yield _found('policy', policy.id, policy.name, policy.mode)
    if actor.may(Permission.ALERTS_READ):
        hits_ = [alert for alert in fleet.alerts.values() if text in f'{alert.problem} {alert.object_name}'.casefold()]
        for alert in sorted(hits_, key=lambda alert: alert.id, reverse=True)[:MOST_OF_A_KIND]:
            yield Found('alert', alert.id, f'{alert.problem} · {alert.object_name}', '/alerts', alert.severity)


def _devices(fleet: Fleet, text: str) -> Iterator[Found]:
    chosen = select(fleet, DeviceQuery(text=text), limit=MOST_OF_A_KIND)
    for device_id in chosen.ids:
        yield _found('device', device_id, fleet.devices[device_id].name, fleet.state_of(device_id).presence)


def _towers(fleet: Fleet, text: str) -> Iterator[Found]:
    by_cell = fleet.tower_by_cell(text)
    hits = [
        tower
        for tower in fleet.towers.values()
        if tower.id == by_cell
        or text in tower.name.casefold()
        or any(text == str(cell.cell_id) or text == cell.key.casefold() for cell in tower.cells)
    ]
    for tower in sorted(hits, key=lambda tower: tower.name.casefold())[:MOST_OF_A_KIND]:
        yield _found('tower', tower.id, tower.name, fleet.tower_state(tower.id).status)


def _found(kind: str, id: str, name: str, state: str) -> Found:
    return Found(kind, id, name, f'{_PLACES[kind]}{id}', state)
