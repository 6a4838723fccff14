"""The life of a session: opened, completed by a second factor, raised, moved to another enterprise, ended."""

from dataclasses import replace
from functools import partial

from domain.access.enterprises import INSTALLATION
from domain.accounts.memberships import open_to, subject_of
from domain.accounts.model import Account, Person
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.channels.browsers import forget_all
from domain.common.errors import NotAllowed, NotSignedIn
from domain.common.ids import new_id
from domain.common.secrets import digest, new_secret
from domain.sign_in.events import SessionEnded, SignedIn, SignedOut, SteppedUp
from domain.sign_in.live import Sessions
from domain.sign_in.lookup import open_sessions, session_of
from domain.sign_in.model import Browser, Session, SignedInBrowser

SESSION_S = 12 * 3600
"""A session ends after this long, whatever happens in it."""


IDLE_S = 2 * 3600
"""And after this long without anything done by its person."""


RAISED_S = 600
"""How long a fresh proof of who one is counts."""


PENDING_S = 600
"""How long a person may take to type the second factor."""


OUTLIVED, UNUSED, BY_OWNER = 'older than a session may be', 'unused for too long', 'ended by its owner'
ANEW = 'signed in anew'
"""Why sessions end, as the journal says it; there are more reasons, which say it in plain words themselves."""


TOUCH_S = 60
"""Use is written down at most this often."""


LEFT_ALONE = (OUTLIVED, UNUSED, ANEW)
"""Nobody meant to leave the browser: it is notified of alerts on, which is what it was asked for."""


STEP = 100
"""Sessions that are ended in one decision."""


class SessionService:
    """Opens, moves and ends sessions; each new secret makes the one before worthless."""

    def __init__(self, *, transactor: Transactor, session_s: float = SESSION_S, idle_s: float = IDLE_S) -> None:
        self.session_s = session_s
        self.idle_s = idle_s
        self._transactor = transactor

    def open(
        self,
        tx: Transaction,
        account: Account,
        *,
        browser: Browser,
        method: str,
        provider: str = '',
        provider_session: str = '',
        identity_token: str = '',
        pending: bool = False,
    ) -> SignedInBrowser:
        """Open a session for an account, inside a decision: where they were last, else where they have belonged longest.

        Raises ``NotSignedIn`` for a person who belongs to no enterprise that this sign-in opens.
        A ``pending`` session opens nothing until :meth:`complete`.
        """
        person = self._place(tx, account, provider)
        if person is None:
            raise NotSignedIn('this account belongs to no enterprise that this sign-in opens')
        before = session_of(tx, browser.session)
        if before is not None and before.ended_at is None:
            self.end(tx, before, ANEW)
        secret = new_secret('cws')
        session = Session(
            id=new_id(),
            digest=digest(secret).hex(),
            enterprise=person.enterprise,
            account=account.id,
            person=person.id,
            created_at=tx.now,
            expires_at=tx.now + (PENDING_S if pending else self.session_s),
            seen_at=tx.now,
            raised_at=None if pending else tx.now,
            address=browser.address[:64],
            browser=browser.agent[:200],
            method=method,
            provider=provider,
            provider_session=provider_session,
            identity_token=identity_token,
            pending=pending,
        )
        tx.put(session)
        if not pending:
            self._note_sign_in(tx, session, person)
        return SignedInBrowser(session, secret)

    def complete(self, tx: Transaction, session: Session, *, method: str) -> SignedInBrowser:
        """Make a pending session a full one, with a new secret."""
        person = tx.find(Person, session.enterprise, session.person)
        now = session_of(tx, session.id)
        if person is None or now is None or not now.pending:
            raise NotSignedIn('this sign-in has ended; begin again')
        secret = new_secret('cws')
        session = replace(
            now,
            digest=digest(secret).hex(),
            pending=False,
            method=method,
            raised_at=tx.now,
            seen_at=tx.now,
            expires_at=tx.now + self.session_s,
        )
        tx.put(session)
        self._note_sign_in(tx, session, person)
        return SignedInBrowser(session, secret)

    def touch(self, session: Session) -> None:
        """Write down that the session was used, now and then."""
        if abs(self._transactor.clock() - session.seen_at) < TOUCH_S:
            return

        def decide(tx: Transaction) -> None:
            now = session_of(tx, session.id)
            if now is not None and now.ended_at is None:
                tx.put(replace(now, seen_at=tx.now))

        self._transactor.post(decide, session.enterprise)

    async def raise_(self, session: Session, *, method: str) -> SignedInBrowser:
        """Its person has just proved anew who they are: a new secret, and :data:`RAISED_S` in which guarded things may be done."""

        def decide(tx: Transaction) -> SignedInBrowser:
            moved = self._moved(tx, session, raised_at=tx.now, seen_at=tx.now)
            person = tx.need(Person, session.enterprise, session.person)
            actor = person.actor(address=session.address)
            subject = subject_of(person)
            tx.note(
                SteppedUp(
                    at=tx.now,
                    enterprise=person.enterprise,
                    subject=subject,
                    method=method,
                    actor=actor.reference,
                    address=session.address,
                )
            )
            return moved

        return await self._transactor.transact(decide, session.enterprise)

    async def switch(self, session: Session, enterprise: str) -> SignedInBrowser:
        """Go on as what the account is to another enterprise, with a new secret; a fresh proof does not come along."""

        def decide(tx: Transaction) -> SignedInBrowser:
            account = tx.need(Account, INSTALLATION, session.account)
            open_ones = open_to(tx, account, session.provider)
            person = next((person for person in open_ones if person.enterprise == enterprise), None)
            if person is None:
                raise NotAllowed(
                    'you do not belong to this enterprise, or have to sign in through its identity provider'
                )
            moved = self._moved(tx, session, enterprise=enterprise, person=person.id, raised_at=None)
            self._note_sign_in(tx, moved.session, person)  # the journal of the enterprise that they come into
            return moved

        return await self._transactor.transact(decide, session.enterprise)

    async def sign_out(self, session: Session) -> None:
        """End a session."""

        def decide(tx: Transaction) -> None:
            now = session_of(tx, session.id)
            if now is None or now.ended_at is not None:
                return
            tx.put(now.ended(tx.now, 'signed out'))
            forget_all(tx, now.enterprise, 'signed out', person=now.person, session=now.id)
            person = tx.find(Person, now.enterprise, now.person)
            if person is not None and not now.pending:
                tx.note(
                    SignedOut(at=tx.now, enterprise=now.enterprise, subject=subject_of(person), address=session.address)
                )

        await self._transactor.transact(decide, session.enterprise)

    def end(self, tx: Transaction, session: Session, because: str) -> None:
        """End a session otherwise, inside a decision; its live sockets close within a second."""
        tx.put(session.ended(tx.now, because))
        if because not in LEFT_ALONE:
            forget_all(tx, session.enterprise, because, person=session.person, session=session.id)
        person = tx.find(Person, session.enterprise, session.person)
        if person is not None and not session.pending:
            tx.note(SessionEnded(at=tx.now, enterprise=session.enterprise, subject=subject_of(person), because=because))

    def end_all(self, tx: Transaction, account: str, because: str, *, but: str = '', enterprise: str = '') -> None:
        """End every session of an account, inside a decision; all but one, or those in one enterprise."""
        for session in open_sessions(tx, account):
            if session.id != but and enterprise in ('', session.enterprise):
                self.end(tx, session, because)

    async def end_expired(self) -> None:
        """End what has reached a limit, so that the journal says so and it is kept no longer."""
        moment = self._transactor.clock()
        over = [
            session.id
            for session in self._transactor.fleets.index(Sessions).open.values()
            if self._is_over(session, moment)
        ]

        def decide(tx: Transaction, some: list[str]) -> None:
            for id in some:
                now = session_of(tx, id)
                if now is None or now.ended_at is not None or not self._is_over(now, tx.now):
                    continue
                self.end(tx, now, OUTLIVED if now.expires_at <= tx.now else UNUSED)

        for start in range(0, len(over), STEP):  # a clock set ahead ends all of them at once
            await self._transactor.transact(partial(decide, some=over[start : start + STEP]))

    def _is_over(self, session: Session, moment: float) -> bool:
        return session.expires_at <= moment or session.seen_at + self.idle_s <= moment

    def _moved(self, tx: Transaction, session: Session, **changes: object) -> SignedInBrowser:
        now = session_of(tx, session.id)
        if now is None or now.ended_at is not None or now.pending:
            raise NotSignedIn('your session has ended; sign in again')
        secret = new_secret('cws')
        moved = replace(now, digest=digest(secret).hex(), **changes)  # type: ignore[arg-type]
        tx.put(moved)
        return SignedInBrowser(moved, secret)

    def _note_sign_in(self, tx: Transaction, session: Session, person: Person) -> None:
        tx.note(
            SignedIn(
                at=tx.now,
                enterprise=person.enterprise,
                subject=subject_of(person),
                method=session.method,
                actor=person.actor().reference,
                address=session.address,
            )
        )

    def _place(self, tx: Transaction, account: Account, provider: str) -> Person | None:
        known = open_to(tx, account, provider)
        last = max(open_sessions(tx, account.id), key=lambda session: session.seen_at, default=None)
        if last is not None and (there := [person for person in known if person.enterprise == last.enterprise]):
            return there[0]
        return known[0] if known else None
