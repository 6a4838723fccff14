"""Who belongs to the enterprise: people, service accounts with their tokens, and invitations that nobody has accepted yet."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from domain.access import Role, words
from domain.fleet import Fleet
from domain.fleets import Fleets
from domain.journal_access import AccountChanged, IdentityLinked, SessionEnded, SignedIn, SignedOut
from domain.people import Account, Identity, Link, LinkKind, Person, PersonKind
from domain.sessions import Session
from domain.tokens import TOKENS_S, Token, TokenKind
from ui.channels import News
from ui.topics.base import EndingTopic, ListTopic, ObjectTopic

ENDING_S = 7 * 86_400
"""A token that ends within this time is worth a word."""
MOST_LOOKED_UP = 500
_ORDER = {role: index for index, role in enumerate(reversed(Role))}


def service_row(fleet: Fleet, person: Person, now: float) -> dict[str, Any]:
    """What is shown of a service account."""
    tokens = [token for token in tokens_of(fleet, person.id, now) if not is_over(token, now)]
    return {
        'id': person.id,
        'name': person.name,
        'role': person.role,
        'order': _ORDER[person.role],
        'scope': words(person.scope),
        'tokens': len(tokens),
        'used_at': max((token.used_at for token in tokens if token.used_at is not None), default=None),
        'created_at': person.created_at,
    }


def tokens_of(fleet: Fleet, person_id: str, now: float) -> Iterator[Token]:
    """The API tokens of a service account, those that ended lately too."""
    for token in fleet.tokens.values():
        if token.person == person_id and token.kind is TokenKind.API and not is_over(token, now - TOKENS_S):
            yield token


def is_over(token: Token, moment: float) -> bool:
    """True when it has expired by then."""
    return token.expires_at is not None and token.expires_at <= moment


class PeopleTopic(ListTopic):
    """Everybody who signs in here, by name; accounts and identities are the installation's."""

    kinds = (Person, Session)
    sorts: ClassVar[dict[str, str]] = {name: name for name in ('name', 'email', 'active_at', 'state')} | {
        'role': 'order'
    }
    filters = ('role', 'state')
    searched = ('name', 'email')
    default = 'name'

    def __init__(self, *, fleets: Fleets, **parts: Any) -> None:
        super().__init__(**parts)
        self._fleets = fleets
        self._here: dict[str, float] = {}
        """When everybody was last here, as far as it is known."""

    async def open(self) -> None:
        """Look up when those who have no session were last here."""
        here = {session.person for session in self._fleets.sessions.values()}
        enterprise = self.fleet.enterprise.id
        absent = [one.id for one in self._members() if one.id not in here]
        for person_id in absent[:MOST_LOOKED_UP]:
            self._seen(
                recorded.entry
                for recorded in await self.store.journal_before(enterprise, None, 20, subject=('person', person_id))
            )

    def _seen(self, entries: Iterable[Any]) -> None:
        for entry in entries:
            if isinstance(entry, SignedIn | SignedOut):
                self._here[entry.subject.id] = max(entry.at, self._here.get(entry.subject.id, 0.0))

    def _members(self) -> Iterator[Person]:
        return (person for person in self.fleet.persons.values() if person.kind is PersonKind.PERSON)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per person."""
        identities: dict[str, list[str]] = {}
        for identity in self._fleets.installation.table(Identity).values():
            identities.setdefault(identity.account, []).append(identity.provider)
        for session in self._fleets.sessions.values():
            if session.enterprise == self.fleet.enterprise.id and not session.pending:
                self._here[session.person] = max(session.seen_at, self._here.get(session.person, 0.0))
        for person in self._members():
            account = self._fleets.accounts.get(person.account)
            if account is not None:
                yield {
                    'id': person.id,
                    'name': person.name,
                    'email': person.email,
                    'role': person.role,
                    'order': _ORDER[person.role],
                    'scope': words(person.scope),
                    'door': _door(account, identities.get(account.id, [])),
                    'two_step': account.totp is not None,
                    'active_at': self._here.get(person.id),
                    'state': 'suspended' if account.suspended_at is not None else 'active',
                    'managed': person.provider,
                    'local': account.password_hash is not None,
                }

    def concerned(self, news: News) -> bool:
        """True also when one of their accounts was changed, which their journal here tells."""
        entries = [recorded.entry for recorded in news.entries]
        self._seen(entries)
        changed = any(
            isinstance(entry, AccountChanged | IdentityLinked | SignedOut | SessionEnded) for entry in entries
        )
        return super().concerned(news) or changed


def _door(account: Account, providers: list[str]) -> str:
    """How somebody signs in."""
    doors = ['Password'] if account.password_hash is not None else []
    return ', '.join(doors + sorted(set(providers))) or 'No way yet'


class InvitationsTopic(EndingTopic):
    """Invitations that were neither accepted nor withdrawn, the newest first."""

    kinds = (Link,)
    sorts: ClassVar[dict[str, str]] = {name: name for name in ('name', 'email', 'expires_at', 'created_at')}
    searched = ('name', 'email')
    default = '-created_at'

    def rows(self) -> list[dict[str, Any]]:
        """One row per invitation."""
        links = [link for link in self.fleet.table(Link).values() if link.kind is LinkKind.INVITATION]
        self.watch(link.expires_at for link in links)
        now = self.clock()
        return [
            {
                'id': link.id,
                'name': link.name or link.email,
                'email': link.email,
                'role': link.role,
                'scope': words(link.scope),
                'state': 'expired' if link.expires_at <= now else 'invited',
                'created_at': link.created_at,
                'expires_at': link.expires_at,
                'by': link.by,
            }
            for link in links
        ]


class ServicesTopic(EndingTopic):
    """Every service account, by name."""

    kinds = (Person, Token)
    sorts: ClassVar[dict[str, str]] = {name: name for name in ('name', 'tokens', 'used_at')} | {'role': 'order'}
    default = 'name'

    def rows(self) -> list[dict[str, Any]]:
        """One row per service account."""
        self.watch(token.expires_at for token in self.fleet.tokens.values())
        now = self.clock()
        return [
            service_row(self.fleet, person, now)
            for person in self.fleet.persons.values()
            if person.kind is PersonKind.SERVICE
        ]


class ServiceTopic(ObjectTopic):
    """One service account; ``{'gone': True}`` once it is removed."""

    kinds = (Person, Token)

    def view(self) -> dict[str, Any]:
        """The account now."""
        person = self.fleet.persons.get(self.id)
        if person is None or person.kind is not PersonKind.SERVICE:
            return {'gone': True}
        return service_row(self.fleet, person, self.clock())


class TokensTopic(EndingTopic):
    """The tokens of one service account, the newest first; those that have ended are shown for a while."""

    kinds = (Token,)
    sorts: ClassVar[dict[str, str]] = {name: name for name in ('name', 'created_at', 'expires_at', 'used_at')}
    default = '-created_at'

    def rows(self) -> list[dict[str, Any]]:
        """One row per token."""
        now = self.clock()
        tokens = list(tokens_of(self.fleet, self.id, now))
        ends = [token.expires_at for token in tokens if token.expires_at is not None]
        self.watch(moment for end in ends for moment in (end - ENDING_S, end, end + TOKENS_S))
        return [
            {
                'id': token.id,
                'name': token.name,
                'beginning': token.beginning,
                'scopes': ', '.join(token.scopes),
                'state': _state(token, now),
                'expires_at': token.expires_at,
                'used_at': token.used_at,
                'used_from': token.used_from or None,
                'created_at': token.created_at,
                'created_by': token.created_by,
            }
            for token in tokens
        ]


def _state(token: Token, now: float) -> str:
    if is_over(token, now):
        return 'expired'
    return 'ending' if is_over(token, now + ENDING_S) else 'active'
