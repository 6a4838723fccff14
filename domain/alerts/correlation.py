"""Which alert explains which (X.733, 8.1.2.10 correlated notifications; TMF642 ``parentAlarm``), and when people are told of one.

One alert is the root of an outage. Those that it explains are its children: attached without a word, folded beneath it, never announced
while it is open. An alert that may turn out to be a child waits before it is announced; how long is stored with it, so that a restart
neither forgets it nor tells it early.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import inf

from domain.alerts.events import AlertAttached, AlertRaised
from domain.alerts.live import AlertTree
from domain.alerts.model import Alert
from domain.alerts.worsening import told_again
from domain.changes.transaction import Transaction

ORPHAN_WAIT_S = 60.0
"""A child that is still open when its root is over is looked at again for so long before it is announced by itself."""
MOST_ABOVE = 64


def children_of(tx: Transaction, alert: Alert) -> list[Alert]:
    """The open alerts that this one explains, as the transaction leaves them; not those that these explain in turn."""
    ids = set(tx.fleet(alert.enterprise).index(AlertTree).children(alert.id))
    ids.update(tx.pending(Alert, 'parent').get(alert.id, ()))
    rows = (tx.find(Alert, alert.enterprise, id) for id in sorted(ids))
    return [row for row in rows if row is not None and row.is_open and row.parent == alert.id]


def parents_of(tx: Transaction, alert: Alert) -> Iterator[Alert]:
    """The open alerts that explain it, the nearest first."""
    for _ in range(MOST_ABOVE):
        above = tx.find(Alert, alert.enterprise, alert.parent) if alert.parent is not None else None
        if above is None or not above.is_open:
            return
        yield above
        alert = above


def attach(tx: Transaction, child: Alert, root: Alert) -> Alert:
    """``root`` explains ``child`` from here on; the child as it then is. What would close a ring is left as it was."""
    if child.parent == root.id or child.id == root.id or any(above.id == child.id for above in parents_of(tx, root)):
        return child
    after = replace(child, parent=root.id, merged_by='', waits_since=None, tell_at=None, version=child.version + 1)
    tx.put(after)
    root = tx.find(Alert, root.enterprise, root.id) or root
    tx.put(replace(root, children=root.children + 1, changed_at=tx.now, version=root.version + 1))
    tx.note(
        AlertAttached(
            at=tx.now,
            enterprise=child.enterprise,
            subject=child.subject,
            alert=child.id,
            problem=child.problem,
            root=root.id,
            because=root.problem,
        )
    )
    return after


def detach(tx: Transaction, child: Alert, wait_s: float = 0.0) -> Alert:
    """Nothing explains it any more: it is announced by itself, after ``wait_s`` seconds that were watched."""
    alone = replace(child, parent=None, merged_by='')
    if wait_s <= 0:
        return announce(tx, alone)
    after = replace(alone, waits_since=tx.now, tell_at=tx.now + wait_s, version=child.version + 1)
    tx.put(after)
    return after


def has_waited(tx: Transaction, alert: Alert) -> bool:
    """True for an alert that is to be announced, and has waited for it as long as it was to, in time that was watched."""
    if alert.tell_at is None or alert.waits_since is None:
        return False
    return waited_s(tx, alert.waits_since) >= alert.tell_at - alert.waits_since


def waited_s(tx: Transaction, since: float) -> float:
    """Watched seconds since then. A moment that lies ahead is of a clock that was set back before a restart: long ago, so that nobody
    waits for it to come again."""
    watched = tx.watched(since)
    return watched if watched > -1.0 else inf


def announce(tx: Transaction, alert: Alert) -> Alert:
    """People are told of it now: that it was raised, or that it stands by itself again when they had been told before."""
    if alert.told_at is None:
        after = replace(first_told(tx, alert), changed_at=tx.now, version=alert.version + 1)
    else:
        ready = replace(alert, waits_since=None, tell_at=None, changed_at=tx.now, version=alert.version + 1)
        after = told_again(tx, ready, again=True)
    tx.put(after)
    return after


def first_told(tx: Transaction, alert: Alert) -> Alert:
    """The alert after people are told that it was raised."""
    tx.note(
        AlertRaised(
            at=tx.now,
            enterprise=alert.enterprise,
            subject=alert.subject,
            alert=alert.id,
            severity=alert.severity,
            problem=alert.problem,
            detail=alert.detail,
        )
    )
    return replace(
        alert,
        told_at=tx.now,
        told_severity=alert.severity,
        told_devices=alert.devices,
        waits_since=None,
        tell_at=None,
    )


def ending_with(tx: Transaction, alert: Alert) -> list[Alert]:
    """The open alerts that are over with this one: nothing else explains them, their own cause is gone, and they waited for the same
    devices. They stay parts of it, so that the tree of an outage is whole when people read it later."""
    if next(parents_of(tx, alert), None) is not None:
        return []
    return [child for child in children_of(tx, alert) if child.held_since is not None]


def leave_children(tx: Transaction, alert: Alert) -> None:
    """An alert is over: what it explained passes to what explains it in turn, or is looked at again before people are told of it."""
    above = next(parents_of(tx, alert), None)
    for child in children_of(tx, alert):
        if above is not None:
            attach(tx, child, above)
        else:
            detach(tx, child, ORPHAN_WAIT_S)
