"""An alert beneath another by hand, in the tree that the inventory makes too (:mod:`domain.alerts.correlation`), and apart again."""

from dataclasses import replace

from domain.access.actors import Actor
from domain.alerts.correlation import first_told, parents_of
from domain.alerts.events import AlertAttached, AlertDetached, AlertPartDetached
from domain.alerts.lookup import need_alert
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.common.errors import Conflict, Invalid, NotFound
from domain.journal.model import Entry


def merge_alert(tx: Transaction, actor: Actor, alert: Alert, into: str) -> tuple[Alert, Entry]:
    """The alert beneath the open one of that id; ``Invalid`` for what is not open, for itself and for what it explains in turn."""
    try:
        root = need_alert(tx, actor, into)
    except NotFound as missing:
        raise Invalid('there is no open alert of that id', field='into') from missing
    if root.id == alert.id:
        raise Invalid('an alert is not a part of itself', field='into')
    if any(above.id == alert.id for above in parents_of(tx, root)):
        raise Invalid('that one is itself a part of this one: take it from beneath it first', field='into')
    if alert.parent == root.id:
        raise Conflict(f'it is a part of “{root.problem}” already')
    tx.put(replace(root, children=root.children + 1, changed_at=tx.now, version=root.version + 1))
    after = replace(alert, parent=root.id, merged_by=actor.name, waits_since=None, tell_at=None)
    return after, AlertAttached(
        **tx.about(alert, actor.name), alert=alert.id, problem=alert.problem, root=root.id, because=root.problem
    )


def separate_alert(tx: Transaction, actor: Actor, alert: Alert) -> tuple[Alert, Entry]:
    """The alert by itself. People who had been told of it know; who takes it apart has just seen it."""
    if alert.parent is None:
        raise Conflict('it is a part of no other alert')
    root = tx.find(Alert, alert.enterprise, alert.parent)
    entry = AlertDetached(
        **tx.about(alert, actor.name),
        alert=alert.id,
        problem=alert.problem,
        root=alert.parent,
        because=root.problem if root is not None else '',
    )
    if root is not None and root.is_open and root.children:
        tx.put(replace(root, children=root.children - 1, changed_at=tx.now, version=root.version + 1))
    if root is not None:
        tx.note(
            AlertPartDetached(
                **tx.about(root, actor.name),
                alert=root.id,
                problem=root.problem,
                part=alert.id,
                because=alert.problem,
            )
        )
    after = replace(alert, parent=None, merged_by='')
    return (after if alert.told_at is not None else first_told(tx, after)), entry
