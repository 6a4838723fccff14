"""Policies: checked as they are typed, previewed before they bite, saved, retired; and the starter set."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.access import Actor, Permission
from domain.alerting import clear_alert
from domain.alerts import rule_key
from domain.commands import Action
from domain.devices import Device, Kind
from domain.draft import Draft
from domain.edits import check_version, differences
from domain.errors import Conflict, Invalid
from domain.fleet import Fleet
from domain.ids import new_id
from domain.journal import PolicyRetired, PolicySaved, Subject
from domain.policies import Compliance, Mode, Policy, Selector, Severity
from domain.reconsider import Reconsider
from domain.road import Road
from domain.rules import Rule, View
from domain.shares import Shares
from domain.text import clean_labels, clean_line, clean_text

_PLMN = re.compile(r'[0-9]{3}-[0-9]{2,3}')
_FIELDS = ('name', 'rule', 'description', 'severity', 'selector', 'mode', 'grace_s', 'action')


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPolicy:
    """What a person says of a policy, see :class:`domain.policies.Policy`."""

    name: str
    rule: str
    description: str = ''
    severity: Severity = Severity.MINOR
    selector: Selector = Selector()
    mode: Mode = Mode.AUDIT
    grace_s: int = 0
    action: Action = Action.QUARANTINE


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would say now of the ``asked`` of the ``selected`` devices, which are all of them or a sample: devices by answer, the
    worst-hit towers, examples by name, commands it would send at once."""

    selected: int
    asked: int
    counts: Mapping[Compliance, int]
    towers: Mapping[str, int]
    examples: tuple[str, ...]
    commands: int


class _Asking:
    """A preview under way."""

    def __init__(self, fleet: Fleet, new: NewPolicy, now: float, most: int) -> None:
        self.fleet = fleet
        self._rule = Rule(new.rule)
        self._new = new
        self._now = now
        self._most = most
        self._counts: dict[Compliance, int] = dict.fromkeys(Compliance, 0)
        self._towers: dict[str, int] = {}
        self._examples: list[str] = []
        self._selected = 0

    def ask(self, device: Device) -> None:
        """One more device."""
        state = self.fleet.state_of(device.id)
        if state.last_seen is None or not self._new.selector.matches(device.kind, device.labels):
            return
        self._selected += 1
        if self._selected > self._most:
            return
        tower = self.fleet.towers.get(state.tower or '')
        seen = View(device, state, tower, self.fleet.tower_states.get(state.tower or ''), self._now)
        answer = self._rule.ask(seen)
        self._counts[answer.status] += 1
        if answer.status is Compliance.VIOLATING:
            name = tower.name if tower is not None else 'no known tower'
            self._towers[name] = self._towers.get(name, 0) + 1
            if len(self._examples) < 5:
                self._examples.append(device.name)

    def preview(self) -> Preview:
        """What was said."""
        worst = dict(sorted(self._towers.items(), key=lambda item: -item[1])[:5])
        at_once = self._new.mode is Mode.ENFORCE and self._new.grace_s == 0
        commands = self._counts[Compliance.VIOLATING] if at_once else 0
        asked = min(self._selected, self._most)
        return Preview(self._selected, asked, self._counts, worst, tuple(self._examples), commands)


class PolicyService:
    """Changes to policies."""

    def __init__(self, *, road: Road, reconsider: Reconsider, shares: Shares) -> None:
        self._road = road
        self._reconsider = reconsider
        self._shares = shares

    async def check(self, actor: Actor, text: str) -> Rule:
        """The rule that a text is. Raises ``RuleError`` with line and column."""
        actor.require(Permission.POLICIES_READ)
        async with self._shares.place(actor, 'checks of a rule'), self._shares.slice(actor.enterprise):
            return Rule(text.strip())

    async def add(self, actor: Actor, new: NewPolicy) -> Policy:
        """Save a new policy and judge the fleet by it. Raises ``RuleError`` with line and column for a broken rule."""
        actor.require(Permission.POLICIES_WRITE)
        now = self._road.clock()
        blank = Policy(id=new_id(), enterprise=actor.enterprise, name='', rule='', created_at=now, changed_at=now)
        return await self._save(actor, await self._checked(blank, new), None)

    async def change(self, actor: Actor, policy_id: str, version: int, new: NewPolicy) -> Policy:
        """Save a changed policy and judge the fleet by it; ``Stale`` unless ``version`` is its newest. Nothing new leaves no trace."""
        actor.require(Permission.POLICIES_WRITE)
        before = self._road.fleets.of(actor.enterprise).need(Policy, policy_id)
        return await self._save(actor, await self._checked(before, new), version)

    async def retire(self, actor: Actor, policy_id: str, version: int) -> Policy:
        """Take a policy out: its violations end, what it quarantined is released."""
        actor.require(Permission.POLICIES_WRITE)

        def decide(draft: Draft) -> Policy:
            policy = draft.need(Policy, actor.enterprise, policy_id)
            check_version(policy.version, version)
            retired = replace(policy, retired_at=draft.now, changed_at=draft.now, version=policy.version + 1)
            draft.put(retired)
            clear_alert(draft, actor.enterprise, f'policy/{policy_id}')
            clear_alert(draft, actor.enterprise, rule_key(policy_id))
            subject = Subject('policy', policy.id, policy.name)
            draft.note(PolicyRetired(at=draft.now, enterprise=actor.enterprise, subject=subject, by=actor.name))
            return retired

        policy = await self._road.travel(decide, actor=actor)
        await self._reconsider.policy(policy)
        return policy

    async def preview(self, actor: Actor, new: NewPolicy, *, most: int = 2000) -> Preview:
        """Ask the rule of the devices it would bind, at most ``most`` of them, without changing anything.

        It is done in slices while the fleet moves. Raises ``TooMuchAtOnce`` when the actor has enough under way.
        """
        actor.require(Permission.POLICIES_READ)
        async with self._shares.place(actor, 'previews'):
            async with self._shares.slice(actor.enterprise):
                asking = _Asking(self._road.fleets.seen_by(actor), new, self._road.clock(), most)
                devices = list(asking.fleet.devices.values())
            await self._shares.each(actor.enterprise, devices, asking.ask)
        return asking.preview()

    async def _checked(self, base: Policy, new: NewPolicy) -> Policy:
        async with self._shares.slice(base.enterprise):
            return _policy(base, new)

    async def _save(self, actor: Actor, policy: Policy, version: int | None) -> Policy:
        def decide(draft: Draft) -> Policy:
            before = draft.need(Policy, actor.enterprise, policy.id) if version is not None else None
            if before is not None and version is not None:
                check_version(before.version, version)
            for other in draft.all(Policy, actor.enterprise):
                if (
                    other.id != policy.id
                    and other.retired_at is None
                    and other.name.casefold() == policy.name.casefold()
                ):
                    raise Conflict(f'there is a policy named {other.name}', field='name')
            changes = differences(before, policy, _FIELDS)
            if before is not None and not changes:
                return before
            number = before.version + 1 if before is not None else 1
            after = replace(policy, version=number, changed_at=draft.now)
            draft.put(after)
            clear_alert(draft, actor.enterprise, rule_key(after.id))
            draft.note(
                PolicySaved(
                    at=draft.now,
                    enterprise=actor.enterprise,
                    subject=Subject('policy', after.id, after.name),
                    by=actor.name,
                    created=before is None,
                    version=number,
                    changes=changes,
                )
            )
            return after

        saved = await self._road.travel(decide, actor=actor)
        await self._reconsider.policy(saved)
        return saved


def _policy(base: Policy, new: NewPolicy) -> Policy:
    if new.severity in (Severity.CLEARED, Severity.INDETERMINATE):
        raise Invalid('choose critical, major, minor or warning', field='severity')
    if not 0 <= new.grace_s <= 90 * 86_400:
        raise Invalid('must be 0 seconds to 90 days', field='grace_s')
    unknown = [kind for kind in new.selector.kinds if kind not in set(Kind)]
    if unknown:
        raise Invalid(f'there is no kind {unknown[0][:40]!r}; kinds are {", ".join(Kind)}', field='selector.kinds')
    if new.action is not Action.QUARANTINE:
        raise Invalid('a policy can quarantine', field='action')
    rule = new.rule.strip()
    Rule(rule)
    return replace(
        base,
        name=clean_line(new.name, 'name'),
        rule=rule,
        description=clean_text(new.description, 'description'),
        severity=new.severity,
        selector=Selector(tuple(sorted(new.selector.kinds)), clean_labels(new.selector.labels, 'selector.labels')),
        mode=new.mode,
        grace_s=new.grace_s,
        action=new.action,
    )


def checked_networks(plmns: Sequence[str]) -> tuple[str, ...]:
    """Networks of an enterprise as MCC-MNC (``204-08``); raises ``Invalid``."""
    odd = next((plmn for plmn in plmns if not _PLMN.fullmatch(plmn)), None)
    if odd is not None:
        raise Invalid(f'write a network as MCC-MNC, such as 204-08, not {odd[:40]!r}', field='plmn')
    return tuple(plmns)


def starter_policies(plmns: tuple[str, ...] = ()) -> list[NewPolicy]:
    """Policies worth having from the first day, all in audit; the last one only when the enterprise names its networks (PLMNs)."""
    mobile = Selector(kinds=(Kind.LAPTOP, Kind.PHONE, Kind.TABLET))
    policies = [
        NewPolicy(
            name='Patch level ≤ 60 days',
            rule='device.os.patch_age_days <= 60',
            description='Security fixes older than two months are known to attackers.',
            severity=Severity.MAJOR,
        ),
        NewPolicy(
            name='Disk encryption on',
            rule='device.storage.encrypted',
            description='A lost device must not give away its data.',
            severity=Severity.MAJOR,
            selector=mobile,
        ),
        NewPolicy(
            name='Not rooted',
            rule='!device.security.rooted',
            description='A rooted or jailbroken device can lie about everything else.',
            severity=Severity.CRITICAL,
            selector=mobile,
        ),
        NewPolicy(
            name='No 2G',
            rule='device.radio.rat != "GSM"',
            description='GSM does not authenticate the network: a false cell can listen in (3GPP TR 33.809).',
            severity=Severity.MINOR,
        ),
        NewPolicy(
            name='Free storage ≥ 10 %',
            rule='device.storage.free_percent >= 10.0',
            description='A full disk stops updates and logs.',
            severity=Severity.WARNING,
        ),
    ]
    if plmns:
        listed = ', '.join(f'"{plmn}"' for plmn in plmns)
        policies.append(
            NewPolicy(
                name='Only our networks',
                rule=f'device.radio.plmn in [{listed}]',
                description='Devices stay on the networks we have contracts with.',
                severity=Severity.MINOR,
            )
        )
    return policies
