"""API tokens in JSON, and what they have in common with enrolment tokens."""

from enum import StrEnum
from typing import Any

from msgspec import Struct

from domain.access.permissions import Permission
from domain.accounts.model import Person
from domain.tokens.model import Token
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.refs import Ref
from ui.api.http.schema import Schema

_SERVICE = {'id': '01KAPXDJ8NS2V6A0B5E9G1X8KP', 'name': 'collector'}


def token_fields(token: Token) -> dict[str, Any]:
    """The fields that a token of any kind is shown by; never the secret."""
    return {
        'id': token.id,
        'name': token.name,
        'beginning': token.beginning,
        'created_at': time_text(token.created_at),
        'created_by': token.created_by,
        'expires_at': maybe_time(token.expires_at),
        'used_at': maybe_time(token.used_at),
        'used_from': token.used_from,
    }


class ApiTokenState(StrEnum):
    """Whether a token still opens anything."""

    ACTIVE = 'active'
    EXPIRED = 'expired'


class ApiToken(Struct, kw_only=True, frozen=True):
    """A token of the service account ``account``, without its secret, of which ``beginning`` is how it begins."""

    id: str
    name: str
    beginning: str
    account: Ref
    scopes: tuple[Permission, ...]
    state: ApiTokenState
    created_at: Time
    created_by: str
    expires_at: Time | None
    used_at: Time | None
    used_from: str


API_TOKEN = Schema(
    ApiToken,
    {
        'id': '01KAPXFM0QV4X8C2D7G1J3Z0NR',
        'name': 'nightly',
        'beginning': 'cwt_Z1pm',
        'account': _SERVICE,
        'scopes': ['checkins:write', 'devices:read'],
        'state': 'active',
        'created_at': '2026-11-20T08:00:00.000Z',
        'created_by': 'Ana Admin',
        'expires_at': '2027-02-18T08:00:00.000Z',
        'used_at': '2026-11-22T07:59:02.127Z',
        'used_from': '203.0.113.9',
    },
)


def api_token(token: Token, account: Person, now: float) -> ApiToken:
    """A token of a service account."""
    return ApiToken(
        **token_fields(token),
        account=Ref(account.id, account.name),
        scopes=token.scopes,
        state=ApiTokenState.EXPIRED if token.is_over(now) else ApiTokenState.ACTIVE,
    )


class NewApiToken(Struct, kw_only=True, frozen=True):
    """What a token is to be: of which service account, for what, for how long (a year at most)."""

    account_id: str
    name: str
    scopes: tuple[Permission, ...]
    expires_in_s: float


NEW_API_TOKEN = Schema(
    NewApiToken,
    {
        'account_id': _SERVICE['id'],
        'name': 'nightly',
        'scopes': ['checkins:write', 'devices:read'],
        'expires_in_s': 7776000,
    },
)


class NewApiTokenAnswer(Struct, frozen=True):
    """The token and its secret, told this once."""

    token: ApiToken
    secret: str


NEW_API_TOKEN_ANSWER = Schema(
    NewApiTokenAnswer,
    {'token': API_TOKEN.example, 'secret': 'cwt_Z1pm…'},  # nosec B105 - an example
)
