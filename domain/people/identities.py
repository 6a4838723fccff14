"""People who come through an identity provider: signed in, proved anew, and signed out by it."""

from dataclasses import replace

from domain.access.enterprises import INSTALLATION
from domain.accounts.memberships import memberships, memberships_of, subject_of
from domain.accounts.model import Account, Person
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Invalid
from domain.common.sealing import Seal
from domain.common.text import clean_line
from domain.journal.model import Subject
from domain.people.groups import GroupRoles
from domain.people.linking import account_of, identity_of
from domain.people.service import PeopleService
from domain.sign_in.authentication import AccessService
from domain.sign_in.events import SignInRefused, StepUpRefused
from domain.sign_in.live import Sessions
from domain.sign_in.lookup import session_of
from domain.sign_in.model import Browser, Session, SignedInBrowser
from domain.sign_in.providers import AUDIT, Claims, Provider, ProviderFailure, ProviderRefusal
from domain.sign_in.throttle import Sparing

CLOCKS_S = 60
"""By how much the clocks of two machines may differ."""


class IdentityService:
    """A person is known by issuer and subject, never by e-mail address (OpenID Connect Core 1.0, 5.7)."""

    def __init__(self, *, transactor: Transactor, access: AccessService, people: PeopleService, seal: Seal) -> None:
        self._transactor = transactor
        self._access = access
        self._groups = GroupRoles(transactor=transactor, access=access, people=people)
        self._seal = seal
        self._sparing = Sparing()

    async def sign_in(self, provider: Provider, claims: Claims, browser: Browser) -> SignedInBrowser:
        """Open a session for a person the provider vouches for; the first time with a new account, each time with what the groups say.

        A person whom no group lets in any more loses here what the groups gave them. Raises ``ProviderRefusal``.
        """

        def decide(tx: Transaction) -> SignedInBrowser | None:
            wanted = self._groups.wanted(provider, claims)
            account = account_of(tx, self._access, provider, claims, is_wanted=bool(wanted))
            self._groups.reconcile(tx, provider, account, wanted)
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
            identity = identity_of(tx, claims.issuer, claims.subject)
            if identity is None or identity.account != session.account:
                raise ProviderRefusal(ProviderFailure.ANOTHER_PERSON)
            if claims.authenticated_at is None or claims.authenticated_at < asked_at - CLOCKS_S:
                raise ProviderRefusal(ProviderFailure.NOT_FRESH)
            account = tx.need(Account, INSTALLATION, session.account)
            self._groups.reconcile(tx, provider, account, self._groups.wanted(provider, claims))
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
                identity = identity_of(tx, provider.issuer, subject)
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
            identity = identity_of(tx, claims.issuer, claims.subject) if claims else None
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


def _proven_at(claims: Claims, now: float) -> float | None:
    return None if claims.authenticated_at is None else min(claims.authenticated_at, now)


def _called(claims: Claims | None) -> str:
    """The person the provider vouched for, as far as that can be shown."""
    for told in (claims.email, claims.subject) if claims else ():
        try:
            return clean_line(told, 'name', most=254)
        except Invalid:
            continue
    return 'unknown person'
