"""Tasks of TMF642: one thing is done to several alerts by the services that people use, and the journal keeps what came of it."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.alerts.service import AlertService
from domain.audit.model import AuditQuery, AuditStore
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, DomainError, Invalid, NotFound
from domain.common.ids import new_id
from domain.common.text import clean_text
from domain.journal.model import Subject
from domain.triage.events import AlarmTaskRun
from domain.triage.mentioning import refuse_mentions
from domain.triage.service import TriageService

MOST_ALERTS = 200
"""Alerts in one task: it answers when it is done with all of them."""
MOST_COUNTED = 100_000
_HELD = 'its cause is gone already: it clears by itself when what it hurt has been heard from'
_THERE = (
    'its cause is still there, and it clears by itself when that is gone; acknowledge it, or mark it as a false alarm'
)


class TaskKind(StrEnum):
    """What is done; the names are those of the standard."""

    ACK = 'ackAlarms'
    UNACK = 'unAckAlarms'
    CLEAR = 'clearAlarms'
    COMMENT = 'commentAlarms'
    GROUP = 'groupAlarms'
    UNGROUP = 'unGroupAlarms'


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOrder:
    """What is to be done, ``words`` are said with it; ``user`` and ``system`` are whom the program speaks for, by its own account."""

    kind: TaskKind
    words: str = ''
    user: str = ''
    system: str = ''
    parent: str = ''

    @property
    def signed(self) -> str:
        """The words, and whom they are of."""
        return signed(self.words, self.user, self.system)


def signed(words: str, user: str, system: str) -> str:
    """The words of a program, and whom it says that it speaks for."""
    of = ' at '.join(part for part in (user, system) if part)
    return f'{words} (for {of})'.strip() if of else words


class AlarmTaskService:
    """Programs and people give tasks; each alert is changed by itself, as if it had been asked for alone."""

    def __init__(self, *, transactor: Transactor, store: AuditStore) -> None:
        self._transactor = transactor
        self._store = store
        self._alerts = AlertService(transactor=transactor, refuse_text=refuse_mentions)
        self._triage = TriageService(transactor=transactor)

    async def run(self, actor: Actor, order: TaskOrder, alerts: Sequence[Alert], *, key: str = '') -> AlarmTaskRun:
        """Do it to each of ``alerts`` (as the actor sees them, open or over); what came of it. With the same ``key`` it is done once.

        Raises the first refusal when it could be done to none of them, and ``Invalid`` for more than :data:`MOST_ALERTS`.
        """
        actor.require(Permission.ALERTS_WRITE)
        order = _checked(order)
        if len(alerts) > MOST_ALERTS:
            raise Invalid(f'these are {len(alerts)} alarms; one task takes {MOST_ALERTS}', field='alarmPattern')
        task = _id_of(actor, order.kind, key) if key else new_id()
        if key and (known := await self._known(actor, order.kind, task)) is not None:
            return known
        done: list[str] = []
        refused: dict[str, str] = {}
        first: DomainError | None = None
        for alert in alerts:
            try:
                await self._do(actor, order, alert, key)
            except (Conflict, Invalid, NotFound) as refusal:
                first = first or refusal
                refused[alert.id] = refusal.detail
            else:
                done.append(alert.id)
        if first is not None and not done:
            raise first

        def decide(tx: Transaction) -> AlarmTaskRun:
            entry = AlarmTaskRun(
                at=tx.now,
                enterprise=actor.enterprise,
                subject=Subject(order.kind.value, task, order.kind.value),
                by=actor.name,
                actor=actor.reference,
                alerts=tuple(done),
                refused=refused,
                parent=order.parent,
                words=order.words,
                user=order.user,
                system=order.system,
            )
            tx.note(entry)
            return entry

        return await self._transactor.transact(decide, actor=actor)

    async def read(self, actor: Actor, kind: TaskKind, task_id: str) -> AlarmTaskRun:
        """A task that was done, or ``NotFound``."""
        actor.require(Permission.ALERTS_READ)
        if (found := await self._known(actor, kind, task_id)) is None:
            raise NotFound(f'there is no such task of {kind.value}')
        return found

    async def listed(self, actor: Actor, kind: TaskKind, *, skip: int, limit: int) -> tuple[list[AlarmTaskRun], int]:
        """The newest tasks of a kind, and how many there are. A narrowed role sees its own."""
        actor.require(Permission.ALERTS_READ)
        query = AuditQuery(subjects=(kind.value,), actors=(actor.reference,) if actor.scope else ())
        found = await self._store.audit(actor.enterprise, query, skip=skip, limit=limit)
        total = await self._store.audit_count(actor.enterprise, query, MOST_COUNTED)
        return [one.entry for one in found if isinstance(one.entry, AlarmTaskRun)], total

    async def _known(self, actor: Actor, kind: TaskKind, task_id: str) -> AlarmTaskRun | None:
        query = AuditQuery(subject=(kind.value, task_id), actors=(actor.reference,) if actor.scope else ())
        found = await self._store.audit(actor.enterprise, query, limit=1)
        entry = found[0].entry if found else None
        return entry if isinstance(entry, AlarmTaskRun) else None

    async def _do(self, actor: Actor, order: TaskOrder, alert: Alert, key: str) -> None:
        if order.kind is TaskKind.CLEAR:
            _refuse_open(alert)
        elif not alert.is_open:
            raise Conflict('the alarm is cleared already')
        else:
            await self._acts[order.kind](actor, order, alert, key)

    @property
    def _acts(self) -> Mapping[TaskKind, Callable[[Actor, TaskOrder, Alert, str], Awaitable[Alert]]]:
        """What is done to one open alert."""
        return {
            TaskKind.ACK: lambda actor, order, alert, key: self._alerts.acknowledge(
                actor, alert.id, order.signed, key=key
            ),
            TaskKind.UNACK: lambda actor, _, alert, key: self._alerts.unacknowledge(actor, alert.id, key=key),
            TaskKind.COMMENT: lambda actor, order, alert, key: self._alerts.comment(
                actor, alert.id, order.signed, key=key
            ),
            TaskKind.GROUP: lambda actor, order, alert, key: self._triage.merge(actor, alert.id, order.parent, key=key),
            TaskKind.UNGROUP: self._separate,
        }

    async def _separate(self, actor: Actor, order: TaskOrder, alert: Alert, key: str) -> Alert:
        if alert.parent != order.parent and f'{actor.id}/{key}' not in alert.keys:
            raise Conflict('it is no part of that alarm')
        return await self._triage.separate(actor, alert.id, key=key)


def _refuse_open(alert: Alert) -> None:
    if alert.is_open:
        raise Conflict(_HELD if alert.held_since is not None else _THERE)


def _checked(order: TaskOrder) -> TaskOrder:
    words = clean_text(order.words, 'comment', most=800)
    if order.kind is TaskKind.COMMENT and not words:
        raise Invalid('write something', field='comment.comment')
    user, system = clean_text(order.user, 'userId', most=80), clean_text(order.system, 'systemId', most=80)
    return TaskOrder(kind=order.kind, words=words, user=user, system=system, parent=order.parent)


def _id_of(actor: Actor, kind: TaskKind, key: str) -> str:
    """The id of the task that this actor gives under that key."""
    return hashlib.sha256(f'{actor.enterprise}/{actor.reference}/{kind.value}/{key}'.encode()).hexdigest()[:26]
