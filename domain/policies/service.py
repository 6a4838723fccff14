"""Policies: checked as they are typed, previewed before they bite, saved, retired; and the starter set."""

from dataclasses import replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.model import rule_key
from domain.alerts.raising import clear_alert
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict
from domain.common.ids import new_id
from domain.common.shares import Shares
from domain.common.versions import check_version, differences
from domain.compliance.preview import Preview
from domain.compliance.reevaluation import Reevaluator
from domain.devices.compliance import Compliance
from domain.devices.model import Device
from domain.fleet.fleet import Fleet
from domain.journal.model import Subject
from domain.policies.events import PolicyRetired, PolicySaved
from domain.policies.input import NewPolicy, _policy
from domain.policies.model import Mode, Policy
from domain.rules.language import Rule, RuleInput

_FIELDS = ('name', 'rule', 'description', 'severity', 'selector', 'mode', 'grace_s', 'action')


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
        seen = RuleInput(device, state, tower, self.fleet.tower_states.get(state.tower or ''), self._now)
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

    def __init__(self, *, transactor: Transactor, reevaluator: Reevaluator, shares: Shares) -> None:
        self._transactor = transactor
        self._reevaluator = reevaluator
        self._shares = shares

    async def check(self, actor: Actor, text: str) -> Rule:
        """The rule that a text is. Raises ``RuleError`` with line and column."""
        actor.require(Permission.POLICIES_READ)
        async with self._shares.place(actor, 'checks of a rule'), self._shares.slice(actor.enterprise):
            return Rule(text.strip())

    async def add(self, actor: Actor, new: NewPolicy) -> Policy:
        """Save a new policy and judge the fleet by it. Raises ``RuleError`` with line and column for a broken rule."""
        actor.require(Permission.POLICIES_WRITE)
        now = self._transactor.clock()
        blank = Policy(id=new_id(), enterprise=actor.enterprise, name='', rule='', created_at=now, changed_at=now)
        return await self._save(actor, await self._checked(blank, new), None)

    async def change(self, actor: Actor, policy_id: str, version: int, new: NewPolicy) -> Policy:
        """Save a changed policy and judge the fleet by it; ``Stale`` unless ``version`` is its newest. Nothing new leaves no trace."""
        actor.require(Permission.POLICIES_WRITE)
        before = self._transactor.fleets.of(actor.enterprise).need(Policy, policy_id)
        return await self._save(actor, await self._checked(before, new), version)

    async def retire(self, actor: Actor, policy_id: str, version: int) -> Policy:
        """Take a policy out: its violations end, what it quarantined is released."""
        actor.require(Permission.POLICIES_WRITE)

        def decide(tx: Transaction) -> Policy:
            policy = tx.need(Policy, actor.enterprise, policy_id)
            check_version(policy.version, version)
            retired = replace(policy, retired_at=tx.now, changed_at=tx.now, version=policy.version + 1)
            tx.put(retired)
            clear_alert(tx, actor.enterprise, f'policy/{policy_id}')
            clear_alert(tx, actor.enterprise, rule_key(policy_id))
            subject = Subject('policy', policy.id, policy.name)
            tx.note(PolicyRetired(at=tx.now, enterprise=actor.enterprise, subject=subject, by=actor.name))
            return retired

        policy = await self._transactor.transact(decide, actor=actor)
        await self._reevaluator.policy(policy)
        return policy

    async def preview(self, actor: Actor, new: NewPolicy, *, most: int = 2000) -> Preview:
        """Ask the rule of the devices it would bind, at most ``most`` of them, without changing anything.

        It is done in slices while the fleet moves. Raises ``TooMuchAtOnce`` when the actor has enough under way.
        """
        actor.require(Permission.POLICIES_READ)
        async with self._shares.place(actor, 'previews'):
            async with self._shares.slice(actor.enterprise):
                asking = _Asking(self._transactor.fleets.seen_by(actor), new, self._transactor.clock(), most)
                devices = list(asking.fleet.devices.values())
            await self._shares.each(actor.enterprise, devices, asking.ask)
        return asking.preview()

    async def _checked(self, base: Policy, new: NewPolicy) -> Policy:
        async with self._shares.slice(base.enterprise):
            return _policy(base, new)

    async def _save(self, actor: Actor, policy: Policy, version: int | None) -> Policy:
        def decide(tx: Transaction) -> Policy:
            before = tx.need(Policy, actor.enterprise, policy.id) if version is not None else None
            if before is not None and version is not None:
                check_version(before.version, version)
            for other in tx.all(Policy, actor.enterprise):
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
            after = replace(policy, version=number, changed_at=tx.now)
            tx.put(after)
            clear_alert(tx, actor.enterprise, rule_key(after.id))
            tx.note(
                PolicySaved(
                    at=tx.now,
                    enterprise=actor.enterprise,
                    subject=Subject('policy', after.id, after.name),
                    by=actor.name,
                    created=before is None,
                    version=number,
                    changes=changes,
                )
            )
            return after

        saved = await self._transactor.transact(decide, actor=actor)
        await self._reevaluator.policy(saved)
        return saved
