"""The shape of every noun in JSON, which is also its schema. What a person may edit is spelled as in the body that creates it."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta, Struct

from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio
from domain.checks.model import CheckStatus
from domain.common.severity import Severity
from domain.devices.actions import Action
from domain.devices.compliance import Compliance
from domain.devices.facts import Facts
from domain.devices.model import DeviceKind, Presence
from domain.enforcement.model import CommandState
from domain.policies.model import Mode, Selector
from domain.towers.model import Cell, TowerKind, TowerStatus
from ui.api.towers.checks import Check as Check

Time = Annotated[str, Meta(extra_json_schema={'format': 'date-time'})]


class Ref(Struct, frozen=True):
    """Something else, by id; ``name`` is null when it is not in service any more."""

    id: str
    name: str | None


class CommandOrder(Struct, frozen=True):
    """A command as the device gets it; the answer goes to ``POST /commands/{id}/result``."""

    id: str
    action: Action
    reason: str
    requested_at: Time


class Verdict(Struct, kw_only=True, frozen=True):
    """What one policy says of the device; ``evidence`` holds the values the rule saw, ``reason`` why it could not be answered."""

    policy: Ref
    status: Compliance
    since: Time
    violation_id: str | None
    evidence: Mapping[str, Any]
    reason: str | None


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


class DeviceDetail(Device, kw_only=True, frozen=True):
    """A device with its facts, the verdict of each policy and its open commands. ``locked_since`` and ``wiped_at`` are what it has
    confirmed; without ``approved`` somebody has to let it in first."""

    approved: bool
    locked_since: Time | None
    wiped_at: Time | None

    facts: Facts
    verdicts: tuple[Verdict, ...]
    commands: tuple['Command', ...]


class Command(Struct, kw_only=True, frozen=True):
    """A command and where it stands; ``because`` says why in plain words, ``deliveries`` how often the device was told."""

    id: str
    device: Ref
    action: Action
    state: CommandState
    reason: str
    because: str
    policy: Ref | None
    violation_id: str | None
    requested_by: str
    requested_at: Time
    moved_at: Time
    expires_at: Time
    delivered_at: Time | None
    deliveries: int


class Violation(Struct, kw_only=True, frozen=True):
    """One device that breaks one policy, from when to when."""

    id: str
    device: Ref
    policy: Ref
    policy_version: int
    severity: Severity
    opened_at: Time
    excused_at: Time | None
    cleared_at: Time | None
    cleared_because: str | None
    evidence: Mapping[str, Any]
    tower: Ref | None
    command_id: str | None


class AlertObject(Struct, frozen=True):
    """What an alert is about; the name is the one of that time."""

    kind: str
    id: str
    name: str


class Alert(Struct, kw_only=True, frozen=True):
    """An alert in the terms of ITU-T X.733; ``devices`` counts the devices hurt, ``score`` (0 to 1) is how sure a security rule is."""

    id: str
    alarm_type: str
    severity: Severity
    probable_cause: str
    problem: str
    detail: str
    object: AlertObject
    raised_at: Time
    changed_at: Time
    cleared_at: Time | None
    devices: int
    score: float | None
    witnesses: tuple[str, ...]
    acknowledged_at: Time | None
    acknowledged_by: str | None
    comment: str
    version: int


class CheckState(Struct, kw_only=True, frozen=True):
    """Where one check stands: ``soft`` failures are being retried, ``failing`` is hard."""

    id: str
    label: str
    status: CheckStatus
    since: Time | None
    attempts: int
    checked_at: Time | None
    rtt_ms: float | None
    error: str | None


class CheckResult(Struct, kw_only=True, frozen=True):
    """One answer of one check."""

    check: str
    at: Time
    ok: bool
    rtt_ms: float | None
    error: str


class Tower(Struct, kw_only=True, frozen=True):
    """A tower; ``devices`` counts those it serves, ``lost_devices`` those it served when it last went down, at ``down_at``.

    ``parent_id`` carries its backhaul. Place in degrees WGS 84.
    """

    id: str
    name: str
    kind: TowerKind
    operator: str
    region: str
    latitude: float | None
    longitude: float | None
    parent_id: str | None
    cells: tuple[Cell, ...]
    checks: tuple[Check, ...]
    maintenance_until: Time | None
    status: TowerStatus
    status_since: Time | None
    because: str
    check_states: tuple[CheckState, ...]
    devices: int
    down_at: Time | None
    lost_devices: int
    created_at: Time
    version: int


class Policy(Struct, kw_only=True, frozen=True):
    """A policy; ``devices`` counts what it says now, ``trouble`` tells why its rule is not asked (it took too long, say)."""

    id: str
    name: str
    description: str
    rule: str
    severity: Severity
    selector: Selector
    mode: Mode
    grace_s: int
    action: str
    devices: Mapping[str, int]
    trouble: str | None
    created_at: Time
    changed_at: Time
    version: int


class PolicyPreview(Struct, kw_only=True, frozen=True):
    """What a rule would say now of the ``asked`` of the ``selected`` devices, at most 2,000 of them: devices by answer, worst-hit towers,
    examples by name, commands it would send at once."""

    selected: int
    asked: int
    devices: Mapping[str, int]
    towers: Mapping[str, int]
    examples: tuple[str, ...]
    commands: int


class Sample(Struct, frozen=True):
    """One point of signal history."""

    observed_at: Time
    radio: Radio
    tower: Ref | None
