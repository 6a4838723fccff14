"""People who come through an identity provider: their accounts, and what its groups make of them here."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from domain.access.enterprises import INSTALLATION
from domain.accounts.emails import checked_email
from domain.accounts.memberships import membership_changes, memberships, memberships_of, subject_of
from domain.accounts.model import Account, Person
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Invalid
from domain.common.ids import new_id
from domain.common.sealing import Seal
from domain.common.text import clean_line
from domain.journal.model import Subject
from domain.people.events import PersonChanged
from domain.people.offboarding import leave
from domain.people.service import PeopleService
from domain.sign_in.authentication import AccessService
from domain.sign_in.events import IdentityLinked, SignInRefused, StepUpRefused
from domain.sign_in.live import Sessions
from domain.sign_in.lookup import session_of
from domain.sign_in.model import Browser, Identity, Session, SignedInBrowser
from domain.sign_in.providers import AUDIT, Claims, GroupRule, Provider, ProviderFailure, ProviderRefusal
from domain.sign_in.throttle import Sparing

CLOCKS_S = 60
"""By how much the clocks of two machines may differ."""


class IdentityService:
    """A person is known by issuer and subject, never by e-mail address (OpenID Connect Core 1.0, 5.7)."""

    def __init__(self, *, transactor: Transactor, access: AccessService, people: PeopleService, seal: Seal) -> None:
        self._transactor = transactor
        self._access = access
        self._people = people
        self._seal = seal
        self._sparing = Sparing()

    async def sign_in(self, provider: Provider, claims: Claims, browser: Browser) -> SignedInBrowser:
        """Open a session for a person the provider vouches for; the first time with a new account, each time with what the groups say.

        A person whom no group lets in any more loses here what the groups gave them. Raises ``ProviderRefusal``.
        """

        def decide(tx: Transaction) -> SignedInBrowser | None:
            wanted = self._wanted(provider, claims)
            account = self._account(tx, provider, claims, is_wanted=bool(wanted))
            self._reconcile(tx, provider, account, wanted)
            if not memberships(tx, account):
                return None  # not raised: what was just taken away has to be kept
            opened = self._access.open(
                tx,
                account,
                browser=browser,
                method=provider.label,
                provider=provider.name,
                provider_session=claims.session,
                identity_token=self._sealed(claims),
            )
            # The provider may have let them pass on a proof from this morning; only a fresh one counts as such here.
            session = replace(opened.session, raised_at=_proven_at(claims, tx.now))
            tx.put(session)
            return SignedInBrowser(session, opened.secret)

        try:
            opened = await self._transactor.transact(decide)
            if opened is None:
                raise ProviderRefusal(ProviderFailure.NO_MATCH)
        except ProviderRefusal as refusal:
            self.refuse(provider, refusal.because, browser, claims=claims)
            raise
        return opened

    async def step_up(
        self, provider: Provider, claims: Claims, session: Session, *, asked_at: float
    ) -> SignedInBrowser:
        """The session's person has proved to the provider anew, since ``asked_at``, who they are. Raises ``ProviderRefusal``."""

        def decide(tx: Transaction) -> None:
            identity = tx.find(Identity, INSTALLATION, identity_id(claims))
            if identity is None or identity.account != session.account:
                raise ProviderRefusal(ProviderFailure.ANOTHER_PERSON)
            if claims.authenticated_at is None or claims.authenticated_at < asked_at - CLOCKS_S:
                raise ProviderRefusal(ProviderFailure.NOT_FRESH)
            account = tx.need(Account, INSTALLATION, session.account)
            self._reconcile(tx, provider, account, self._wanted(provider, claims))
            now = session_of(tx, session.id)
            if now is not None and now.ended_at is None and now.provider == provider.name:
                # the provider may have begun another session of its own, which it will name when that ends
                known = claims.session or now.provider_session
                tx.put(replace(now, provider_session=known, identity_token=self._sealed(claims)))

        try:
            await self._transactor.transact(decide, session.enterprise)
        except ProviderRefusal as refusal:
            self.refuse_step_up(provider, refusal.because, session)
            raise
        return await self._access.raise_(session, method=provider.label)

    def token(self, session: Session) -> str:
        """The identity token that the session came in with, to be shown to its provider alone; empty when it is not kept."""
        return self._seal.open(session.identity_token) or ''

    async def end(self, provider: Provider, *, subject: str, session: str, until: float) -> int:
        """The provider has signed a person out: by its session, or wherever they came in through it. How many sessions ended.

        Only what began ``until`` then ends: the same message sent once more does not end a session that has begun since.
        """

        def decide(tx: Transaction) -> int:
            known = [session_of(tx, id) for id in self._transactor.fleets.index(Sessions).open]
            theirs = [one for one in known if one and one.ended_at is None and one.provider == provider.name]
            theirs = [one for one in theirs if one.created_at <= until]
            if session:  # a provider that named none when they signed in means the person
                named = (session, '') if subject else (session,)
                theirs = [one for one in theirs if one.provider_session in named]
            if subject:
                identity = tx.find(Identity, INSTALLATION, _id(provider.issuer, subject))
                theirs = [one for one in theirs if identity is not None and one.account == identity.account]
            for one in theirs:
                self._access.end(tx, one, f'signed out by {provider.label}')
            return len(theirs)

        return await self._transactor.transact(decide)

    def refuse(
        self, provider: Provider, because: ProviderFailure, browser: Browser, *, claims: Claims | None = None
    ) -> None:
        """Put a refusal into the audit trail of every enterprise it touches, or, sparingly, of the installation."""
        moment, words = self._transactor.clock(), f'{provider.label}: {AUDIT[because]}'
        if claims is None and not self._sparing.tells(browser.address, moment):
            return

        def decide(tx: Transaction) -> None:
            identity = tx.find(Identity, INSTALLATION, identity_id(claims)) if claims else None
            places = memberships_of(tx, identity.account) if identity else []
            who = [(person.enterprise, subject_of(person)) for person in places]
            for enterprise, subject in who or [(INSTALLATION, Subject('person', '', _called(claims)))]:
                tx.note(
                    SignInRefused(
                        at=moment, enterprise=enterprise, subject=subject, address=browser.address[:64], because=words
                    )
                )

        self._transactor.post(decide)

    def refuse_step_up(self, provider: Provider, because: ProviderFailure, session: Session) -> None:
        """Put a fresh proof that was none into the audit trail of the session's enterprise."""
        moment = self._transactor.clock()

        def decide(tx: Transaction) -> None:
            person = tx.need(Person, session.enterprise, session.person)
            tx.note(
                StepUpRefused(
                    at=moment,
                    enterprise=person.enterprise,
                    subject=subject_of(person),
                    address=session.address,
                    because=f'{provider.label}: {AUDIT[because]}',
                )
            )

        self._transactor.post(decide, session.enterprise)

    def _sealed(self, claims: Claims) -> str:
        return self._seal.seal(claims.token) if claims.token else ''

    def _wanted(self, provider: Provider, claims: Claims) -> dict[str, GroupRule]:
        """What the groups open, by enterprise; a rule for an enterprise that does not exist yet opens nothing."""
        by_name = {fleet.enterprise.name.casefold(): fleet.enterprise.id for fleet in self._transactor.fleets}
        wanted: dict[str, GroupRule] = {}
        for rule in provider.rules:
            enterprise = rule.enterprise if self._transactor.fleets.has(rule.enterprise) else by_name.get(_folded(rule))
            if enterprise is not None and rule.fits(claims.groups):
                wanted.setdefault(enterprise, rule)
        return wanted

    def _account(self, tx: Transaction, provider: Provider, claims: Claims, *, is_wanted: bool) -> Account:
        identity = tx.find(Identity, INSTALLATION, identity_id(claims))
        account = tx.find(Account, INSTALLATION, identity.account) if identity else None
        if identity is None or account is None:
            account = self._met(tx, provider, claims, is_wanted=is_wanted)
            identity = Identity(
                id=identity_id(claims),
                account=account.id,
                provider=provider.name,
                issuer=claims.issuer,
                subject=claims.subject,
                created_at=tx.now,
                seen_at=tx.now,
            )
        if account.suspended_at is not None:
            raise ProviderRefusal(ProviderFailure.SUSPENDED)
        tx.put(replace(identity, seen_at=tx.now))
        return account

    def _met(self, tx: Transaction, provider: Provider, claims: Claims, *, is_wanted: bool) -> Account:
        """The account of a person who comes through this provider for the first time: a new one, or one of their address."""
        try:
            email = checked_email(claims.email)
        except Invalid:
            raise ProviderRefusal(ProviderFailure.NO_EMAIL) from None
        if not claims.email_verified and not provider.speaks_for(email):
            raise ProviderRefusal(
                ProviderFailure.EMAIL_UNPROVEN
            )  # else one could take another's address before they come
        known = next((account for account in tx.all(Account, INSTALLATION) if account.email == email), None)
        if known is None:
            if not is_wanted:
                raise ProviderRefusal(ProviderFailure.NO_MATCH)
            known = Account(id=new_id(), email=email, name=_name(claims, email), created_at=tx.now)
            tx.put(known)
            return known
        is_trusted = claims.email_verified and provider.speaks_for(email)
        # The person who made this account at another provider may have had the address before its owner came: never join those two.
        if not is_trusted or any(other.account == known.id for other in tx.all(Identity, INSTALLATION)):
            raise ProviderRefusal(ProviderFailure.EMAIL_TAKEN)
        for person in memberships(tx, known):
            tx.note(
                IdentityLinked(
                    at=tx.now, enterprise=person.enterprise, subject=subject_of(person), provider=provider.label
                )
            )
        return known

    def _reconcile(
        self, tx: Transaction, provider: Provider, account: Account, wanted: Mapping[str, GroupRule]
    ) -> None:
        """Make the account's memberships what the groups say; those that people here gave are theirs to change."""
        known = {person.enterprise: person for person in memberships(tx, account)}
        for enterprise, rule in wanted.items():
            person = known.get(enterprise)
            if person is None:
                told = {'provider': provider.name, 'through': provider.label}
                self._people.join(tx, account, enterprise, rule.role, scope=rule.scope, **told)
            elif person.provider == provider.name and (person.role, person.scope) != (rule.role, rule.scope):
                self._change(tx, person, rule, provider)
        for person in known.values():
            if person.provider == provider.name and person.enterprise not in wanted:
                leave(tx, self._access, person, f'no group at {provider.label} opens this enterprise any more')

    def _change(self, tx: Transaction, person: Person, rule: GroupRule, provider: Provider) -> None:
        after = replace(person, role=rule.role, scope=rule.scope, version=person.version + 1)
        tx.put(after)
        tx.note(
            PersonChanged(
                at=tx.now,
                enterprise=person.enterprise,
                subject=subject_of(person),
                by=provider.label,
                changes=membership_changes(person, after),
            )
        )


def identity_id(claims: Claims) -> str:
    """The id of the identity that the claims are of."""
    return _id(claims.issuer, claims.subject)


def _id(issuer: str, subject: str) -> str:
    return sha256(f'{issuer}\n{subject}'.encode()).hexdigest()  # no issuer has a line end in it


def _folded(rule: GroupRule) -> str:
    return rule.enterprise.casefold()


def _proven_at(claims: Claims, now: float) -> float | None:
    return None if claims.authenticated_at is None else min(claims.authenticated_at, now)


def _name(claims: Claims, email: str) -> str:
    """A name from outside, or the address where it is none that can be shown."""
    try:
        return clean_line(claims.name, 'name', most=80)
    except Invalid:
        return email.partition('@')[0][:80]


def _called(claims: Claims | None) -> str:
    """The person the provider vouched for, as far as that can be shown."""
    for told in (claims.email, claims.subject) if claims else ():
        try:
            return clean_line(told, 'name', most=254)
        except Invalid:
            continue
    return 'unknown person'
