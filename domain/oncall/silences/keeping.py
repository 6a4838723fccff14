"""What a silence does to an alert: it is marked, calls stop, and when nothing silences it any more while it is open, it is told.

Whether an alert is silenced is decided when something would be told of it, in that commit, from the silences as they then are; the mark
on the alert is for people to see, and to know of whom nobody has heard when the silence is over. Both are stored with the alert.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from domain.alerts.announcements import News, announcement_of
from domain.alerts.events import AlertDetached, AlertResumed, AlertSilenced, AlertUnacknowledged
from domain.alerts.model import NOT_SILENCED, Alert
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
from domain.journal.model import Entry
from domain.oncall.escalation import stop
from domain.oncall.model import EscalationState
from domain.oncall.silences.covering import active, active_now, covering, covers
from domain.oncall.silences.model import AlertSilence


def keeps_silent(tx: Transaction, entry: Entry) -> bool:
    """True when a silence covers the alert of an entry that would tell of it, or call. A recovery is never silenced."""
    alert_id = _would_tell(entry)
    alert = tx.find(Alert, entry.enterprise, alert_id) if alert_id else None
    if alert is None:
        return False
    silence = covers(tx, alert, Severity(getattr(entry, 'severity', '') or alert.severity))
    if silence is not None:
        if alert.is_open:
            _mark(tx, alert, silence)
    elif alert.silence is not None and announcement_of(entry) is not None:  # it breaks through, or fits no more
        tx.put(replace(alert, **NOT_SILENCED))
    return silence is not None


def _would_tell(entry: Entry) -> str:
    told = announcement_of(entry)
    if told is not None:
        return '' if told.kind is News.CLEARED else told.alert_id
    if isinstance(entry, AlertUnacknowledged | AlertDetached | AlertResumed):
        return entry.alert
    return ''


def marks(silence: AlertSilence) -> Mapping[str, Any]:
    """What stands on an alert that it covers."""
    return {
        'silence': silence.id,
        'silenced_until': silence.ends_at,
        'silenced_by': silence.owner_name,
        'silence_reason': silence.reason,
    }


def to_review(fleet: Fleet, silences: Iterable[AlertSilence], now: float) -> list[str]:
    """Ids of the open alerts whose mark is not that of the silence which covers them now."""
    found = active(silences, now)
    due = []
    for alert in fleet[Alert].values():
        if found or alert.silence is not None:
            wanted = covering(fleet, found, alert, now)
            if not _is_marked(alert, wanted):
                due.append(alert.id)
    return due


def review(tx: Transaction, enterprise: str) -> int:
    """Mark the open alerts that are silenced now, and tell of those that are not any more; how many changed."""
    fleet, found = tx.fleet(enterprise), active_now(tx, enterprise)
    changed = 0
    for alert in list(tx.all(Alert, enterprise)):
        if not alert.is_open or not (found or alert.silence is not None):
            continue
        wanted = covering(fleet, found, alert, tx.now)
        if _is_marked(alert, wanted):
            continue
        changed += 1
        if wanted is not None:
            _mark(tx, replace(alert, changed_at=tx.now, version=alert.version + 1), wanted)
        else:
            _tell(tx, alert)
    return changed


def _is_marked(alert: Alert, silence: AlertSilence | None) -> bool:
    if silence is None:
        return alert.silence is None
    return all(getattr(alert, name) == value for name, value in marks(silence).items())


def _mark(tx: Transaction, alert: Alert, silence: AlertSilence) -> None:
    if alert.silence != silence.id:
        note = AlertSilenced(
            **tx.about(alert),
            alert=alert.id,
            problem=alert.problem,
            silence=silence.id,
            until=silence.ends_at,
            of=silence.owner_name,
            reason=silence.reason,
        )
        tx.note(note)
        because = f'{silence.owner_name} silenced it: {silence.reason}'
        stop(tx, alert.enterprise, alert.id, EscalationState.STOPPED, because=because)
    if not _is_marked(alert, silence):
        tx.put(replace(alert, **marks(silence)))


def _tell(tx: Transaction, alert: Alert) -> None:
    """Nothing silences it any more: it is told, unless a person has seen to it, another explains it, or its cause has just gone."""
    is_told = alert.told_at is not None and alert.tell_at is None and alert.parent is None
    tx.put(replace(alert, **NOT_SILENCED, changed_at=tx.now, version=alert.version + 1))
    tx.note(
        AlertResumed(
            **tx.about(alert),
            alert=alert.id,
            problem=alert.problem,
            severity=alert.severity,
            ended='silence',
            of=alert.silenced_by,
            quiet=not is_told or not alert.waits or alert.held_since is not None,
        )
    )
