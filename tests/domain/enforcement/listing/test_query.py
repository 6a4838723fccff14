"""The list of open violations: whatever rows stream in, every filter, order and count equals a walk over the rows."""

from collections import Counter
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.access.enterprises import Enterprise
from domain.access.scopes import Scope
from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.devices.actions import Action
from domain.devices.model import Device, DeviceKind, DeviceState
from domain.enforcement.listing.query import (
    AGES,
    VIOLATION_SORTS,
    Age,
    ViolationQuery,
    checked_violations,
    find_violations,
    violations_in_order,
)
from domain.enforcement.listing.responses import Response, response
from domain.enforcement.model import Command, CommandState
from domain.fleet.fleet import Fleet
from domain.fleet.scoped import ScopedFleet
from domain.kinds import LIVE
from domain.policies.model import Mode, Policy
from domain.policies.violations import Violation
from domain.towers.model import Tower, TowerKind

ENT, NOW = 'ent', 10_000_000.0
DEVICES, POLICIES, COMMANDS = ('d0', 'd1', 'd2', 'd3'), ('p0', 'p1', 'p2'), ('c0', 'c1')
SITES = ('quay', 'yard')
SEVERITIES = tuple(Severity)[:4]
QUAY = Scope(labels={'site': ('quay',)})
HOME = Enterprise(id=ENT, name='Port', created_at=0.0)


def test_a_sort_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as refusal:
        checked_violations(ViolationQuery(sort='colour'))
    assert refusal.value.field == 'sort'


class Stream(RuleBasedStateMachine):
    """Rows come, change and go; ids are those of a few things, so that rows are used again."""

    def __init__(self) -> None:
        super().__init__()
        self.fleet = Fleet(HOME, LIVE)
        self.made = 0
        self.retired: set[str] = set()

    @initialize()
    def begin(self) -> None:
        for id in ('t0', 't1'):
            self.fleet.apply(Tower(id=id, enterprise=ENT, name=id, kind=TowerKind.MACRO, created_at=0.0, region=id))
        for number, id in enumerate(DEVICES):
            labels = {'site': SITES[number % 2]}
            self.fleet.apply(
                Device(id=id, enterprise=ENT, name=f'n{9 - number}', kind=DeviceKind.PHONE, created_at=0, labels=labels)
            )
        for number, id in enumerate(POLICIES):
            self.save(id, Mode.AUDIT, number)

    @rule(id=st.sampled_from(POLICIES), mode=st.sampled_from(Mode), grace=st.integers(0, 3) | st.just(10**6))
    def save(self, id: str, mode: Mode, grace: int) -> None:
        self.fleet.apply(
            Policy(
                id=id, enterprise=ENT, name=f'P{id}', rule='true', created_at=0, changed_at=0, mode=mode, grace_s=grace
            )
        )

    @rule(id=st.sampled_from(DEVICES), held=st.booleans(), tower=st.sampled_from(['t0', 't1', None]))
    def state(self, id: str, held: bool, tower: str | None) -> None:
        if id not in self.retired:
            self.fleet.apply(DeviceState(id, ENT, quarantined=held, tower=tower))

    @rule(id=st.sampled_from(DEVICES[1:]))
    def retire(self, id: str) -> None:
        """As it is done: the device goes with its violations, in one group."""
        if id not in self.retired:
            self.retired.add(id)
            open_ones = [one for one in self.fleet[Violation].values() if one.device == id]
            self.fleet.apply(replace(self.fleet[Device][id], retired_at=1.0))
            for one in open_ones:
                self.fleet.apply(replace(one, cleared_at=1.0))

    @rule(
        device=st.sampled_from(DEVICES),
        policy=st.sampled_from(POLICIES),
        severity=st.sampled_from(SEVERITIES),
        age=st.sampled_from([-5, 0, 3599, 3600, 86_400, 700_000, 2_592_000, 5_000_000]),
    )
    def open(self, device: str, policy: str, severity: Severity, age: int) -> None:
        if device not in self.retired:
            self.made += 1
            self.fleet.apply(
                Violation(
                    id=f'v{self.made:04}',
                    enterprise=ENT,
                    device=device,
                    policy=policy,
                    policy_version=1,
                    severity=severity,
                    # no two at one moment: the order of those is not said
                    opened_at=NOW - age - self.made / 100,
                )
            )

    @rule(data=st.data(), excused=st.booleans(), command=st.sampled_from([None, *COMMANDS]))
    def change(self, data: Any, excused: bool, command: str | None) -> None:
        if self.fleet[Violation]:
            one = self.fleet[Violation][data.draw(st.sampled_from(sorted(self.fleet[Violation])))]
            self.fleet.apply(replace(one, excused_at=1.0 if excused else None, command=command))

    @rule(data=st.data())
    def clear(self, data: Any) -> None:
        if self.fleet[Violation]:
            one = self.fleet[Violation][data.draw(st.sampled_from(sorted(self.fleet[Violation])))]
            self.fleet.apply(replace(one, cleared_at=2.0))

    @rule(id=st.sampled_from(COMMANDS), state=st.sampled_from(CommandState))
    def command(self, id: str, state: CommandState) -> None:
        self.fleet.apply(
            Command(
                id=id,
                enterprise=ENT,
                device='d0',
                action=Action.QUARANTINE,
                key=id,
                state=state,
                requested_at=0,
                moved_at=0,
                expires_at=1,
            )
        )

    @rule(query=st.builds(
        ViolationQuery,
        text=st.sampled_from(['', '', 'n8', 'pp1', 'nothing']),
        policy=st.frozensets(st.sampled_from([*POLICIES, 'none'])),
        severity=st.frozensets(st.sampled_from(SEVERITIES)),
        labels=st.dictionaries(st.just('site'), st.frozensets(st.sampled_from(SITES), min_size=1)),
        tower=st.frozensets(st.sampled_from(['t0', 't1', 't9'])),
        device=st.sampled_from(['', '', 'd0', 'd9']),
        response=st.frozensets(st.sampled_from(Response)),
        age=st.frozensets(st.sampled_from(Age)),
        excused=st.none() | st.booleans(),
        since=st.none() | st.just(NOW - 80_000),
        sort=st.sampled_from(VIOLATION_SORTS),
        descending=st.booleans(),
    ))  # fmt: skip
    def ask(self, query: ViolationQuery) -> None:
        for fleet in (self.fleet, ScopedFleet(self.fleet, QUAY)):
            rows = [one for one in fleet[Violation].values() if fits(fleet, one, query)]
            rows.sort(key=lambda one: -one.opened_at)
            if query.sort != 'opened_at':
                rows.sort(key=lambda one: key(fleet, one, query.sort), reverse=query.descending)
            elif not query.descending:
                rows.reverse()
            expected = [one.id for one in rows]
            assert list(violations_in_order(fleet, query, NOW)) == expected
            found = find_violations(fleet, query, NOW, offset=1, limit=2)
            assert (found.matched, list(found.ids)) == (len(rows), expected[1:3])
            others = [
                one for one in fleet[Violation].values() if fits(fleet, one, replace(query, response=frozenset()))
            ]
            assert found.counts['answer'] == Counter(str(response(fleet, one, NOW)) for one in others)
            others = [one for one in fleet[Violation].values() if fits(fleet, one, replace(query, age=frozenset()))]
            assert found.counts['since'] == Counter(str(age_of(one)) for one in others)

    @invariant()
    def a_narrowed_role_sees_the_violations_of_its_devices(self) -> None:
        part = ScopedFleet(self.fleet, QUAY)
        seen = {
            id for id, one in self.fleet[Violation].items() if self.fleet[Device][one.device].labels['site'] == 'quay'
        }
        assert set(part[Violation]) == seen
        assert len(part[Violation]) == len(seen)


def fits(fleet: Fleet, one: Violation, query: ViolationQuery) -> bool:
    device, state = fleet[Device][one.device], fleet[DeviceState][one.device]
    names = f'{device.name}\n{fleet[Policy][one.policy].name}'.lower()
    return all((
        not query.text or query.text in names,
        not query.policy or one.policy in query.policy,
        not query.severity or one.severity in query.severity,
        all(device.labels.get(key) in values for key, values in query.labels.items()),
        not query.tower or state.tower in query.tower,
        not query.device or one.device == query.device,
        not query.response or response(fleet, one, NOW) in query.response,
        not query.age or age_of(one) in query.age,
        query.excused is None or query.excused is (one.excused_at is not None),
        query.since is None or one.opened_at >= query.since,
    ))  # fmt: skip


def age_of(one: Violation) -> Age:
    old = max(0.0, NOW - one.opened_at)
    return next(age for age, (low, high) in AGES.items() if low <= old < high)


def key(fleet: Fleet, one: Violation, sort: str) -> Any:
    if sort == 'severity':
        return tuple(Severity).index(one.severity)
    return fleet[Device][one.device].name if sort == 'name' else fleet[Policy][one.policy].name


TestStream = Stream.TestCase
TestStream.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
