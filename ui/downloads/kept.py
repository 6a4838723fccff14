"""What a browser keeps to search in without a network: names and numbers of devices, towers and alerts, as the finder reads them."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response

from domain.access.permissions import Permission
from domain.access.shares import Shares
from domain.alerts.model import Alert
from domain.common.errors import NotSignedIn, Throttled
from domain.common.text import folded
from domain.devices.listing.columns import search_text
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.towers.live import tower_state
from domain.towers.model import Tower
from ui.sign_in import SignedIn, is_signed_in, signed_in
from ui.sign_in.kept import kept_under

MOST = 5000
"""Of a kind; of larger fleets the first by id are kept."""
Thing = dict[str, Any]
_NOT_KEPT = {'Cache-Control': 'no-store'}


def register_kept(app: FastAPI, *, fleets: Fleets, shares: Shares, clock: Callable[[], float]) -> None:
    """Register ``/ui/kept`` on the parent app; to be called before ``ui.run_with``."""

    @app.get('/ui/kept', include_in_schema=False)
    async def kept(request: Request) -> Response:
        try:
            if not is_signed_in(request):
                raise NotSignedIn('sign in first')
            who = signed_in(request)
            fleet = fleets.seen_by(who.person)
            under = kept_under(request, who, fleet.enterprise)
            if not under:
                return Response('{}', 404, media_type='application/json', headers=_NOT_KEPT)
            async with shares.place(who.person.actor(), 'searches'):
                things = await _things(fleet, who, shares)
        except NotSignedIn:
            return Response('{}', 401, media_type='application/json', headers=_NOT_KEPT)
        except Throttled as refusal:
            headers = {**_NOT_KEPT, 'Retry-After': str(refusal.retry_after)}
            return Response('{}', 429, media_type='application/json', headers=headers)
        body = msgspec.json.encode({'under': under, 'at': clock(), 'things': things})
        return Response(body, media_type='application/json', headers=_NOT_KEPT)


async def _things(fleet: Fleet, who: SignedIn, shares: Shares) -> list[Thing]:
    found: list[Thing] = []
    for permission, (kind, read) in _KINDS.items():
        if who.may(permission):
            rows = list(fleet[kind])[:MOST]
            await shares.each(fleet.enterprise.id, rows, lambda id, read=read: found.append(read(fleet, id)))  # type: ignore[misc]
    return found


def _device(fleet: Fleet, id: str) -> Thing:
    device, state = fleet[Device][id], state_of(fleet, id)
    return _thing('device', f'/devices/{id}', device.name, state.presence, search_text(device, state))


def _tower(fleet: Fleet, id: str) -> Thing:
    tower = fleet[Tower][id]
    thing = _thing('tower', f'/towers/{id}', tower.name, tower_state(fleet, id).status, folded(tower.name))
    return {**thing, 'cells': sorted({cell.cell_id for cell in tower.cells})}


def _alert(fleet: Fleet, id: str) -> Thing:
    alert = fleet[Alert][id]
    text = folded(f'{alert.problem} {alert.object_name} {alert.detail}')
    return _thing('alert', f'/alerts/{id}', f'{alert.problem} · {alert.object_name}', alert.severity, text)


def _thing(kind: str, href: str, name: str, state: str, text: str) -> Thing:
    return {'kind': kind, 'href': href, 'name': name, 'state': state, 'text': text}


_KINDS: Mapping[Permission, tuple[Any, Callable[[Fleet, str], Thing]]] = {
    Permission.DEVICES_READ: (Device, _device),
    Permission.TOWERS_READ: (Tower, _tower),
    Permission.ALERTS_READ: (Alert, _alert),
}
