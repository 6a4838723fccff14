"""An alert by its id, as this actor may touch it."""

from domain.access.actors import Actor
from domain.alerts.live import AlertKeys
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.common.errors import NotFound
from domain.fleet.scoped import ScopedFleet


def need_alert(tx: Transaction, actor: Actor, alert_id: str) -> Alert:
    """The alert, or ``NotFound``."""
    alert = tx.need(Alert, actor.enterprise, alert_id)
    if actor.scope and ScopedFleet(tx.fleet(actor.enterprise), actor.scope).shown(alert) is None:
        raise NotFound.of(Alert, alert_id)
    return alert


def open_alert(tx: Transaction, enterprise: str, key: str) -> Alert | None:
    """The open alert of that key."""
    live, pending = tx.fleet(enterprise).index(AlertKeys).open(key), tx.pending(Alert, 'key').get(key)
    if not pending:
        return live
    rows = {**({live.id: live} if live is not None else {}), **pending}
    return next((alert for alert in rows.values() if alert.is_open and alert.enterprise == enterprise), None)
