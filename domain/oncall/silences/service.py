"""Silences as people and programs set them up, and the clock that begins and ends them."""

from dataclasses import dataclass, replace
from typing import Any

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.changes.store import Store
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.channels.model import Delivery, DeliveryState
from domain.common.errors import Conflict
from domain.common.ids import new_id
from domain.common.versions import check_version, differences
from domain.fleet.fleet import Fleet
from domain.oncall.reaching import members
from domain.oncall.silences.covering import covering
from domain.oncall.silences.events import SilenceEnded, SilenceSaved
from domain.oncall.silences.input import NewSilence, checked_silence
from domain.oncall.silences.keeping import review, to_review
from domain.oncall.silences.model import AlertSilence, SilenceState

MOST_ROWS = 500
"""In one enterprise, those that are over and still shown included."""
SHOWN_S = 30 * 86_400.0
"""So long a silence that is over is listed."""
DAY_S = 86_400.0
MOST_LOOKED_AT = 5000
"""Messages that a preview looks at."""
_BATCH = 500
_FIELDS = ('reason', 'conditions', 'starts_at', 'ends_at', 'breaks', 'owner_name')
_ORDER = {SilenceState.ACTIVE: 0, SilenceState.SCHEDULED: 1, SilenceState.OVER: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class SilencePreview:
    """Of ``of`` messages that were delivered since ``since`` (epoch seconds) a silence would have kept ``messages``, of so many
    ``alerts``; ``now`` of the open alerts it would silence at once. ``more``: there were more messages than were looked at."""

    messages: int
    alerts: int
    of: int
    now: int
    since: float
    more: bool = False


class SilencingService:
    """Those who answer alerts read silences and set them up; a role that is narrowed to a part does neither."""

    def __init__(self, *, transactor: Transactor, store: Store) -> None:
        self._transactor = transactor
        self._store = store

    def now(self) -> float:
        """Epoch seconds."""
        return self._transactor.clock()

    def rows(self, actor: Actor) -> list[AlertSilence]:
        """The actor's own first; active ones before those to come, and these before those that are over."""
        actor.require(Permission.CHANNELS_READ)
        now, rows = self.now(), self._transactor.fleets.of(actor.enterprise)[AlertSilence].values()

        def place(row: AlertSilence) -> tuple[Any, ...]:
            state = row.state_at(now)
            moment = -row.ends_at if state is SilenceState.OVER else row.ends_at
            return _ORDER[state], row.owner != actor.id, moment, row.id

        return sorted(rows, key=place)

    def read(self, actor: Actor, id: str) -> AlertSilence:
        """One of them, or ``NotFound``."""
        actor.require(Permission.CHANNELS_READ)
        return self._transactor.fleets.of(actor.enterprise).need(AlertSilence, id)

    def silenced(self, actor: Actor, id: str) -> int:
        """How many open alerts it silences now."""
        actor.require(Permission.CHANNELS_READ)
        fleet = self._transactor.fleets.of(actor.enterprise)
        return sum(alert.silence == id for alert in fleet[Alert].values())

    async def save(self, actor: Actor, new: NewSilence, id: str = '', version: int = 0) -> AlertSilence:
        """Set up a silence, or with an ``id`` change it; ``Stale`` unless ``version`` is the newest, ``Conflict`` for one that is over.

        Alerts that are open are silenced, or told, in the same commit."""
        actor.require(Permission.SILENCES_WRITE)

        def decide(tx: Transaction) -> AlertSilence:
            before = tx.need(AlertSilence, actor.enterprise, id) if id else None
            if before is not None:
                check_version(before.version, version)
                _check_not_over(before, tx.now)
            fleet = tx.fleet(actor.enterprise)
            checked = checked_silence(fleet, new, tx.now, before)
            owner = checked.owner or (before.owner if before is not None else actor.id)
            person = members(fleet).get(owner)
            name = person.name if person is not None else actor.name if owner == actor.id else ''
            after = _made(tx, actor, before, checked, owner, name or (before.owner_name if before is not None else ''))
            if after == before:
                return after
            if before is None and sum(1 for _ in tx.all(AlertSilence, actor.enterprise)) >= MOST_ROWS:
                raise Conflict(f'there are {MOST_ROWS}; end some first')
            tx.put(after)
            changes = differences(before, after, _FIELDS)
            about = tx.about(after, actor.name)
            tx.note(SilenceSaved(**about, created=before is None, ends_at=after.ends_at, changes=changes))
            review(tx, actor.enterprise)
            return after

        return await self._transactor.transact(decide, actor=actor)

    async def end(self, actor: Actor, id: str, version: int) -> AlertSilence:
        """End it now; what it silenced and is still open is told. ``Conflict`` for one that is over."""
        actor.require(Permission.SILENCES_WRITE)

        def decide(tx: Transaction) -> AlertSilence:
            before = tx.need(AlertSilence, actor.enterprise, id)
            check_version(before.version, version)
            _check_not_over(before, tx.now)
            after = replace(
                before,
                starts_at=min(before.starts_at, tx.now),
                ends_at=tx.now,
                ended_by=actor.name,
                changed_at=tx.now,
                version=before.version + 1,
            )
            tx.put(after)
            alerts = sum(alert.silence == id for alert in tx.all(Alert, actor.enterprise) if alert.is_open)
            tx.note(SilenceEnded(**tx.about(after, actor.name), ends_at=before.ends_at, alerts=alerts))
            review(tx, actor.enterprise)
            return after

        return await self._transactor.transact(decide, actor=actor)

    async def preview(self, actor: Actor, new: NewSilence) -> SilencePreview:
        """What it would have kept of the messages of the last day, had it been there all day: from what was delivered.

        A recovery is kept where all that was told before it is of that day: it goes to those who heard of the alert."""
        actor.require(Permission.CHANNELS_READ)
        now = self.now()
        fleet = self._transactor.fleets.of(actor.enterprise)
        checked = checked_silence(fleet, replace(new, reason=new.reason.strip() or 'preview'), now)  # why is asked last
        thought_of = AlertSilence(
            id='preview',
            enterprise=actor.enterprise,
            reason=checked.reason,
            conditions=checked.conditions,
            breaks=checked.breaks,
            starts_at=now - DAY_S,
            ends_at=now + DAY_S,
            owner='',
            owner_name='',
            created_at=now,
            changed_at=now,
        )
        told, more = await self._told(actor.enterprise, now - DAY_S)
        rows = {id: await self._alert(fleet, id) for id in {one.alert for one in told}}
        kept = [one for one in told if _would_keep(fleet, thought_of, one, rows[one.alert], now)]
        at_once = sum(
            covering(fleet, [thought_of], alert, now) is not None
            for alert in fleet[Alert].values()
            if alert.waits and alert.parent is None and alert.silence is None  # also one that is only about to be told
        )
        alerts = len({one.alert for one in kept})
        since = now - DAY_S
        return SilencePreview(messages=len(kept), alerts=alerts, of=len(told), now=at_once, since=since, more=more)

    async def review(self, enterprise: str) -> int:
        """Silences begin and end; run by the clock. How many alerts changed."""
        fleet, now = self._transactor.fleets.of(enterprise), self.now()
        silences = list(fleet[AlertSilence].values())
        past = [one.id for one in silences if one.ends_at + SHOWN_S <= now]
        if not past and not to_review(fleet, silences, now):
            return 0

        def decide(tx: Transaction) -> int:
            for id in past:
                row = tx.find(AlertSilence, enterprise, id)
                if row is not None and row.retired_at is None:
                    tx.put(replace(row, retired_at=tx.now, version=row.version + 1))
            return review(tx, enterprise)

        return await self._transactor.transact(decide, enterprise)

    async def _told(self, enterprise: str, since: float) -> tuple[list[Delivery], bool]:
        """What was delivered of alerts since then."""
        found: list[Delivery] = []
        before: str | None = None
        looked_at = 0
        while looked_at < MOST_LOOKED_AT:
            rows = await self._store.history(Delivery, enterprise, equal={}, is_open=None, before=before, limit=_BATCH)
            found += [one for one in rows if one.state is DeliveryState.DELIVERED and one.alert and not one.is_test]
            looked_at += len(rows)
            if len(rows) < _BATCH or rows[-1].created_at < since:
                return [one for one in found if (one.done_at or 0.0) >= since], False
            before = rows[-1].id
        return [one for one in found if (one.done_at or 0.0) >= since], True

    async def _alert(self, fleet: Fleet, id: str) -> Alert | None:
        return fleet.find(Alert, id) or await self._store.get(Alert, fleet.enterprise.id, id)


def _check_not_over(row: AlertSilence, now: float) -> None:
    if row.state_at(now) is SilenceState.OVER:
        raise Conflict('it is over: set up another one')


def _made(
    tx: Transaction, actor: Actor, before: AlertSilence | None, new: NewSilence, owner: str, owner_name: str
) -> AlertSilence:
    said: dict[str, Any] = {
        'reason': new.reason,
        'conditions': new.conditions,
        'starts_at': new.starts_at,
        'ends_at': new.ends_at,
        'breaks': new.breaks,
        'owner': owner,
        'owner_name': owner_name,
    }
    if before is None:
        return AlertSilence(id=new_id(), enterprise=actor.enterprise, created_at=tx.now, changed_at=tx.now, **said)
    after = replace(before, **said)
    return after if after == before else replace(after, changed_at=tx.now, version=before.version + 1)


def _would_keep(fleet: Fleet, silence: AlertSilence, told: Delivery, alert: Alert | None, now: float) -> bool:
    if alert is None or covering(fleet, [silence], alert, now, told.announcement.severity) is None:
        return False
    return not told.announcement.is_over or (alert.told_at or 0.0) >= silence.starts_at
