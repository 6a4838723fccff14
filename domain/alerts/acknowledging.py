"""Whether an open alert waits for a person: not while it is acknowledged or snoozed. Either may end at a moment, when it waits again."""

from collections.abc import Callable
from dataclasses import replace

from domain.alerts.events import AlertAcknowledged, AlertResumed, AlertSnoozed, AlertUnacknowledged
from domain.alerts.live import AlertEnds
from domain.alerts.model import NOT_ACKNOWLEDGED, NOT_SNOOZED, Alert
from domain.changes.transaction import Transaction
from domain.common.errors import Conflict, Invalid
from domain.fleet.fleet import Fleet
from domain.journal.model import Entry

LONGEST_S = 7 * 86_400.0
"""An alert that may be forgotten for longer is one that a rule should not raise."""


def check_end(until: float | None, now: float) -> None:
    """Raise ``Invalid`` unless the end (epoch seconds) is still to come, and within a week."""
    if until is not None and until <= now:
        raise Invalid('that moment has passed: give one that is still to come', field='until')
    if until is not None and until > now + LONGEST_S:
        raise Invalid('at most seven days from now', field='until')


def acknowledge_alert(
    tx: Transaction, alert: Alert, by: str, comment: str = '', until: float | None = None
) -> tuple[Alert, Entry]:
    """The alert after that person or program has seen it, until then; ``Conflict`` when it is acknowledged. A snooze is over with it."""
    if alert.acknowledged_at is not None:
        raise Conflict(f'already acknowledged by {alert.acknowledged_by}')
    check_end(until, tx.now)
    seen = replace(
        alert,
        acknowledged_at=tx.now,
        acknowledged_by=by,
        acknowledged_until=until,
        comment=comment,
        told_severity=alert.severity,
        told_devices=alert.devices,
        **NOT_SNOOZED,
    )
    return seen, AlertAcknowledged(
        **tx.about(alert, by),
        alert=alert.id,
        problem=alert.problem,
        comment=comment,
        severity=alert.severity,
        until=until,
    )


def unacknowledge_alert(tx: Transaction, alert: Alert, by: str) -> tuple[Alert, Entry]:
    """The alert after that person or program took its acknowledgement back; ``Conflict`` when there is none."""
    if alert.acknowledged_at is None:
        raise Conflict('it is not acknowledged')
    entry = AlertUnacknowledged(
        **tx.about(alert, by),
        alert=alert.id,
        problem=alert.problem,
        acknowledged_by=alert.acknowledged_by or '',
    )
    return replace(alert, **NOT_ACKNOWLEDGED), entry


def snooze_alert(tx: Transaction, alert: Alert, by: str, until: float, reason: str = '') -> tuple[Alert, Entry]:
    """The alert that calls nobody until then; ``Conflict`` when it is acknowledged. A second snooze moves the end."""
    if alert.acknowledged_at is not None:
        raise Conflict(f'already acknowledged by {alert.acknowledged_by}')
    check_end(until, tx.now)
    after = replace(
        alert,
        snoozed_at=tx.now,
        snoozed_until=until,
        snoozed_by=by,
        snooze_reason=reason,
        told_severity=alert.severity,
        told_devices=alert.devices,
    )
    return after, AlertSnoozed(**tx.about(alert, by), alert=alert.id, problem=alert.problem, until=until, reason=reason)


def wake_alert(tx: Transaction, alert: Alert, by: str) -> tuple[Alert, Entry]:
    """The alert after that person or program ended its snooze; ``Conflict`` when there is none."""
    if alert.snoozed_until is None:
        raise Conflict('it is not snoozed')
    return replace(alert, **NOT_SNOOZED), _resumed(tx, alert, 'snooze', alert.snoozed_by, by=by)


def ends_now(fleet: Fleet, now: float, watched: Callable[[float], float]) -> list[str]:
    """Ids of the open alerts whose acknowledgement or snooze is at its end; ``watched`` gives the seconds that were, since a moment."""
    found = (fleet[Alert].get(id) for id in fleet.index(AlertEnds).ids())
    return [one.id for one in found if one is not None and _is_at_end(one, now, watched)]


def _is_at_end(alert: Alert, now: float, watched: Callable[[float], float]) -> bool:
    """True when its moment has come, or as much time has passed: a clock that is set back keeps nobody from being called for longer."""
    until, since = alert.quiet_until, alert.quiet_since
    if until is None:
        return False
    return until <= now or (since is not None and watched(since) >= until - since)


def resume_alerts(tx: Transaction, enterprise: str) -> int:
    """Alerts whose acknowledgement or snooze is at its end wait for a person again; how many those are."""
    found = [tx.find(Alert, enterprise, id) for id in ends_now(tx.fleet(enterprise), tx.now, tx.watched)]
    due = [one for one in found if one is not None and one.is_open and _is_at_end(one, tx.now, tx.watched)]
    for alert in due:
        acknowledged = alert.acknowledged_at is not None
        ended, of = ('acknowledgement', alert.acknowledged_by) if acknowledged else ('snooze', alert.snoozed_by)
        tx.note(_resumed(tx, alert, ended, of or ''))
        after = replace(alert, **NOT_ACKNOWLEDGED, **NOT_SNOOZED)
        tx.put(replace(after, changed_at=tx.now, version=alert.version + 1))
    return len(due)


def _resumed(tx: Transaction, alert: Alert, ended: str, of: str, *, by: str = '') -> AlertResumed:
    is_told = alert.told_at is not None and alert.parent is None
    # one that flaps is back before long, and no turn of it is told
    is_going = bool(alert.recovery) and alert.flapping_since is None
    return AlertResumed(
        **tx.about(alert, by),
        alert=alert.id,
        problem=alert.problem,
        severity=alert.severity,
        ended=ended,
        of=of,
        quiet=bool(by) or not is_told or is_going,
    )
