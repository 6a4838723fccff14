"""One-time links: an invitation, a new password. Each is shown once, expires, and is spent once; :mod:`.setup` has one too."""

from dataclasses import dataclass, replace
from typing import Any

from domain.access.actors import Actor, ActorKind, operator
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission, Role
from domain.access.scopes import EVERYWHERE, Scope, checked_scope
from domain.accounts.emails import checked_email
from domain.accounts.memberships import memberships, subject_of
from domain.accounts.model import Account, Person
from domain.accounts.passwords import checked_password
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, NotAllowed, NotFound
from domain.common.ids import new_id
from domain.common.secrets import digest, new_secret
from domain.common.text import clean_line
from domain.journal.model import Subject
from domain.people.events import LinkIssued, PersonInvited
from domain.people.live import LinkDigests
from domain.people.model import Link, LinkKind
from domain.people.offboarding import withdrawn
from domain.people.service import PeopleService, check_not_above
from domain.sign_in.authentication import AccessService
from domain.sign_in.local_accounts import Hasher, give_password, new_account
from domain.sign_in.model import Browser, Session, SignedInBrowser
from domain.tokens.model import Token

LASTS_S = {LinkKind.INVITATION: 7 * 86_400.0, LinkKind.RESET: 86_400.0, LinkKind.SETUP: 86_400.0}
"""How long a link of each kind may be used."""
GONE = 'this link was used, has expired, or was replaced by a newer one'


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link and its secret, which is shown once and goes into the address ``/join/{secret}``."""

    link: Link
    secret: str


class LinkService:
    """Makes links and takes them in."""

    def __init__(self, *, transactor: Transactor, access: AccessService, people: PeopleService, hasher: Hasher) -> None:
        self._transactor = transactor
        self._access = access
        self._people = people
        self._hasher = hasher

    async def invite(self, actor: Actor, email: str, name: str, role: Role, scope: Scope = EVERYWHERE) -> IssuedLink:
        """A link that makes a person a member; older invitations of theirs end. It says nothing about whether they have an account.

        Raises ``NotAllowed``, ``StepUpNeeded``, ``Invalid``, and ``Conflict`` for a member.
        """
        actor.require(Permission.PEOPLE_WRITE)
        scope = checked_scope(role, scope)
        check_not_above(actor, role, scope)
        email, name = checked_email(email), clean_line(name, 'name', most=80)

        def decide(tx: Transaction) -> IssuedLink:
            members = tx.all(Person, actor.enterprise)
            if any(person.email == email and person.disabled_at is None for person in members):
                raise Conflict(f'{email} belongs to this enterprise', field='email')
            for link in open_links(tx, actor.enterprise, LinkKind.INVITATION):
                if link.email == email:
                    tx.put(replace(link, spent_at=tx.now))
            made = issued(
                tx,
                LinkKind.INVITATION,
                actor.enterprise,
                by=actor.name,
                issuer=_issuer(tx, actor),
                email=email,
                name=name,
                role=role,
                scope=scope,
            )
            subject = Subject('invitation', made.link.id, name)
            tx.note(
                PersonInvited(
                    at=tx.now,
                    enterprise=actor.enterprise,
                    subject=subject,
                    by=actor.name,
                    email=email,
                    role=role,
                )
            )
            return made

        return await self._transactor.transact(decide, actor=actor)

    async def withdraw(self, actor: Actor, link: str) -> None:
        """End an invitation that was not accepted yet. Raises ``NotAllowed``, ``StepUpNeeded``, ``NotFound``."""
        actor.require(Permission.PEOPLE_WRITE)

        def decide(tx: Transaction) -> None:
            found = tx.find(Link, actor.enterprise, link)
            if found is None or found.spent_at is not None:
                raise NotFound('this invitation was accepted or withdrawn meanwhile')
            withdrawn(tx, found, actor.name)

        await self._transactor.transact(decide, actor=actor)

    def invitations(self, enterprise: str) -> list[Link]:
        """The invitations that may still be accepted, the newest first."""
        links = self._transactor.fleets.of(enterprise)[Link].values()
        now = self._transactor.clock()
        found = [link for link in links if link.kind is LinkKind.INVITATION and link.expires_at > now]
        return sorted(found, key=lambda link: link.created_at, reverse=True)

    async def reset_link(self, actor: Actor, person: str) -> IssuedLink:
        """A link by which a member sets a new password; older ones end.

        Its bearer can sign in as the account. So one that also opens other enterprises, or owns the installation, is reset
        by an installation owner alone: raises ``NotAllowed`` otherwise, and without the permission; ``StepUpNeeded``, ``NotFound``.
        """
        actor.require(Permission.PEOPLE_WRITE)

        def decide(tx: Transaction) -> IssuedLink:
            member = tx.need(Person, actor.enterprise, person)
            account = tx.need(Account, INSTALLATION, member.account)
            elsewhere = any(each.enterprise != actor.enterprise for each in memberships(tx, account))
            if (elsewhere or account.owner) and not actor.may(Permission.INSTALLATION_WRITE):
                raise NotAllowed(
                    'this account opens more than this enterprise: ask an owner of the installation for the link'
                )
            return self._reset(tx, account, actor.name)

        return await self._transactor.transact(decide, actor=actor)

    async def operators_reset_link(self, account: Account) -> IssuedLink:
        """The same by an operator's command."""
        return await self._transactor.transact(
            lambda tx: self._reset(tx, tx.need(Account, INSTALLATION, account.id), 'operator'),
            actor=operator(INSTALLATION),
        )

    async def forget(self, before: float) -> None:
        """Let go of unused links whose time was over before that moment, epoch seconds; the store drops them then."""

        def decide(tx: Transaction) -> None:
            for enterprise in (INSTALLATION, *(fleet.enterprise.id for fleet in self._transactor.fleets)):
                for link in list(tx.all(Link, enterprise)):
                    if link.spent_at is None and link.expires_at < before:
                        tx.put(replace(link, spent_at=tx.now))

        await self._transactor.transact(decide)

    def look(self, secret: str) -> Link:
        """The link behind a secret, if it may still be used, or ``NotFound``."""
        return usable(self._transactor, secret)

    async def accept(self, secret: str, *, name: str, password: str, browser: Browser) -> SignedInBrowser:
        """Take an invitation as a new person: makes the account, joins the enterprise, signs in.

        Raises ``NotFound`` for a link that is none any more, ``Invalid``, and ``Conflict`` for a person who has an account.
        """
        invitation = usable(self._transactor, secret, LinkKind.INVITATION)
        name = clean_line(name, 'name', most=80)
        enterprise = self._transactor.fleets.of(invitation.enterprise).enterprise
        hashed = await self._hash(password, invitation.email, name, enterprise.name)

        def decide(tx: Transaction) -> SignedInBrowser:
            link = spend(tx, invitation)
            account = new_account(tx, link.email, name, hashed)
            self._people.join(tx, account, link.enterprise, link.role, scope=link.scope, through='invitation')
            return self._access.open(tx, account, browser=browser, method='invitation')

        return await self._transactor.transact(decide, invitation.enterprise)

    async def accept_as(self, secret: str, session: Session) -> str:
        """Take an invitation as a signed-in person: the id of the enterprise that they belong to now.

        Raises ``NotFound``, and ``Conflict`` when it is for another person.
        """
        invitation = usable(self._transactor, secret, LinkKind.INVITATION)

        def decide(tx: Transaction) -> str:
            link = spend(tx, invitation)
            account = tx.need(Account, INSTALLATION, session.account)
            if account.email != link.email:
                raise Conflict(f'this invitation is for {link.email}, you are signed in as {account.email}')
            self._people.join(tx, account, link.enterprise, link.role, scope=link.scope, through='invitation')
            return link.enterprise

        return await self._transactor.transact(decide, invitation.enterprise)

    async def set_password(self, secret: str, password: str) -> Account:
        """Take a reset link: the new password counts, every session of the account ends. Raises ``NotFound``, ``Invalid``."""
        reset = usable(self._transactor, secret, LinkKind.RESET)
        known = self._transactor.fleets.installation[Account][reset.account]
        hashed = await self._hash(password, known.email, known.name)

        def decide(tx: Transaction) -> Account:
            account = tx.need(Account, INSTALLATION, spend(tx, reset).account)
            return give_password(tx, self._access, account, hashed, 'set a new password by a one-time link')

        return await self._transactor.transact(decide)

    def _reset(self, tx: Transaction, account: Account, by: str) -> IssuedLink:
        for link in open_links(tx, INSTALLATION, LinkKind.RESET):
            if link.account == account.id:
                tx.put(replace(link, spent_at=tx.now))
        made = issued(tx, LinkKind.RESET, INSTALLATION, by=by, account=account.id)
        for person in memberships(tx, account):
            tx.note(
                LinkIssued(at=tx.now, enterprise=person.enterprise, subject=subject_of(person), kind=LinkKind.RESET)
            )
        return made

    async def _hash(self, password: str, *context: str) -> str:
        return await self._hasher.hash(checked_password(password, context=context))


def _issuer(tx: Transaction, actor: Actor) -> str:
    """The person or service account behind an actor; empty for an operator."""
    if actor.kind is ActorKind.PERSON:
        return actor.id
    token = tx.find(Token, actor.enterprise, actor.id)
    return token.person or '' if token is not None else ''


def open_links(tx: Transaction, enterprise: str, kind: LinkKind) -> list[Link]:
    """The unspent links of a kind, as this group leaves them."""
    return [link for link in tx.all(Link, enterprise) if link.kind is kind and link.spent_at is None]


def issued(tx: Transaction, kind: LinkKind, enterprise: str, *, by: str, **more: Any) -> IssuedLink:
    """A new link, inside a decision."""
    secret = new_secret('cwl')
    link = Link(
        id=new_id(),
        enterprise=enterprise,
        kind=kind,
        digest=digest(secret).hex(),
        created_at=tx.now,
        expires_at=tx.now + LASTS_S[kind],
        by=by,
        **more,
    )
    tx.put(link)
    return IssuedLink(link, secret)


def usable(transactor: Transactor, secret: str, kind: LinkKind | None = None) -> Link:
    """The link behind a secret, if it may still be used (for this), or ``NotFound``."""
    link = transactor.fleets.index(LinkDigests).link(digest(secret).hex())
    if link is None or link.expires_at <= transactor.clock() or kind not in (None, link.kind):
        raise NotFound(GONE)
    return link


def spend(tx: Transaction, link: Link) -> Link:
    """Use a link up, inside the decision that acts on it; ``NotFound`` for the second use."""
    found = tx.find(Link, link.enterprise, link.id)
    if found is None or found.spent_at is not None or found.expires_at <= tx.now:
        raise NotFound(GONE)
    tx.put(replace(found, spent_at=tx.now))
    return found
