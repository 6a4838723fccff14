"""What resources of TMF642 v4.0.0 are made of: names, kinds and what is required, as its published schema has them.

``id`` of an alarm is an integer in that schema and a text in the standard's words, its paths and its examples: it is a text here.
Attributes that are not listed are additions, as TMF630 allows them; they begin no name that is.
"""

from collections.abc import Mapping
from typing import Any

TEXT, MOMENT, YES_NO = 'text', 'moment', 'yes or no'
_ENTITY = {'@baseType': TEXT, '@schemaLocation': TEXT, '@type': TEXT}
_REF = {'id': TEXT, 'href': TEXT, 'name': TEXT, '@referredType': TEXT, **_ENTITY}
_TASK = {'id': TEXT, 'href': TEXT, 'state': TEXT, **_ENTITY}
_ACK = {**_TASK, 'ackSystemId': TEXT, 'ackTime': MOMENT, 'ackUserId': TEXT}
_GROUP = {
    **_TASK,
    'alarmChangedTime': MOMENT,
    'sourceSystemId': TEXT,
    'correlatedAlarm': ['AlarmRef'],
    'parentAlarm': 'AlarmRef',
}
_EVENT = {
    'id': TEXT, 'href': TEXT, 'eventId': TEXT, 'eventTime': MOMENT, 'eventType': TEXT, 'correlationId': TEXT, 'domain': TEXT,
    'title': TEXT, 'description': TEXT, 'priority': TEXT, 'timeOcurred': MOMENT, 'event': 'AlarmEventPayload',
}  # fmt: skip
TASKS = ('AckAlarms', 'UnAckAlarms', 'ClearAlarms', 'CommentAlarms', 'GroupAlarms', 'UnGroupAlarms')
STANDARD: Mapping[str, Mapping[str, Any]] = {
    'Alarm': {
        'id': TEXT, 'href': TEXT, 'ackState': TEXT, 'ackSystemId': TEXT, 'ackUserId': TEXT, 'alarmChangedTime': MOMENT,
        'alarmClearedTime': MOMENT, 'alarmDetails': TEXT, 'alarmEscalation': YES_NO, 'alarmRaisedTime': MOMENT,
        'alarmReportingTime': MOMENT, 'alarmType': TEXT, 'alarmedObjectType': TEXT, 'clearSystemId': TEXT, 'clearUserId': TEXT,
        'externalAlarmId': TEXT, 'isRootCause': YES_NO, 'perceivedSeverity': TEXT, 'plannedOutageIndicator': TEXT,
        'probableCause': TEXT, 'proposedRepairedActions': TEXT, 'reportingSystemId': TEXT, 'serviceAffecting': YES_NO,
        'sourceSystemId': TEXT, 'specificProblem': TEXT, 'state': TEXT, 'affectedService': ['AffectedService'],
        'alarmedObject': 'AlarmedObject', 'comment': ['Comment'], 'correlatedAlarm': ['AlarmRef'],
        'crossedThresholdInformation': 'CrossedThresholdInformation', 'parentAlarm': ['AlarmRef'],
        'place': ['RelatedPlaceRefOrValue'], **_ENTITY,
    },
    'AlarmRef': _REF,
    'AffectedService': {'id': TEXT, 'href': TEXT, **_ENTITY},
    'AlarmedObject': {'id': TEXT, 'href': TEXT, **_ENTITY},
    'Comment': {'comment': TEXT, 'systemId': TEXT, 'time': MOMENT, 'userId': TEXT, **_ENTITY},
    'RelatedPlaceRefOrValue': {**_REF, 'role': TEXT},
    'AckAlarms': {**_ACK, 'ackedAlarm': ['AlarmRef']},
    'UnAckAlarms': {**_ACK, 'unAckedAlarm': ['AlarmRef']},
    'ClearAlarms': {
        **_TASK, 'alarmClearedTime': MOMENT, 'clearSystemId': TEXT, 'clearUserId': TEXT, 'clearedAlarm': ['AlarmRef'],
    },
    'CommentAlarms': {**_TASK, 'comment': 'Comment', 'commentedAlarm': ['AlarmRef']},
    'GroupAlarms': {**_GROUP, 'groupedAlarm': ['AlarmRef']},
    'UnGroupAlarms': {**_GROUP, 'unGroupedAlarm': ['AlarmRef']},
    'EventSubscription': {'id': TEXT, 'callback': TEXT, 'query': TEXT},
    'AlarmEvent': _EVENT,
    'AlarmEventPayload': {'alarm': 'Alarm'},
    **{f'{task}Event': {**_EVENT, 'event': f'{task}EventPayload'} for task in TASKS},
    **{f'{task}EventPayload': {f'{task[:1].lower()}{task[1:]}': task} for task in TASKS},
    'Error': {'code': TEXT, 'reason': TEXT, 'message': TEXT, 'referenceError': TEXT, **_ENTITY},
}  # fmt: skip
REQUIRED: Mapping[str, frozenset[str]] = {
    'Alarm': frozenset({
        'id', 'href', 'alarmType', 'perceivedSeverity', 'probableCause', 'alarmedObject', 'sourceSystemId', 'state',
        'alarmRaisedTime',
    }),
    'AlarmRef': frozenset({'id'}),
    'RelatedPlaceRefOrValue': frozenset({'role'}),
    'EventSubscription': frozenset({'id', 'callback'}),
    **{
        f'{about}Event': frozenset({'eventId', 'eventTime', 'eventType', 'event'}) for about in ('Alarm', *TASKS)
    },
    'Error': frozenset({'code', 'reason'}),
}  # fmt: skip
"""Of ``Alarm`` what it must be created with."""
SEVERITIES = frozenset({'critical', 'major', 'minor', 'warning', 'indeterminate', 'cleared'})
TYPES = frozenset({
    'communicationsAlarm', 'processingErrorAlarm', 'environmentalAlarm', 'qualityOfServiceAlarm', 'equipmentAlarm',
    'integrityViolation', 'operationalViolation', 'physicalViolation', 'securityServiceOrMechanismViolation',
    'timeDomainViolation',
})  # fmt: skip
"""X.733, 8.1.1, as names."""
ENUMERATED: Mapping[str, frozenset[str]] = {
    'perceivedSeverity': SEVERITIES,
    'alarmType': TYPES,
    'ackState': frozenset({'acknowledged', 'unacknowledged'}),
    'state': frozenset({'raised', 'updated', 'cleared'}),
}


def misfits(name: str, found: Mapping[str, Any]) -> list[str]:
    """What of a resource is not as the standard has it, by its path."""
    wrong = [f'{name}.{missing} is missing' for missing in sorted(REQUIRED.get(name, frozenset()) - found.keys())]
    for field, value in found.items():
        wanted = STANDARD[name].get(field)
        if value is None:
            wrong.append(f'{name}.{field} is null')
        elif wanted is not None:
            wrong += _wrong(f'{name}.{field}', wanted, value)
        if name == 'Alarm' and field in ENUMERATED and value not in ENUMERATED[field]:
            wrong.append(f'{name}.{field} is {value}')
    return wrong


def _wrong(path: str, wanted: Any, value: Any) -> list[str]:
    if isinstance(wanted, list):
        return (
            [each for one in value for each in misfits(wanted[0], one)]
            if isinstance(value, list)
            else [f'{path} is no array']
        )
    if wanted in STANDARD:
        return misfits(wanted, value)
    is_right = isinstance(value, bool) if wanted == YES_NO else isinstance(value, str)
    if wanted == MOMENT and is_right:
        is_right = value[10:11] == 'T' and value.endswith('Z')
    return [] if is_right else [f'{path} is {value!r}, not {wanted}']
