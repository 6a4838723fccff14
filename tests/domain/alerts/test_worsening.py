"""The life of an alert against a slow and obvious model of it; and what counts as clearly worse."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from domain.alerts.catalogue import WRONG_CLOCK
from domain.alerts.events import AlertCleared, AlertRaised, AlertWorsened
from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.alerts.rule import AlertRule
from domain.alerts.worsening import is_worse
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.devices.model import Device
from domain.journal.model import Entry
from tests.domain.parts import there
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application
from tests.persistence.samples import ALERT

RULE = AlertRule(
    key='tried/{}',
    object='device',
    type=AlarmType.EQUIPMENT,
    cause=ProbableCause.EQUIPMENT_MALFUNCTION,
    problem='{name} is {status}',
    tuned=WRONG_CLOCK,
    past=('is', 'was'),
)
WORST_FIRST = ('critical', 'major', 'minor', 'warning')


@pytest.mark.parametrize(
    ('told', 'now', 'expected'),
    [
        (('minor', 1), ('major', 1), True),
        (('major', 1), ('major', 2), False),
        (('major', 1), ('major', 10), False),
        (('major', 1), ('major', 11), True),
        (('major', 100), ('major', 199), False),
        (('major', 100), ('major', 200), True),
        (('critical', 30), ('major', 59), False),
        (('critical', 0), ('critical', 9), False),
        (('critical', 0), ('critical', 10), True),
    ],
)
def test_a_higher_severity_or_twice_as_many_devices_are_clearly_worse(
    told: tuple[str, int], now: tuple[str, int], *, expected: bool
) -> None:
    alert = replace(ALERT, told_severity=Severity(told[0]), told_devices=told[1])
    assert is_worse(replace(alert, severity=Severity(now[0]), devices=now[1])) is expected


@dataclass
class Life:
    """One alert from raising to clearing, as everything that was ever said of it."""

    facts: list[tuple[str, int, str]] = field(default_factory=list)
    told: list[tuple[str, int]] = field(default_factory=list)
    seen: str | None = None
    lost: list[str] = field(default_factory=list)
    is_going: bool = False
    is_cleared: bool = False

    @property
    def peak(self) -> tuple[str, int]:
        severities = [severity for severity, _, _ in self.facts]
        return min(severities, key=WORST_FIRST.index), max(devices for _, devices, _ in self.facts)


@dataclass
class Model:
    """What people should be told: nothing is remembered but the list of what happened."""

    lives: list[Life] = field(default_factory=list)
    journal: list[str] = field(default_factory=list)

    @property
    def open(self) -> Life | None:
        return self.lives[-1] if self.lives and not self.lives[-1].is_cleared else None

    def raised(self, severity: str, devices: int, status: str) -> None:
        life = self.open
        if life is None:
            self.lives.append(Life(facts=[(severity, devices, status)], told=[(severity, devices)]))
            self.journal.append('AlertRaised')
            return
        life.facts.append((severity, devices, status))
        was, count = life.told[-1]
        is_higher = WORST_FIRST.index(severity) < WORST_FIRST.index(was)
        if life.is_going or is_higher or (devices >= 2 * count and devices >= count + 10):
            life.told.append((severity, max(devices, count)))
            self.journal.append('AlertWorsened')
            if life.seen is not None:
                life.lost.append(life.seen)
            life.seen = None
        life.is_going = False

    def acknowledged(self, by: str) -> None:
        if (life := self.open) is not None and life.seen is None:
            life.seen = by
            life.told.append(life.facts[-1][:2])

    def going(self) -> None:
        if self.open is not None:
            self.open.is_going = True

    def cleared(self) -> None:
        if self.open is not None:
            self.open.is_cleared = True
            self.journal.append('AlertCleared')


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just('raise'),
            st.sampled_from(WORST_FIRST),
            st.sampled_from((0, 1, 5, 9, 10, 11, 20, 40, 400)),
            st.sampled_from(('down', 'degraded')),
        ),
        st.tuples(st.just('acknowledge')),
        st.tuples(st.just('go')),
        st.tuples(st.just('clear')),
        st.tuples(st.just('restart')),
    ),
    max_size=25,
)


@given(steps=STEPS)
@settings(max_examples=40, deadline=None)
def test_whatever_happens_people_are_told_what_the_model_says(steps: list[tuple[Any, ...]]) -> None:
    asyncio.run(_lived(steps))


async def _lived(steps: list[tuple[Any, ...]]) -> None:
    model, store, clock = Model(), MemoryStore(), Clock()
    device: Device | None = None
    parts: list[list[tuple[Any, ...]]] = [[]]
    for step in steps:  # a restart begins another process on the same store
        if step[0] == 'restart':
            parts.append([])
        else:
            parts[-1].append(step)
    for part in parts:
        async with running_application(store=store, clock=clock) as application:
            device = device or await application.device('crane')
            for step in part:
                clock.tick(1)
                await _step(application, device, model, step)
                _compare(application, model)


async def _step(application: RunningApplication, device: Device, model: Model, step: tuple[Any, ...]) -> None:
    what, *given = step

    def decide(tx: Transaction) -> None:
        if what == 'raise':
            severity, devices, status = given
            there(RULE.raise_for(tx, device, severity=Severity(severity), devices=devices, status=status))
        elif what == 'go':
            RULE.recovering_for(tx, device, 'going')
        else:
            RULE.clear_for(tx, device)

    if what == 'acknowledge':
        found = RULE.open_in(application.fleet, device.id)
        if found is not None and found.acknowledged_at is None:
            await application.alerts.acknowledge(application.actor, found.id)
        model.acknowledged('test')
        return
    await application.transactor.transact(decide)
    if what == 'raise':
        model.raised(*given)
    elif what == 'go':
        model.going()
    else:
        model.cleared()


def _compare(application: RunningApplication, model: Model) -> None:
    rows = sorted(application.store.rows.get(Alert, {}).values(), key=lambda alert: alert.raised_at)
    assert len(rows) == len(model.lives)
    for alert, life in zip(rows, model.lives, strict=True):
        severity, devices, status = life.facts[-1]
        now = (life.peak[0] if life.is_cleared else severity, devices, f'crane is {status}', life.is_cleared)
        assert (alert.severity, alert.devices, alert.problem, not alert.is_open) == now
        assert (alert.peak_severity, alert.peak_devices) == life.peak
        assert alert.first_problem == f'crane is {life.facts[0][2]}'
        assert (alert.acknowledged_by, [one.by for one in alert.acknowledgements]) == (life.seen, life.lost[-20:])
        assert alert.cleared_at is None or alert.lasted_s == alert.cleared_at - alert.raised_at
    kinds = [type(entry) for entry in application.entries(Entry)]
    told = [kind.__name__ for kind in kinds if kind in (AlertRaised, AlertWorsened, AlertCleared)]
    assert told == model.journal
