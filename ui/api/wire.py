"""From the domain's rows to their JSON shapes. Times become RFC 3339 in UTC with milliseconds, references carry the name of today."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from domain.alerts import model as alerts
from domain.cellular.radio import RadioSample
from domain.checks.model import Check, CheckResult, CheckState
from domain.devices.compliance import Compliance
from domain.devices.listing.counters import StatusCounters
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.enforcement.live import OpenCommands
from domain.enforcement.model import Command, Lock
from domain.enrolment.live import Waiting
from domain.fleet.fleet import Fleet
from domain.policies import violations
from domain.policies.live import rule_trouble
from domain.policies.model import Policy
from domain.policies.preview import Preview
from domain.towers.live import OnTower, checks_of, tower_state
from domain.towers.model import Tower
from ui.api import shapes

JUDGED = (Compliance.COMPLIANT, Compliance.VIOLATING, Compliance.EXCUSED, Compliance.UNKNOWN)


def time_text(moment: float) -> str:
    """RFC 3339 in UTC with milliseconds: ``2026-11-22T08:00:00.125Z``."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec='milliseconds')[:-6] + 'Z'


def maybe_time(moment: float | None) -> str | None:
    """The same for a time that may not be known."""
    return None if moment is None else time_text(moment)


def device(fleet: Fleet, row: Device) -> shapes.Device:
    """A device as lists show it."""
    return shapes.Device(**_device(fleet, row))


def device_detail(fleet: Fleet, row: Device) -> shapes.DeviceDetail:
    """A device with everything known of it now."""
    state = state_of(fleet, row.id)
    verdicts = tuple(
        shapes.Verdict(
            policy=_policy_ref(fleet, policy_id),
            status=verdict.status,
            since=time_text(verdict.since),
            violation_id=verdict.violation,
            evidence=verdict.evidence or {},
            reason=verdict.reason,
        )
        for policy_id, verdict in state.verdicts.items()
    )
    lock = fleet[Lock].get(row.id)
    open_commands = sorted(fleet.index(OpenCommands).of(row.id).values(), key=lambda command: command.id)
    return shapes.DeviceDetail(
        **_device(fleet, row),
        approved=row.id not in fleet.index(Waiting).credentials,
        locked_since=maybe_time(lock.locked_at if lock is not None else None),
        wiped_at=maybe_time(lock.wiped_at if lock is not None else None),
        facts=state.facts,
        verdicts=verdicts,
        commands=tuple(command(fleet, each) for each in open_commands),
    )


def command(fleet: Fleet, row: Command) -> shapes.Command:
    """A command as people and programs see it."""
    return shapes.Command(
        id=row.id,
        device=_device_ref(fleet, row.device),
        action=row.action,
        state=row.state,
        reason=row.reason,
        because=row.because,
        policy=_policy_ref(fleet, row.policy) if row.policy else None,
        violation_id=row.violation,
        requested_by=row.requested_by,
        requested_at=time_text(row.requested_at),
        moved_at=time_text(row.moved_at),
        expires_at=time_text(row.expires_at),
        delivered_at=maybe_time(row.delivered_at),
        deliveries=row.deliveries,
    )


def order(row: Command) -> shapes.CommandOrder:
    """A command as its device gets it."""
    return shapes.CommandOrder(row.id, row.action, row.reason, time_text(row.requested_at))


def violation(fleet: Fleet, row: violations.Violation) -> shapes.Violation:
    """A violation, open or cleared."""
    return shapes.Violation(
        id=row.id,
        device=_device_ref(fleet, row.device),
        policy=_policy_ref(fleet, row.policy),
        policy_version=row.policy_version,
        severity=row.severity,
        opened_at=time_text(row.opened_at),
        excused_at=maybe_time(row.excused_at),
        cleared_at=maybe_time(row.cleared_at),
        cleared_because=row.cleared_because,
        evidence=row.evidence,
        tower=tower_ref(fleet, row.tower),
        command_id=row.command,
    )


def alert(row: alerts.Alert) -> shapes.Alert:
    """An alert, open or cleared."""
    return shapes.Alert(
        id=row.id,
        alarm_type=row.alarm_type,
        severity=row.severity,
        probable_cause=row.probable_cause,
        problem=row.problem,
        detail=row.detail,
        object=shapes.AlertObject(row.object_kind, row.object_id, row.object_name),
        raised_at=time_text(row.raised_at),
        changed_at=time_text(row.changed_at),
        cleared_at=maybe_time(row.cleared_at),
        devices=row.devices,
        score=row.score,
        witnesses=row.witnesses,
        acknowledged_at=maybe_time(row.acknowledged_at),
        acknowledged_by=row.acknowledged_by,
        comment=row.comment,
        version=row.version,
    )


def tower(fleet: Fleet, row: Tower) -> shapes.Tower:
    """A tower with where it stands."""
    state = tower_state(fleet, row.id)
    return shapes.Tower(
        id=row.id,
        name=row.name,
        kind=row.kind,
        operator=row.operator,
        region=row.region,
        latitude=row.latitude,
        longitude=row.longitude,
        parent_id=row.parent,
        cells=row.cells,
        checks=tuple(check(each) for each in row.checks),
        maintenance_until=maybe_time(row.maintenance_until),
        status=state.status,
        status_since=maybe_time(state.since),
        because=state.because,
        check_states=tuple(check_state(each, now) for each, now in zip(row.checks, checks_of(fleet, row), strict=True)),
        devices=fleet.index(OnTower).count(row.id),
        down_at=maybe_time(state.down_at),
        lost_devices=sum(id in fleet[Device] for id in state.lost),
        created_at=time_text(row.created_at),
        version=row.version,
    )


def check(row: Check) -> shapes.Check:
    """How a tower is asked."""
    return shapes.Check(**row.flat())


def check_state(row: Check, state: CheckState) -> shapes.CheckState:
    """Where a check stands."""
    return shapes.CheckState(
        id=row.id,
        label=row.label,
        status=state.status,
        since=maybe_time(state.since),
        attempts=state.attempts,
        checked_at=maybe_time(state.checked_at),
        rtt_ms=state.rtt_ms,
        error=state.error,
    )


def check_result(row: CheckResult) -> shapes.CheckResult:
    """A point of check history."""
    return shapes.CheckResult(check=row.check, at=time_text(row.at), ok=row.ok, rtt_ms=row.rtt_ms, error=row.error)


def policy(fleet: Fleet, row: Policy) -> shapes.Policy:
    """A policy with what it says now."""
    tally: Mapping[str, int] = fleet.index(StatusCounters).by_policy.get(row.id, {})
    return shapes.Policy(
        id=row.id,
        name=row.name,
        description=row.description,
        rule=row.rule,
        severity=row.severity,
        selector=row.selector,
        mode=row.mode,
        grace_s=row.grace_s,
        action=row.action,
        devices={status.value: tally.get(status, 0) for status in JUDGED},
        trouble=rule_trouble(fleet, row.id) or None,
        created_at=time_text(row.created_at),
        changed_at=time_text(row.changed_at),
        version=row.version,
    )


def preview(found: Preview) -> shapes.PolicyPreview:
    """What a rule would say now."""
    return shapes.PolicyPreview(
        selected=found.selected,
        asked=found.asked,
        devices={status.value: found.counts.get(status, 0) for status in JUDGED},
        towers=found.towers,
        examples=found.examples,
        commands=found.commands,
    )


def sample(fleet: Fleet, row: RadioSample) -> shapes.Sample:
    """A point of signal history."""
    return shapes.Sample(time_text(row.observed_at), row.radio, tower_ref(fleet, row.tower))


def tower_ref(fleet: Fleet, tower_id: str | None) -> shapes.Ref | None:
    """A serving tower by name; none for one that may not be seen."""
    if tower_id is None or not fleet.shows('tower', tower_id):
        return None
    row = fleet[Tower].get(tower_id)
    return shapes.Ref(tower_id, row.name if row is not None else None)


def _device_ref(fleet: Fleet, device_id: str) -> shapes.Ref:
    row = fleet[Device].get(device_id)
    return shapes.Ref(device_id, row.name if row is not None else None)


def _policy_ref(fleet: Fleet, policy_id: str) -> shapes.Ref:
    row = fleet[Policy].get(policy_id)
    return shapes.Ref(policy_id, row.name if row is not None else None)


def _device(fleet: Fleet, row: Device) -> dict[str, Any]:
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
