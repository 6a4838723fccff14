"""What lists and pages show of an alert."""

from dataclasses import replace
from typing import Any

from domain.alerts.events import AlertCleared
from domain.alerts.live import AlertTree
from domain.alerts.model import AlarmType, Alert
from domain.common.severity import RANK
from domain.common.text import spaced
from domain.devices.listing.names import apart
from domain.devices.model import Device
from domain.devices.unknown_cells.model import UnknownCell
from domain.devices.unknown_cells.sighting import id_of_cell
from domain.devices.unknown_cells.surroundings import ABOUT_ITS_ALERTS
from domain.fleet.fleet import Fleet
from domain.own_rules.alerts import own_rule_of
from domain.own_rules.model import OwnRule
from ui.durations import lasted, written
from ui.sentences.alerts import problem_of, recovery_of

_PLACES = {
    'device': '/devices/',
    'tower': '/towers/',
    'policy': '/policies/',
    'channel': '/channels?channel=',
    'rotation': '/on-call#',
    'alert_route': '/on-call#',
    'calendar': '/on-call#',
    'works_calendar': '/maintenance?of=',
}
_OF_CELLS = tuple(rule.key_of('') for rule in ABOUT_ITS_ALERTS)
TYPES = {
    AlarmType.COMMUNICATIONS: 'communications',
    AlarmType.EQUIPMENT: 'equipment',
    AlarmType.QUALITY_OF_SERVICE: 'quality of service',
    AlarmType.SECURITY: 'security',
    AlarmType.OPERATIONAL: 'operation',
}


def state_of(alert: Alert) -> str:
    """Cleared, acknowledged, snoozed, or open: it waits for a person."""
    if alert.cleared_at is not None:
        return 'cleared'
    if alert.acknowledged_at is not None:
        return 'acknowledged'
    return 'snoozed' if alert.snoozed_until is not None else 'open'


def alert_row(fleet: Fleet, alert: Alert) -> dict[str, Any]:
    """What the inbox shows of an alert."""
    place = _PLACES.get(alert.object_kind)
    state = state_of(alert)
    witnesses = [fleet[Device][device].name for device in alert.witnesses[:5] if device in fleet[Device]]
    recovery = recovery_of(alert)
    over = f'lasted {lasted(alert.lasted_s)}' if alert.lasted_s is not None else ''
    above = fleet[Alert].get(alert.parent) if alert.parent is not None else None
    why = recovery or alert.detail
    if alert.flapping_since is not None:
        why = f'it comes and goes; {why}' if why else 'it comes and goes'
    beneath = fleet.index(AlertTree).count(alert.id) if alert.is_open else alert.children
    was_worse = RANK[alert.peak_severity] < RANK[alert.severity]
    return {
        'id': alert.id,
        'version': alert.version,
        'name': problem_of(alert),
        'severity': alert.severity,
        'peak_severity': alert.peak_severity if was_worse or not alert.is_open else None,
        'object': alert.object_name,
        'apart': apart(fleet, alert.object_id) if alert.object_kind == 'device' else None,
        'object_kind': alert.object_kind,
        'object_href': f'{place}{alert.object_id}' if place else None,
        'detail': alert.detail,
        'why': why,
        'brief': _brief(alert, over, why, beneath),
        **_decided(alert),
        'waits': _waits(alert) or None,
        'parent': problem_of(above) if above is not None else None,
        'parent_id': alert.parent,
        'beneath': beneath or None,
        'explains': _explains(alert, beneath),
        'flapping_since': alert.flapping_since,
        **_condition(fleet, alert),
        'recovery': recovery or None,
        'first': alert.first_problem if alert.first_problem != alert.problem else None,
        'first_detail': alert.first_detail if alert.first_detail != alert.detail else None,
        'type': TYPES[alert.alarm_type],
        'cause': spaced(alert.probable_cause),
        'devices': alert.devices if alert.is_open else alert.peak_devices,
        'devices_now': alert.devices if alert.is_open else None,
        'peak_devices': alert.peak_devices if alert.peak_devices > alert.devices or not alert.is_open else None,
        'cell_id': cell_of_alert(fleet, alert),
        'score': None if alert.score is None else round(100 * alert.score),
        'witnesses': ', '.join(witnesses),
        'witnessed': len(alert.witnesses) or None,
        'raised_at': alert.raised_at,
        'open_since': alert.raised_at if alert.is_open else None,
        'changed_at': alert.changed_at if alert.is_open else None,
        'reopened_at': alert.reopened_at,
        'cleared_at': alert.cleared_at,
        'lasted': None if alert.lasted_s is None else lasted(alert.lasted_s),
        'over': over or None,
        'comments': [{'at': one.at, 'by': one.by, 'text': one.text} for one in alert.comments] or None,
        'acknowledged': alert.acknowledged_at is not None,
        'reopened': len(alert.acknowledgements) > 0,
        'state': state,
        'is_open': alert.is_open,
        **_seen(alert, state),
    }


def cell_of_alert(fleet: Fleet, alert: Alert) -> str | None:
    """The id of the unknown cell that it is about, if it has a page."""
    on = next((alert.key.removeprefix(head) for head in _OF_CELLS if alert.key.startswith(head)), None)
    id = id_of_cell(alert.enterprise, on) if on is not None else None
    return id if id is not None and id in fleet[UnknownCell] else None


def _condition(fleet: Fleet, alert: Alert) -> dict[str, Any]:
    """What a rule of one's own had asked, by the name that it then had."""
    asked, id = alert.condition, own_rule_of(alert)
    rule = fleet[OwnRule].get(id or '')
    name = asked.name if asked is not None else rule.name if rule is not None else None
    return {
        'rule': name,
        'asked': asked.expression if asked is not None else None,
        'asked_for': (written(round(asked.for_s)) if asked.for_s else 'at once') if asked is not None else None,
        'asked_values': (asked.values or None) if asked is not None else None,
    }


def _seen(alert: Alert, state: str) -> dict[str, Any]:
    """Who has seen it, or else which silence covers it, and until when that is."""
    silenced = alert.is_open and alert.silence is not None
    if silenced and state == 'open':
        seen = {'seen': 'silenced', 'seen_by': alert.silenced_by, 'quiet_until': alert.silenced_until}
    else:
        word = state if alert.is_open and state != 'open' else 'acknowledged' if alert.acknowledged_at else None
        by = (alert.acknowledged_by or alert.snoozed_by) if state != 'open' else None
        seen = {'seen': word, 'seen_by': by, 'quiet_until': alert.quiet_until if alert.is_open else None}
    return {
        **seen,
        'silence': alert.silence if silenced else None,
        'silenced_by': alert.silenced_by if silenced else None,
        'silenced_until': alert.silenced_until if silenced else None,
        'silence_reason': alert.silence_reason or None if silenced else None,
    }


def _explains(alert: Alert, beneath: int) -> str:
    """Of those that are over it is said that they are listed too; how often each was attached is no number for people."""
    if alert.is_open and alert.children > beneath:
        return f'{beneath:,} open, and those that are over'
    return f'{beneath:,} that this one explains'


def _brief(alert: Alert, over: str, why: str, beneath: int) -> str:
    has = f'{alert.assigned_name} has it' if alert.assigned_to is not None and alert.is_open else ''
    # who has seen it stands beside; that is the silence where no person has
    is_beside = alert.silence is None or alert.waits
    silenced = '' if is_beside or not alert.is_open else f'silenced by {alert.silenced_by}'
    return ', '.join(part for part in (silenced, has, over, why, f'{beneath} beneath' if beneath else '') if part)


def _decided(alert: Alert) -> dict[str, Any]:
    """Who has it, until when it calls nobody, since when people know, and what they say that it is."""
    snoozed = alert.is_open and alert.snoozed_until is not None
    return {
        'assigned_id': alert.assigned_to,
        'assigned_to': alert.assigned_name or None,
        'assigned_at': alert.assigned_at,
        'acknowledged_at': alert.acknowledged_at,
        'acknowledged_by': alert.acknowledged_by,
        'acknowledged_until': alert.acknowledged_until if alert.is_open else None,
        'comment': alert.comment,
        'is_snoozed': snoozed,
        'snoozed_by': alert.snoozed_by if snoozed else None,
        'snoozed_until': alert.snoozed_until if snoozed else None,
        'snooze_reason': alert.snooze_reason or None if snoozed else None,
        'is_false': alert.false_at is not None,
        'false_reason': alert.false_reason or None,
        'false_by': alert.false_by or None,
        'merged_by': alert.merged_by or None,
        'is_part': alert.parent is not None,
        'told_at': alert.told_at,
    }


def _waits(alert: Alert) -> str:
    """Why people have not been told of it."""
    if alert.tell_at is None or alert.recovery:
        return ''
    return 'not told yet: what it depends on is asked, or it waits for its group'


def ended_by(alert: Alert, entry: AlertCleared | None, now: float) -> Alert:
    """An open alert as it stands in the store once it is cleared."""
    at = entry.at if entry is not None else now
    missing = entry.missing if entry is not None else alert.missing
    return replace(
        alert,
        severity=alert.peak_severity,
        cleared_at=at,
        changed_at=at,
        held_since=None,
        missing=missing,
        version=alert.version + 1,
    )
