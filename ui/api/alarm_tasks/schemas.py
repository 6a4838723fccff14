"""Tasks of TMF642 as they are asked for and answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from domain.triage.alarm_tasks import TaskKind
from domain.triage.events import AlarmTaskRun
from ui.api.alarms.schemas import HREF, AlarmRef, AlarmWords, alarm_ref
from ui.api.http.fields import Time, time_text
from ui.api.http.route import PREFIX
from ui.api.http.schema import Schema

_TYPED = {'type_': '@type', 'base_type': '@baseType', 'schema_location': '@schemaLocation'}
_DONE, _PARTLY = 'done', 'terminatedWithError'
_ID = '01KAPXBG6KQ0S4Y8Z3C7E9V6HM'
_AT = '2026-11-22T08:00:00.000Z'
_REF = {'id': _ID, 'href': f'{HREF}/{_ID}', '@type': 'AlarmRef'}


class PatternObject(Struct, kw_only=True, frozen=True, omit_defaults=True, rename=_TYPED):
    """What an alarm is about."""

    id: str
    type_: str = ''


class AlarmPattern(Struct, kw_only=True, frozen=True, omit_defaults=True, rename=_TYPED):
    """Which alarms are meant: those in which all that is said here is so. Without an id, open ones."""

    id: str | None = None
    externalAlarmId: str | None = None  # noqa: N815 (names of TMF642)
    alarmType: str | None = None  # noqa: N815
    perceivedSeverity: str | None = None  # noqa: N815
    probableCause: str | None = None  # noqa: N815
    specificProblem: str | None = None  # noqa: N815
    ackState: str | None = None  # noqa: N815
    isRootCause: bool | None = None  # noqa: N815
    alarmedObjectType: str | None = None  # noqa: N815
    alarmedObject: PatternObject | None = None  # noqa: N815
    type_: str = ''


class MeantAlarm(Struct, kw_only=True, frozen=True, rename=_TYPED):
    """An alarm by its id."""

    id: str
    href: str = ''
    type_: str = ''


class _Asked(Struct, kw_only=True, frozen=True, rename=_TYPED):
    type_: str = ''
    base_type: str = ''
    schema_location: str = ''


class AcknowledgingTask(_Asked, kw_only=True, frozen=True):
    """Acknowledge alarms, or take that back; ``ackUserId`` and ``ackSystemId`` are whom the program does it for."""

    alarmPattern: tuple[AlarmPattern, ...]  # noqa: N815
    ackUserId: str = ''  # noqa: N815
    ackSystemId: str = ''  # noqa: N815
    ackTime: str = ''  # noqa: N815


class ClearingTask(_Asked, kw_only=True, frozen=True):
    """Clear alarms."""

    alarmPattern: tuple[AlarmPattern, ...]  # noqa: N815
    clearUserId: str = ''  # noqa: N815
    clearSystemId: str = ''  # noqa: N815
    alarmClearedTime: str = ''  # noqa: N815


class CommentingTask(_Asked, kw_only=True, frozen=True):
    """Say something to alarms."""

    alarmPattern: tuple[AlarmPattern, ...]  # noqa: N815
    comment: AlarmWords


class GroupingTask(_Asked, kw_only=True, frozen=True):
    """Put alarms beneath another, or take them from beneath it."""

    parentAlarm: MeantAlarm  # noqa: N815
    correlatedAlarm: tuple[MeantAlarm, ...]  # noqa: N815
    sourceSystemId: str = ''  # noqa: N815
    alarmChangedTime: str = ''  # noqa: N815


class RefusedAlarm(AlarmRef, frozen=True, kw_only=True):
    """An alarm to which it was not done, and why: an addition."""

    reason: str


class AlarmTask(Struct, kw_only=True, frozen=True, omit_defaults=True, rename=_TYPED):
    """A task that was done, at once. ``state`` is ``done``, or ``terminatedWithError`` when it was refused for some alarms, which stand in
    ``refusedAlarm``. Those that it was done to stand where the standard has them for this kind; ``taskTime`` and ``by`` (the program that
    asked) are additions."""

    id: str
    href: str
    type_: str
    state: str
    taskTime: Time  # noqa: N815
    by: str
    refusedAlarm: tuple[RefusedAlarm, ...] = ()  # noqa: N815
    ackedAlarm: tuple[AlarmRef, ...] = ()  # noqa: N815
    unAckedAlarm: tuple[AlarmRef, ...] = ()  # noqa: N815
    clearedAlarm: tuple[AlarmRef, ...] = ()  # noqa: N815
    commentedAlarm: tuple[AlarmRef, ...] = ()  # noqa: N815
    groupedAlarm: tuple[AlarmRef, ...] = ()  # noqa: N815
    unGroupedAlarm: tuple[AlarmRef, ...] = ()  # noqa: N815
    ackTime: Time | None = None  # noqa: N815
    ackUserId: str | None = None  # noqa: N815
    ackSystemId: str | None = None  # noqa: N815
    alarmClearedTime: Time | None = None  # noqa: N815
    clearUserId: str | None = None  # noqa: N815
    clearSystemId: str | None = None  # noqa: N815
    alarmChangedTime: Time | None = None  # noqa: N815
    sourceSystemId: str | None = None  # noqa: N815
    parentAlarm: AlarmRef | None = None  # noqa: N815
    comment: AlarmWords | None = None


def _acknowledging(entry: AlarmTaskRun, at: str) -> Mapping[str, Any]:
    return {'ackTime': at, 'ackUserId': entry.user or None, 'ackSystemId': entry.system or None}


def _clearing(entry: AlarmTaskRun, at: str) -> Mapping[str, Any]:
    return {'alarmClearedTime': at, 'clearUserId': entry.user or None, 'clearSystemId': entry.system or None}


def _commenting(entry: AlarmTaskRun, at: str) -> Mapping[str, Any]:
    words = AlarmWords(comment=entry.words, userId=entry.user, systemId=entry.system, time=at, type_='Comment')
    return {'comment': words}


def _grouping(entry: AlarmTaskRun, at: str) -> Mapping[str, Any]:
    parent = alarm_ref(entry.parent)
    return {'alarmChangedTime': at, 'sourceSystemId': entry.system or None, 'parentAlarm': parent}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskShape:
    """A kind of task: its own attributes, that of the alarms it was done to, and an example of what is asked."""

    type: str
    done: str
    more: Callable[[AlarmTaskRun, str], Mapping[str, Any]]
    noun: str


SHAPES: Mapping[TaskKind, TaskShape] = {
    TaskKind.ACK: TaskShape(
        type='AckAlarms', done='ackedAlarm', more=_acknowledging, noun='acknowledgements of alarms'
    ),
    TaskKind.UNACK: TaskShape(
        type='UnAckAlarms', done='unAckedAlarm', more=_acknowledging, noun='acknowledgements taken back'
    ),
    TaskKind.CLEAR: TaskShape(type='ClearAlarms', done='clearedAlarm', more=_clearing, noun='clearings of alarms'),
    TaskKind.COMMENT: TaskShape(
        type='CommentAlarms', done='commentedAlarm', more=_commenting, noun='comments on alarms'
    ),
    TaskKind.GROUP: TaskShape(type='GroupAlarms', done='groupedAlarm', more=_grouping, noun='groupings of alarms'),
    TaskKind.UNGROUP: TaskShape(
        type='UnGroupAlarms', done='unGroupedAlarm', more=_grouping, noun='groupings taken apart'
    ),
}
ALARM_TASK = Schema(
    AlarmTask,
    {
        'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HX',
        'href': f'{PREFIX}/tmf642/ackAlarms/01KAPXBG6KQ0S4Y8Z3C7E9V6HX',
        '@type': 'AckAlarms',
        'state': _DONE,
        'taskTime': _AT,
        'by': 'umbrella',
        'ackedAlarm': [_REF],
        'ackTime': _AT,
        'ackUserId': 'jsmit',
        'ackSystemId': 'umbrella',
    },
)
_PATTERN = [{'id': _ID}]
ACKNOWLEDGING = Schema(AcknowledgingTask, {'ackSystemId': 'umbrella', 'ackUserId': 'jsmit', 'alarmPattern': _PATTERN})
CLEARING = Schema(
    ClearingTask,
    {'clearSystemId': 'umbrella', 'clearUserId': 'jsmit', 'alarmClearedTime': _AT, 'alarmPattern': _PATTERN},
)
COMMENTING = Schema(
    CommentingTask,
    {'comment': {'comment': 'a crew is on its way', 'userId': 'jsmit'}, 'alarmPattern': _PATTERN},
)
GROUPING = Schema(
    GroupingTask,
    {
        'sourceSystemId': 'umbrella',
        'alarmChangedTime': _AT,
        'parentAlarm': {'id': _ID},
        'correlatedAlarm': [{'id': '01KAPXBHYW7T9Q3N5K1J8F6D2B'}],
    },
)


def href_of(kind: TaskKind, task_id: str) -> str:
    """Where the task is read."""
    return f'{PREFIX}/tmf642/{kind.value}/{task_id}'


def alarm_task(kind: TaskKind, entry: AlarmTaskRun) -> AlarmTask:
    """A task as the standard has it."""
    shape, at = SHAPES[kind], time_text(entry.at)
    refused = tuple(RefusedAlarm(id, f'{HREF}/{id}', reason=reason) for id, reason in entry.refused.items())
    own: dict[str, Any] = {shape.done: tuple(map(alarm_ref, entry.alerts)), **shape.more(entry, at)}
    return AlarmTask(
        id=entry.subject.id,
        href=href_of(kind, entry.subject.id),
        type_=shape.type,
        state=_PARTLY if refused else _DONE,
        taskTime=at,
        by=entry.by,
        refusedAlarm=refused,
        **own,
    )
