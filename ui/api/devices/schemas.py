"""Devices and their signal history in JSON. What a person may edit is spelled as in the body that creates it."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, RadioSample
from domain.devices import model
from domain.devices.compliance import Compliance
from domain.devices.facts import Facts
from domain.devices.input import NewDevice
from domain.devices.live import state_of
from domain.devices.model import DeviceKind, Presence
from domain.enforcement.live import OpenCommands
from domain.enforcement.model import Lock
from domain.enrolment.live import Waiting
from domain.fleet.fleet import Fleet
from ui.api.enforcement.schemas import COMMAND, Command, command
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.refs import DEVICE_REF, POLICY_REF, TOWER_REF, Ref, policy_ref, tower_ref
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
        'identifiers': {'imei': '490154203237518', 'iccid': None, 'imsi': None, 'serial': 'SN-0117', 'msisdn': None},
        'interval_s': 60,
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
    return Device(**_fields(fleet, row))


def _fields(fleet: Fleet, row: model.Device) -> dict[str, Any]:
    state = state_of(fleet, row.id)
    return {
        'id': row.id,
        'name': row.name,
        'kind': row.kind,
        'labels': row.labels,
        'identifiers': row.identifiers,
        'interval_s': row.interval_s,
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


class Verdict(Struct, kw_only=True, frozen=True):
    """What one policy says of the device; ``evidence`` holds the values the rule saw, ``reason`` why it could not be answered."""

    policy: Ref
    status: Compliance
    since: Time
    violation_id: str | None
    evidence: Mapping[str, Any]
    reason: str | None


class DeviceDetail(Device, kw_only=True, frozen=True):
    """A device with its facts, the verdict of each policy and its open commands. ``locked_since`` and ``wiped_at`` are what it has
    confirmed; without ``approved`` a person or program has to let it in first."""

    approved: bool
    locked_since: Time | None
    wiped_at: Time | None

    facts: Facts
    verdicts: tuple[Verdict, ...]
    commands: tuple[Command, ...]


DEVICE_DETAIL = Schema(
    DeviceDetail,
    {
        **DEVICE.example,
        'approved': True,
        'locked_since': None,
        'wiped_at': None,
        'facts': FACTS,
        'verdicts': [
            {
                'policy': POLICY_REF,
                'status': 'violating',
                'since': '2026-11-22T07:58:12.431Z',
                'violation_id': COMMAND.example['violation_id'],
                'evidence': {'device.storage.encrypted': False},
                'reason': None,
            }
        ],
        'commands': [COMMAND.example],
    },
)


def device_detail(fleet: Fleet, row: model.Device) -> DeviceDetail:
    """A device with everything known of it now."""
    state = state_of(fleet, row.id)
    verdicts = tuple(
        Verdict(
            policy=policy_ref(fleet, policy_id),
            status=verdict.status,
            since=time_text(verdict.since),
            violation_id=verdict.violation,
            evidence=verdict.evidence or {},
            reason=verdict.reason,
        )
        for policy_id, verdict in state.verdicts.items()
    )
    lock = fleet[Lock].get(row.id)
    open_commands = sorted(fleet.index(OpenCommands).of(row.id).values(), key=lambda each: each.id)
    return DeviceDetail(
        **_fields(fleet, row),
        approved=row.id not in fleet.index(Waiting).credentials,
        locked_since=maybe_time(lock.locked_at if lock is not None else None),
        wiped_at=maybe_time(lock.wiped_at if lock is not None else None),
        facts=state.facts,
        verdicts=verdicts,
        commands=tuple(command(fleet, each) for each in open_commands),
    )


class NewDeviceAnswer(Struct, frozen=True):
    """The device and the credential it checks in with, told this once."""

    device: DeviceDetail
    credential: str


NEW_DEVICE_ANSWER = Schema(NewDeviceAnswer, {'device': DEVICE_DETAIL.example, 'credential': 'cwd_…'})


class Sample(Struct, frozen=True):
    """One point of signal history."""

    observed_at: Time
    radio: Radio
    tower: Ref | None


SAMPLE = Schema(Sample, {'observed_at': '2026-11-22T08:00:00.118Z', 'radio': RADIO, 'tower': TOWER_REF})


def sample(fleet: Fleet, row: RadioSample) -> Sample:
    """A point of signal history."""
    return Sample(time_text(row.observed_at), row.radio, tower_ref(fleet, row.tower))
