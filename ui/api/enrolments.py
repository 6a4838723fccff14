"""``POST /enrolments``: a device comes with an enrolment token and goes with a credential of its own."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import Response

from domain.device_input import NewDevice
from domain.road import Road
from domain.services.devices import DeviceService
from ui.api.answers import answer
from ui.api.auth import Doors
from ui.api.bodies import body
from ui.api.describe import operation
from ui.api.shapes import Ref


class EnrolmentAnswer(msgspec.Struct, frozen=True):
    """``credential`` is told this once; the next check-in has a number above ``sequence``."""

    device_id: str
    credential: str
    interval_s: int
    sequence: int
    enterprise: Ref


def add_enrolments(api: APIRouter, *, devices: DeviceService, road: Road, doors: Doors) -> None:
    """Put the route on ``api``."""

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
        token: Annotated[str, Depends(doors.enrolment)], new: Annotated[NewDevice, Depends(body(NewDevice))]
    ) -> Response:
        """A device whose IMEI or serial is known keeps its place (200 instead of 201) and gets a new credential."""
        enrolled = await devices.enrol(token, new)
        device = enrolled.device
        fleet = road.fleets.of(device.enterprise)
        enterprise = Ref(fleet.enterprise.id, fleet.enterprise.name)
        sequence = fleet.state_of(device.id).sequence
        found = EnrolmentAnswer(device.id, enrolled.credential, device.interval_s, sequence, enterprise)
        return answer(found, 200 if enrolled.again else 201, location=f'/api/v1/devices/{device.id}')
