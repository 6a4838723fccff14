"""What an account is to its enterprises, and how the journal names it there."""

from domain.access.scopes import words
from domain.accounts.events import AccountChanged
from domain.accounts.live import Memberships
from domain.accounts.model import Account, Person
from domain.changes.transaction import Transaction
from domain.common.versions import differences
from domain.journal.model import Subject


def memberships(tx: Transaction, account: Account) -> list[Person]:
    """What an account is to which enterprise, as this group leaves it; the oldest first."""
    return sorted(memberships_of(tx, account.id), key=lambda person: person.created_at)


def memberships_of(tx: Transaction, account: str) -> list[Person]:
    """The same by the account's id, in no order."""
    rows = {person.id: person for person in tx.fleets.index(Memberships).of(account).values()}
    rows |= tx.rows(Person)
    return [person for person in rows.values() if person.account == account and person.disabled_at is None]


def open_to(tx: Transaction, account: Account, provider: str) -> list[Person]:
    """The memberships that a sign-in through ``provider`` opens (empty: by a local password), the oldest first.

    Those that a provider's groups decide over open by a sign-in there alone: a person who left the group comes in by no other way.
    """
    return [person for person in memberships(tx, account) if person.provider in ('', provider)]


def subject_of(person: Person) -> Subject:
    """A person or a service account as the journal names them."""
    return Subject(person.kind.value, person.id, person.name)


def membership_changes(before: Person, after: Person) -> dict[str, object]:
    """What an edit made of a person, for the journal; the part of the enterprise stands there in words."""
    changes = differences(before, after, ('role', 'name'))
    if before.scope != after.scope:
        changes['scope'] = [words(each.scope) or 'everything' for each in (before, after)]
    return changes


def note_account(tx: Transaction, account: Account, what: str) -> None:
    """Note it in the journal of every enterprise that the account belongs to, inside a decision."""
    for person in memberships(tx, account):
        tx.note(AccountChanged(at=tx.now, enterprise=person.enterprise, subject=subject_of(person), what=what))
