"""Past incidents: found by words, tower, cause, label and time, a page at a time; and those that are like one that is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.archive import NEWEST_FIRST, AlertQuery, AlertStore, page_before
from domain.alerts.model import Alert
from domain.changes.store import Store
from domain.devices.listing.labels import LabelIndex
from domain.devices.live import state_of
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.towers.live import tower_state
from domain.towers.model import Tower

STEP, MOST_STEPS = 200, 25
"""Alerts that are read at once, and how often for one page: a rare label is looked for among 5,000, then the reader goes on."""
SIMILAR_S = 180 * 86_400.0
MOST_COMPARED, MOST_SIMILAR = 500, 5
LEAST_LIKE = 3
HOURS_APART = 1.0
"""Two beginnings at most so far from one another on the clock are at the same hour."""
_DEEPEST = 64


class ArchiveStore(Store, AlertStore, Protocol):
    """The part of the store that is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentQuery:
    """What to look for; empty fields ask for nothing. ``text`` stands in the problem, the name or the detail of any of its alerts,
    ``tower`` (an id) is any of its towers, ``cause`` a probable cause of X.733, ``label`` a ``(key, value)`` that a device has now that
    it is about, or that its towers serve or had lost. ``since`` and ``until`` in epoch seconds: it was open at some moment between."""

    text: str = ''
    tower: str = ''
    cause: str = ''
    label: tuple[str, str] | None = None
    since: float | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Similar:
    """An incident that was like another one: ``why`` in words, ``ended`` what people wrote of its end, if anything."""

    root: Alert
    why: tuple[str, ...]
    ended: str = field(default='')


async def found_incidents(
    fleet: Fleet, store: ArchiveStore, query: IncidentQuery, *, before: str | None, limit: int
) -> tuple[list[Alert], str | None]:
    """Roots of incidents, the newest first, and the id to go on from, ``None`` at the end."""
    asked = AlertQuery(
        text=query.text,
        causes=(query.cause,) if query.cause else (),
        object_id=query.tower or None,
        since=query.since,
        until=query.until,
        roots=not (query.text or query.tower or query.cause or query.label),
    )
    concerned, first = _concerned_by(fleet, query.label), before
    found: dict[str, Alert] = {}
    for _ in range(MOST_STEPS):
        rows, following = await page_before(fleet, store, asked, is_open=None, before=before, limit=STEP)
        for row in rows:
            if len(found) == limit:
                return list(found.values()), before
            before = row.id
            if concerned is None or row.object_id in concerned or not concerned.isdisjoint(row.witnesses):
                root = await root_of(fleet, store, row)
                if root.id not in found and not await _was_told(fleet, store, asked, root, first):
                    found[root.id] = root
        if following is None:
            return list(found.values()), None
        before = following
    return list(found.values()), before


async def _was_told(fleet: Fleet, store: ArchiveStore, asked: AlertQuery, root: Alert, first: str | None) -> bool:
    """Whether an earlier page, which ended before the id ``first``, has shown this incident by a newer one of its alerts."""
    if first is None or asked.roots:
        return False
    newest = await store.alerts_before(
        fleet.enterprise.id, replace(asked, under=root.id), is_open=None, before=None, limit=1
    )
    return any(one.id >= first for one in (root, *newest) if one.id != root.id or asked.fits(root))


async def root_of(fleet: Fleet, store: ArchiveStore, alert: Alert) -> Alert:
    """The alert that explains it, as far as it may be seen."""
    for _ in range(_DEEPEST):
        if alert.parent is None:
            break
        above = fleet[Alert].get(alert.parent) or await store.get(Alert, fleet.enterprise.id, alert.parent)
        if above is None or (seen := fleet.shown(above)) is None:
            break
        alert = seen
    return alert


def _concerned_by(fleet: Fleet, label: tuple[str, str] | None) -> frozenset[str] | None:
    """Ids of the devices with the label, and of the towers that serve them or had lost them; ``None`` when none is asked for."""
    if label is None:
        return None
    devices = fleet.index(LabelIndex).ids(*label)
    serving = (state_of(fleet, device).tower for device in devices)
    lost = (id for id in fleet[Tower] if not devices.isdisjoint(tower_state(fleet, id).lost))
    return devices | {id for id in serving if id} | frozenset(lost)


class IncidentArchive:
    """What was before, as a reader may see it."""

    def __init__(self, *, fleets: Fleets, store: ArchiveStore) -> None:
        self._fleets = fleets
        self._store = store

    async def find(
        self, actor: Actor, query: IncidentQuery, *, before: str | None = None, limit: int
    ) -> tuple[list[Alert], str | None]:
        """See :func:`found_incidents`."""
        actor.require(Permission.ALERTS_READ)
        return await found_incidents(self._fleets.seen_by(actor), self._store, query, before=before, limit=limit)

    async def similar(self, actor: Actor, root: Alert) -> list[Similar]:
        """Those that were most like it before it began, the most alike first and of those the newest."""
        actor.require(Permission.ALERTS_READ)
        fleet = self._fleets.seen_by(actor)
        query = AlertQuery(roots=True, since=root.raised_at - SIMILAR_S, until=root.raised_at)
        rows = await self._store.cleared_alerts(fleet.enterprise.id, query, NEWEST_FIRST, limit=MOST_COMPARED)
        shown = [one for one in map(fleet.shown, rows) if one is not None and one.id != root.id]
        scored = [(one, likeness(fleet, root, one)) for one in shown]
        alike = [(one, why) for one, why in scored if sum(why.values()) >= LEAST_LIKE]
        alike.sort(key=lambda pair: (-sum(pair[1].values()), -pair[0].raised_at))
        return [Similar(one, tuple(why), how_it_ended(one)) for one, why in alike[:MOST_SIMILAR]]


def likeness(fleet: Fleet, one: Alert, other: Alert) -> dict[str, int]:
    """In what two are alike, and how much that says."""
    return dict(_alike(fleet, one, other))


def _alike(fleet: Fleet, one: Alert, other: Alert) -> Iterator[tuple[str, int]]:
    towers = [fleet[Tower].get(each.object_id) if each.object_kind == 'tower' else None for each in (one, other)]
    if (one.object_kind, one.object_id) == (other.object_kind, other.object_id):
        yield 'the same place', 3
    elif towers[0] is not None and towers[1] is not None:
        if towers[0].parent is not None and towers[0].parent == towers[1].parent:
            yield 'behind the same site', 2
        if towers[0].operator and towers[0].operator == towers[1].operator:
            yield 'the same operator', 1
    if (one.alarm_type, one.probable_cause) == (other.alarm_type, other.probable_cause):
        yield 'the same cause', 1
    if hours_apart(one.raised_at, other.raised_at) <= HOURS_APART:
        yield 'at the same hour', 1


def hours_apart(one: float, other: float) -> float:
    """Between two moments on the face of the clock, in hours: 23:30 and 00:15 are three quarters of one apart."""
    apart = abs(_hour(one) - _hour(other))
    return min(apart, 24 - apart)


def _hour(at: float) -> float:
    moment = datetime.fromtimestamp(at, UTC)
    return moment.hour + moment.minute / 60


def how_it_ended(alert: Alert) -> str:
    """The newest that people wrote of it."""
    if alert.false_reason:
        return f'False alarm: {alert.false_reason}'
    return alert.comments[-1].text if alert.comments else alert.comment
