"""Service accounts and their tokens."""

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.access.permissions import Role
from domain.access.scopes import words
from domain.accounts.model import Person, PersonKind
from domain.fleet.fleet import Fleet
from domain.tokens.model import TOKENS_S, Token, TokenKind
from ui.topics.base import ObjectTopic
from ui.topics.window import EndingTopic

ENDING_S = 7 * 86_400
"""A token that ends within this time is worth a word."""


MOST_LOOKED_UP = 500


ROLE_ORDER = {role: index for index, role in enumerate(reversed(Role))}


def service_row(fleet: Fleet, person: Person, now: float) -> dict[str, Any]:
    """What is shown of a service account."""
    tokens = [token for token in tokens_of(fleet, person.id, now) if not is_over(token, now)]
    return {
        'id': person.id,
        'name': person.name,
        'role': person.role,
        'order': ROLE_ORDER[person.role],
        'scope': words(person.scope),
        'tokens': len(tokens),
        'used_at': max((token.used_at for token in tokens if token.used_at is not None), default=None),
        'created_at': person.created_at,
    }


def tokens_of(fleet: Fleet, person_id: str, now: float) -> Iterator[Token]:
    """The API tokens of a service account, those that ended lately too."""
    for token in fleet[Token].values():
        if token.person == person_id and token.kind is TokenKind.API and not is_over(token, now - TOKENS_S):
            yield token


def is_over(token: Token, moment: float) -> bool:
    """True when it has expired by then."""
    return token.expires_at is not None and token.expires_at <= moment


class ServicesTopic(EndingTopic):
    """Every service account, by name."""

    kinds = (Person, Token)
    sorts: ClassVar[dict[str, str]] = {name: name for name in ('name', 'tokens', 'used_at')} | {'role': 'order'}
    default = 'name'

    def rows(self) -> list[dict[str, Any]]:
        """One row per service account."""
        self.watch(token.expires_at for token in self.fleet[Token].values())
        now = self.clock()
        return [
            service_row(self.fleet, person, now)
            for person in self.fleet[Person].values()
            if person.kind is PersonKind.SERVICE
        ]


class ServiceTopic(ObjectTopic):
    """One service account; ``{'gone': True}`` once it is removed."""

    kinds = (Person, Token)

    def view(self) -> dict[str, Any]:
        """The account now."""
        person = self.fleet[Person].get(self.id)
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
