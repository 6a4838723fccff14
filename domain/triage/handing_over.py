"""A shift is handed over with what is open, and taken by the next person with the alerts of the one before."""

from collections.abc import Iterable
from dataclasses import replace

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.common.ids import new_id
from domain.common.severity import RANK
from domain.common.text import clean_text
from domain.triage.assigning import assigned
from domain.triage.events import HandoverTaken, ShiftHandedOver
from domain.triage.mentioning import refuse_mentions
from domain.triage.model import HandedAlert, Handover
from domain.triage.people import need_person

MOST_ALERTS = 100
"""Alerts that a hand-over lists, the gravest first; it counts all of them."""
MOST_KEPT = 200
"""Hand-overs that are shown; older ones stay in the journal."""


class HandoverService:
    """The ends of shifts. They are the whole enterprise's: a role that is narrowed to a part hands over nothing."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    def list(self, actor: Actor) -> list[Handover]:
        """Those that are kept, the newest first."""
        actor.require(Permission.ALERTS_READ)
        return newest_first(self._transactor.fleets.seen_by(actor)[Handover].values())

    async def give(self, actor: Actor, note: str = '', person: str | None = None) -> Handover:
        """End a shift; ``person`` (an id) is whom it is meant for. ``Invalid`` names the field."""
        _require_whole(actor)
        note = clean_text(note, 'note', most=4000)

        def decide(tx: Transaction) -> Handover:
            to = need_person(tx, actor.enterprise, person) if person is not None else None
            refuse_mentions(tx, actor.enterprise, note, None, 'note')
            found = [alert for alert in tx.all(Alert, actor.enterprise) if alert.is_open and alert.parent is None]
            found.sort(key=lambda alert: (RANK[alert.severity], alert.raised_at, alert.id))
            handover = Handover(
                id=new_id(),
                enterprise=actor.enterprise,
                at=tx.now,
                by=actor.name,
                giver=actor.id,
                note=note,
                person=to.id if to is not None else '',
                name=to.name if to is not None else '',
                open=len(found),
                alerts=tuple(map(_handed, found[:MOST_ALERTS])),
            )
            for old in newest_first(tx.all(Handover, actor.enterprise))[MOST_KEPT - 1 :]:
                tx.put(replace(old, ended_at=tx.now))
            tx.put(handover)
            about = tx.about(handover, actor.name)
            tx.note(ShiftHandedOver(**about, note=note, open=handover.open, to=handover.name))
            return handover

        return await self._transactor.transact(decide, actor=actor)

    async def take(self, actor: Actor, handover_id: str) -> Handover:
        """The person takes the shift over: the open alerts that its giver had are theirs. ``Conflict`` when another has taken it."""
        actor.require(Permission.ALERTS_WRITE)

        def decide(tx: Transaction) -> Handover:
            if actor.scope:  # which sees none
                raise NotFound.of(Handover, handover_id)
            handover = tx.need(Handover, actor.enterprise, handover_id)
            if actor.kind is not ActorKind.PERSON:
                raise Invalid('only a person takes a shift', field='person')
            if handover.taken_at is not None:
                raise Conflict(f'{handover.taken_by} has taken it over already')
            theirs = [
                one for one in tx.all(Alert, actor.enterprise) if one.is_open and one.assigned_to == handover.giver
            ]
            for alert in theirs if handover.giver != actor.id else ():
                after, entry = assigned(tx, alert, actor.id, actor.name)
                tx.put(replace(after, changed_at=tx.now, version=alert.version + 1))
                tx.note(entry)
            after_all = replace(handover, taken_at=tx.now, taken_by=actor.name, version=handover.version + 1)
            tx.put(after_all)
            tx.note(HandoverTaken(**tx.about(handover, actor.name), of=handover.by, alerts=len(theirs)))
            return after_all

        return await self._transactor.transact(decide, actor=actor)


def newest_first(rows: Iterable[Handover]) -> list[Handover]:
    """Hand-overs, the newest first."""
    return sorted(rows, key=lambda row: (row.at, row.id), reverse=True)


def _require_whole(actor: Actor) -> None:
    actor.require(Permission.ALERTS_WRITE)
    if actor.scope:
        raise NotAllowed(f'{actor.name} may not do this: a shift is that of the whole enterprise')


def _handed(alert: Alert) -> HandedAlert:
    acknowledged, snoozed = alert.acknowledged_at is not None, alert.snoozed_until is not None
    return HandedAlert(
        id=alert.id,
        problem=alert.problem,
        severity=alert.severity,
        state='acknowledged' if acknowledged else 'snoozed' if snoozed else 'open',
        devices=alert.devices,
        raised_at=alert.raised_at,
        has=alert.assigned_name,
        seen_by=(alert.acknowledged_by or '') if acknowledged else alert.snoozed_by,
        until=alert.quiet_until,
        words=alert.comment if acknowledged else alert.snooze_reason,
    )
