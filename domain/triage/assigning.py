"""Who has an alert from here on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.alerts.events import AlertAssigned
from domain.alerts.model import NOT_ASSIGNED, Alert
from domain.changes.transaction import Transaction
from domain.journal.model import Entry
from domain.triage.people import need_answering


def assigned(tx: Transaction, alert: Alert, person_id: str | None, by: str) -> tuple[Alert, Entry]:
    """The alert after that person has it, ``None`` for nobody; ``Invalid`` for one who could not answer it."""
    person = need_answering(tx, alert, person_id) if person_id is not None else None
    who: Mapping[str, Any] = NOT_ASSIGNED
    if person is not None:
        who = {'assigned_to': person.id, 'assigned_name': person.name, 'assigned_at': tx.now, 'assigned_by': by}
    return replace(alert, **who), AlertAssigned(
        **tx.about(alert, by),
        alert=alert.id,
        problem=alert.problem,
        person=person.id if person is not None else '',
        name=person.name if person is not None else '',
        before=alert.assigned_name,
    )
