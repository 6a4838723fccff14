"""Who can have an alert: people who may answer it, and see what it is about."""

from domain.access.actors import granted
from domain.access.permissions import Permission
from domain.accounts.model import Person, PersonKind
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.common.errors import Invalid
from domain.fleet.fleet import Fleet
from domain.fleet.scoped import ScopedFleet


def answers_alerts(person: Person) -> bool:
    """True for a person who is not disabled and may answer alerts."""
    return (
        person.kind is PersonKind.PERSON
        and person.disabled_at is None
        and Permission.ALERTS_WRITE in granted(person.role, person.scope)
    )


def who_answers(fleet: Fleet) -> list[Person]:
    """The people of an enterprise who may answer alerts, by name."""
    return sorted(filter(answers_alerts, fleet[Person].values()), key=lambda person: (person.name, person.id))


def need_person(tx: Transaction, enterprise: str, person_id: str) -> Person:
    """The person, or ``Invalid`` when they may answer no alert."""
    person = tx.find(Person, enterprise, person_id)
    if person is None or not answers_alerts(person):
        raise Invalid('no person of this enterprise who may answer alerts', field='person')
    return person


def need_answering(tx: Transaction, alert: Alert, person_id: str) -> Person:
    """The person, or ``Invalid`` when they could do nothing with the alert."""
    person = need_person(tx, alert.enterprise, person_id)
    if person.scope and ScopedFleet(tx.fleet(alert.enterprise), person.scope).shown(alert) is None:
        raise Invalid(f'{person.name} does not see what it is about', field='person')
    return person
