"""API tokens of service accounts: listed, made, revoked."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.accounts.model import Person, PersonKind
from domain.changes.transactor import Transactor
from domain.fleet.fleet import Fleet
from domain.tokens.model import Token, TokenKind
from domain.tokens.service import TokenService
from ui.api.http.responses import answer, checked_limit, page, sorted_page
from ui.api.http.route import Route
from ui.api.http.schema import PageOf
from ui.api.tokens.schemas import (
    API_TOKEN,
    NEW_API_TOKEN,
    NEW_API_TOKEN_ANSWER,
    NewApiToken,
    NewApiTokenAnswer,
    api_token,
)


class TokenRoutes:
    """What the routes do."""

    def __init__(self, tokens: TokenService, transactor: Transactor) -> None:
        self._tokens = tokens
        self._fleets = transactor.fleets
        self._clock = transactor.clock

    async def list_tokens(
        self,
        actor: Actor,
        account: Annotated[str, Query(description='Id of a service account')] = '',
        q: Annotated[str, Query(max_length=200, description='Part of the name, or how the secret begins')] = '',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """The newest first. Expired ones are shown for 30 days; revoked ones are not, and nobody but their owner sees a person's."""
        rows = [
            (token, owner)
            for token, owner in _of_services(self._fleets.seen_by(actor))
            if account in ('', owner.id) and token.fits(q)
        ]
        items, following, total = sorted_page(
            rows,
            lambda row: (row[0].created_at, row[0].id),
            descending=True,
            cursor=cursor,
            limit=checked_limit(limit),
        )
        now = self._clock()
        return page([api_token(token, owner, now) for token, owner in items], following, total)

    async def make_token(self, actor: Actor, body: NewApiToken) -> Response:
        """Nobody gives away more than they may do themselves, and no token does more than its account may."""
        token, secret = await self._tokens.issue_for(
            actor, body.account_id, body.name, scopes=body.scopes, expires_in_s=body.expires_in_s
        )
        owner = self._fleets.seen_by(actor).need(Person, body.account_id)
        return answer(NewApiTokenAnswer(api_token(token, owner, self._clock()), secret), 201)

    async def revoke_token(self, actor: Actor, api_token_id: str) -> Response:
        """It opens nothing from now on."""
        await self._tokens.revoke_for(actor, api_token_id)
        return Response(status_code=204)


def _of_services(fleet: Fleet) -> list[tuple[Token, Person]]:
    return [
        (token, owner)
        for token in fleet[Token].values()
        if token.kind is TokenKind.API
        and (owner := fleet[Person].get(token.person or '')) is not None
        and owner.kind is PersonKind.SERVICE
    ]


ROUTES = (
    Route(
        method='GET',
        path='/tokens',
        handler=TokenRoutes.list_tokens,
        summary='List API tokens of service accounts',
        tag='people',
        permission=Permission.PEOPLE_READ,
        answer=PageOf(API_TOKEN),
    ),
    Route(
        method='POST',
        path='/tokens',
        handler=TokenRoutes.make_token,
        summary='Make an API token',
        tag='people',
        permission=Permission.TOKENS_WRITE,
        body=NEW_API_TOKEN,
        answer=NEW_API_TOKEN_ANSWER,
        status=201,
    ),
    Route(
        method='POST',
        path='/tokens/{api_token_id}/revoke',
        handler=TokenRoutes.revoke_token,
        summary='Revoke an API token',
        tag='people',
        permission=Permission.TOKENS_WRITE,
        status=204,
    ),
)
