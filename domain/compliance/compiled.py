"""The compiled rules of every enterprise, and which of them a change concerns.

Evaluation is change-driven: a check-in asks only the rules that read what it changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from domain.devices.compliance import Compliance
from domain.devices.facts import GROUPS, Facts
from domain.devices.model import DeviceState
from domain.devices.modem import says_none
from domain.fleet.fleet import Fleet
from domain.policies.alerts import NOT_ASKED
from domain.policies.live import PolicyRevision
from domain.policies.model import Policy
from domain.rules.applicability import reads_modem
from domain.rules.language import Rule, RuleError
from domain.rules.vocabulary import OF_NETWORK
from domain.towers.model import TowerState
from domain.towers.status import talks

_BASES: Mapping[str, tuple[str, ...]] = {
    'os.patch_age_days': ('patch_level',),
    'storage.free_percent': ('free_bytes', 'total_bytes'),
    'radio.plmn': ('mcc', 'mnc'),
    'radio.cell': ('mcc', 'mnc', 'tac', 'cell_id'),
}
_NOBODY: Mapping[str, list[Policy]] = {}
_groups_of: Callable[[Facts], tuple[Any, ...]] = attrgetter(*GROUPS)
SUSPENDED = 'its rule took too long; it answers unknown until it is saved anew'
_EXCUSABLE = frozenset({Compliance.VIOLATING, Compliance.EXCUSED})


Readers = Mapping[str, list[Policy]]
"""The policies that read a group (or a fact of its own), by the name in it that they read."""


@dataclass(slots=True)
class _Book:
    """The compiled rules of one enterprise, and who reads what."""

    moved: int = -1
    rules: dict[tuple[str, int], Rule | RuleError] = field(default_factory=dict)
    readers: Mapping[str, Readers] = field(default_factory=dict)
    groups: tuple[Readers, ...] = (_NOBODY,) * len(GROUPS)
    """Of each group of facts, who reads it."""
    tower_readers: list[Policy] = field(default_factory=list)
    network_readers: list[Policy] = field(default_factory=list)
    """Those that read the network, whose form follows the serving tower."""
    timed: list[Policy] = field(default_factory=list)
    modem_readers: list[Policy] = field(default_factory=list)


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
        book = self._of(fleet)
        policies: dict[str, Policy] = {}
        old, new = before.facts, after.facts
        if old is not new:
            for readers, left, right in zip(book.groups, _groups_of(old), _groups_of(new), strict=True):
                if left is not right and readers:
                    _compare(readers, left, right, policies)
            for name in ('uptime_s', 'custom'):
                if name in book.readers and getattr(old, name) != getattr(new, name):
                    policies.update((policy.id, policy) for some in book.readers[name].values() for policy in some)
        if before.radio is not after.radio:
            _compare(book.readers.get('radio', _NOBODY), before.radio, after.radio, policies)
        if book.modem_readers and says_none(before) is not says_none(after):
            policies.update((policy.id, policy) for policy in book.modem_readers)
        if before.tower != after.tower:
            policies.update((policy.id, policy) for policy in (*book.tower_readers, *book.network_readers))
        if before.tower != after.tower or _begins_to_talk(fleet, before, after):
            for id, verdict in after.verdicts.items():
                if verdict.status in _EXCUSABLE and id in fleet[Policy]:
                    policies[id] = fleet[Policy][id]
        return list(policies.values())

    def tower_readers(self, fleet: Fleet) -> list[Policy]:
        """The policies that read something of the serving tower."""
        return self._of(fleet).tower_readers

    def timed(self, fleet: Fleet) -> list[Policy]:
        """The policies whose answer can change while nothing but the clock moves."""
        return self._of(fleet).timed

    def _of(self, fleet: Fleet) -> _Book:
        book = self._books.get(fleet.enterprise.id)
        if book is None or book.moved != fleet.index(PolicyRevision).number:
            book = self._books[fleet.enterprise.id] = self._write(fleet, book)
        return book

    def _write(self, fleet: Fleet, old: _Book | None) -> _Book:
        book = _Book(fleet.index(PolicyRevision).number)
        self._books[fleet.enterprise.id] = book
        readers: dict[str, dict[str, list[Policy]]] = {}
        for policy in fleet[Policy].values():
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
                    for each in _BASES.get(inner, tuple(rest)) or ('',):
                        found = readers.setdefault(name, {}).setdefault(each, [])
                        if policy not in found:
                            found.append(policy)
            if rule.reads_tower:
                book.tower_readers.append(policy)
            if not OF_NETWORK.isdisjoint(rule.paths):
                book.network_readers.append(policy)
            if rule.timed:
                book.timed.append(policy)
            if reads_modem(rule):
                book.modem_readers.append(policy)
        book.readers = readers
        book.groups = tuple(readers.get(group, _NOBODY) for group in GROUPS)
        return book


def _compare(readers: Readers, old: object, new: object, policies: dict[str, Policy]) -> None:
    """Put in ``policies`` who reads a name that differs between two versions of a group."""
    for name, reading in readers.items():
        if getattr(old, name, None) != getattr(new, name, None):
            for policy in reading:
                policies[policy.id] = policy


def _begins_to_talk(fleet: Fleet, before: DeviceState, after: DeviceState) -> bool:
    """True for the first word through a tower that is down: the device is excused no longer."""
    tower = fleet[TowerState].get(after.tower) if after.tower is not None else None
    return talks(tower, after.observed_at) and not talks(tower, before.observed_at)
