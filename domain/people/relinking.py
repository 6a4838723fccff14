"""Identities that change: linked by a proof of their owner, forgotten by an administrator, replaced after an operator's word."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.access.actors import Actor, operator
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission
from domain.accounts.live import Accounts
from domain.accounts.memberships import memberships
from domain.accounts.model import Account, Person
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from domain.journal.model import Subject
from domain.people.linking import forget, identities_of, identity_of, new_identity, note_linked
from domain.people.model import Link, LinkKind
from domain.people.one_time_links import GONE, spend, usable
from domain.sign_in.authentication import AccessService
from domain.sign_in.events import RelinkingAllowed
from domain.sign_in.known_browsers import KnownBrowsers
from domain.sign_in.local_accounts import Hasher, has_same_password
from domain.sign_in.model import Browser, Identity
from domain.sign_in.providers import Provider, ProviderFailure, ProviderRefusal
from domain.sign_in.refused_sign_ins import refuse_sign_in
from domain.sign_in.second_factor import SecondFactorService
from domain.sign_in.throttle import Aim, Guess, Throttle, TooMany

MOST_S = 92 * 86_400
"""The longest that identities of an issuer may be replaced: a move that takes a quarter of a year is none any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A person as a provider has just vouched for them: who they are there, and the address that an account here has."""

    issuer: str
    subject: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What an owner proves an account with: its password or a one-time link's secret, and a ``code`` where it has two-step sign-in."""

    password: str = ''
    link: str = ''
    code: str = ''


class LinkingService:
    """Every call is in the audit trail of the enterprises that the account belongs to."""

    def __init__(
        self,
        *,
        transactor: Transactor,
        access: AccessService,
        hasher: Hasher,
        throttle: Throttle,
        known: KnownBrowsers,
        codes: SecondFactorService,
    ) -> None:
        self._transactor = transactor
        self._access = access
        self._hasher = hasher
        self._throttle = throttle
        self._known = known
        self._codes = codes

    async def link(self, provider: Provider, vouched: Vouched, proof: Proof, browser: Browser) -> None:
        """Link the identity to the account of its address, whose owner proves once that it is theirs; nobody is signed in by it.

        Raises ``Invalid`` for a wrong proof (naming the field), ``Throttled`` after too many, ``ProviderRefusal`` when the account
        was linked or suspended meanwhile.
        """
        account = self._transactor.fleets.index(Accounts).of(vouched.email)
        if account is None:
            raise ProviderRefusal(ProviderFailure.NOT_BEGUN)
        guess = await self._begin(account, browser)
        link = self._reset_link(account, proof.link) if proof.link else None
        if link is None and not await self._hasher.verify(account.password_hash, proof.password):
            refuse_sign_in(self._transactor, account, browser, f'wrong password, to link {provider.label}')
            raise Invalid('the password is not right', field='password')
        if account.totp is not None:  # as at a sign-in with the password: a link sets a new one, and no more
            await self._take_code(account, proof.code, browser)

        def decide(tx: Transaction) -> None:
            now = tx.need(Account, INSTALLATION, account.id)
            if now.suspended_at is not None:
                raise ProviderRefusal(ProviderFailure.SUSPENDED)
            if identities_of(tx, now.id) or identity_of(tx, vouched.issuer, vouched.subject) is not None:
                raise ProviderRefusal(ProviderFailure.EMAIL_TAKEN)
            if link is not None:
                spend(tx, link)
            elif not has_same_password(now, account):
                raise Invalid('the password was changed meanwhile', field='password')
            self._throttle.right(tx, guess)
            tx.put(new_identity(tx, now, provider.name, vouched.issuer, vouched.subject))
            note_linked(tx, now, provider.label, proof='one-time link' if link is not None else 'password')

        await self._transactor.transact(decide)

    async def forget(self, actor: Actor, person_id: str) -> Account:
        """Let a member's identities open nothing any more; their sessions through those providers end.

        The next identity with their verified address takes the place, or they prove with a password or one-time link. An account that also
        opens other enterprises, or owns the installation, is an installation owner's: raises ``NotAllowed`` otherwise, and without the
        permission; ``StepUpNeeded``, ``Conflict`` for oneself, ``NotFound``.
        """
        actor.require(Permission.PEOPLE_WRITE)

        def decide(tx: Transaction) -> Account:
            person = tx.need(Person, actor.enterprise, person_id)
            account = tx.need(Account, INSTALLATION, person.account)
            if person.id == actor.id:
                raise Conflict('this is you; let another administrator do it, so that nobody locks themselves out')
            elsewhere = any(each.enterprise != actor.enterprise for each in memberships(tx, account))
            if (elsewhere or account.owner) and not actor.may(Permission.INSTALLATION_WRITE):
                raise NotAllowed('this account opens more than this enterprise: ask an owner of the installation')
            return self._forget(tx, account, actor.name)

        return await self._transactor.transact(decide, actor=actor)

    async def operators_forget(self, account: Account) -> Account:
        """The same by an operator's command."""
        return await self._transactor.transact(
            lambda tx: self._forget(tx, tx.need(Account, INSTALLATION, account.id), 'operator'),
            actor=operator(INSTALLATION),
        )

    async def allow(self, provider: str, issuer: str, until: float | None) -> list[Identity]:
        """Let identities of ``issuer`` be replaced until then (epoch seconds), each once; ``None`` withdraws it. Those concerned.

        What takes the place is an identity of the same ``provider`` (its name) with the account's verified address, of a domain of its
        ``email_domains``. Identities that are linked from now on are not among them. By an operator's command.

        Raises ``Invalid``, and ``NotFound`` naming the issuers that there are.
        """
        now = self._transactor.clock()
        if until is not None and not now < until <= now + MOST_S:
            raise Invalid('write a date from today on, within the next 92 days', field='until')

        def decide(tx: Transaction) -> list[Identity]:
            of_provider = [each for each in _open(tx) if each.provider == provider]
            theirs = [each for each in of_provider if each.issuer == issuer]
            if not theirs:
                issuers = ', '.join(sorted({each.issuer for each in of_provider}))
                there = f'; those there are: {issuers}' if issuers else ''
                raise NotFound(f'no identity of provider {provider[:64]!r} is of issuer {issuer[:200]!r}{there}')
            for each in theirs:
                tx.put(replace(each, relink_until=until))
            self._note_allowed(tx, provider, issuer, until, theirs)
            return theirs

        return await self._transactor.transact(decide, actor=operator(INSTALLATION))

    def _note_allowed(
        self, tx: Transaction, provider: str, issuer: str, until: float | None, theirs: list[Identity]
    ) -> None:
        """In the journal of the installation, and of each enterprise some of whose people are concerned."""
        concerned = {each.account for each in theirs}
        counts = {INSTALLATION: len(concerned)}
        for fleet in self._transactor.fleets:
            members = {person.account for person in tx.all(Person, fleet.enterprise.id) if person.disabled_at is None}
            if members & concerned:
                counts[fleet.enterprise.id] = len(members & concerned)
        for enterprise, people in counts.items():
            tx.note(
                RelinkingAllowed(
                    at=tx.now,
                    enterprise=enterprise,
                    subject=Subject('provider', provider, provider),
                    by='operator',
                    issuer=issuer[:1000],
                    until=until or 0.0,
                    people=people if until is not None else 0,
                )
            )

    def _forget(self, tx: Transaction, account: Account, by: str) -> Account:
        known = identities_of(tx, account.id)
        if not known:
            raise NotFound(f'{account.email} has no identity at a provider')
        for identity in known:
            forget(tx, self._access, identity, account, by=by)
        return account

    def _reset_link(self, account: Account, secret: str) -> Link:
        try:
            link = usable(self._transactor, secret, LinkKind.RESET)
        except NotFound:
            raise Invalid(GONE, field='link') from None
        if link.account != account.id:
            raise Invalid('this link is for another account', field='link')
        return link

    async def _take_code(self, account: Account, code: str, browser: Browser) -> None:
        try:
            known = self._known.knows(account.id, browser)
            await self._codes.verify(account.id, code, address=browser.address, known=known)
        except NotSignedIn as refusal:
            refuse_sign_in(self._transactor, account, browser, 'right proof, wrong code')
            raise Invalid(f'{refusal.detail}; wait for the next one', field='code') from None

    async def _begin(self, account: Account, browser: Browser) -> Guess:
        known = self._known.knows(account.id, browser)
        try:
            return await self._throttle.begin(Aim.PASSWORD, account.email, address=browser.address, known=known)
        except TooMany as refusal:
            if refusal.news:
                refuse_sign_in(self._transactor, account, browser, refusal.detail)
            raise


def _open(tx: Transaction) -> Iterator[Identity]:
    return (each for each in tx.all(Identity, INSTALLATION) if each.forgotten_at is None)
