"""Enrolments: a device comes with a token and goes with a credential of its own, which it may renew; those that wait for approval; and
the tokens, listed, made, revoked.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.common.errors import NotFound
from domain.common.text import folded
from domain.devices.input import NewDevice
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.enrolment.claims import place_of
from domain.enrolment.live import Waiting
from domain.enrolment.model import Credential, Place
from domain.enrolment.service import EnrolmentService
from domain.fleet.fleet import Fleet
from domain.tokens.model import Token, TokenKind, TokenState
from domain.tokens.service import TokenService
from ui.api.devices.detail import DEVICE_DETAIL, device_detail
from ui.api.devices.schemas import NEW_DEVICE
from ui.api.enrolment import schemas
from ui.api.enrolment.schemas import (
    ENROLMENT_ANSWER,
    ENROLMENT_APPROVAL,
    ENROLMENT_REFUSAL,
    ENROLMENT_TOKEN,
    NEW_ENROLMENT_TOKEN,
    NEW_ENROLMENT_TOKEN_ANSWER,
    ROTATION_ANSWER,
    WAITING_DEVICE,
    EnrolmentAnswer,
    EnrolmentApproval,
    EnrolmentRefusal,
    NewEnrolmentToken,
    NewEnrolmentTokenAnswer,
    RotationAnswer,
)
from ui.api.http.bearer import EnrolledDevice, Newcomer
from ui.api.http.bodies import Said, epoch
from ui.api.http.refs import Ref
from ui.api.http.responses import SortKey, answer, page, sorted_by
from ui.api.http.route import PREFIX, Route
from ui.api.http.schema import PageOf

_TOKEN_SORTS: Mapping[str, SortKey[Token]] = {
    'name': lambda token: (folded(token.name), token.id),
    'created_at': lambda token: (token.created_at, token.id),
    'used_at': lambda token: (token.used_at or 0.0, token.id),
}


class EnrolmentRoutes:
    """What the routes of enrolments do."""

    def __init__(self, enrolments: EnrolmentService, transactor: Transactor) -> None:
        self._clock = transactor.clock
        self._enrolments = enrolments
        self._fleets = transactor.fleets

    async def enrol(self, newcomer: Newcomer, body: Said[NewDevice]) -> Response:
        """A device whose IMEI or serial is known keeps its place (200 instead of 201) and gets a new credential. While the known one is
        in use, a person or program has to approve that first. Labels that the token confers win over those sent."""
        enrolled = await self._enrolments.enrol(
            newcomer.token,
            body.value,
            unknown=body.unknown,
            fingerprint=newcomer.fingerprint,
            address=newcomer.address,
        )
        device = enrolled.device
        fleet = self._fleets.of(device.enterprise)
        found = EnrolmentAnswer(
            device.id,
            enrolled.credential,
            device.interval_s,
            state_of(fleet, device.id).sequence,
            Ref(fleet.enterprise.id, fleet.enterprise.name),
            not enrolled.waiting,
            enrolled.ignored,
        )
        return answer(found, 200 if enrolled.again else 201, location=f'{PREFIX}/devices/{device.id}')

    async def rotate(self, known: EnrolledDevice) -> Response:
        """A device whose answer was lost asks again with the credential it has."""
        return answer(RotationAnswer(await self._enrolments.rotate(known.device, known.credential)))

    async def list_enrolments(
        self,
        actor: Actor,
        place: Annotated[frozenset[Place], Query()] = frozenset(),
        sort: Annotated[str, Query(description='asked_at or name, descending with a minus before it')] = 'asked_at',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """By default the device that waits longest comes first."""
        fleet = self._fleets.seen_by(actor)
        rows = [
            each for each in fleet.index(Waiting).credentials.values() if not place or place_of(fleet, each) in place
        ]
        keys: dict[str, SortKey[Credential]] = {
            'asked_at': lambda waiting: (waiting.created_at, waiting.id),
            'name': lambda waiting: (folded(fleet[Device][waiting.id].name), waiting.id),
        }
        items, following, total = sorted_by(sort, keys, rows, cursor=cursor, limit=limit)
        return page([schemas.waiting_device(fleet, each) for each in items], following, total)

    async def approve_enrolment(self, actor: Actor, device_id: str, body: EnrolmentApproval) -> Response:
        """The credential that was in use for this device ends. 409 when it does not wait (any more), or has asked again since. 422 when
        its numbers name several devices and ``device`` does not say which it is."""
        asked_at = epoch(body.asked_at, 'asked_at') if body.asked_at is not None else None
        device = await self._enrolments.approve(
            actor, device_id, asked_at=asked_at, criticality=body.criticality, choice=body.device
        )
        return answer(device_detail(self._fleets.seen_by(actor), device, self._clock()), version=device.version)

    async def refuse_enrolment(self, actor: Actor, device_id: str, body: EnrolmentRefusal) -> Response:
        """A device that was never in use is retired; one that is in use goes on as before. 409 when it does not wait (any more)."""
        await self._enrolments.refuse(actor, device_id, body.because)
        return Response(status_code=204)


class EnrolmentTokenRoutes:
    """What the routes of enrolment tokens do."""

    def __init__(self, tokens: TokenService, transactor: Transactor) -> None:
        self._tokens = tokens
        self._fleets = transactor.fleets
        self._clock = transactor.clock

    async def list_enrolment_tokens(
        self,
        actor: Actor,
        state: Annotated[frozenset[TokenState], Query()] = frozenset(),
        q: Annotated[str, Query(max_length=200, description='Part of the name, or how the secret begins')] = '',
        sort: Annotated[
            str, Query(description='name, created_at or used_at, descending with a minus before it')
        ] = '-created_at',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Expired ones are shown for 30 days; revoked ones are not."""
        now = self._clock()
        rows = [
            token
            for token in _tokens(self._fleets.seen_by(actor))
            if (not state or token.state(now) in state) and token.fits(q)
        ]
        items, following, total = sorted_by(sort, _TOKEN_SORTS, rows, cursor=cursor, limit=limit)
        return page([schemas.enrolment_token(token, now) for token in items], following, total)

    async def make_enrolment_token(self, actor: Actor, body: NewEnrolmentToken) -> Response:
        """It lasts a year at most."""
        token, secret = await self._tokens.issue_enrolment(
            actor,
            body.name,
            uses=body.uses,
            expires_in_s=body.expires_in_s,
            labels=body.labels,
            criticality=body.criticality.value if body.criticality is not None else '',
            approval=body.approval,
            replaces=body.replaces,
        )
        shown = schemas.enrolment_token(token, self._clock())
        return answer(NewEnrolmentTokenAnswer(shown, secret), 201, location=f'{PREFIX}/enrolment-tokens/{token.id}')

    async def read_enrolment_token(self, actor: Actor, token_id: str) -> Response:
        token = next((each for each in _tokens(self._fleets.seen_by(actor)) if each.id == token_id), None)
        if token is None:
            raise NotFound.of(Token, token_id)
        return answer(schemas.enrolment_token(token, self._clock()))

    async def revoke_enrolment_token(self, actor: Actor, token_id: str) -> Response:
        """It lets no device in from now on; devices that are in stay in. No If-Match: a use in the same moment must not keep it open."""
        await self._tokens.revoke_enrolment(actor, token_id)
        return Response(status_code=204)


def _tokens(fleet: Fleet) -> list[Token]:
    return [token for token in fleet[Token].values() if token.kind is TokenKind.ENROLMENT]


ROUTES = (
    Route(
        method='POST',
        path='/enrolments',
        handler=EnrolmentRoutes.enrol,
        summary='Enrol a device',
        tag='check-ins',
        door='enrolment',
        body=NEW_DEVICE,
        answer=ENROLMENT_ANSWER,
        status=201,
        also=200,
    ),
    Route(
        method='POST',
        path='/credential:rotate',
        handler=EnrolmentRoutes.rotate,
        summary='Renew the credential',
        tag='check-ins',
        door='device',
        answer=ROTATION_ANSWER,
    ),
    Route(
        method='GET',
        path='/enrolments',
        handler=EnrolmentRoutes.list_enrolments,
        summary='List devices that wait for approval',
        tag='enrolment',
        permission=Permission.ENROLMENT_READ,
        answer=PageOf(WAITING_DEVICE),
    ),
    Route(
        method='POST',
        path='/enrolments/{device_id}/approve',
        handler=EnrolmentRoutes.approve_enrolment,
        summary='Approve a device that waits',
        tag='enrolment',
        permission=Permission.ENROLMENT_WRITE,
        body=ENROLMENT_APPROVAL,
        answer=DEVICE_DETAIL,
    ),
    Route(
        method='POST',
        path='/enrolments/{device_id}/refuse',
        handler=EnrolmentRoutes.refuse_enrolment,
        summary='Refuse a device that waits',
        tag='enrolment',
        permission=Permission.ENROLMENT_WRITE,
        body=ENROLMENT_REFUSAL,
        status=204,
    ),
)
TOKEN_ROUTES = (
    Route(
        method='GET',
        path='/enrolment-tokens',
        handler=EnrolmentTokenRoutes.list_enrolment_tokens,
        summary='List enrolment tokens',
        tag='enrolment',
        permission=Permission.ENROLMENT_READ,
        answer=PageOf(ENROLMENT_TOKEN),
    ),
    Route(
        method='POST',
        path='/enrolment-tokens',
        handler=EnrolmentTokenRoutes.make_enrolment_token,
        summary='Make an enrolment token',
        tag='enrolment',
        permission=Permission.ENROLMENT_WRITE,
        body=NEW_ENROLMENT_TOKEN,
        answer=NEW_ENROLMENT_TOKEN_ANSWER,
        status=201,
    ),
    Route(
        method='GET',
        path='/enrolment-tokens/{token_id}',
        handler=EnrolmentTokenRoutes.read_enrolment_token,
        summary='Read an enrolment token',
        tag='enrolment',
        permission=Permission.ENROLMENT_READ,
        answer=ENROLMENT_TOKEN,
    ),
    Route(
        method='POST',
        path='/enrolment-tokens/{token_id}/revoke',
        handler=EnrolmentTokenRoutes.revoke_enrolment_token,
        summary='Revoke an enrolment token',
        tag='enrolment',
        permission=Permission.ENROLMENT_WRITE,
        status=204,
    ),
)
