"""Policies: checked as they are typed, previewed before they bite, saved, retired; and the starter set."""

from dataclasses import replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.access.shares import Shares
from domain.changes.reevaluation import Reevaluation
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict
from domain.common.ids import new_id
from domain.common.text import folded
from domain.common.versions import check_version, differences
from domain.devices.model import Device
from domain.policies.alerts import policy_retired, rule_troubled
from domain.policies.events import PolicyRetired, PolicySaved
from domain.policies.input import NewPolicy, policy_of
from domain.policies.model import Policy
from domain.policies.preview import Asking, Preview
from domain.rules.language import Rule

_FIELDS = ('name', 'rule', 'description', 'severity', 'selector', 'mode', 'grace_s', 'action')


class PolicyService:
    """Changes to policies."""

    def __init__(self, *, transactor: Transactor, reevaluation: Reevaluation, shares: Shares) -> None:
        self._transactor = transactor
        self._reevaluation = reevaluation
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
            policy_retired(tx, retired)
            tx.note(PolicyRetired(**tx.about(policy, actor.name)))
            return retired

        policy = await self._transactor.transact(decide, actor=actor)
        await self._reevaluation.policy(policy)
        return policy

    async def preview(self, actor: Actor, new: NewPolicy, *, policy_id: str | None = None, most: int = 2000) -> Preview:
        """Ask the rule of the devices it would bind, at most ``most`` of them, without changing anything; ``policy_id`` is the policy
        that would be changed. Raises ``RuleError`` with line and column for what could not be saved.

        It is done in slices while the fleet moves. Raises ``TooMuchAtOnce`` when the actor has enough under way.
        """
        actor.require(Permission.POLICIES_READ)
        async with self._shares.place(actor, 'previews'):
            async with self._shares.slice(actor.enterprise):
                fleet = self._transactor.fleets.seen_by(actor)
                base = fleet[Policy].get(policy_id) if policy_id is not None else None
                asking = Asking(fleet, base, new, self._transactor.clock(), most)
                devices = list(asking.fleet[Device].values())
            await self._shares.each(actor.enterprise, devices, asking.ask)
        return asking.preview()

    async def _checked(self, base: Policy, new: NewPolicy) -> Policy:
        async with self._shares.slice(base.enterprise):
            return policy_of(base, new)

    async def _save(self, actor: Actor, policy: Policy, version: int | None) -> Policy:
        def decide(tx: Transaction) -> Policy:
            before = tx.need(Policy, actor.enterprise, policy.id) if version is not None else None
            if before is not None and version is not None:
                check_version(before.version, version)
            for other in tx.all(Policy, actor.enterprise):
                if other.id != policy.id and other.retired_at is None and folded(other.name) == folded(policy.name):
                    raise Conflict(f'there is a policy named {other.name}', field='name')
            changes = differences(before, policy, _FIELDS)
            if before is not None and not changes:
                return before
            number = before.version + 1 if before is not None else 1
            after = replace(policy, version=number, changed_at=tx.now)
            tx.put(after)
            rule_troubled(tx, after, '')
            tx.note(PolicySaved(**tx.about(after, actor.name), created=before is None, version=number, changes=changes))
            return after

        saved = await self._transactor.transact(decide, actor=actor)
        await self._reevaluation.policy(saved)
        return saved
