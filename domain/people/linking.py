"""Which account an identity of a provider belongs to: the one it is linked to, a new one, or one that its address finds.

A person is known by issuer and subject, never by e-mail address (OpenID Connect Core 1.0, 5.7). An address finds an account once: when no
identity is linked to it, or when an operator let those of an issuer be replaced (:mod:`domain.people.relinking`).
"""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from domain.access.enterprises import INSTALLATION
from domain.accounts.emails import checked_email
from domain.accounts.memberships import memberships, subject_of
from domain.accounts.model import Account
from domain.changes.transaction import Transaction
from domain.common.errors import Invalid
from domain.common.ids import new_id
from domain.common.text import clean_line
from domain.journal.model import Subject
from domain.sign_in.authentication import AccessService
from domain.sign_in.events import IdentityForgotten, IdentityLinked
from domain.sign_in.lookup import open_sessions
from domain.sign_in.model import Identity
from domain.sign_in.providers import Claims, Provider, ProviderFailure, ProviderRefusal

_GUEST = '#ext#'
"""So Microsoft Entra marks the names of guests, whose home is another organisation: ``ana_quay.example#EXT#@harbour.example``."""


def identity_of(tx: Transaction, issuer: str, subject: str) -> Identity | None:
    """The identity of issuer and subject, unless it was forgotten."""
    found = tx.find(Identity, INSTALLATION, _id(issuer, subject))
    return found if found is not None and found.forgotten_at is None else None


def identities_of(tx: Transaction, account: str) -> list[Identity]:
    """The identities that an account can be signed in to with."""
    known = tx.all(Identity, INSTALLATION)
    return [each for each in known if each.account == account and each.forgotten_at is None]


def account_of(
    tx: Transaction, access: AccessService, provider: Provider, claims: Claims, *, is_wanted: bool
) -> Account:
    """The account of the person the provider vouches for, inside a decision; raises ``ProviderRefusal`` where there is none for them."""
    identity = identity_of(tx, claims.issuer, claims.subject)
    account = tx.find(Account, INSTALLATION, identity.account) if identity else None
    if identity is None or account is None:
        account = _met(tx, access, provider, claims, is_wanted=is_wanted)
        identity = new_identity(tx, account, provider.name, claims.issuer, claims.subject)
    if account.suspended_at is not None:
        raise ProviderRefusal(ProviderFailure.SUSPENDED)
    tx.put(replace(identity, seen_at=tx.now))
    return account


def new_identity(tx: Transaction, account: Account, provider: str, issuer: str, subject: str) -> Identity:
    """An identity that is seen now; not kept yet."""
    return Identity(
        id=_id(issuer, subject),
        account=account.id,
        provider=provider,
        issuer=issuer,
        subject=subject,
        created_at=tx.now,
        seen_at=tx.now,
    )


def told_places(tx: Transaction, account: Account) -> Iterator[tuple[str, Subject]]:
    """Where the journal tells of an account's identities: in each of its enterprises, or in the installation when it has none."""
    people = memberships(tx, account)
    yield from ((person.enterprise, subject_of(person)) for person in people)
    if not people:
        yield INSTALLATION, Subject('account', account.id, account.name)


def note_linked(tx: Transaction, account: Account, provider: str, *, proof: str = '', instead_of: str = '') -> None:
    """Note that an account can be signed in to through a provider (its label), inside a decision."""
    for enterprise, subject in told_places(tx, account):
        linked = IdentityLinked(
            at=tx.now, enterprise=enterprise, subject=subject, provider=provider, proof=proof, instead_of=instead_of
        )
        tx.note(linked)


def forget(tx: Transaction, access: AccessService, identity: Identity, account: Account, *, by: str = '') -> None:
    """Let an identity open nothing any more, inside a decision: the sessions that came in through its provider end."""
    tx.put(replace(identity, forgotten_at=tx.now))
    for session in open_sessions(tx, account.id):
        if session.provider == identity.provider:
            access.end(tx, session, f'the identity at {identity.provider} was forgotten')
    for enterprise, subject in told_places(tx, account):
        tx.note(IdentityForgotten(at=tx.now, enterprise=enterprise, subject=subject, by=by, provider=identity.provider))


def is_guest(email: str) -> bool:
    """True for the name of a guest, whose address is of another organisation, whatever domain it ends with."""
    return _GUEST in email.casefold()


def _met(tx: Transaction, access: AccessService, provider: Provider, claims: Claims, *, is_wanted: bool) -> Account:
    """The account of a person who comes with this identity for the first time: a new one, or one of their address."""
    try:
        email = checked_email(claims.email)
    except Invalid:
        raise ProviderRefusal(ProviderFailure.NO_EMAIL) from None
    if is_guest(email):
        raise ProviderRefusal(ProviderFailure.GUEST)
    if not claims.email_verified and not provider.speaks_for(email):
        raise ProviderRefusal(ProviderFailure.EMAIL_UNPROVEN)  # else one could take another's address before they come
    known = next((account for account in tx.all(Account, INSTALLATION) if account.email == email), None)
    if known is None:
        if not is_wanted:
            raise ProviderRefusal(ProviderFailure.NO_MATCH)
        known = Account(id=new_id(), email=email, name=_name(claims, email), created_at=tx.now)
        tx.put(known)
        return known
    is_trusted = claims.email_verified and provider.speaks_for(email)
    linked = identities_of(tx, known.id)
    # The person who made this account at another provider may have had the address before its owner came: never join those two.
    if not is_trusted or not all(_may_be_replaced(each, provider, tx.now) for each in linked):
        raise ProviderRefusal(ProviderFailure.EMAIL_TAKEN, claims=claims, may_prove=not linked)
    for each in linked:
        forget(tx, access, each, known)
    note_linked(tx, known, provider.label, instead_of=linked[0].issuer if linked else '')
    return known


def _may_be_replaced(identity: Identity, provider: Provider, now: float) -> bool:
    is_open = identity.relink_until is not None and now < identity.relink_until
    return is_open and identity.provider == provider.name


def _id(issuer: str, subject: str) -> str:
    return sha256(f'{issuer}\n{subject}'.encode()).hexdigest()  # no issuer has a line end in it


def _name(claims: Claims, email: str) -> str:
    """A name from outside, or the address where it is none that can be shown."""
    try:
        return clean_line(claims.name, 'name', most=80)
    except Invalid:
        return email.partition('@')[0][:80]
