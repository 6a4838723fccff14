"""Policies on devices: what their rules answer, and what follows from a changed verdict. It is decided in a transaction."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.common.ids import new_id
from domain.compliance.compiled import CompiledPolicies
from domain.devices.compliance import Compliance, Verdict
from domain.devices.model import Device, DeviceState, Reporting
from domain.devices.modem import has_no_modem
from domain.devices.verdicts import following
from domain.enforcement.ladder import enforce_now, stand_down
from domain.fleet.fleet import Fleet
from domain.maintenance.covering import works_on
from domain.maintenance.model import MaintenanceWindow
from domain.policies.alerts import policy_broken, policy_kept
from domain.policies.events import ViolationCleared, ViolationExcused, ViolationOpened
from domain.policies.model import Mode, Policy, compliance_after
from domain.policies.violations import Violation
from domain.rules.applicability import shows_modem, without_modem
from domain.rules.language import Answer, Rule, RuleInput, activation
from domain.towers.model import Tower, TowerState
from domain.towers.status import excused

_NONE: Mapping[str, Verdict] = {}
_ENDS: Mapping[Compliance, str] = {
    Compliance.COMPLIANT: 'the device complies again',
    Compliance.NOT_APPLICABLE: 'the rule does not apply: the device has no modem',
}
"""The verdicts that end a violation, and why."""


def judge(
    tx: Transaction,
    fleet: Fleet,
    book: CompiledPolicies,
    device: Device,
    state: DeviceState,
    policies: Collection[Policy],
) -> DeviceState:
    """Ask these policies about the device; the state with the new verdicts, or the same state when nothing changed.

    Violations, their journal entries and enforcement go to the transaction; putting the state is the caller's.
    """
    enterprise = fleet.enterprise.id
    tower = tx.find(Tower, enterprise, state.tower) if state.tower else None
    tower_state = tx.find(TowerState, enterprise, state.tower) if state.tower else None
    view = RuleInput(device, state, tower, tower_state, tx.now, tx.find(Reporting, enterprise, device.id))
    answers = _ask(fleet, book, view, policies)
    is_without_modem = has_no_modem(device, state)
    changed: dict[str, Verdict | None] = {}
    for policy in policies:
        before = state.verdicts.get(policy.id)
        answer = answers.get(policy.id)
        if answer is None:
            _unbound(tx, device, policy, before)
            after = None
        else:
            if is_without_modem and isinstance(rule := book.rule(fleet, policy), Rule):
                applied = without_modem(rule, answer)
                answer = answer if applied is not answer and _showed_modem(tx, device, before) else applied
            status = answer.status
            if status is Compliance.VIOLATING and _is_excused(fleet, view):
                status = Compliance.EXCUSED
            after = _verdict(tx, fleet, device, state, policy, before, answer, status)
        if after is not before:
            changed[policy.id] = after
    if not changed:
        return state
    verdicts = _together(tx, state.verdicts, changed)
    left = [verdict for id in changed if (verdict := state.verdicts.get(id)) is not None]
    entered = [verdict for verdict in changed.values() if verdict is not None]
    whole = compliance_after(state.compliance, left, entered, verdicts)
    since = state.compliance_since if whole is state.compliance else tx.now
    return replace(state, verdicts=verdicts, compliance=whole, compliance_since=since)


def _is_excused(fleet: Fleet, view: RuleInput) -> bool:
    """True for a device in planned works, or behind a tower that is down or in maintenance."""
    at_work = works_on(fleet, view.device.labels) is not None
    return at_work or excused(view.tower, view.tower_state, view.state.observed_at)


def _together(
    tx: Transaction, before: Mapping[str, Verdict], changed: Mapping[str, Verdict | None]
) -> Mapping[str, Verdict]:
    """The verdicts after a change. Devices that shared all of theirs, and have the same now, share them again."""
    before = before or _NONE
    key = (id(before), *changed, *map(id, changed.values()))
    known = tx.kept.get(key)
    if known is None:
        verdicts = following(before, changed, tx.kept)
        # What is in the key is held beside it: nothing else can get the same id meanwhile.
        known = tx.kept[key] = (before, tuple(changed.values()), verdicts)
    found: Mapping[str, Verdict] = known[2]
    return found


def _ask(fleet: Fleet, book: CompiledPolicies, view: RuleInput, policies: Collection[Policy]) -> dict[str, Answer]:
    """What the policies that bind the device say, by id; those that do not remember share one activation."""
    device = view.device
    answers: dict[str, Answer] = {}
    asked: dict[str, Rule] = {}
    for policy in policies:
        if policy.retired_at is not None or not policy.selector.matches(device.kind, device.labels):
            continue
        rule = book.rule(fleet, policy)
        if not isinstance(rule, Rule):
            answers[policy.id] = Answer(Compliance.UNKNOWN, {}, str(rule))
        elif (known := rule.known(view)) is not None:
            answers[policy.id] = known
        else:
            asked[policy.id] = rule
    if asked:
        values = activation(view, {path for rule in asked.values() for path in rule.inputs})
        answers.update({id: rule.answer(view, values) for id, rule in asked.items()})
    return answers


def _showed_modem(tx: Transaction, device: Device, before: Verdict | None) -> bool:
    """True while a violation is open in which the rule saw a radio: a device cannot talk itself out of that."""
    held = before.violation if before is not None else None
    violation = tx.find(Violation, device.enterprise, held) if held is not None else None
    return violation is not None and shows_modem(violation.evidence)


def _verdict(
    tx: Transaction,
    fleet: Fleet,
    device: Device,
    state: DeviceState,
    policy: Policy,
    before: Verdict | None,
    answer: Answer,
    status: Compliance,
) -> Verdict:
    if (
        before is not None
        and before.status is status
        and before.version == policy.version
        and before.reason == answer.reason
    ):
        return before
    since = before.since if before is not None and before.status is status else tx.now
    held = before.violation if before is not None else None
    if status is Compliance.VIOLATING:
        held = _open(tx, fleet, device, state, policy, held, answer)
    elif status is Compliance.EXCUSED and held is not None:
        _excuse(tx, device, policy, held, works_on(fleet, device.labels))
    elif status in _ENDS and held is not None:
        _clear(tx, device, policy, held, _ENDS[status])
        held = None
    # NOTE: an unknown verdict keeps its violation open: withholding a fact must not be a way out of quarantine.
    if held is not None and policy.mode is not Mode.ENFORCE:
        violation = tx.find(Violation, device.enterprise, held)
        if violation is not None:
            stand_down(tx, device, violation, 'the policy only audits now', release=True)
    if held is not None:
        return Verdict(status, since, policy.version, held, answer.evidence, answer.reason)
    key = (since, policy.version, status, id(answer))
    kept: tuple[Verdict, Answer] | None = tx.kept.get(key)
    if kept is None:
        evidence = answer.evidence if status not in _ENDS else None
        verdict = Verdict(status, since, policy.version, None, evidence, answer.reason)
        kept = tx.kept[key] = (verdict, answer)
    return kept[0]


def _open(
    tx: Transaction, fleet: Fleet, device: Device, state: DeviceState, policy: Policy, held: str | None, answer: Answer
) -> str:
    violation = tx.find(Violation, device.enterprise, held) if held is not None else None
    if violation is None:
        violation = Violation(
            id=new_id(),
            enterprise=device.enterprise,
            device=device.id,
            policy=policy.id,
            policy_version=policy.version,
            severity=policy.severity,
            opened_at=tx.now,
            evidence=answer.evidence,
            tower=state.tower,
        )
        tx.note(
            ViolationOpened(
                **tx.about(device),
                violation=violation.id,
                policy=policy.id,
                policy_name=policy.name,
                severity=policy.severity,
                evidence=answer.evidence,
                tower=state.tower,
            )
        )
        policy_broken(tx, policy, device)
    else:
        violation = replace(
            violation,
            excused_at=None,
            severity=policy.severity,
            policy_version=policy.version,
            evidence=answer.evidence,
        )
    tx.put(violation)
    enforce_now(tx, fleet, device, state, policy, violation)
    return violation.id


def _excuse(tx: Transaction, device: Device, policy: Policy, held: str, works: MaintenanceWindow | None) -> None:
    violation = tx.find(Violation, device.enterprise, held)
    if violation is None or violation.excused_at is not None:
        return
    violation = replace(violation, excused_at=tx.now)
    tx.put(violation)
    because = f'planned works: {works.name}' if works is not None else 'its serving tower is down or in maintenance'
    tx.note(
        ViolationExcused(
            **tx.about(device), violation=violation.id, policy=policy.id, policy_name=policy.name, because=because
        )
    )
    stand_down(tx, device, violation, because, release=False)


def _clear(tx: Transaction, device: Device, policy: Policy, held: str, because: str) -> None:
    violation = tx.find(Violation, device.enterprise, held)
    if violation is None:
        return
    violation = replace(violation, cleared_at=tx.now, cleared_because=because, excused_at=None)
    tx.put(violation)
    tx.note(
        ViolationCleared(
            **tx.about(device),
            violation=violation.id,
            policy=policy.id,
            policy_name=policy.name,
            because=because,
            open_s=tx.now - violation.opened_at,
        )
    )
    policy_kept(tx, policy, device)
    stand_down(tx, device, violation, because, release=True)


def _unbound(tx: Transaction, device: Device, policy: Policy, before: Verdict | None) -> None:
    if before is not None and before.violation is not None:
        because = (
            'the policy was retired' if policy.retired_at is not None else 'the policy no longer selects the device'
        )
        _clear(tx, device, policy, before.violation, because)
