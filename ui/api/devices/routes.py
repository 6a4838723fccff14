"""Devices: listed by any filter, read, added, changed, retired; their signal history."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.cellular.radio import Rat
from domain.changes.transactor import Transactor
from domain.devices.compliance import Compliance
from domain.devices.input import NewDevice
from domain.devices.listing.query import DeviceQuery, select
from domain.devices.model import Criticality, Device, DeviceKind, Presence, SignalStore
from domain.devices.service import DeviceService
from domain.enrolment.service import EnrolmentService
from ui.api.devices import schemas
from ui.api.devices.detail import DEVICE_DETAIL, NEW_DEVICE_ANSWER, NewDeviceAnswer, device_detail
from ui.api.devices.labels import LABEL_CHANGE, LABELS_CHANGED, LabelChange, labels_changed, patches
from ui.api.devices.schemas import DEVICE, NEW_DEVICE, SAMPLE
from ui.api.http.fields import DAY_S, Key, Moment, read_labels
from ui.api.http.notes import NEW_NOTE, NewNote
from ui.api.http.responses import answer, expected_version, page, patched
from ui.api.http.route import PREFIX, MergePatch, Route
from ui.api.http.schema import PageOf

MOST_SAMPLES = 5000


class DeviceRoutes:
    """What the routes do."""

    def __init__(
        self, devices: DeviceService, enrolments: EnrolmentService, transactor: Transactor, store: SignalStore
    ) -> None:
        self._devices = devices
        self._enrolments = enrolments
        self._fleets = transactor.fleets
        self._clock = transactor.clock
        self._store = store

    async def list_devices(
        self,
        actor: Actor,
        presence: Annotated[frozenset[Presence], Query()] = frozenset(),
        compliance: Annotated[frozenset[Compliance], Query()] = frozenset(),
        kind: Annotated[frozenset[DeviceKind], Query()] = frozenset(),
        criticality: Annotated[frozenset[Criticality], Query()] = frozenset(),
        rat: Annotated[frozenset[Rat], Query()] = frozenset(),
        tower: Annotated[frozenset[str], Query()] = frozenset(),
        label: Annotated[tuple[str, ...], Query(description='`key=value`; several mean all of them')] = (),
        policy: Annotated[str, Query(description='Id of a policy that does not find them compliant')] = '',
        outage: Annotated[str, Query(description='Id of a tower that served them when it last went down')] = '',
        quarantined: bool | None = None,
        odd: Annotated[bool | None, Query(description='Whether values are left out of what they report')] = None,
        clock_wrong: Annotated[bool | None, Query(description='Whether their clock is steadily wrong')] = None,
        certificate_ends: Annotated[
            bool | None, Query(description='Whether their client certificate ends soon, by the alert rule')
        ] = None,
        q: Annotated[
            str,
            Query(
                max_length=200,
                description='Part of the name, an identifier, a label, the host name or address; or the cell',
            ),
        ] = '',
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
            criticality=criticality,
            rat=rat,
            tower=tower,
            labels=read_labels(label),
            policy=policy,
            outage=outage,
            quarantined=quarantined,
            odd=odd,
            clock_wrong=clock_wrong,
            certificate_ends=certificate_ends,
            sort=sort.removeprefix('-'),
            descending=sort.startswith('-'),
        )
        fleet = self._fleets.seen_by(actor)
        found = select(fleet, query, limit=limit, cursor=cursor)
        return page([schemas.device(fleet, fleet[Device][id]) for id in found.ids], found.next, found.matched)

    async def add_device(self, actor: Actor, body: NewDevice) -> Response:
        """Refused with 409 when a device has this IMEI or serial."""
        added = await self._enrolments.add(actor, body)
        device = added.device
        shown = device_detail(self._fleets.seen_by(actor), device, self._clock())
        location = f'{PREFIX}/devices/{device.id}'
        return answer(NewDeviceAnswer(shown, added.credential), 201, version=device.version, location=location)

    async def read_device(self, actor: Actor, device_id: str) -> Response:
        fleet = self._fleets.seen_by(actor)
        device = fleet.need(Device, device_id)
        return answer(device_detail(fleet, device, self._clock()), version=device.version)

    async def change_device(self, actor: Actor, device_id: str, request: Request, body: MergePatch) -> Response:
        fleet = self._fleets.seen_by(actor)
        device = fleet.need(Device, device_id)
        version = expected_version(request, device.version)
        new = patched(body, device_detail(fleet, device, self._clock()), NewDevice)
        changed = await self._devices.change(actor, device_id, version, new)
        return answer(device_detail(fleet, changed, self._clock()), version=changed.version)

    async def retire_device(self, actor: Actor, device_id: str, request: Request) -> Response:
        """Its credential ends at once, its history stays."""
        device = self._fleets.seen_by(actor).need(Device, device_id)
        await self._enrolments.retire(actor, device_id, expected_version(request, device.version))
        return Response(status_code=204)

    async def restore_device(self, actor: Actor, device_id: str) -> Response:
        """It is what it was, with the credential that it had. Refused with 409 when it is not retired, or another device has its IMEI
        or serial by now."""
        device = await self._enrolments.restore(actor, device_id)
        return answer(device_detail(self._fleets.seen_by(actor), device, self._clock()), version=device.version)

    async def note_device(self, actor: Actor, device_id: str, body: NewNote, idempotency_key: Key = None) -> Response:
        """All who see the device see it, in its timeline as well; it is no edit. The same ``Idempotency-Key`` writes it once."""
        device = await self._devices.note(actor, device_id, body.text, key=idempotency_key or '')
        return answer(device_detail(self._fleets.seen_by(actor), device, self._clock()), version=device.version)

    async def label_devices(self, actor: Actor, body: LabelChange) -> Response:
        """Exactly the devices that are named, each with its own entry in the audit trail. One that refuses does not keep the others;
        the refusal of the first is the answer where nothing could be done."""
        return answer(labels_changed(await self._devices.label(actor, patches(body))))

    async def list_samples(
        self,
        actor: Actor,
        device_id: str,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST_SAMPLES)] = 500,
    ) -> Response:
        """Oldest first, by default of the last 24 hours; when there are more than ``limit`` points, evenly thinned."""
        fleet = self._fleets.seen_by(actor)
        fleet.need(Device, device_id)
        end = _moment(until, self._clock())
        found = await self._store.samples(actor.enterprise, device_id, _moment(since, end - DAY_S), end, limit)
        return page([schemas.sample(fleet, sample) for sample in found], None, len(found))


def _moment(given: datetime | None, otherwise: float) -> float:
    return otherwise if given is None else given.timestamp()


ROUTES = (
    Route(
        method='GET',
        path='/devices',
        handler=DeviceRoutes.list_devices,
        summary='List devices',
        tag='devices',
        permission=Permission.DEVICES_READ,
        answer=PageOf(DEVICE),
    ),
    Route(
        method='POST',
        path='/devices',
        handler=DeviceRoutes.add_device,
        summary='Add a device by hand',
        tag='devices',
        permission=Permission.DEVICES_WRITE,
        body=NEW_DEVICE,
        answer=NEW_DEVICE_ANSWER,
        status=201,
    ),
    Route(
        method='POST',
        path='/devices:labels',
        handler=DeviceRoutes.label_devices,
        summary='Set labels on many devices',
        tag='devices',
        permission=Permission.DEVICES_WRITE,
        body=LABEL_CHANGE,
        answer=LABELS_CHANGED,
    ),
    Route(
        method='GET',
        path='/devices/{device_id}',
        handler=DeviceRoutes.read_device,
        summary='Read a device',
        tag='devices',
        permission=Permission.DEVICES_READ,
        answer=DEVICE_DETAIL,
    ),
    Route(
        method='PATCH',
        path='/devices/{device_id}',
        handler=DeviceRoutes.change_device,
        summary='Change a device',
        tag='devices',
        permission=Permission.DEVICES_WRITE,
        body=NEW_DEVICE,
        patch={'name': 'crane-118', 'labels': {'site': None}},
        answer=DEVICE_DETAIL,
    ),
    Route(
        method='DELETE',
        path='/devices/{device_id}',
        handler=DeviceRoutes.retire_device,
        summary='Retire a device',
        tag='devices',
        permission=Permission.DEVICES_WRITE,
        status=204,
    ),
    Route(
        method='POST',
        path='/devices/{device_id}/restore',
        handler=DeviceRoutes.restore_device,
        summary='Bring a retired device back',
        tag='devices',
        permission=Permission.DEVICES_WRITE,
        answer=DEVICE_DETAIL,
    ),
    Route(
        method='POST',
        path='/devices/{device_id}/notes',
        handler=DeviceRoutes.note_device,
        summary='Write a note on a device',
        tag='devices',
        permission=Permission.DEVICES_WRITE,
        body=NEW_NOTE,
        answer=DEVICE_DETAIL,
    ),
    Route(
        method='GET',
        path='/devices/{device_id}/samples',
        handler=DeviceRoutes.list_samples,
        summary='Signal history of a device',
        tag='devices',
        permission=Permission.DEVICES_READ,
        answer=PageOf(SAMPLE),
    ),
)
