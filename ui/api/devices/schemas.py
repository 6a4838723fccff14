"""Devices and their signal history in JSON. What a person may edit is spelled as in the body that creates it."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, RadioSample
from domain.devices import model
from domain.devices.compliance import Compliance
from domain.devices.input import NewDevice
from domain.devices.live import state_of
from domain.devices.model import Criticality, DeviceKind, Presence
from domain.fleet.fleet import Fleet
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.refs import DEVICE_REF, TOWER_REF, Ref, tower_ref
from ui.api.http.schema import Schema

RADIO: dict[str, Any] = {
    'rat': 'LTE',
    'mcc': '204',
    'mnc': '08',
    'tac': 4417,
    'cell_id': 1712819,
    'pci': 12,
    'arfcn': 1300,
    'rsrp': -92,
    'rsrq': -11,
    'sinr': 8,
    'registration': 'home',
    'roaming': False,
}
FACTS: dict[str, Any] = {
    'os': {'name': 'Android', 'version': '16', 'patch_level': '2026-11-05'},
    'storage': {'encrypted': True, 'total_bytes': 128000000000, 'free_bytes': 61000000000},
    'battery': {'level': 81, 'health': 97, 'charging': False},
    'security': {'screen_lock': True, 'rooted': False},
    'uptime_s': 86400,
    'custom': {'shift': 'night'},
}
NEW_DEVICE = Schema(
    NewDevice,
    {
        'name': 'crane-117',
        'kind': 'tablet',
        'labels': {'site': 'port-1'},
        'identifiers': {
            'imei': '490154203237518',
            'iccid': None,
            'imsi': None,
            'serial': 'SN-0117',
            'msisdn': None,
            'imei_svn': None,
        },
        'interval_s': 60,
        'criticality': 'high',
        'permitted_sims': ['8931086416018066012'],
    },
)


class Device(Struct, kw_only=True, frozen=True):
    """A device as lists show it. ``observed_at`` is the moment of its newest check-in, ``last_seen`` the newest proof of contact."""

    id: str
    name: str
    kind: DeviceKind
    labels: Mapping[str, str]
    identifiers: Identifiers
    interval_s: int
    criticality: Criticality
    permitted_sims: tuple[str, ...]
    presence: Presence
    presence_since: Time | None
    compliance: Compliance
    compliance_since: Time | None
    quarantined: bool
    last_seen: Time | None
    observed_at: Time | None
    sequence: int
    tower: Ref | None
    radio: Radio | None
    created_at: Time
    version: int


DEVICE = Schema(
    Device,
    {
        **NEW_DEVICE.example,
        'id': DEVICE_REF['id'],
        'presence': 'online',
        'presence_since': '2026-11-22T06:12:44.020Z',
        'compliance': 'violating',
        'compliance_since': '2026-11-22T07:58:12.431Z',
        'quarantined': False,
        'last_seen': '2026-11-22T08:00:00.118Z',
        'observed_at': '2026-11-22T08:00:00.118Z',
        'sequence': 17,
        'tower': TOWER_REF,
        'radio': RADIO,
        'created_at': '2026-11-01T09:30:00.000Z',
        'version': 3,
    },
)


def device(fleet: Fleet, row: model.Device) -> Device:
    """A device as lists show it."""
    return Device(**device_fields(fleet, row))


def device_fields(fleet: Fleet, row: model.Device) -> dict[str, Any]:
    state = state_of(fleet, row.id)
    return {
        'id': row.id,
        'name': row.name,
        'kind': row.kind,
        'labels': row.labels,
        'identifiers': row.identifiers,
        'interval_s': row.interval_s,
        'criticality': row.criticality,
        'permitted_sims': row.permitted_sims,
        'presence': state.presence,
        'presence_since': maybe_time(state.presence_since),
        'compliance': state.compliance,
        'compliance_since': maybe_time(state.compliance_since),
        'quarantined': state.quarantined,
        'last_seen': maybe_time(state.last_seen),
        'observed_at': maybe_time(state.observed_at),
        'sequence': state.sequence,
        'tower': tower_ref(fleet, state.tower),
        'radio': state.radio,
        'created_at': time_text(row.created_at),
        'version': row.version,
    }


class Sample(Struct, frozen=True):
    """One point of signal history."""

    observed_at: Time
    radio: Radio
    tower: Ref | None


SAMPLE = Schema(Sample, {'observed_at': '2026-11-22T08:00:00.118Z', 'radio': RADIO, 'tower': TOWER_REF})


def sample(fleet: Fleet, row: RadioSample) -> Sample:
    """A point of signal history."""
    return Sample(time_text(row.observed_at), row.radio, tower_ref(fleet, row.tower))
