"""Policies, what a rule would say, and violations in JSON. What a person may edit is spelled as in the body that creates it."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from domain.common.severity import Severity
from domain.devices.compliance import ANSWERED, Compliance
from domain.devices.listing.counters import StatusCounters
from domain.devices.live import state_of
from domain.enforcement.listing.responses import Response, response
from domain.fleet.fleet import Fleet
from domain.policies import model, violations
from domain.policies.input import NewPolicy
from domain.policies.live import rule_doubt, rule_trouble
from domain.policies.model import Mode, Selector
from domain.policies.preview import Preview
from ui.api.enforcement.schemas import COMMAND
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.refs import DEVICE_REF, POLICY_REF, TOWER_REF, Ref, device_ref, policy_ref, tower_ref
from ui.api.http.schema import Schema
from ui.sentences.evidence import violation_value

_JUDGED = (*ANSWERED, Compliance.UNKNOWN, Compliance.NOT_APPLICABLE)
_COUNTS = {'compliant': 310, 'violating': 4, 'excused': 1, 'unknown': 12, 'not_applicable': 0}
NEW_POLICY = Schema(
    NewPolicy,
    {
        'name': 'Disk encryption on',
        'description': 'A lost device must not give away its data.',
        'rule': 'device.storage.encrypted',
        'severity': 'major',
        'selector': {'kinds': ['phone', 'tablet'], 'labels': {'site': 'port-1'}},
        'mode': 'enforce',
        'grace_s': 3600,
        'action': 'quarantine',
    },
)


class Policy(Struct, kw_only=True, frozen=True):
    """A policy. ``devices`` counts what it says now, ``heard`` the same of the devices that are heard from within their interval: a share
    is of those, without the unknown and those to which it does not apply. ``trouble`` tells why its rule is not asked (it took too
    long, say), ``doubtful`` what a rule that was saved by an earlier version compares and cannot mean; such a rule goes on as it was."""

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
    heard: Mapping[str, int]
    trouble: str | None
    doubtful: str | None
    created_at: Time
    changed_at: Time
    version: int


POLICY = Schema(
    Policy,
    {
        **NEW_POLICY.example,
        'id': POLICY_REF['id'],
        'devices': _COUNTS,
        'heard': {**_COUNTS, 'compliant': 280},
        'trouble': None,
        'doubtful': None,
        'created_at': '2026-10-02T10:00:00.000Z',
        'changed_at': '2026-11-20T14:21:09.377Z',
        'version': 2,
    },
)


def policy(fleet: Fleet, row: model.Policy) -> Policy:
    """A policy with what it says now."""
    counters = fleet.index(StatusCounters)
    tally: Mapping[str, int] = counters.by_policy.get(row.id, {})
    heard: Mapping[str, int] = counters.heard_by_policy.get(row.id, {})
    return Policy(
        id=row.id,
        name=row.name,
        description=row.description,
        rule=row.rule,
        severity=row.severity,
        selector=row.selector,
        mode=row.mode,
        grace_s=row.grace_s,
        action=row.action,
        devices={status.value: tally.get(status, 0) for status in _JUDGED},
        heard={status.value: heard.get(status, 0) for status in _JUDGED},
        trouble=rule_trouble(fleet, row.id) or None,
        doubtful=rule_doubt(row.rule) or None,
        created_at=time_text(row.created_at),
        changed_at=time_text(row.changed_at),
        version=row.version,
    )


class RuleText(Struct, frozen=True):
    """A rule in CEL over ``device``, ``tower`` and ``now``; true means compliant."""

    rule: str


RULE_TEXT = Schema(RuleText, {'rule': 'device.os.patch_age_days <= 60'})


class RuleChecked(Struct, frozen=True):
    """The rule can be used: the fields it reads, and whether time alone can change its answer."""

    ok: bool
    fields: tuple[str, ...]
    timed: bool


RULE_CHECKED = Schema(RuleChecked, {'ok': True, 'fields': ['device.os.patch_age_days'], 'timed': True})


class Draft(Struct, frozen=True, kw_only=True):
    """What decides whom a policy would hit."""

    rule: str
    selector: Selector = Selector()
    mode: Mode = Mode.AUDIT
    grace_s: int = 0


DRAFT = Schema(
    Draft, {'rule': 'device.storage.encrypted', 'selector': {'kinds': ['tablet']}, 'mode': 'enforce', 'grace_s': 0}
)


class PolicyPreview(Struct, kw_only=True, frozen=True):
    """What a rule would say now of the ``asked`` of the ``selected`` devices, at most 2,000 of them: devices by answer, worst-hit towers,
    examples by name, commands it would send at once. ``warning`` tells when all devices get one answer."""

    selected: int
    asked: int
    devices: Mapping[str, int]
    towers: Mapping[str, int]
    examples: tuple[str, ...]
    commands: int
    warning: str | None


POLICY_PREVIEW = Schema(
    PolicyPreview,
    {
        'selected': 327,
        'asked': 327,
        'devices': _COUNTS,
        'towers': {'Europoort-West': 3, 'no known tower': 1},
        'examples': ['crane-117'],
        'commands': 4,
        'warning': None,
    },
)


def preview(found: Preview) -> PolicyPreview:
    """What a rule would say now."""
    return PolicyPreview(
        selected=found.selected,
        asked=found.asked,
        devices={status.value: found.counts.get(status, 0) for status in _JUDGED},
        towers=found.towers,
        examples=found.examples,
        commands=found.commands,
        warning=found.warning or None,
    )


class Violation(Struct, kw_only=True, frozen=True):
    """One device that breaks one policy, from when to when. ``tower`` served the device when it began, ``serving_tower`` does now.
    ``value`` says what the rule saw and which limit it passes; ``answer`` is what is done about it, null once it has ended."""

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
    value: str
    answer: Response | None
    tower: Ref | None
    serving_tower: Ref | None
    command_id: str | None


VIOLATION = Schema(
    Violation,
    {
        'id': COMMAND.example['violation_id'],
        'device': DEVICE_REF,
        'policy': POLICY_REF,
        'policy_version': 2,
        'severity': 'major',
        'opened_at': '2026-11-22T07:58:12.431Z',
        'excused_at': None,
        'cleared_at': None,
        'cleared_because': None,
        'evidence': {'device.storage.encrypted': False},
        'value': 'disk encryption no',
        'answer': 'under_way',
        'tower': TOWER_REF,
        'serving_tower': TOWER_REF,
        'command_id': COMMAND.example['id'],
    },
)


def violation(fleet: Fleet, row: violations.Violation, now: float) -> Violation:
    """A violation, open or cleared."""
    return Violation(
        id=row.id,
        device=device_ref(fleet, row.device),
        policy=policy_ref(fleet, row.policy),
        policy_version=row.policy_version,
        severity=row.severity,
        opened_at=time_text(row.opened_at),
        excused_at=maybe_time(row.excused_at),
        cleared_at=maybe_time(row.cleared_at),
        cleared_because=row.cleared_because,
        evidence=row.evidence,
        value=violation_value(fleet, row),
        answer=response(fleet, row, now) if row.cleared_at is None else None,
        tower=tower_ref(fleet, row.tower),
        serving_tower=tower_ref(fleet, state_of(fleet, row.device).tower),
        command_id=row.command,
    )
