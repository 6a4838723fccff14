"""The compiled rules of every enterprise, and which of them a change concerns.

Evaluation is change-driven: a check-in asks only the rules that read what it changed.
"""

from dataclasses import dataclass, field

from domain.compliance.readers import Readers
from domain.devices.compliance import Compliance
from domain.devices.model import DeviceState
from domain.fleet.fleet import Fleet
from domain.policies.alerts import NOT_ASKED
from domain.policies.live import PolicyRevision
from domain.policies.model import Policy
from domain.rules.language import Rule, RuleError
from domain.towers.model import TowerState
from domain.towers.status import talks

SUSPENDED = 'its rule took too long; it answers unknown until it is saved anew'
_EXCUSABLE = frozenset({Compliance.VIOLATING, Compliance.EXCUSED})


@dataclass(slots=True)
class _Book:
    """The compiled rules of one enterprise, and who reads what."""

    moved: int = -1
    rules: dict[tuple[str, int], Rule | RuleError] = field(default_factory=dict)
    readers: Readers[Policy] = field(default_factory=Readers)


class CompiledPolicies:
    """Compiled rules of all enterprises; compiled again only when a policy was saved."""

    def __init__(self) -> None:
        self._books: dict[str, _Book] = {}

    def rule(self, fleet: Fleet, policy: Policy) -> Rule | RuleError:
        """The policy's compiled rule, or why it does not compile (a rule from before an upgrade)."""
        book = self._of(fleet)
        key = (policy.id, policy.version)
        rule = book.rules.get(key)
        if rule is None:
            try:
                rule = Rule(policy.rule, stored=True)
            except RuleError as error:
                rule = error
            alert = NOT_ASKED.open_in(fleet, policy.id)
            told = alert is not None and alert.detail == SUSPENDED and alert.changed_at >= policy.changed_at
            if told and isinstance(rule, Rule):  # before a restart
                rule.suspend()
            book.rules[key] = rule
        return rule

    def trouble(self, fleet: Fleet, policy: Policy) -> str:
        """Why the policy's rule is not asked: it took too long, or it cannot be used. Empty for one that is."""
        rule = self.rule(fleet, policy)
        if isinstance(rule, RuleError):
            return f'its rule cannot be used: {rule}'[:500]
        return SUSPENDED if rule.suspended else ''

    def concerned(self, fleet: Fleet, before: DeviceState, after: DeviceState) -> list[Policy]:
        """The policies that read something which differs between two states of a device."""
        policies = self._of(fleet).readers.concerned(before, after)
        if before.tower != after.tower or _begins_to_talk(fleet, before, after):
            for id, verdict in after.verdicts.items():
                if verdict.status in _EXCUSABLE and id in fleet[Policy]:
                    policies[id] = fleet[Policy][id]
        return list(policies.values())

    def tower_readers(self, fleet: Fleet) -> list[Policy]:
        """The policies that read something of the serving tower."""
        return self._of(fleet).readers.of_tower

    def timed(self, fleet: Fleet) -> list[Policy]:
        """The policies whose answer can change while nothing but the clock moves."""
        return self._of(fleet).readers.timed

    def _of(self, fleet: Fleet) -> _Book:
        book = self._books.get(fleet.enterprise.id)
        if book is None or book.moved != fleet.index(PolicyRevision).number:
            book = self._books[fleet.enterprise.id] = self._write(fleet, book)
        return book

    def _write(self, fleet: Fleet, old: _Book | None) -> _Book:
        book = _Book(fleet.index(PolicyRevision).number)
        self._books[fleet.enterprise.id] = book
        asked: list[tuple[Policy, Rule]] = []
        for policy in fleet[Policy].values():
            key = (policy.id, policy.version)
            if old is not None and key in old.rules:
                book.rules[key] = old.rules[key]
            if isinstance(rule := self.rule(fleet, policy), Rule):
                asked.append((policy, rule))
        book.readers = Readers(asked)
        return book


def _begins_to_talk(fleet: Fleet, before: DeviceState, after: DeviceState) -> bool:
    """True for the first word through a tower that is down: the device is excused no longer."""
    tower = fleet[TowerState].get(after.tower) if after.tower is not None else None
    return talks(tower, after.observed_at) and not talks(tower, before.observed_at)
