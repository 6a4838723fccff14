"""Who may be mentioned: people who see what the words are about."""

from domain.access.actors import granted
from domain.access.permissions import Permission
from domain.accounts.model import Person, PersonKind
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.common.errors import Invalid
from domain.fleet.scoped import ScopedFleet
from domain.triage.mentions import mentioned


def refuse_mentions(tx: Transaction, enterprise: str, text: str, alert: Alert | None, field: str) -> None:
    """Raise ``Invalid`` when a person is mentioned who could not read of it; without an ``alert`` it is about the whole enterprise."""
    if '@' not in text:
        return
    people = [one for one in tx.all(Person, enterprise) if one.kind is PersonKind.PERSON]
    for person in mentioned(text, people):
        if person.disabled_at is not None:
            raise Invalid(f'{person.name} cannot sign in any more; mention another person', field=field)
        is_granted = Permission.ALERTS_READ in granted(person.role, person.scope)
        is_seen = not person.scope or (
            alert is not None and ScopedFleet(tx.fleet(enterprise), person.scope).shown(alert) is not None
        )
        if not is_granted or not is_seen:
            raise Invalid(f'{person.name} does not see what it is about; mention another person', field=field)
