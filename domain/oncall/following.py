"""What the journal says of alerts is followed in the commit in which it is said: routes are asked, messages go out, calls begin and end."""

from collections.abc import Collection

from domain.alerts.events import (
    AlertAcknowledged,
    AlertAttached,
    AlertCleared,
    AlertDetached,
    AlertFlapping,
    AlertRaised,
    AlertResumed,
    AlertSnoozed,
    AlertUnacknowledged,
    AlertWorsened,
)
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.channels.announcing import announce, announce_unheard
from domain.channels.mirroring import mirror
from domain.channels.model import AnnouncedAlert
from domain.common.severity import Severity
from domain.journal.model import Entry
from domain.oncall.escalation import escalations_of, start, stop
from domain.oncall.matching import facts_of, routes_for
from domain.oncall.mentioning import tell_mentioned
from domain.oncall.model import AlertRoute, EscalationState
from domain.oncall.reaching import channels_told
from domain.oncall.silences.keeping import keeps_silent
from domain.oncall.tasks import tell_of_task


def follow(tx: Transaction) -> None:
    """Of every entry of the group."""
    for entry in list(tx.changes.entries):
        tell_mentioned(tx, entry)
        is_silent = keeps_silent(tx, entry)
        if not is_silent:
            announce(tx, entry, _chosen)
        mirror(tx, entry)
        tell_of_task(tx, entry)
        match entry:
            case AlertRaised() | AlertWorsened() | AlertUnacknowledged() | AlertDetached() if not is_silent:
                _begin(tx, entry, entry.alert)
            case AlertFlapping() if not is_silent and not escalations_of(tx, entry.enterprise, entry.alert):
                _begin(tx, entry, entry.alert)  # it began to come and go before people were told of it
            case AlertResumed() if not is_silent and (entry.by or not entry.quiet):
                _begin(tx, entry, entry.alert)
            case AlertSnoozed():
                because = f'{entry.by} snoozed the alert'
                stop(tx, entry.enterprise, entry.alert, EscalationState.STOPPED, because=because)
            case AlertAcknowledged():
                by, because = entry.by, f'{entry.by} acknowledged the alert'
                stop(tx, entry.enterprise, entry.alert, EscalationState.ANSWERED, by=by, because=because)
            case AlertAttached():
                because = 'another alert explains this one'
                stop(tx, entry.enterprise, entry.alert, EscalationState.STOPPED, because=because)
            case AlertCleared():
                stop(tx, entry.enterprise, entry.alert, EscalationState.OVER, because='the alert is over')
            case _:
                pass


def _chosen(tx: Transaction, alert: Alert, said: AnnouncedAlert) -> Collection[str] | None:
    """The channels of the routes that take it; ``None`` where none does."""
    routes = _routes(tx, alert, said.severity)
    return (
        set().union(*(channels_told(tx.fleet(alert.enterprise), one, said.severity) for one in routes))
        if routes
        else None
    )


def _begin(tx: Transaction, entry: Entry, alert_id: str) -> None:
    alert = tx.find(Alert, entry.enterprise, alert_id)
    if alert is not None and isinstance(entry, AlertUnacknowledged):
        announce_unheard(tx, alert, entry, _chosen)
    if alert is not None and alert.calls:
        severity = Severity(getattr(entry, 'severity', '') or alert.severity)
        start(tx, alert, _routes(tx, alert, severity), severity)


def _routes(tx: Transaction, alert: Alert, severity: Severity) -> list[AlertRoute]:
    fleet = tx.fleet(alert.enterprise)
    return routes_for(fleet, facts_of(fleet, alert, severity), tx.now) if fleet[AlertRoute] else []
