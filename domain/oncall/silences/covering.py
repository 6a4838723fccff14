"""Which silence covers an alert."""

from collections.abc import Iterable, Sequence

from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.common.severity import RANK, Severity
from domain.fleet.fleet import Fleet
from domain.oncall.matching import AlertFacts, facts_of, fits, looks_at_devices
from domain.oncall.silences.model import AlertSilence, SilenceState


def active(silences: Iterable[AlertSilence], moment: float) -> list[AlertSilence]:
    """Those that are active then, the one that ends last first."""
    found = [one for one in silences if one.state_at(moment) is SilenceState.ACTIVE]
    return sorted(found, key=lambda one: (-one.ends_at, one.id))


def covering(
    fleet: Fleet, silences: Sequence[AlertSilence], alert: Alert, moment: float, severity: Severity | None = None
) -> AlertSilence | None:
    """The first that covers the alert, at the ``severity`` of which is told."""
    if not silences:
        return None
    asked = any(looks_at_devices(one.conditions) for one in silences)
    return first_covering(silences, facts_of(fleet, alert, severity, with_devices=asked), moment)


def first_covering(silences: Sequence[AlertSilence], facts: AlertFacts, moment: float) -> AlertSilence | None:
    """The first that covers an alert of these facts."""
    for one in silences:
        breaks = one.breaks is not None and RANK[facts.severity] <= RANK[one.breaks]
        if not breaks and fits(one.conditions, facts, moment):
            return one
    return None


def active_now(tx: Transaction, enterprise: str) -> list[AlertSilence]:
    """Those that are active after what was decided so far."""
    return active(tx.all(AlertSilence, enterprise), tx.now)


def covers(tx: Transaction, alert: Alert, severity: Severity | None = None) -> AlertSilence | None:
    """The silence that covers the alert now, at the ``severity`` of which is told."""
    return covering(tx.fleet(alert.enterprise), active_now(tx, alert.enterprise), alert, tx.now, severity)
