"""Authentication: whose session, API token or credential is this, and may it still act?"""

from dataclasses import replace

from domain.access.actors import Actor
from domain.access.permissions import OWNER
from domain.accounts.model import Account, Person
from domain.changes.transaction import Transaction
from domain.changes.transactor import Changed
from domain.common.errors import NotSignedIn
from domain.common.secrets import digest
from domain.devices.model import Device
from domain.enrolment.credentials import device_behind
from domain.fleet.fleet import Fleet
from domain.sign_in.live import Sessions
from domain.sign_in.model import Session
from domain.sign_in.sessions import OUTLIVED, RAISED_S, TOUCH_S, UNUSED, SessionService
from domain.tokens.live import TokenDigests
from domain.tokens.model import Token, TokenKind


class AccessService(SessionService):
    """Asked at every request, socket and page event; it answers from the live picture. How sessions begin and end is in its base."""

    def session(self, secret: str) -> tuple[Session, Person] | None:
        """The session of a cookie and its person; ``None`` when it is pending, ended, expired or its person left."""
        session = self._transactor.fleets.index(Sessions).by(digest(secret).hex())
        return self.standing(session) if session is not None else None

    def pending(self, secret: str) -> Session | None:
        """The session of a cookie that still waits for a second factor."""
        session = self._transactor.fleets.index(Sessions).by(digest(secret).hex())
        if session is None or not session.pending or session.expires_at <= self._transactor.clock():
            return None
        return session

    def standing(self, session: Session) -> tuple[Session, Person] | None:
        """The session as it is now, asked again before every action of an open page."""
        now = self._transactor.fleets.index(Sessions).open.get(session.id)
        if now is None or now.pending or self._is_over(now, self._transactor.clock()):
            return None
        account = self._transactor.fleets.installation[Account].get(now.account)
        person = self._transactor.fleets.of(now.enterprise)[Person].get(now.person)
        if account is None or account.suspended_at is not None or person is None:
            return None
        return now, person

    def ended_because(self, secret: str) -> str:
        """Why the session of a cookie has ended, as the journal says it; empty when it has not, or nothing is known of it."""
        known = digest(secret).hex()
        session, moment = self._transactor.fleets.index(Sessions).by(known), self._transactor.clock()
        if session is None:
            return self._transactor.fleets.index(Sessions).ended_because(known)
        if session.pending or not self._is_over(session, moment):
            return ''
        return OUTLIVED if session.expires_at <= moment else UNUSED

    def now(self) -> float:
        """The moment by the clock that sessions are measured with, epoch seconds."""
        return self._transactor.clock()

    def browsers_keep(self, enterprise: str) -> bool:
        """Whether browsers may keep what pages of the enterprise show; not while there is no such enterprise."""
        fleets = self._transactor.fleets
        return fleets.has(enterprise) and fleets.of(enterprise).enterprise.browsers_keep

    def holds(self, session: Session, person: Person) -> bool:
        """True while what was opened for ``person`` is what they would get now: in the same enterprise, role and scope."""
        standing = self.standing(session)
        if standing is None:
            return False
        now = standing[1]
        return now is person or (now.id, now.role, now.scope) == (person.id, person.role, person.scope)

    def sessions_of(self, account: str) -> list[Session]:
        """Where an account is signed in, the most recently used first."""
        moment = self._transactor.clock()
        found = [each for each in self._transactor.fleets.index(Sessions).of(account) if not each.pending]
        return sorted(
            (each for each in found if not self._is_over(each, moment)), key=lambda each: each.seen_at, reverse=True
        )

    def actor(self, session: Session) -> Actor:
        """The person behind the session, as they are now; counts as use of it. Raises ``NotSignedIn`` when it has ended."""
        standing = self.standing(session)
        if standing is None:
            raise NotSignedIn('your session has ended; sign in again')
        now, person = standing
        self.touch(now)
        # a clock that was set back must not make a proof last for longer
        raised = now.raised_at is not None and abs(self._transactor.clock() - now.raised_at) < RAISED_S
        actor = replace(person.actor(address=now.address, recently_verified=raised), authenticated=True, session=now.id)
        return actor.with_permissions(OWNER) if self.is_owner(now) else actor

    def account(self, session: Session) -> Account:
        """The account behind a session; raises ``NotSignedIn`` when it has ended."""
        if self.standing(session) is None:
            raise NotSignedIn('your session has ended; sign in again')
        return self._transactor.fleets.installation[Account][session.account]

    def is_owner(self, session: Session) -> bool:
        """True when its account owns the installation."""
        account = self._transactor.fleets.installation[Account].get(session.account)
        return account is not None and account.owner

    def program(self, secret: str, *, address: str = '') -> Actor:
        """The program behind an API token, or ``NotSignedIn``."""
        token = self._transactor.fleets.index(TokenDigests).token(digest(secret).hex())
        if token is None or token.kind is not TokenKind.API:
            raise NotSignedIn('this API token is not known')
        if token.is_over(self._transactor.clock()):
            raise NotSignedIn('this API token has expired')
        owner = None
        if token.person is not None:
            owner = self._transactor.fleets.of(token.enterprise)[Person].get(token.person)
            if owner is None or self._is_suspended(owner):
                raise NotSignedIn('the person this API token belongs to has left')
        self._used(token, address)
        return replace(token.actor(owner, address=address), authenticated=True)

    @property
    def revision(self) -> int:
        """Rises with every change: who was let in before it rose need not be asked again."""
        return self._transactor.fleets.revision

    def device(self, secret: str, *, fingerprint: str = '') -> tuple[Fleet, Device]:
        """The device behind a credential; ``NotSignedIn``, or ``AwaitsApproval`` while it waits to be approved.

        ``fingerprint`` is that of the client certificate it showed to a trusted proxy (hex SHA-256), empty for none.
        """
        return device_behind(self._transactor, secret, fingerprint)

    def _is_suspended(self, person: Person) -> bool:
        account = self._transactor.fleets.installation[Account].get(person.account) if person.account else None
        return account is not None and account.suspended_at is not None

    def _used(self, token: Token, address: str) -> None:
        moment = self._transactor.clock()
        if token.used_at is not None and token.used_at + TOUCH_S > moment and token.used_from == address[:64]:
            return
        if token.used_at is not None and token.used_at + 1 > moment:
            return  # used from several places at once: the newest of each second is enough

        def decide(tx: Transaction) -> None:
            now = tx.find(Token, token.enterprise, token.id)
            if now is not None and now.revoked_at is None:
                tx.put(replace(now, used_at=tx.now, used_from=address[:64]))

        self._transactor.post(decide, token.enterprise)


_ENDING = frozenset({Session, Person, Account})


def ends_sessions(changed: Changed) -> bool:
    """True when something moved that sessions depend on; most of what moves is none of it."""
    return not _ENDING.isdisjoint(changed.ids)


def concerns(changed: Changed, session: Session) -> bool:
    """True when something moved that this session depends on: ask again whether it is still good."""
    ids = changed.ids
    return (
        session.id in ids.get(Session, ())
        or session.person in ids.get(Person, ())
        or session.account in ids.get(Account, ())
    )
