"""What becomes of the open alerts of a cell when people say what it is."""

from collections.abc import Sequence
from dataclasses import replace

from domain.alerts.model import Comment
from domain.alerts.raising import clear_alert
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.devices.unknown_cells.model import UnknownCell
from domain.devices.unknown_cells.surroundings import ABOUT_ITS_ALERTS

MOST_REASON = 1000


def close_alerts(
    tx: Transaction, cell: UnknownCell, because: str, rules: Sequence[AlertRule] = ABOUT_ITS_ALERTS
) -> int:
    """End the open alerts of the cell, each with a comment; how many those were. Those that stay true are raised again at once."""
    closed = 0
    owner = tx.fleet(cell.enterprise).enterprise
    for rule in rules:
        if (alert := rule.open_for(tx, owner, on=cell.key)) is not None:
            comments = (*alert.comments, Comment(at=tx.now, by=cell.by, text=because[:MOST_REASON]))
            clear_alert(tx, replace(alert, comments=comments))
            closed += 1
    return closed
