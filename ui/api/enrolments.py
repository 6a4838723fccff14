"""``POST /enrolments``: a device comes with an enrolment token and goes with a credential of its own, which it may renew."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import Response

from domain.device_input import NewDevice
from domain.devices import Device
from domain.road import Road
from domain.services.enrolments import EnrolmentService
from ui.api.answers import answer
from ui.api.auth import Doors, Newcomer
from ui.api.bodies import body
from ui.api.describe import operation
from ui.api.shapes import Ref


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


def add_enrolments(api: APIRouter, *, enrolments: EnrolmentService, road: Road, doors: Doors) -> None:
    """Put the routes on ``api``."""

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
        newcomer: Annotated[Newcomer, Depends(doors.enrolment)], new: Annotated[NewDevice, Depends(body(NewDevice))]
    ) -> Response:
        """A device whose IMEI or serial is known keeps its place (200 instead of 201) and gets a new credential. While the known one is
        in use, somebody has to approve that first. Labels that the token confers win over those sent."""
        enrolled = await enrolments.enrol(
            newcomer.token, new, fingerprint=newcomer.fingerprint, address=newcomer.address
        )
        device = enrolled.device
        fleet = road.fleets.of(device.enterprise)
        found = EnrolmentAnswer(
            device.id,
            enrolled.credential,
            device.interval_s,
            fleet.state_of(device.id).sequence,
            Ref(fleet.enterprise.id, fleet.enterprise.name),
            not enrolled.waiting,
        )
        return answer(found, 200 if enrolled.again else 201, location=f'/api/v1/devices/{device.id}')

    @api.post(
        '/credential:rotate',
        tags=['check-ins'],
        **operation('device', 'Renew the credential', answer=RotationAnswer),
    )
    async def rotate(shown: Annotated[tuple[Device, str], Depends(doors.enrolled_with)]) -> Response:
        """A device whose answer was lost asks again with the credential it has."""
        return answer(RotationAnswer(await enrolments.rotate(*shown)))
