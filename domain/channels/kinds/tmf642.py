"""The hub of TM Forum's Alarm Management API (TMF642): events for a system that has registered its callback there (TMF630)."""

import json
from collections.abc import Mapping
from typing import Any

from domain.alerts.announcements import News
from domain.alerts.model import Comment
from domain.channels.kinds.kind import ChannelField, ChannelKind, Dispatch, HttpMessage
from domain.channels.kinds.tmf642_tasks import ALARM_PATH, task_of, type_of
from domain.channels.kinds.wording import moment
from domain.common.severity import Severity
from domain.common.web_addresses import checked_web_address

KEY = 'tmf642'
CREATED, CHANGED, MOVED = 'AlarmCreateEvent', 'AlarmAttributeValueChangeEvent', 'AlarmStateChangeEvent'
EVENTS: Mapping[News, str] = {News.RAISED: CREATED, News.CLEARED: MOVED, News.TEST: CREATED}
"""All else that is announced of an alert changes attributes of one that the other side has."""
_OF_TASK: Mapping[News, str] = {News.TASK_CREATED: 'CreateEvent', News.TASK_CHANGED: 'StateChangeEvent'}
"""How the names of events of tasks end."""


def write(dispatch: Dispatch) -> HttpMessage:
    """The event. ``eventId`` is the same when it is sent again."""
    said, task = dispatch.announcement, dispatch.announcement.task
    event, kind = ({'alarm': _alarm(dispatch)}, EVENTS.get(said.news, CHANGED))
    if task is not None:
        event, kind = {task.kind: task_of(task, said, dispatch.link)}, f'{type_of(task)}{_OF_TASK[said.news]}'
    body = {
        'eventId': dispatch.key,
        'eventTime': moment(said.at),
        'eventType': kind,
        'correlationId': said.alert or (task.id if task is not None else dispatch.key),
        'domain': dispatch.enterprise,
        'title': said.problem,
        'timeOccurred': moment(said.at),
        'timeOcurred': moment(said.at),  # as the standard's own schema spells it
        'event': event,
    }
    return HttpMessage(
        url=dispatch.settings['url'],
        body=json.dumps(body, ensure_ascii=False, separators=(',', ':')).encode(),
        headers={'cellwarden-event-id': dispatch.key},
    )


def _alarm(dispatch: Dispatch) -> Mapping[str, Any]:
    """The alarm as it was when this was announced, in the names of ``GET /api/v1/tmf642/alarm``."""
    said = dispatch.announcement
    base = dispatch.link.removesuffix(f'/alerts/{said.alert}') if dispatch.link else ''
    told = {
        '@type': 'Alarm',
        'id': said.alert or dispatch.key,
        'href': f'{base}{ALARM_PATH}/{said.alert}' if said.alert else None,
        'alarmType': said.alarm_type,
        'perceivedSeverity': Severity.CLEARED if said.is_over else said.severity,
        'peakSeverity': said.severity,
        'probableCause': said.probable_cause,
        'specificProblem': said.problem,
        'alarmDetails': said.detail,
        'state': 'cleared' if said.is_over else 'raised' if said.news is News.RAISED else 'updated',
        'ackState': 'acknowledged' if said.acknowledged_by else 'unacknowledged',
        'ackUserId': said.acknowledged_by or None,
        'ackSystemId': 'cellwarden' if said.acknowledged_by else None,
        'isRootCause': not said.parent,
        'parentAlarm': [_ref(base, said.parent)] if said.parent else [],
        'comment': [_comment(said.comment)] if said.comment is not None else [],
        'alarmRaisedTime': moment(said.raised_at),
        'alarmChangedTime': moment(said.at),
        'alarmClearedTime': moment(said.at) if said.is_over else None,
        'alarmedObject': {'id': said.object_id, 'name': said.object_name, '@referredType': said.object_kind},
        'alarmedObjectType': said.object_kind,
        'serviceAffecting': said.devices > 0,
        'affectedDevices': said.devices,
        'missingDevices': said.missing,
        'sourceSystemId': 'cellwarden',
        'reportingSystemId': 'cellwarden',
    }
    return {name: value for name, value in told.items() if value is not None}  # the standard knows no null


def _ref(base: str, id: str) -> Mapping[str, str]:
    return {'id': id, 'href': f'{base}{ALARM_PATH}/{id}', '@type': 'AlarmRef'}


def _comment(said: Comment) -> Mapping[str, Any]:
    return {'comment': said.text, 'time': moment(said.at), 'userId': said.by, 'systemId': 'cellwarden'}


KIND = ChannelKind(
    key=KEY,
    label='TMF642 hub',
    meaning='events of TM Forum’s Alarm Management API, for network management systems; programs register at /api/v1/tmf642/hub',
    fields=(
        ChannelField(
            name='url',
            label='Callback',
            meaning='where events are sent, by POST',
            hint='https://nms.example.com/listener/alarm',
            is_url=True,
            clean=checked_web_address,
        ),
    ),
    write=write,
    keeps_copies=True,
)
