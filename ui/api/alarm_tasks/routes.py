"""Tasks of TMF642: alarms are acknowledged, commented and grouped in one request; each task can be read again."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.application import ApplicationStore
from domain.changes.transactor import Transactor
from domain.common.errors import Invalid, NotFound
from domain.fleet.fleet import Fleet
from domain.triage.alarm_tasks import AlarmTaskService, TaskKind, TaskOrder
from ui.api.alarm_tasks.schemas import (
    ACKNOWLEDGING,
    ALARM_TASK,
    CLEARING,
    COMMENTING,
    GROUPING,
    SHAPES,
    AcknowledgingTask,
    AlarmPattern,
    AlarmTask,
    ClearingTask,
    CommentingTask,
    GroupingTask,
    alarm_task,
    href_of,
)
from ui.api.alarms.tmf630 import chosen, counted_page, fields_asked
from ui.api.http.fields import Key
from ui.api.http.history import open_or_closed
from ui.api.http.responses import answer
from ui.api.http.route import Route
from ui.api.http.schema import ArrayOf, Schema

MOST = 200
_NAMES = frozenset(AlarmTask.__struct_encode_fields__)
_READ: dict[str, Callable[[Alert], object]] = {
    'externalAlarmId': lambda row: row.key,
    'alarmType': lambda row: row.alarm_type.value,
    'perceivedSeverity': lambda row: row.severity.value,
    'probableCause': lambda row: row.probable_cause.value,
    'specificProblem': lambda row: row.problem,
    'ackState': lambda row: 'unacknowledged' if row.acknowledged_at is None else 'acknowledged',
    'isRootCause': lambda row: row.parent is None,
    'alarmedObjectType': lambda row: row.object_kind,
}
"""What a pattern may ask, as ``GET /tmf642/alarm`` shows it of an open alarm."""


class AlarmTaskRoutes:
    """What the routes do."""

    def __init__(self, tasks: AlarmTaskService, transactor: Transactor, store: ApplicationStore) -> None:
        self._tasks = tasks
        self._fleets = transactor.fleets
        self._store = store

    async def ack_alarms(self, actor: Actor, body: AcknowledgingTask, idempotency_key: Key = None) -> Response:
        """Acknowledge the alarms that fit a pattern. 409 when none of them could be."""
        order = TaskOrder(kind=TaskKind.ACK, user=body.ackUserId, system=body.ackSystemId)
        return await self._run(actor, order, body.alarmPattern, idempotency_key)

    async def un_ack_alarms(self, actor: Actor, body: AcknowledgingTask, idempotency_key: Key = None) -> Response:
        """Take the acknowledgement of those that fit a pattern back: they wait for a person again."""
        order = TaskOrder(kind=TaskKind.UNACK, user=body.ackUserId, system=body.ackSystemId)
        return await self._run(actor, order, body.alarmPattern, idempotency_key)

    async def clear_alarms(self, actor: Actor, body: ClearingTask, idempotency_key: Key = None) -> Response:
        """Refused with 409 for an alarm that is open: it clears by itself when its cause is gone, and not before. One that is over already
        is answered as cleared."""
        order = TaskOrder(kind=TaskKind.CLEAR, user=body.clearUserId, system=body.clearSystemId)
        return await self._run(actor, order, body.alarmPattern, idempotency_key)

    async def comment_alarms(self, actor: Actor, body: CommentingTask, idempotency_key: Key = None) -> Response:
        """Say something to the alarms that fit a pattern, for all who see them."""
        said = body.comment
        order = TaskOrder(kind=TaskKind.COMMENT, words=said.comment, user=said.userId, system=said.systemId)
        return await self._run(actor, order, body.alarmPattern, idempotency_key, field='comment.comment')

    async def group_alarms(self, actor: Actor, body: GroupingTask, idempotency_key: Key = None) -> Response:
        """The alarm ``parentAlarm`` explains the others from here on: nobody is called of them while it is open."""
        return await self._group(actor, TaskKind.GROUP, body, idempotency_key)

    async def un_group_alarms(self, actor: Actor, body: GroupingTask, idempotency_key: Key = None) -> Response:
        """The alarms stand by themselves again. Refused for one that ``parentAlarm`` does not explain."""
        return await self._group(actor, TaskKind.UNGROUP, body, idempotency_key)

    async def _group(self, actor: Actor, kind: TaskKind, body: GroupingTask, key: str | None) -> Response:
        order = TaskOrder(kind=kind, system=body.sourceSystemId, parent=body.parentAlarm.id)
        meant = tuple(AlarmPattern(id=one.id) for one in body.correlatedAlarm)
        return await self._run(actor, order, meant, key, field='parentAlarm.id', patterns='correlatedAlarm')

    async def _run(
        self,
        actor: Actor,
        order: TaskOrder,
        patterns_said: tuple[AlarmPattern, ...],
        key: str | None,
        *,
        field: str = '',
        patterns: str = 'alarmPattern',
    ) -> Response:
        actor.require(Permission.ALERTS_WRITE)
        fleet = self._fleets.seen_by(actor)
        rows = await self._meant(fleet, patterns_said, patterns)
        try:
            done = await self._tasks.run(actor, order, rows, key=key or '')
        except Invalid as refusal:
            if refusal.field in ('into', 'text'):
                refusal.field = field
            raise
        return answer(alarm_task(order.kind, done), 201, location=href_of(order.kind, done.subject.id))

    async def _meant(self, fleet: Fleet, patterns: tuple[AlarmPattern, ...], field: str) -> list[Alert]:
        """The alarms that fit at least one of the patterns, each once; ``Invalid`` for what no alarm fits."""
        if not patterns:
            raise Invalid('say which alarms are meant', field=field)
        found: dict[str, Alert] = {}
        for at, pattern in enumerate(patterns):
            fitting = await self._fitting(fleet, pattern, f'{field}.{at}')
            if not fitting:
                raise Invalid('no alarm fits this', field=f'{field}.{at}')
            found |= {row.id: row for row in fitting}
        return list(found.values())

    async def _fitting(self, fleet: Fleet, pattern: AlarmPattern, field: str) -> list[Alert]:
        asked = {name: value for name in _READ if (value := getattr(pattern, name)) is not None}
        about = pattern.alarmedObject
        if pattern.id is None and not asked and about is None:
            raise Invalid('this fits every alarm; say which are meant', field=field)
        rows: Iterable[Alert] = fleet[Alert].values()
        if pattern.id is not None:
            try:
                rows = [await open_or_closed(self._store, Alert, fleet, pattern.id)]
            except NotFound as missing:
                raise Invalid('there is no alarm of that id', field=f'{field}.id') from missing
        return [
            row
            for row in rows
            if all(_READ[name](row) == value for name, value in asked.items())
            and (about is None or row.object_id == about.id)
        ]


def _reading(kind: TaskKind) -> Callable[..., Any]:
    async def read(
        self: AlarmTaskRoutes,
        actor: Actor,
        task_id: Annotated[str, Path(alias=_id_name(kind))],
        fields: Annotated[str, Query(max_length=1000)] = '',
    ) -> Response:
        wanted = fields_asked(fields, _NAMES, 'a task')
        return answer(chosen(alarm_task(kind, await self._tasks.read(actor, kind, task_id)), wanted))

    read.__name__ = f'read_{_snake(kind)}'
    return read


def _listing(kind: TaskKind) -> Callable[..., Any]:
    async def listed(
        self: AlarmTaskRoutes,
        actor: Actor,
        fields: Annotated[str, Query(max_length=1000, description='Attributes to give; all without')] = '',
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> Response:
        """The newest first, as long as the audit trail is kept."""
        wanted = fields_asked(fields, _NAMES, 'a task')
        found, total = await self._tasks.listed(actor, kind, skip=offset, limit=limit)
        return counted_page([chosen(alarm_task(kind, one), wanted) for one in found], total, offset)

    listed.__name__ = f'list_{_snake(kind)}'
    return listed


def _snake(kind: TaskKind) -> str:
    return ''.join(f'_{char.lower()}' if char.isupper() else char for char in kind.value)


def _id_name(kind: TaskKind) -> str:
    return f'{_snake(kind).removesuffix("_alarms")}_task_id'


def _routes(kind: TaskKind, run: Callable[..., Any], summary: str, body: Schema) -> tuple[Route, Route, Route]:
    path, noun = f'/tmf642/{kind.value}', SHAPES[kind].noun
    given = Route(
        method='POST',
        path=path,
        handler=run,
        summary=f'{summary} (TMF642)',
        tag='alerts',
        permission=Permission.ALERTS_WRITE,
        body=body,
        answer=ALARM_TASK,
        status=201,
    )
    listed = Route(
        method='GET',
        path=path,
        handler=_listing(kind),
        summary=f'List {noun} (TMF642)',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=ArrayOf(ALARM_TASK),
    )
    read = Route(
        method='GET',
        path=f'{path}/{{{_id_name(kind)}}}',
        handler=_reading(kind),
        summary=f'Read one of the {noun} (TMF642)',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=ALARM_TASK,
    )
    return given, listed, read


ROUTES = (
    *_routes(TaskKind.ACK, AlarmTaskRoutes.ack_alarms, 'Acknowledge alarms', ACKNOWLEDGING),
    *_routes(TaskKind.UNACK, AlarmTaskRoutes.un_ack_alarms, 'Take acknowledgements of alarms back', ACKNOWLEDGING),
    *_routes(TaskKind.CLEAR, AlarmTaskRoutes.clear_alarms, 'Clear alarms', CLEARING),
    *_routes(TaskKind.COMMENT, AlarmTaskRoutes.comment_alarms, 'Comment on alarms', COMMENTING),
    *_routes(TaskKind.GROUP, AlarmTaskRoutes.group_alarms, 'Put alarms beneath another', GROUPING),
    *_routes(TaskKind.UNGROUP, AlarmTaskRoutes.un_group_alarms, 'Take alarms from beneath another', GROUPING),
)
