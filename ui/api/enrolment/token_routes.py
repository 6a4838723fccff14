"""Enrolment tokens: listed, made, revoked. What they open is in :mod:`ui.api.enrolment.routes`."""

from collections.abc import Callable, Mapping
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.common.errors import Invalid, NotFound
from domain.fleet.fleet import Fleet
from domain.tokens.model import Token, TokenKind, TokenState
from domain.tokens.service import TokenService
from ui.api import wire
from ui.api.http.bearer import BearerAuth
from ui.api.http.bodies import body
from ui.api.http.openapi import list_of, operation
from ui.api.http.responses import answer, checked_limit, page, sorted_page
from ui.api.shapes import Time

DAY_S = 86_400


class EnrolmentToken(msgspec.Struct, kw_only=True, frozen=True):
    """A token that lets devices in, without its secret, of which ``beginning`` is how it begins. ``uses_left`` is null for any number.

    It confers ``labels``; with ``approval`` somebody has to let each device in; with ``replaces`` a device in use may be replaced by it.
    """

    id: str
    name: str
    beginning: str
    state: TokenState
    labels: Mapping[str, str]
    approval: bool
    replaces: bool
    uses_left: int | None
    created_at: Time
    created_by: str
    expires_at: Time | None
    used_at: Time | None
    used_from: str


class NewEnrolmentToken(msgspec.Struct, kw_only=True, frozen=True):
    """What a token is to be: for one device and one day unless said otherwise. ``uses`` null means any number of devices."""

    name: str
    uses: int | None = 1
    expires_in_s: float = DAY_S
    labels: Mapping[str, str] = {}
    approval: bool = False
    replaces: bool = False


class NewEnrolmentTokenAnswer(msgspec.Struct, frozen=True):
    """The token and its secret, told this once."""

    token: EnrolmentToken
    secret: str


def add_enrolment_tokens(api: APIRouter, *, tokens: TokenService, transactor: Transactor, auth: BearerAuth) -> None:
    """Put the routes on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.ENROLMENT_READ))]
    writer = Annotated[Actor, Depends(auth.may(Permission.ENROLMENT_WRITE))]

    def shown(token: Token) -> EnrolmentToken:
        return EnrolmentToken(
            id=token.id,
            name=token.name,
            beginning=token.beginning,
            state=token.state(transactor.clock()),
            labels=token.labels,
            approval=token.approval,
            replaces=token.replaces,
            uses_left=token.uses_left,
            created_at=wire.time_text(token.created_at),
            created_by=token.created_by,
            expires_at=wire.maybe_time(token.expires_at),
            used_at=wire.maybe_time(token.used_at),
            used_from=token.used_from,
        )

    @api.get(
        '/enrolment-tokens',
        tags=['enrolment'],
        **operation(
            'program', 'List enrolment tokens', scope=Permission.ENROLMENT_READ, answer=list_of(EnrolmentToken)
        ),
    )
    async def list_enrolment_tokens(
        actor: reader,
        state: Annotated[frozenset[TokenState], Query()] = frozenset(),
        q: Annotated[str, Query(max_length=200, description='Part of the name, or how the secret begins')] = '',
        sort: Annotated[
            str, Query(description='name, created_at or used_at, descending with a minus before it')
        ] = '-created_at',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Expired ones are shown for 30 days; revoked ones are not."""
        now = transactor.clock()
        rows = [
            token
            for token in _tokens(transactor.fleets.seen_by(actor))
            if (not state or token.state(now) in state)
            and (q.casefold() in token.name.casefold() or (q and token.beginning.startswith(q)))
        ]
        key = _sort_key(sort.removeprefix('-'))
        limit = checked_limit(limit)
        items, following, total = sorted_page(rows, key, descending=sort.startswith('-'), cursor=cursor, limit=limit)
        return page([shown(token) for token in items], following, total)

    @api.post(
        '/enrolment-tokens',
        tags=['enrolment'],
        **operation(
            'program',
            'Make an enrolment token',
            scope=Permission.ENROLMENT_WRITE,
            body=NewEnrolmentToken,
            answer=NewEnrolmentTokenAnswer,
            status=201,
        ),
    )
    async def make_enrolment_token(
        actor: writer, new: Annotated[NewEnrolmentToken, Depends(body(NewEnrolmentToken))]
    ) -> Response:
        """It lasts a year at most."""
        token, secret = await tokens.issue_enrolment(
            actor,
            new.name,
            uses=new.uses,
            expires_in_s=new.expires_in_s,
            labels=new.labels,
            approval=new.approval,
            replaces=new.replaces,
        )
        location = f'/api/v1/enrolment-tokens/{token.id}'
        return answer(NewEnrolmentTokenAnswer(shown(token), secret), 201, location=location)

    @api.get(
        '/enrolment-tokens/{token_id}',
        tags=['enrolment'],
        **operation('program', 'Read an enrolment token', scope=Permission.ENROLMENT_READ, answer=EnrolmentToken),
    )
    async def read_enrolment_token(actor: reader, token_id: str) -> Response:
        token = next((each for each in _tokens(transactor.fleets.seen_by(actor)) if each.id == token_id), None)
        if token is None:
            raise NotFound.of(Token, token_id)
        return answer(shown(token))

    @api.post(
        '/enrolment-tokens/{token_id}/revoke',
        tags=['enrolment'],
        **operation('program', 'Revoke an enrolment token', scope=Permission.ENROLMENT_WRITE, status=204),
    )
    async def revoke_enrolment_token(actor: writer, token_id: str) -> Response:
        """It lets nobody in from now on; devices that are in stay in. No If-Match: a use in the same moment must not keep it open."""
        await tokens.revoke_enrolment(actor, token_id)
        return Response(status_code=204)


def _tokens(fleet: Fleet) -> list[Token]:
    return [token for token in fleet[Token].values() if token.kind is TokenKind.ENROLMENT]


def _sort_key(name: str) -> Callable[[Token], tuple[str | float, str]]:
    keys: dict[str, Callable[[Token], tuple[str | float, str]]] = {
        'name': lambda token: (token.name.casefold(), token.id),
        'created_at': lambda token: (token.created_at, token.id),
        'used_at': lambda token: (token.used_at or 0.0, token.id),
    }
    if name not in keys:
        raise Invalid(f'sort by one of {", ".join(keys)}', field='sort')
    return keys[name]
