"""Enterprises, people, sessions and tokens: who is let in, and by which door."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from domain.access import Actor, Permission, Person, Role, Session, Token, TokenKind
from domain.devices import Device
from domain.draft import Draft
from domain.enterprises import Enterprise
from domain.errors import Conflict, Invalid, NotFound, NotSignedIn
from domain.fleet import Fleet
from domain.ids import new_id
from domain.journal import (
    EnterpriseAdded,
    PersonAdded,
    PersonChanged,
    SignedIn,
    SignedOut,
    SignInRefused,
    Subject,
    TokenIssued,
    TokenRevoked,
)
from domain.road import Road
from domain.secrets import digest, new_secret
from domain.text import clean_line

SESSION_S = 12 * 3600
TOKEN_MOST_S = 100 * 365 * 86_400
PASSWORD_LEAST = 15
"""NIST SP 800-63B-4: 15 characters for a password that stands alone, no composition rules."""
_REFUSED = 'the e-mail address or the password is not right'


class Hasher(Protocol):
    """Turns passwords into slow hashes. Both calls take tens of milliseconds and are to be made off the event loop."""

    async def hash(self, password: str) -> str:
        """A salted hash in PHC form."""

    async def verify(self, hashed: str | None, password: str) -> bool:
        """True when the password belongs to the hash; takes as long for no hash at all."""


@dataclass(frozen=True, slots=True)
class SignedInBrowser:
    """A new session and the secret that goes into its cookie."""

    session: Session
    secret: str


class AccessService:
    """Sign-in with local accounts, sessions as rows, tokens shown once."""

    def __init__(self, *, road: Road, hasher: Hasher) -> None:
        self._road = road
        self._hasher = hasher

    async def add_enterprise(self, name: str) -> Enterprise:
        """A new enterprise; its name is its own."""
        name = clean_line(name, 'name', most=80)

        def decide(draft: Draft) -> Enterprise:
            known = [fleet.enterprise for fleet in self._road.fleets]
            known += draft.changes.rows.get(Enterprise, {}).values()
            if any(other.name.casefold() == name.casefold() for other in known):
                raise Conflict(f'there is an enterprise named {name}', field='name')
            enterprise = Enterprise(id=new_id(), name=name, created_at=draft.now)
            draft.put(enterprise)
            subject = Subject('enterprise', enterprise.id, name)
            draft.note(EnterpriseAdded(at=draft.now, enterprise=enterprise.id, subject=subject))
            return enterprise

        return await self._road.travel(decide)

    def enterprise(self, name_or_id: str) -> Enterprise:
        """The enterprise of that name or id, or ``NotFound``."""
        for fleet in self._road.fleets:
            if name_or_id in (fleet.enterprise.id, fleet.enterprise.name):
                return fleet.enterprise
        raise NotFound(f'there is no enterprise {name_or_id[:80]!r}')

    async def add_person(self, enterprise: str, email: str, name: str, role: Role, password: str) -> Person:
        """A new local account. The e-mail address is the account's name and is unique in the installation."""
        email = _email(email)
        name = clean_line(name, 'name', most=80)
        hashed = await self._hasher.hash(_password(password))

        def decide(draft: Draft) -> Person:
            draft.fleet(enterprise)
            persons = (person for fleet in self._road.fleets for person in draft.all(Person, fleet.enterprise.id))
            if any(person.email == email and person.disabled_at is None for person in persons):
                raise Conflict(f'there is an account for {email}', field='email')
            person = Person(
                id=new_id(),
                enterprise=enterprise,
                email=email,
                name=name,
                role=role,
                password_hash=hashed,
                created_at=draft.now,
            )
            draft.put(person)
            draft.note(PersonAdded(at=draft.now, enterprise=enterprise, subject=_subject(person), role=role))
            return person

        return await self._road.travel(decide)

    async def reset_password(self, email: str, password: str) -> Person:
        """Give an account a new password and end its sessions."""
        hashed = await self._hasher.hash(_password(password))
        known = self._person(_email(email))
        if known is None:
            raise NotFound(f'there is no account for {email[:80]!r}')

        def decide(draft: Draft) -> Person:
            person = replace(
                draft.need(Person, known.enterprise, known.id), password_hash=hashed, version=known.version + 1
            )
            draft.put(person)
            sessions = {**self._road.fleets.sessions, **draft.changes.rows.get(Session, {})}
            for session in sessions.values():
                if session.person == person.id:
                    draft.put(replace(session, ended_at=draft.now))
            draft.note(
                PersonChanged(at=draft.now, enterprise=person.enterprise, subject=_subject(person), what='new password')
            )
            return person

        return await self._road.travel(decide)

    async def sign_in(self, email: str, password: str, *, address: str, browser: str) -> SignedInBrowser:
        """Open a session. A wrong account and a wrong password are refused in the same words and the same time."""
        person = self._person(email.strip().casefold())
        right = await self._hasher.verify(person.password_hash if person else None, password)
        if person is None or not right:
            if person is not None:
                refused = SignInRefused(
                    at=self._road.clock(), enterprise=person.enterprise, subject=_subject(person), address=address
                )
                self._road.send(lambda draft: draft.note(refused))  # waiting for it would tell that the account exists
            raise NotSignedIn(_REFUSED)
        secret = new_secret('cws')

        def decide(draft: Draft) -> SignedInBrowser:
            now = draft.find(Person, person.enterprise, person.id)
            if now is None or now.disabled_at is not None or now.password_hash != person.password_hash:
                raise NotSignedIn(_REFUSED)  # changed while the password was being checked
            session = Session(
                id=digest(secret).hex(),
                enterprise=person.enterprise,
                person=person.id,
                created_at=draft.now,
                expires_at=draft.now + SESSION_S,
                seen_at=draft.now,
                address=address[:64],
                browser=browser[:200],
            )
            draft.put(session)
            draft.note(
                SignedIn(at=draft.now, enterprise=person.enterprise, subject=_subject(person), address=address[:64])
            )
            return SignedInBrowser(session, secret)

        return await self._road.travel(decide)

    async def sign_out(self, session: Session) -> None:
        """End a session."""

        def decide(draft: Draft) -> None:
            draft.put(replace(session, ended_at=draft.now))
            person = draft.find(Person, session.enterprise, session.person)
            if person is not None:
                draft.note(SignedOut(at=draft.now, enterprise=session.enterprise, subject=_subject(person)))

        await self._road.travel(decide)

    def session(self, secret: str) -> tuple[Session, Person] | None:
        """The session of a cookie and its person; ``None`` when it ended, expired or its person left."""
        session = self._road.fleets.sessions.get(digest(secret).hex())
        return self.standing(session) if session is not None else None

    def standing(self, session: Session) -> tuple[Session, Person] | None:
        """The session as it stands now, asked again before every action of an open page."""
        session = self._road.fleets.sessions.get(session.id) or replace(session, ended_at=0.0)
        if session.ended_at is not None or session.expires_at <= self._road.clock():
            return None
        person = self._road.fleets.of(session.enterprise).persons.get(session.person)
        return (session, person) if person is not None else None

    async def issue_token(
        self,
        enterprise: str,
        kind: TokenKind,
        name: str,
        *,
        scopes: Sequence[Permission] = (),
        expires_in_s: float | None = None,
        uses: int | None = None,
        by: str = '',
    ) -> tuple[Token, str]:
        """A new token and its secret, told this once."""
        if kind is TokenKind.API and not scopes:
            raise Invalid(f'name at least one scope: {", ".join(Permission)}', field='scopes')
        if expires_in_s is not None and not 0 < expires_in_s <= TOKEN_MOST_S:
            raise Invalid('a token lasts longer than nothing and less than a century', field='expires_in_s')
        if uses is not None and uses < 1:
            raise Invalid('a token lets in one device or more', field='uses')
        secret = new_secret('cwt' if kind is TokenKind.API else 'cwe')
        name = clean_line(name, 'name', most=80)

        def decide(draft: Draft) -> Token:
            draft.fleet(enterprise)
            token = Token(
                id=new_id(),
                enterprise=enterprise,
                kind=kind,
                name=name,
                digest=digest(secret).hex(),
                created_at=draft.now,
                scopes=tuple(sorted(set(scopes))),
                expires_at=draft.now + expires_in_s if expires_in_s is not None else None,
                uses_left=uses,
            )
            draft.put(token)
            subject = Subject('token', token.id, name)
            scope_names = tuple(scope.value for scope in token.scopes)
            draft.note(
                TokenIssued(at=draft.now, enterprise=enterprise, subject=subject, by=by, kind=kind, scopes=scope_names)
            )
            return token

        return await self._road.travel(decide), secret

    async def revoke_token(self, enterprise: str, token_id: str, by: str = '') -> None:
        """End a token at once."""

        def decide(draft: Draft) -> None:
            token = draft.need(Token, enterprise, token_id)
            draft.put(replace(token, revoked_at=draft.now))
            subject = Subject('token', token.id, token.name)
            draft.note(TokenRevoked(at=draft.now, enterprise=enterprise, subject=subject, by=by, kind=token.kind))

        await self._road.travel(decide)

    def program(self, secret: str) -> Actor:
        """The program behind an API token, or ``NotSignedIn``."""
        token = self._road.fleets.token(digest(secret).hex())
        if token is None or token.kind is not TokenKind.API:
            raise NotSignedIn('this API token is not known')
        if token.expires_at is not None and token.expires_at <= self._road.clock():
            raise NotSignedIn('this API token has expired')
        return token.actor()

    def device(self, secret: str) -> tuple[Fleet, Device]:
        """The device behind a credential, or ``NotSignedIn``."""
        known = self._road.fleets.device_by_credential(digest(secret))
        if known is None:
            raise NotSignedIn('this device credential is not known; enrol the device again')
        return self._road.fleets.of(known.enterprise), known

    def _person(self, email: str) -> Person | None:
        for fleet in self._road.fleets:
            for person in fleet.persons.values():
                if person.email == email:
                    return person
        return None


def _subject(person: Person) -> Subject:
    return Subject('person', person.id, person.name)


def _email(email: str) -> str:
    email = clean_line(email, 'email', most=254).casefold()
    local, _, domain = email.rpartition('@')
    if not local or not domain or ' ' in email:
        raise Invalid('write an e-mail address such as ana@example.com', field='email')
    return email


def _password(password: str) -> str:
    if not PASSWORD_LEAST <= len(password) <= 1024:
        raise Invalid(
            f'a password has {PASSWORD_LEAST} characters or more; several words make a good one', field='password'
        )
    return password
