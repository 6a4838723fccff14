"""API tokens of service accounts: listed, made, revoked."""

from enum import StrEnum
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.accounts.model import Person, PersonKind
from domain.changes.transactor import Transactor
from domain.fleet.fleet import Fleet
from domain.tokens.model import Token, TokenKind
from domain.tokens.service import TokenService
from ui.api import wire
from ui.api.http.bearer import BearerAuth
from ui.api.http.bodies import body
from ui.api.http.openapi import list_of, operation
from ui.api.http.responses import answer, checked_limit, page, sorted_page
from ui.api.shapes import Ref, Time


class ApiTokenState(StrEnum):
    """Whether a token still opens anything."""

    ACTIVE = 'active'
    EXPIRED = 'expired'


class ApiToken(msgspec.Struct, kw_only=True, frozen=True):
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


class NewApiToken(msgspec.Struct, kw_only=True, frozen=True):
    """What a token is to be: of which service account, for what, for how long (a year at most)."""

    account_id: str
    name: str
    scopes: tuple[Permission, ...]
    expires_in_s: float


class NewApiTokenAnswer(msgspec.Struct, frozen=True):
    """The token and its secret, told this once."""

    token: ApiToken
    secret: str


def add_tokens(api: APIRouter, *, tokens: TokenService, transactor: Transactor, auth: BearerAuth) -> None:
    """Put the routes on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.PEOPLE_READ))]
    writer = Annotated[Actor, Depends(auth.may(Permission.TOKENS_WRITE))]

    def shown(token: Token, account: Person) -> ApiToken:
        return ApiToken(
            id=token.id,
            name=token.name,
            beginning=token.beginning,
            account=Ref(account.id, account.name),
            scopes=token.scopes,
            state=ApiTokenState.EXPIRED if token.is_over(transactor.clock()) else ApiTokenState.ACTIVE,
            created_at=wire.time_text(token.created_at),
            created_by=token.created_by,
            expires_at=wire.maybe_time(token.expires_at),
            used_at=wire.maybe_time(token.used_at),
            used_from=token.used_from,
        )

    @api.get(
        '/tokens',
        tags=['people'],
        **operation(
            'program', 'List API tokens of service accounts', scope=Permission.PEOPLE_READ, answer=list_of(ApiToken)
        ),
    )
    async def list_tokens(
        actor: reader,
        account: Annotated[str, Query(description='Id of a service account')] = '',
        q: Annotated[str, Query(max_length=200, description='Part of the name, or how the secret begins')] = '',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """The newest first. Expired ones are shown for 30 days; revoked ones are not, and nobody but their owner sees a person's."""
        rows = [
            (token, owner)
            for token, owner in _of_services(transactor.fleets.seen_by(actor))
            if account in ('', owner.id)
            and (q.casefold() in token.name.casefold() or (q and token.beginning.startswith(q)))
        ]
        items, following, total = sorted_page(
            rows,
            lambda row: (row[0].created_at, row[0].id),
            descending=True,
            cursor=cursor,
            limit=checked_limit(limit),
        )
        return page([shown(*row) for row in items], following, total)

    @api.post(
        '/tokens',
        tags=['people'],
        **operation(
            'program',
            'Make an API token',
            scope=Permission.TOKENS_WRITE,
            body=NewApiToken,
            answer=NewApiTokenAnswer,
            status=201,
        ),
    )
    async def make_token(actor: writer, new: Annotated[NewApiToken, Depends(body(NewApiToken))]) -> Response:
        """Nobody gives away more than they may do themselves, and no token does more than its account may."""
        token, secret = await tokens.issue_for(
            actor, new.account_id, new.name, scopes=new.scopes, expires_in_s=new.expires_in_s
        )
        owner = transactor.fleets.seen_by(actor).need(Person, new.account_id)
        return answer(NewApiTokenAnswer(shown(token, owner), secret), 201)

    @api.post(
        '/tokens/{api_token_id}/revoke',
        tags=['people'],
        **operation('program', 'Revoke an API token', scope=Permission.TOKENS_WRITE, status=204),
    )
    async def revoke_token(actor: writer, api_token_id: str) -> Response:
        """It opens nothing from now on."""
        await tokens.revoke_for(actor, api_token_id)
        return Response(status_code=204)


def _of_services(fleet: Fleet) -> list[tuple[Token, Person]]:
    return [
        (token, owner)
        for token in fleet[Token].values()
        if token.kind is TokenKind.API
        and (owner := fleet[Person].get(token.person or '')) is not None
        and owner.kind is PersonKind.SERVICE
    ]
