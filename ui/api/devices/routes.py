"""Devices: listed by any filter, read, added, changed, retired, told what to do; their signal history and violations."""

from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.cellular.radio import Rat
from domain.changes.transactor import Transactor
from domain.common.errors import Invalid
from domain.devices.compliance import Compliance
from domain.devices.input import NewDevice
from domain.devices.listing.query import DeviceQuery, select
from domain.devices.model import Device, DeviceKind, Presence, SignalStore
from domain.devices.service import DeviceService
from domain.enrolment.service import EnrolmentService
from ui.api import shapes, wire
from ui.api.http.bearer import BearerAuth
from ui.api.http.bodies import body, json_object
from ui.api.http.openapi import list_of, operation
from ui.api.http.responses import answer, expected_version, page, patched

MOST_SAMPLES = 5000
DAY_S = 86_400


class NewDeviceAnswer(msgspec.Struct, frozen=True):
    """The device and the credential it checks in with, told this once."""

    device: shapes.DeviceDetail
    credential: str


def add_devices(
    api: APIRouter,
    *,
    devices: DeviceService,
    enrolments: EnrolmentService,
    transactor: Transactor,
    store: SignalStore,
    auth: BearerAuth,
) -> None:
    """Put the routes on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.DEVICES_READ))]
    writer = Annotated[Actor, Depends(auth.may(Permission.DEVICES_WRITE))]

    @api.get(
        '/devices',
        tags=['devices'],
        **operation('program', 'List devices', scope=Permission.DEVICES_READ, answer=list_of(shapes.Device)),
    )
    async def list_devices(
        actor: reader,
        presence: Annotated[frozenset[Presence], Query()] = frozenset(),
        compliance: Annotated[frozenset[Compliance], Query()] = frozenset(),
        kind: Annotated[frozenset[DeviceKind], Query()] = frozenset(),
        rat: Annotated[frozenset[Rat], Query()] = frozenset(),
        tower: Annotated[frozenset[str], Query()] = frozenset(),
        label: Annotated[tuple[str, ...], Query(description='`key=value`; several mean all of them')] = (),
        policy: Annotated[str, Query(description='Id of a policy that does not find them compliant')] = '',
        outage: Annotated[str, Query(description='Id of a tower that served them when it last went down')] = '',
        quarantined: bool | None = None,
        q: Annotated[str, Query(max_length=200, description='Part of the name or of an identifier')] = '',
        sort: Annotated[str, Query(description='Column, descending with a minus before it')] = 'name',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Several values of one filter mean any of them, several filters mean all of them."""
        query = DeviceQuery(
            text=q,
            presence=presence,
            compliance=compliance,
            kind=kind,
            rat=rat,
            tower=tower,
            labels=_labels(label),
            policy=policy,
            outage=outage,
            quarantined=quarantined,
            sort=sort.removeprefix('-'),
            descending=sort.startswith('-'),
        )
        fleet = transactor.fleets.seen_by(actor)
        found = select(fleet, query, limit=limit, cursor=cursor)
        return page([wire.device(fleet, fleet[Device][id]) for id in found.ids], found.next, found.matched)

    @api.post(
        '/devices',
        tags=['devices'],
        **operation(
            'program',
            'Add a device by hand',
            scope=Permission.DEVICES_WRITE,
            body=NewDevice,
            answer=NewDeviceAnswer,
            status=201,
        ),
    )
    async def add_device(actor: writer, new: Annotated[NewDevice, Depends(body(NewDevice))]) -> Response:
        """Refused with 409 when a device has this IMEI or serial."""
        added = await enrolments.add(actor, new)
        device = added.device
        shown = wire.device_detail(transactor.fleets.seen_by(actor), device)
        location = f'/api/v1/devices/{device.id}'
        return answer(NewDeviceAnswer(shown, added.credential), 201, version=device.version, location=location)

    @api.get(
        '/devices/{device_id}',
        tags=['devices'],
        **operation('program', 'Read a device', scope=Permission.DEVICES_READ, answer=shapes.DeviceDetail),
    )
    async def read_device(actor: reader, device_id: str) -> Response:
        fleet = transactor.fleets.seen_by(actor)
        device = fleet.need(Device, device_id)
        return answer(wire.device_detail(fleet, device), version=device.version)

    @api.patch(
        '/devices/{device_id}',
        tags=['devices'],
        **operation(
            'program',
            'Change a device',
            scope=Permission.DEVICES_WRITE,
            body=NewDevice,
            patch={'name': 'crane-118', 'labels': {'site': None}},
            answer=shapes.DeviceDetail,
        ),
    )
    async def change_device(
        actor: writer, device_id: str, request: Request, patch: Annotated[dict[str, object], Depends(json_object)]
    ) -> Response:
        fleet = transactor.fleets.seen_by(actor)
        device = fleet.need(Device, device_id)
        version = expected_version(request, device.version)
        new = patched(patch, wire.device_detail(fleet, device), NewDevice)
        changed = await devices.change(actor, device_id, version, new)
        return answer(wire.device_detail(fleet, changed), version=changed.version)

    @api.delete(
        '/devices/{device_id}',
        tags=['devices'],
        **operation('program', 'Retire a device', scope=Permission.DEVICES_WRITE, status=204),
    )
    async def retire_device(actor: writer, device_id: str, request: Request) -> Response:
        """Its credential ends at once, its history stays."""
        device = transactor.fleets.seen_by(actor).need(Device, device_id)
        await enrolments.retire(actor, device_id, expected_version(request, device.version))
        return Response(status_code=204)

    @api.get(
        '/devices/{device_id}/samples',
        tags=['devices'],
        **operation(
            'program', 'Signal history of a device', scope=Permission.DEVICES_READ, answer=list_of(shapes.Sample)
        ),
    )
    async def list_samples(
        actor: reader,
        device_id: str,
        since: AwareDatetime | None = None,
        until: AwareDatetime | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST_SAMPLES)] = 500,
    ) -> Response:
        """Oldest first, by default of the last 24 hours; when there are more than ``limit`` points, evenly thinned."""
        fleet = transactor.fleets.seen_by(actor)
        fleet.need(Device, device_id)
        end = _moment(until, transactor.clock())
        found = await store.samples(actor.enterprise, device_id, _moment(since, end - DAY_S), end, limit)
        return page([wire.sample(fleet, sample) for sample in found], None, len(found))


def _labels(pairs: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition('=')
        if not equals:
            raise Invalid('write a label as key=value', field='label')
        found[key] = value
    return found


def _moment(given: datetime | None, otherwise: float) -> float:
    return otherwise if given is None else given.timestamp()
