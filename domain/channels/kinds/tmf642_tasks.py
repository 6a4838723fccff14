"""Tasks of TMF642 (``AckAlarms`` and so on) as events tell of them, in the names of ``GET /api/v1/tmf642/ackAlarms/{id}``."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.channels.kinds.wording import moment
from domain.channels.model import AnnouncedAlert, AnnouncedTask

ALARM_PATH = '/api/v1/tmf642/alarm'
_DONE: Mapping[str, str] = {
    'ackAlarms': 'ackedAlarm',
    'unAckAlarms': 'unAckedAlarm',
    'clearAlarms': 'clearedAlarm',
    'commentAlarms': 'commentedAlarm',
    'groupAlarms': 'groupedAlarm',
    'unGroupAlarms': 'unGroupedAlarm',
}
"""Where the alarms stand that it was done to."""


def type_of(task: AnnouncedTask) -> str:
    """``AckAlarms``."""
    return f'{task.kind[:1].upper()}{task.kind[1:]}'


def task_of(task: AnnouncedTask, said: AnnouncedAlert, link: str) -> Mapping[str, Any]:
    """The task; ``link`` is its address, empty where ours is not known."""
    base, at = link.removesuffix(said.path), moment(said.at)
    told: dict[str, Any] = {
        'id': task.id,
        'href': f'{base}{said.path}',
        '@type': type_of(task),
        'state': 'terminatedWithError' if task.refused else 'done',
        'taskTime': at,
        'by': task.by,
        'refusedAlarm': [{**_ref(base, id), 'reason': reason} for id, reason in task.refused.items()],
        _DONE.get(task.kind, 'alarm'): [_ref(base, id) for id in task.alerts],
        **_MORE[task.kind](task, base, at),
    }
    return {name: value for name, value in told.items() if value not in (None, '', [])}  # the standard knows no null


def _ref(base: str, id: str) -> dict[str, str]:
    return {'id': id, 'href': f'{base}{ALARM_PATH}/{id}', '@type': 'AlarmRef'}


def _acknowledging(task: AnnouncedTask, base: str, at: str) -> Mapping[str, Any]:
    return {'ackTime': at, 'ackUserId': task.user, 'ackSystemId': task.system}


def _clearing(task: AnnouncedTask, base: str, at: str) -> Mapping[str, Any]:
    return {'alarmClearedTime': at, 'clearUserId': task.user, 'clearSystemId': task.system}


def _commenting(task: AnnouncedTask, base: str, at: str) -> Mapping[str, Any]:
    words = {'comment': task.words, 'userId': task.user, 'systemId': task.system, 'time': at, '@type': 'Comment'}
    return {'comment': {name: value for name, value in words.items() if value}}


def _grouping(task: AnnouncedTask, base: str, at: str) -> Mapping[str, Any]:
    return {'alarmChangedTime': at, 'sourceSystemId': task.system, 'parentAlarm': _ref(base, task.parent)}


_MORE: Mapping[str, Callable[[AnnouncedTask, str, str], Mapping[str, Any]]] = {
    'ackAlarms': _acknowledging,
    'unAckAlarms': _acknowledging,
    'clearAlarms': _clearing,
    'commentAlarms': _commenting,
    'groupAlarms': _grouping,
    'unGroupAlarms': _grouping,
}
