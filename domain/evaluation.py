"""Policies on devices: which rules a change concerns, what they answer, and what follows from a changed verdict.

Evaluation is change-driven: a check-in asks only the rules that read what it changed. Nothing here waits or writes by itself; it
decides on a draft of the road.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from domain.alerting import policy_broken, policy_kept
from domain.devices import Device, DeviceState
from domain.draft import Draft
from domain.enforcement import enforce_now, stand_down
from domain.facts import GROUPS
from domain.fleet import Fleet
from domain.ids import new_id
from domain.journal import Subject, ViolationCleared, ViolationExcused, ViolationOpened
from domain.policies import Compliance, Policy, Verdict, compliance
from domain.rules import Answer, Rule, RuleError, View, activation
from domain.towers import Tower, TowerState, TowerStatus
from domain.violations import Violation

_BASES: Mapping[str, tuple[str, ...]] = {
    'os.patch_age_days': ('patch_level',),
    'storage.free_percent': ('free_bytes', 'total_bytes'),
    'radio.plmn': ('mcc', 'mnc'),
    'radio.cell': ('mcc', 'mnc', 'tac', 'cell_id'),
}
_GROUPS = frozenset(GROUPS)
EXCUSING = frozenset({TowerStatus.DOWN, TowerStatus.MAINTENANCE})


@dataclass(slots=True)
class _Book:
    """The compiled rules of one enterprise, and who reads what."""

    moved: int = -1
    rules: dict[tuple[str, int], Rule | RuleError] = field(default_factory=dict)
    readers: dict[str, list[tuple[tuple[str, ...], Policy]]] = field(default_factory=dict)
    tower_readers: list[Policy] = field(default_factory=list)
    timed: list[Policy] = field(default_factory=list)


class RuleBook:
    """Compiled rules of all enterprises; compiled again only when a policy was saved."""

    def __init__(self) -> None:
        self._books: dict[str, _Book] = {}

    def rule(self, fleet: Fleet, policy: Policy) -> Rule | RuleError:
        """The policy's compiled rule, or why it does not compile (a rule from before an upgrade)."""
        book = self._of(fleet)
        key = (policy.id, policy.version)
        if key not in book.rules:
            try:
                book.rules[key] = Rule(policy.rule)
            except RuleError as error:
                book.rules[key] = error
        return book.rules[key]

    def concerned(self, fleet: Fleet, before: DeviceState, after: DeviceState) -> list[Policy]:
        """The policies that read something which differs between two states of a device."""
        book = self._of(fleet)
        policies: dict[str, Policy] = {}
        old, new = before.facts, after.facts
        if old is not new:
            for group in book.readers.keys() & _GROUPS:
                self._compare(book, group, getattr(old, group), getattr(new, group), policies)
            for name in ('uptime_s', 'custom'):
                if name in book.readers and getattr(old, name) != getattr(new, name):
                    policies.update((policy.id, policy) for _, policy in book.readers[name])
        if before.radio is not after.radio:
            self._compare(book, 'radio', before.radio, after.radio, policies)
        if before.tower != after.tower:
            policies.update((policy.id, policy) for policy in book.tower_readers)
        if before.quarantined is not after.quarantined:
            policies.update((policy.id, policy) for _, policy in book.readers.get('quarantined', ()))
        return list(policies.values())

    def timed(self, fleet: Fleet) -> list[Policy]:
        """The policies whose answer can change while nothing but the clock moves."""
        return self._of(fleet).timed

    def _compare(self, book: _Book, group: str, old: object, new: object, policies: dict[str, Policy]) -> None:
        if old is new:
            return
        for names, policy in book.readers.get(group, ()):
            for name in names:
                if getattr(old, name, None) != getattr(new, name, None):
                    policies[policy.id] = policy
                    break

    def _of(self, fleet: Fleet) -> _Book:
        book = self._books.get(fleet.enterprise.id)
        if book is None or book.moved != fleet.policies_moved:
            book = self._books[fleet.enterprise.id] = self._write(fleet, book)
        return book

    def _write(self, fleet: Fleet, old: _Book | None) -> _Book:
        book = _Book(fleet.policies_moved)
        self._books[fleet.enterprise.id] = book
        readers: defaultdict[str, list[tuple[tuple[str, ...], Policy]]] = defaultdict(list)
        for policy in fleet.policies.values():
            key = (policy.id, policy.version)
            if old is not None and key in old.rules:
                book.rules[key] = old.rules[key]
            rule = self.rule(fleet, policy)
            if isinstance(rule, RuleError):
                continue
            for path in rule.paths:
                root, name, *rest = path.split('.')
                if root == 'device':
                    inner = '.'.join([name, *rest])
                    readers[name].append((_BASES.get(inner, tuple(rest)), policy))
            if rule.reads_tower:
                book.tower_readers.append(policy)
            if rule.timed:
                book.timed.append(policy)
        book.readers = dict(readers)
        return book


def excused(tower: Tower | None, state: TowerState | None) -> bool:
    """True for a device behind a dead or maintained tower: it cannot be held against it, or be acted upon."""
    return tower is not None and state is not None and state.status in EXCUSING


def judge(
    draft: Draft, fleet: Fleet, book: RuleBook, device: Device, state: DeviceState, policies: Collection[Policy]
) -> DeviceState:
    """Ask these policies about the device; the state with the new verdicts, or the same state when nothing changed.

    Violations, their journal entries and enforcement go to the draft; putting the state is the caller's.
    """
    enterprise = fleet.enterprise.id
    tower = draft.find(Tower, enterprise, state.tower) if state.tower else None
    tower_state = draft.find(TowerState, enterprise, state.tower) if state.tower else None
    view = View(device, state, tower, tower_state, draft.now)
    excuse = excused(tower, tower_state)
    bound = {
        policy.id: book.rule(fleet, policy)
        for policy in policies
        if policy.retired_at is None and policy.selector.matches(device.kind, device.labels)
    }
    values = activation(view, {path for rule in bound.values() if isinstance(rule, Rule) for path in rule.paths})
    verdicts: dict[str, Verdict] | None = None
    for policy in policies:
        before = state.verdicts.get(policy.id)
        rule = bound.get(policy.id)
        if rule is None:
            _unbound(draft, device, policy, before)
            after = None
        else:
            usable = isinstance(rule, Rule)
            answer = (
                rule.answer(view, values) if isinstance(rule, Rule) else Answer(Compliance.UNKNOWN, {}, rule.detail)
            )
            excusable = usable and excuse and answer.status is Compliance.VIOLATING
            status = Compliance.EXCUSED if excusable else answer.status
            after = _verdict(draft, fleet, device, state, policy, before, answer, status)
        if after is not before:
            if verdicts is None:
                verdicts = dict(state.verdicts)
            if after is None:
                del verdicts[policy.id]
            else:
                verdicts[policy.id] = after
    if verdicts is None:
        return state
    whole = compliance(verdicts.values())
    since = state.compliance_since if whole is state.compliance else draft.now
    return replace(state, verdicts=verdicts, compliance=whole, compliance_since=since)


def _verdict(
    draft: Draft,
    fleet: Fleet,
    device: Device,
    state: DeviceState,
    policy: Policy,
    before: Verdict | None,
    answer: Answer,
    status: Compliance,
) -> Verdict:
    if before is not None and (before.status, before.version, before.reason) == (status, policy.version, answer.reason):
        return before
    since = before.since if before is not None and before.status is status else draft.now
    held = before.violation if before is not None else None
    if status is Compliance.VIOLATING:
        held = _open(draft, fleet, device, state, policy, held, answer)
    elif status is Compliance.EXCUSED and held is not None:
        _excuse(draft, device, policy, held)
    elif status is Compliance.COMPLIANT and held is not None:
        _clear(draft, device, policy, held, 'the device complies again')
        held = None
    # NOTE: an unknown verdict keeps its violation open: withholding a fact must not be a way out of quarantine.
    evidence = None if status is Compliance.COMPLIANT else answer.evidence
    return Verdict(status, since, policy.version, held, evidence, answer.reason)


def _open(
    draft: Draft, fleet: Fleet, device: Device, state: DeviceState, policy: Policy, held: str | None, answer: Answer
) -> str:
    violation = draft.find(Violation, device.enterprise, held) if held is not None else None
    if violation is None:
        violation = Violation(
            id=new_id(),
            enterprise=device.enterprise,
            device=device.id,
            policy=policy.id,
            policy_version=policy.version,
            severity=policy.severity,
            opened_at=draft.now,
            evidence=answer.evidence,
            tower=state.tower,
        )
        draft.note(
            ViolationOpened(
                at=draft.now,
                enterprise=device.enterprise,
                subject=_subject(device),
                violation=violation.id,
                policy=policy.id,
                policy_name=policy.name,
                severity=policy.severity,
                evidence=answer.evidence,
                tower=state.tower,
            )
        )
        policy_broken(draft, policy, device)
    else:
        violation = replace(
            violation,
            excused_at=None,
            severity=policy.severity,
            policy_version=policy.version,
            evidence=answer.evidence,
        )
    draft.put(violation)
    enforce_now(draft, fleet, device, state, policy, violation)
    return violation.id


def _excuse(draft: Draft, device: Device, policy: Policy, held: str) -> None:
    violation = draft.find(Violation, device.enterprise, held)
    if violation is None or violation.excused_at is not None:
        return
    violation = replace(violation, excused_at=draft.now)
    draft.put(violation)
    because = 'its serving tower is down or in maintenance'
    draft.note(
        ViolationExcused(
            at=draft.now,
            enterprise=device.enterprise,
            subject=_subject(device),
            violation=violation.id,
            policy=policy.id,
            policy_name=policy.name,
            because=because,
        )
    )
    stand_down(draft, device, violation, because, release=False)


def _clear(draft: Draft, device: Device, policy: Policy, held: str, because: str) -> None:
    violation = draft.find(Violation, device.enterprise, held)
    if violation is None:
        return
    violation = replace(violation, cleared_at=draft.now, cleared_because=because, excused_at=None)
    draft.put(violation)
    draft.note(
        ViolationCleared(
            at=draft.now,
            enterprise=device.enterprise,
            subject=_subject(device),
            violation=violation.id,
            policy=policy.id,
            policy_name=policy.name,
            because=because,
            open_s=draft.now - violation.opened_at,
        )
    )
    policy_kept(draft, policy, device)
    stand_down(draft, device, violation, because, release=True)


def _unbound(draft: Draft, device: Device, policy: Policy, before: Verdict | None) -> None:
    if before is not None and before.violation is not None:
        because = (
            'the policy was retired' if policy.retired_at is not None else 'the policy no longer selects the device'
        )
        _clear(draft, device, policy, before.violation, because)


def _subject(device: Device) -> Subject:
    return Subject('device', device.id, device.name)
