"""Enrolments: a device comes with a token and goes with a credential of its own, which it may renew; those that wait for approval."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.cellular.identifiers import Identifiers
from domain.changes.transactor import Transactor
from domain.common.errors import Invalid
from domain.devices.input import NewDevice
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceKind
from domain.enrolment.live import Waiting
from domain.enrolment.model import Credential, Place
from domain.enrolment.service import EnrolmentService, place_of
from domain.fleet.fleet import Fleet
from ui.api import wire
from ui.api.http.bearer import BearerAuth, Newcomer
from ui.api.http.bodies import body, epoch
from ui.api.http.openapi import list_of, operation
from ui.api.http.responses import answer, checked_limit, page, sorted_page
from ui.api.shapes import DeviceDetail, Ref, Time


class EnrolmentAnswer(msgspec.Struct, frozen=True):
    """``credential`` is told this once; the next check-in has a number above ``sequence``.

    Without ``approved`` somebody has to let the device in first: until then its check-ins are answered with 403, "Waiting for
    approval", and a ``Retry-After``.
    """

    device_id: str
    credential: str
    interval_s: int
    sequence: int
    enterprise: Ref
    approved: bool


class RotationAnswer(msgspec.Struct, frozen=True):
    """The new ``credential``, told this once; the former one opens until this one was used."""

    credential: str


class WaitingDevice(msgspec.Struct, kw_only=True, frozen=True):
    """A device that waits for somebody's approval. ``place`` is what it asks for: a ``new`` one, one that is ``known`` by its IMEI or
    serial number, or one that is ``in_use``, whose device is locked out by the approval."""

    device: Ref
    kind: DeviceKind
    labels: Mapping[str, str]
    identifiers: Identifiers
    place: Place
    asked_at: Time


class EnrolmentApproval(msgspec.Struct, frozen=True):
    """Whom the approval is of: ``asked_at`` as it was read, so that nobody is let in who asked for the same place since."""

    asked_at: datetime | None = None


class EnrolmentRefusal(msgspec.Struct, frozen=True):
    """Why a device is turned away, for the audit trail."""

    because: str = ''


def add_enrolments(api: APIRouter, *, enrolments: EnrolmentService, transactor: Transactor, auth: BearerAuth) -> None:
    """Put the routes on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.ENROLMENT_READ))]
    writer = Annotated[Actor, Depends(auth.may(Permission.ENROLMENT_WRITE))]

    @api.post(
        '/enrolments',
        tags=['check-ins'],
        **operation(
            'enrolment',
            'Enrol a device',
            body=NewDevice,
            answer=EnrolmentAnswer,
            status=201,
            also=200,
        ),
    )
    async def enrol(
        newcomer: Annotated[Newcomer, Depends(auth.enrolment)], new: Annotated[NewDevice, Depends(body(NewDevice))]
    ) -> Response:
        """A device whose IMEI or serial is known keeps its place (200 instead of 201) and gets a new credential. While the known one is
        in use, somebody has to approve that first. Labels that the token confers win over those sent."""
        enrolled = await enrolments.enrol(
            newcomer.token, new, fingerprint=newcomer.fingerprint, address=newcomer.address
        )
        device = enrolled.device
        fleet = transactor.fleets.of(device.enterprise)
        found = EnrolmentAnswer(
            device.id,
            enrolled.credential,
            device.interval_s,
            state_of(fleet, device.id).sequence,
            Ref(fleet.enterprise.id, fleet.enterprise.name),
            not enrolled.waiting,
        )
        return answer(found, 200 if enrolled.again else 201, location=f'/api/v1/devices/{device.id}')

    @api.post(
        '/credential:rotate',
        tags=['check-ins'],
        **operation('device', 'Renew the credential', answer=RotationAnswer),
    )
    async def rotate(shown: Annotated[tuple[Device, str], Depends(auth.enrolled_with)]) -> Response:
        """A device whose answer was lost asks again with the credential it has."""
        return answer(RotationAnswer(await enrolments.rotate(*shown)))

    @api.get(
        '/enrolments',
        tags=['enrolment'],
        **operation(
            'program',
            'List devices that wait for approval',
            scope=Permission.ENROLMENT_READ,
            answer=list_of(WaitingDevice),
        ),
    )
    async def list_enrolments(
        actor: reader,
        place: Annotated[frozenset[Place], Query()] = frozenset(),
        sort: Annotated[str, Query(description='asked_at or name, descending with a minus before it')] = 'asked_at',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """By default whoever waits longest comes first."""
        fleet = transactor.fleets.seen_by(actor)
        rows = [
            each for each in fleet.index(Waiting).credentials.values() if not place or place_of(fleet, each) in place
        ]
        keys: dict[str, Callable[[Credential], tuple[str | float, str]]] = {
            'asked_at': lambda waiting: (waiting.created_at, waiting.id),
            'name': lambda waiting: (fleet[Device][waiting.id].name.casefold(), waiting.id),
        }
        key, limit = keys.get(sort.removeprefix('-')), checked_limit(limit)
        if key is None:
            raise Invalid(f'sort by one of {", ".join(keys)}', field='sort')
        items, following, total = sorted_page(rows, key, descending=sort.startswith('-'), cursor=cursor, limit=limit)
        return page([_waiting(fleet, each) for each in items], following, total)

    @api.post(
        '/enrolments/{device_id}/approve',
        tags=['enrolment'],
        **operation(
            'program',
            'Approve a device that waits',
            scope=Permission.ENROLMENT_WRITE,
            body=EnrolmentApproval,
            answer=DeviceDetail,
        ),
    )
    async def approve_enrolment(
        actor: writer, device_id: str, said: Annotated[EnrolmentApproval, Depends(body(EnrolmentApproval))]
    ) -> Response:
        """Whoever was let in as this device before is locked out. 409 when it does not wait (any more), or somebody asked since."""
        asked_at = epoch(said.asked_at, 'asked_at') if said.asked_at is not None else None
        device = await enrolments.approve(actor, device_id, asked_at=asked_at)
        return answer(wire.device_detail(transactor.fleets.seen_by(actor), device), version=device.version)

    @api.post(
        '/enrolments/{device_id}/refuse',
        tags=['enrolment'],
        **operation(
            'program',
            'Refuse a device that waits',
            scope=Permission.ENROLMENT_WRITE,
            body=EnrolmentRefusal,
            status=204,
        ),
    )
    async def refuse_enrolment(
        actor: writer, device_id: str, said: Annotated[EnrolmentRefusal, Depends(body(EnrolmentRefusal))]
    ) -> Response:
        """A device that was never in use is retired; one that is in use goes on as before. 409 when it does not wait (any more)."""
        await enrolments.refuse(actor, device_id, said.because)
        return Response(status_code=204)


def _waiting(fleet: Fleet, credential: Credential) -> WaitingDevice:
    device = fleet[Device][credential.id]
    return WaitingDevice(
        device=Ref(device.id, device.name),
        kind=device.kind,
        labels=device.labels,
        identifiers=device.identifiers,
        place=place_of(fleet, credential),
        asked_at=wire.time_text(credential.created_at),
    )
