"""Who has an alert, whether it calls, what it is a part of and whether it was one at all: what people decide of it."""

from dataclasses import replace

from domain.access.actors import Actor, ActorKind
from domain.alerts.acknowledging import (
    acknowledge_alert,
    ends_now,
    resume_alerts,
    snooze_alert,
    unacknowledge_alert,
    wake_alert,
)
from domain.alerts.events import AlertMarkedFalse
from domain.alerts.merging import merge_alert, separate_alert
from domain.alerts.model import NOT_FALSE, Alert
from domain.alerts.service import Change, act_on_alert
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid
from domain.common.text import clean_text
from domain.journal.model import Entry
from domain.triage.assigning import assigned

Changed = tuple[Alert, Entry]


class TriageService:
    """What people decide of open alerts; ``version`` and ``key`` as in :class:`domain.alerts.service.AlertService`."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    async def _act(self, actor: Actor, alert_id: str, change: Change, version: int | None, key: str) -> Alert:
        return await act_on_alert(self._transactor, actor, alert_id, change, version=version, key=key)

    async def assign(
        self, actor: Actor, alert_id: str, person: str | None, *, version: int | None = None, key: str = ''
    ) -> Alert:
        """That person (an id) has it, ``None`` for nobody; ``Invalid`` for one who could not answer it."""

        def change(tx: Transaction, alert: Alert) -> Changed:
            return assigned(tx, alert, person, actor.name)

        return await self._act(actor, alert_id, change, version, key)

    async def take(self, actor: Actor, alert_id: str, *, version: int | None = None, key: str = '') -> Alert:
        """The person who says so has it, also when another one had it; what nobody had acknowledged is acknowledged."""
        if actor.kind is not ActorKind.PERSON:
            raise Invalid('only a person can have it: a program assigns it to one', field='person')

        def change(tx: Transaction, alert: Alert) -> Changed:
            if alert.acknowledged_at is None:
                alert, entry = acknowledge_alert(tx, alert, actor.name)
                tx.note(entry)
            return assigned(tx, alert, actor.id, actor.name)

        return await self._act(actor, alert_id, change, version, key)

    async def release(
        self, actor: Actor, alert_id: str, person: str | None = None, *, version: int | None = None, key: str = ''
    ) -> Alert:
        """Nobody has it any more, or the ``person`` who had it before, and it waits for a person again: how :meth:`take` is undone."""

        def change(tx: Transaction, alert: Alert) -> Changed:
            if alert.acknowledged_at is not None:
                alert, entry = unacknowledge_alert(tx, alert, actor.name)
                tx.note(entry)
            return assigned(tx, alert, person, actor.name)

        return await self._act(actor, alert_id, change, version, key)

    async def snooze(
        self,
        actor: Actor,
        alert_id: str,
        until: float,
        reason: str = '',
        *,
        version: int | None = None,
        key: str = '',
    ) -> Alert:
        """Nobody is called of it until then (epoch seconds), or until it gets worse; ``Conflict`` when it is acknowledged."""
        reason = clean_text(reason, 'reason', most=1000)

        def change(tx: Transaction, alert: Alert) -> Changed:
            return snooze_alert(tx, alert, actor.name, until, reason)

        return await self._act(actor, alert_id, change, version, key)

    async def wake(self, actor: Actor, alert_id: str, *, version: int | None = None, key: str = '') -> Alert:
        """It waits for a person again before its snooze is over; ``Conflict`` when it is not snoozed."""

        def change(tx: Transaction, alert: Alert) -> Changed:
            return wake_alert(tx, alert, actor.name)

        return await self._act(actor, alert_id, change, version, key)

    async def mark_false(
        self, actor: Actor, alert_id: str, reason: str, *, version: int | None = None, key: str = ''
    ) -> Alert:
        """There was nothing to see to: it is acknowledged with the reason, and counted. It stays open, as its cause does."""
        reason = clean_text(reason, 'reason', most=1000)
        if not reason:
            raise Invalid('say why it was a false alarm', field='reason')

        def change(tx: Transaction, alert: Alert) -> Changed:
            if alert.false_at is not None:
                raise Conflict(f'{alert.false_by} has marked it as a false alarm already')
            if alert.acknowledged_at is None:
                alert, entry = acknowledge_alert(tx, alert, actor.name, reason)
                tx.note(entry)
            after = replace(alert, false_at=tx.now, false_by=actor.name, false_reason=reason)
            return after, _marked(tx, alert, actor, reason=reason)

        return await self._act(actor, alert_id, change, version, key)

    async def unmark_false(self, actor: Actor, alert_id: str, *, version: int | None = None, key: str = '') -> Alert:
        """There was something to see to after all; an acknowledgement that came with the mark goes with it."""

        def change(tx: Transaction, alert: Alert) -> Changed:
            if alert.false_at is None:
                raise Conflict('it is not marked as a false alarm')
            after = replace(alert, **NOT_FALSE)
            if alert.acknowledged_at == alert.false_at:
                after, entry = unacknowledge_alert(tx, after, actor.name)
                tx.note(entry)
            return after, _marked(tx, alert, actor, taken_back=True)

        return await self._act(actor, alert_id, change, version, key)

    async def merge(
        self, actor: Actor, alert_id: str, into: str, *, version: int | None = None, key: str = ''
    ) -> Alert:
        """The alert ``into`` (an id) explains it from here on: it hangs beneath that one, and nobody is called of it."""

        def change(tx: Transaction, alert: Alert) -> Changed:
            return merge_alert(tx, actor, alert, into)

        return await self._act(actor, alert_id, change, version, key)

    async def separate(self, actor: Actor, alert_id: str, *, version: int | None = None, key: str = '') -> Alert:
        """It stands by itself again; one of which people never heard is told now. ``Conflict`` when it is a part of nothing."""

        def change(tx: Transaction, alert: Alert) -> Changed:
            return separate_alert(tx, actor, alert)

        return await self._act(actor, alert_id, change, version, key)

    async def resume(self, enterprise: str) -> int:
        """Alerts whose acknowledgement or snooze is at its end wait for a person again; run by the clock. How many those are."""
        fleets, now = self._transactor.fleets, self._transactor.clock()
        if not ends_now(fleets.of(enterprise), now, lambda since: fleets.watch.elapsed(since, until=now)):
            return 0
        return await self._transactor.transact(lambda tx: resume_alerts(tx, enterprise), enterprise)


def _marked(
    tx: Transaction, alert: Alert, actor: Actor, *, reason: str = '', taken_back: bool = False
) -> AlertMarkedFalse:
    return AlertMarkedFalse(
        **tx.about(alert, actor.name), alert=alert.id, problem=alert.problem, reason=reason, taken_back=taken_back
    )
