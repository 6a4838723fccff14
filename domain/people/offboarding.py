"""What ends when a person or service account leaves an enterprise."""

from dataclasses import replace

from domain.accounts.memberships import subject_of
from domain.accounts.model import Person
from domain.changes.transaction import Transaction
from domain.channels.browsers import forget_all
from domain.desks.service import clear_desk
from domain.journal.model import Subject
from domain.people.events import LinkWithdrawn, PersonRemoved
from domain.people.model import Link, LinkKind
from domain.sign_in.authentication import AccessService
from domain.tokens.events import TokenRevoked
from domain.tokens.model import Token
from domain.tokens.service import subject_of_token


def leave(tx: Transaction, access: AccessService, person: Person, because: str, *, by: str = '') -> Person:
    """Take them out, inside a decision: their sessions here end, their tokens are revoked, and so are invitations that they made:

    a person who leaves must not come back by one that they sent to themselves.
    """
    gone = replace(person, disabled_at=tx.now, version=person.version + 1)
    told = '' if by else because
    tx.note(PersonRemoved(at=tx.now, enterprise=person.enterprise, subject=subject_of(person), by=by, because=told))
    if person.account:
        access.end_all(tx, person.account, because, enterprise=person.enterprise)
    for token in list(tx.all(Token, person.enterprise)):
        if token.person == person.id and token.revoked_at is None:
            tx.put(replace(token, revoked_at=tx.now))
            subject = subject_of_token(token)
            tx.note(TokenRevoked(at=tx.now, enterprise=token.enterprise, subject=subject, by=by, kind=token.kind))
    for link in list(tx.all(Link, person.enterprise)):
        if link.issuer == person.id and link.spent_at is None:
            withdrawn(tx, link, by)
    clear_desk(tx, person)
    forget_all(tx, person.enterprise, because, person=person.id)
    tx.put(gone)
    return gone


def withdrawn(tx: Transaction, link: Link, by: str) -> None:
    """End an invitation that was not accepted yet, inside a decision."""
    tx.put(replace(link, spent_at=tx.now))
    subject = Subject(LinkKind.INVITATION.value, link.id, link.name or link.email)
    tx.note(LinkWithdrawn(at=tx.now, enterprise=link.enterprise, subject=subject, by=by, kind=link.kind))
