"""The life of a session: opened, completed by a second factor, raised, moved to another enterprise, ended."""

from dataclasses import replace
from functools import partial

from domain.access.enterprises import INSTALLATION
from domain.accounts.memberships import open_to, subject_of
from domain.accounts.model import Account, Person
from domain.changes.transaction import Draft
from domain.changes.transactor import Road
from domain.common.errors import NotAllowed, NotSignedIn
from domain.common.ids import new_id
from domain.common.secrets import digest, new_secret
from domain.sign_in.events import SessionEnded, SignedIn, SignedOut, SteppedUp
from domain.sign_in.model import Browser, Session, SignedInBrowser

SESSION_S = 12 * 3600
"""A session ends after this long, whatever happens in it."""


IDLE_S = 2 * 3600
"""And after this long without anything done by its person."""


RAISED_S = 600
"""How long a fresh proof of who one is counts."""


PENDING_S = 600
"""How long somebody may take to type the second factor."""


OUTLIVED, UNUSED, BY_OWNER = 'older than a session may be', 'unused for too long', 'ended by its owner'
"""Why sessions end, as the journal says it; there are more reasons, which say it in plain words themselves."""


TOUCH_S = 60
"""Use is written down at most this often."""


STEP = 100
"""Sessions that are ended in one decision."""


class SessionService:
    """Opens, moves and ends sessions; each new secret makes the one before worthless."""

    def __init__(self, *, road: Road, session_s: float = SESSION_S, idle_s: float = IDLE_S) -> None:
        self.session_s = session_s
        self.idle_s = idle_s
        self._road = road

    def open(
        self,
        draft: Draft,
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

        Raises ``NotSignedIn`` for somebody who belongs to no enterprise that this sign-in opens.
        A ``pending`` session opens nothing until :meth:`complete`.
        """
        person = self._place(draft, account, provider)
        if person is None:
            raise NotSignedIn('this account belongs to no enterprise that this sign-in opens')
        before = draft.session(browser.session)
        if before is not None and before.ended_at is None:
            self.end(draft, before, 'signed in anew')
        secret = new_secret('cws')
        session = Session(
            id=new_id(),
            digest=digest(secret).hex(),
            enterprise=person.enterprise,
            account=account.id,
            person=person.id,
            created_at=draft.now,
            expires_at=draft.now + (PENDING_S if pending else self.session_s),
            seen_at=draft.now,
            raised_at=None if pending else draft.now,
            address=browser.address[:64],
            browser=browser.agent[:200],
            method=method,
            provider=provider,
            provider_session=provider_session,
            identity_token=identity_token,
            pending=pending,
        )
        draft.put(session)
        if not pending:
            self._note_sign_in(draft, session, person)
        return SignedInBrowser(session, secret)

    def complete(self, draft: Draft, session: Session, *, method: str) -> SignedInBrowser:
        """Make a pending session a full one, with a new secret."""
        person = draft.find(Person, session.enterprise, session.person)
        now = draft.session(session.id)
        if person is None or now is None or not now.pending:
            raise NotSignedIn('this sign-in has ended; begin again')
        secret = new_secret('cws')
        session = replace(
            now,
            digest=digest(secret).hex(),
            pending=False,
            method=method,
            raised_at=draft.now,
            seen_at=draft.now,
            expires_at=draft.now + self.session_s,
        )
        draft.put(session)
        self._note_sign_in(draft, session, person)
        return SignedInBrowser(session, secret)

    def touch(self, session: Session) -> None:
        """Write down that the session was used, now and then."""
        if abs(self._road.clock() - session.seen_at) < TOUCH_S:
            return

        def decide(draft: Draft) -> None:
            now = draft.session(session.id)
            if now is not None and now.ended_at is None:
                draft.put(replace(now, seen_at=draft.now))

        self._road.send(decide, session.enterprise)

    async def raise_(self, session: Session, *, method: str) -> SignedInBrowser:
        """Its person has just proved anew who they are: a new secret, and :data:`RAISED_S` in which guarded things may be done."""

        def decide(draft: Draft) -> SignedInBrowser:
            moved = self._moved(draft, session, raised_at=draft.now, seen_at=draft.now)
            person = draft.need(Person, session.enterprise, session.person)
            actor = person.actor(address=session.address)
            subject = subject_of(person)
            draft.note(
                SteppedUp(
                    at=draft.now,
                    enterprise=person.enterprise,
                    subject=subject,
                    method=method,
                    actor=actor.reference,
                    address=session.address,
                )
            )
            return moved

        return await self._road.travel(decide, session.enterprise)

    async def switch(self, session: Session, enterprise: str) -> SignedInBrowser:
        """Go on as what the account is to another enterprise, with a new secret; a fresh proof does not come along."""

        def decide(draft: Draft) -> SignedInBrowser:
            account = draft.need(Account, INSTALLATION, session.account)
            open_ones = open_to(draft, account, session.provider)
            person = next((person for person in open_ones if person.enterprise == enterprise), None)
            if person is None:
                raise NotAllowed(
                    'you do not belong to this enterprise, or have to sign in through its identity provider'
                )
            moved = self._moved(draft, session, enterprise=enterprise, person=person.id, raised_at=None)
            self._note_sign_in(draft, moved.session, person)  # who comes in is told where they come in
            return moved

        return await self._road.travel(decide, session.enterprise)

    async def sign_out(self, session: Session) -> None:
        """End a session."""

        def decide(draft: Draft) -> None:
            now = draft.session(session.id)
            if now is None or now.ended_at is not None:
                return
            draft.put(now.ended(draft.now, 'signed out'))
            person = draft.find(Person, now.enterprise, now.person)
            if person is not None and not now.pending:
                draft.note(
                    SignedOut(
                        at=draft.now, enterprise=now.enterprise, subject=subject_of(person), address=session.address
                    )
                )

        await self._road.travel(decide, session.enterprise)

    def end(self, draft: Draft, session: Session, because: str) -> None:
        """End a session otherwise, inside a decision; its live sockets close within a second."""
        draft.put(session.ended(draft.now, because))
        person = draft.find(Person, session.enterprise, session.person)
        if person is not None and not session.pending:
            draft.note(
                SessionEnded(at=draft.now, enterprise=session.enterprise, subject=subject_of(person), because=because)
            )

    def end_all(self, draft: Draft, account: str, because: str, *, but: str = '', enterprise: str = '') -> None:
        """End every session of an account, inside a decision; all but one, or those in one enterprise."""
        for session in draft.sessions_of(account):
            if session.id != but and enterprise in ('', session.enterprise):
                self.end(draft, session, because)

    async def end_expired(self) -> None:
        """End what has reached a limit, so that it is told in the journal and kept no longer."""
        moment = self._road.clock()
        over = [session.id for session in self._road.fleets.sessions.values() if self._is_over(session, moment)]

        def decide(draft: Draft, some: list[str]) -> None:
            for id in some:
                now = draft.session(id)
                if now is None or now.ended_at is not None or not self._is_over(now, draft.now):
                    continue
                self.end(draft, now, OUTLIVED if now.expires_at <= draft.now else UNUSED)

        for start in range(0, len(over), STEP):  # a clock set ahead ends all of them at once
            await self._road.travel(partial(decide, some=over[start : start + STEP]))

    def _is_over(self, session: Session, moment: float) -> bool:
        return session.expires_at <= moment or session.seen_at + self.idle_s <= moment

    def _moved(self, draft: Draft, session: Session, **changes: object) -> SignedInBrowser:
        now = draft.session(session.id)
        if now is None or now.ended_at is not None or now.pending:
            raise NotSignedIn('your session has ended; sign in again')
        secret = new_secret('cws')
        moved = replace(now, digest=digest(secret).hex(), **changes)  # type: ignore[arg-type]
        draft.put(moved)
        return SignedInBrowser(moved, secret)

    def _note_sign_in(self, draft: Draft, session: Session, person: Person) -> None:
        draft.note(
            SignedIn(
                at=draft.now,
                enterprise=person.enterprise,
                subject=subject_of(person),
                method=session.method,
                actor=person.actor().reference,
                address=session.address,
            )
        )

    def _place(self, draft: Draft, account: Account, provider: str) -> Person | None:
        known = open_to(draft, account, provider)
        last = max(draft.sessions_of(account.id), key=lambda session: session.seen_at, default=None)
        if last is not None and (there := [person for person in known if person.enterprise == last.enterprise]):
            return there[0]
        return known[0] if known else None
