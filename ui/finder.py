"""What the finder (Ctrl K) asks: devices, towers, policies, open alerts and people by a name, number or cell, however spelled."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

import msgspec
from fastapi import FastAPI, Request, Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.access.shares import Shares
from domain.accounts.model import Person, PersonKind
from domain.alert_rules.alerts import TUNABLE
from domain.alerts.model import Alert
from domain.cellular.notation import read_cells, spellings
from domain.common.errors import NotSignedIn, Throttled
from domain.common.text import folded
from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.names import apart
from domain.devices.listing.query import DeviceQuery, select
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.devices.unknown_cells.model import UnknownCell
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.policies.model import Policy
from domain.towers.live import lists_cell, tower_state
from domain.towers.model import Tower
from ui.sign_in import is_signed_in, signed_in

Row = TypeVar('Row')

MOST_OF_A_KIND = 6
MOST_CHARACTERS = 120
_PLACES = {'device': '/devices/', 'tower': '/towers/', 'policy': '/policies/'}
Look = Callable[[Fleet, str, Shares], Awaitable[list['Found']]]


@dataclass(frozen=True, slots=True)
class Found:
    """One answer; ``state`` is looked up by ``kind`` in the design language."""

    kind: str
    id: str
    name: str
    href: str
    state: str


def register_search(app: FastAPI, *, fleets: Fleets, shares: Shares) -> None:
    """Register ``/ui/search?q=`` on the parent app; to be called before ``ui.run_with``."""

    @app.get('/ui/search', include_in_schema=False)
    async def search(request: Request, q: str = '') -> Response:
        try:
            if not is_signed_in(request):
                raise NotSignedIn('sign in first')
            actor = signed_in(request).actor()
        except NotSignedIn:
            return Response('[]', 401, media_type='application/json')  # the page leads to the sign-in by this status
        headers = {'Cache-Control': 'no-store'}
        try:
            async with shares.place(actor, 'searches'):
                found = await find(fleets.seen_by(actor), actor, q[:MOST_CHARACTERS], shares)
        except Throttled as refusal:
            headers['Retry-After'] = str(refusal.retry_after)
            return Response('[]', 429, media_type='application/json', headers=headers)
        return Response(msgspec.json.encode(found), media_type='application/json', headers=headers)


async def find(fleet: Fleet, actor: Actor, text: str, shares: Shares) -> list[Found]:
    """What of the actor's enterprise is called something like ``text``, as far as the actor may read it; looked for in slices."""
    found: list[Found] = []
    if not folded(text):
        return found
    for permission, look in _LOOKS.items():
        if actor.may(permission):
            found += await look(fleet, text, shares)
    return found


async def _devices(fleet: Fleet, text: str, shares: Shares) -> list[Found]:
    enterprise = fleet.enterprise.id
    await shares.each(enterprise, fleet.index(DeviceColumns).unwritten(), fleet.index(DeviceColumns).write)
    async with shares.slice(enterprise):
        chosen = select(fleet, DeviceQuery(text=text), limit=MOST_OF_A_KIND)
        return [_found('device', id, _device_name(fleet, id), state_of(fleet, id).presence) for id in chosen.ids]


def _device_name(fleet: Fleet, device_id: str) -> str:
    name, more = fleet[Device][device_id].name, apart(fleet, device_id)
    return f'{name} · {more}' if more else name


async def _towers(fleet: Fleet, text: str, shares: Shares) -> list[Found]:
    texts, cells = spellings(text), read_cells(text)

    def hit(tower: Tower) -> bool:
        return _contains(tower.name, texts) or lists_cell(tower, cells)

    hits = await _among(fleet, fleet[Tower].values(), hit, shares)
    first = sorted(hits, key=lambda tower: folded(tower.name))[:MOST_OF_A_KIND]
    return [_found('tower', tower.id, tower.name, tower_state(fleet, tower.id).status) for tower in first]


async def _policies(fleet: Fleet, text: str, shares: Shares) -> list[Found]:
    texts = spellings(text)
    hits = await _among(fleet, fleet[Policy].values(), lambda policy: _contains(policy.name, texts), shares)
    first = sorted(hits, key=lambda policy: folded(policy.name))[:MOST_OF_A_KIND]
    return [_found('policy', policy.id, policy.name, policy.mode) for policy in first]


async def _alerts(fleet: Fleet, text: str, shares: Shares) -> list[Found]:
    texts = spellings(text)

    def hit(alert: Alert) -> bool:
        return _contains(f'{alert.problem} {alert.object_name} {alert.detail}', texts)

    hits = await _among(fleet, fleet[Alert].values(), hit, shares)
    first = sorted(hits, key=lambda alert: alert.id, reverse=True)[:MOST_OF_A_KIND]
    return [
        Found('alert', each.id, f'{each.problem} · {each.object_name}', f'/alerts/{each.id}', each.severity)
        for each in first
    ]


async def _people(fleet: Fleet, text: str, shares: Shares) -> list[Found]:
    texts = spellings(text)

    def hit(person: Person) -> bool:
        return person.kind is PersonKind.PERSON and _contains(f'{person.name} {person.email}', texts)

    hits = await _among(fleet, fleet[Person].values(), hit, shares)
    first = sorted(hits, key=lambda person: folded(person.name))[:MOST_OF_A_KIND]
    return [Found('person', each.id, each.name, f'/people?q={quote(each.email)}', '') for each in first]


def _contains(text: str, texts: Collection[str]) -> bool:
    whole = folded(text)
    return any(each in whole for each in texts)


async def _among(fleet: Fleet, rows: Iterable[Row], hit: Callable[[Row], bool], shares: Shares) -> list[Row]:
    """The rows that are hit, in slices."""
    hits: list[Row] = []
    await shares.each(fleet.enterprise.id, list(rows), lambda row: hits.append(row) if hit(row) else None)
    return hits


async def _alert_rules(fleet: Fleet, text: str, shares: Shares) -> list[Found]:
    texts = spellings(text)
    hits = [rule for rule in TUNABLE.values() if _contains(rule.name, texts)][:MOST_OF_A_KIND]
    return [Found('alert_rule', one.key, one.name, f'/alert-rules?rule={one.key}', '') for one in hits]


async def _alerts_and_cells(fleet: Fleet, text: str, shares: Shares) -> list[Found]:
    return [*await _alerts(fleet, text, shares), *await _unknown_cells(fleet, text, shares)]


async def _unknown_cells(fleet: Fleet, text: str, shares: Shares) -> list[Found]:
    texts, cells = spellings(text), read_cells(text)

    def hit(cell: UnknownCell) -> bool:
        return _contains(cell.name, texts) or cell.cell_id in cells

    hits = await _among(fleet, fleet[UnknownCell].values(), hit, shares)
    first = sorted(hits, key=lambda cell: (-cell.last_at, cell.id))[:MOST_OF_A_KIND]
    # trust that is over is taken back by the clock
    return [Found('standing', one.id, one.name, f'/cells/{one.id}', one.standing_at(0.0)) for one in first]


_LOOKS: dict[Permission, Look] = {
    Permission.DEVICES_READ: _devices,
    Permission.TOWERS_READ: _towers,
    Permission.POLICIES_READ: _policies,
    Permission.ALERTS_READ: _alerts_and_cells,
    Permission.PEOPLE_READ: _people,
    Permission.RULES_READ: _alert_rules,
}


def _found(kind: str, id: str, name: str, state: str) -> Found:
    return Found(kind, id, name, f'{_PLACES[kind]}{id}', state)
