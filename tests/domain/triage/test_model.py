"""Across the files of triage: what people decide of two alerts, against a slow, obvious model that looks back over all that was done."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.accounts.model import Person
from domain.alerts.model import Alert
from domain.common.errors import Conflict, Invalid
from domain.common.severity import Severity
from tests.domain.triage.test_service import person, raised
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application

NAMES = ('one', 'two')
_WAITS = st.sampled_from([None, 30, 90])
STEPS = st.tuples(
    st.sampled_from(NAMES),
    st.one_of(
        st.tuples(st.just('acknowledge'), _WAITS),
        st.tuples(st.just('snooze'), st.sampled_from([30, 90])),
        st.tuples(st.sampled_from(['assign', 'take']), st.sampled_from(['Ana', 'Bo'])),
        st.tuples(
            st.sampled_from(
                [
                    'unacknowledge',
                    'wake',
                    'release',
                    'mark',
                    'unmark',
                    'merge',
                    'separate',
                    'worse',
                    'restart',
                ]
            ),
            st.none(),
        ),
        st.tuples(st.just('tick'), st.sampled_from([1, 29, 61])),
    ),
)
Step = tuple[str, tuple[str, Any]]


@dataclass
class Model:
    """All that was done to each alert, as (when, what, with what). Each question looks back over it."""

    now: float
    done: dict[str, list[tuple[float, str, Any]]] = field(default_factory=lambda: {name: [] for name in NAMES})
    severity: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))

    def last(self, name: str, begins: str, ends: tuple[str, ...]) -> tuple[float, Any] | None:
        """When it last began and with what, unless something that ends it came after."""
        found = None
        for at, what, more in self.done[name]:
            if what == begins:
                found = (at, more)
            elif what in ends:
                found = None
        return found

    def acknowledged(self, name: str) -> bool:
        seen = self.last(name, 'acknowledge', ('unacknowledge', 'worse'))
        return seen is not None and (seen[1] is None or self.now < seen[0] + seen[1])

    def snoozed(self, name: str) -> bool:
        quiet = self.last(name, 'snooze', ('acknowledge', 'wake', 'worse'))
        return quiet is not None and self.now < quiet[0] + quiet[1]

    def false(self, name: str) -> bool:
        return self.last(name, 'mark', ('unmark', 'worse')) is not None

    def has(self, name: str) -> str:
        found = self.last(name, 'assign', ('release',))
        return found[1] if found is not None else ''

    def beneath(self, name: str) -> bool:
        return self.last(name, 'merge', ('separate',)) is not None

    def allows(self, name: str, what: str, other: str) -> bool:
        """False for what is refused."""
        return {
            'acknowledge': not self.acknowledged(name),
            'snooze': not self.acknowledged(name),
            'unacknowledge': self.acknowledged(name),
            'wake': self.snoozed(name),
            'mark': not self.false(name),
            'unmark': self.false(name),
            'merge': not self.beneath(name) and not self.beneath(other),
            'separate': self.beneath(name),
        }.get(what, True)

    def does(self, name: str, what: str, more: Any) -> None:
        """Write it down; what comes with it too."""
        log = self.done[name]
        if what in ('take', 'mark') and not self.acknowledged(name):
            log.append((self.now, 'acknowledge', None))
            if what == 'mark':
                log.append((self.now, 'came with the mark', None))
        if what == 'unmark' and self._came_with_the_mark(name):
            log.append((self.now, 'unacknowledge', None))
        if what == 'release' and self.acknowledged(name):
            log.append((self.now, 'unacknowledge', None))
        if what == 'worse' and self.beneath(name):
            return  # a child is not told
        log.append((self.now, 'assign' if what == 'take' else what, more))

    def _came_with_the_mark(self, name: str) -> bool:
        """The acknowledgement that stands is of the moment of the mark."""
        mark, seen = self.last(name, 'mark', ('unmark',)), self.last(name, 'acknowledge', ('unacknowledge', 'worse'))
        return self.acknowledged(name) and mark is not None and seen is not None and mark[0] == seen[0]


async def act(application: RunningApplication, people: dict[str, Person], ids: dict[str, str], step: Step) -> None:
    name, (what, more) = step
    alert, triage, who = ids[name], application.triage, application.actor
    other = ids[NAMES[1 - NAMES.index(name)]]
    until = application.clock() + more if isinstance(more, int) else None
    match what:
        case 'acknowledge':
            await application.alerts.acknowledge(who, alert, until=until)
        case 'unacknowledge':
            await application.alerts.unacknowledge(who, alert)
        case 'snooze':
            await triage.snooze(who, alert, until or 0)
        case 'wake':
            await triage.wake(who, alert)
        case 'assign':
            await triage.assign(who, alert, people[more].id)
        case 'take':
            await triage.take(people[more].actor(), alert)
        case 'release':
            await triage.release(who, alert)
        case 'mark':
            await triage.mark_false(who, alert, 'a test')
        case 'unmark':
            await triage.unmark_false(who, alert)
        case 'merge':
            await triage.merge(who, alert, other)
        case 'separate':
            await triage.separate(who, alert)


SEVERITIES = (Severity.WARNING, Severity.MINOR, Severity.MAJOR, Severity.CRITICAL)


async def played(steps: list[Step]) -> None:
    store, clock = MemoryStore(), Clock()
    model = Model(clock())
    application: RunningApplication
    rest = list(steps)
    people: dict[str, Person] = {}
    ids: dict[str, str] = {}
    while True:  # once more for each restart
        async with running_application(store=store, clock=clock, twice=False) as application:
            if not ids:
                people = {name: await person(application, name) for name in ('Ana', 'Bo')}
                ids = {name: (await raised(application, name, SEVERITIES[0])).id for name in NAMES}
            look(application, model, ids)
            while rest and rest[0][1][0] != 'restart':
                await played_one(application, model, people, ids, rest.pop(0))
                look(application, model, ids)
        if not rest:
            return
        rest.pop(0)


async def played_one(
    application: RunningApplication, model: Model, people: dict[str, Person], ids: dict[str, str], step: Step
) -> None:
    name, (what, more) = step
    if what == 'tick':
        model.now = application.clock.tick(more)
        await application.triage.resume(application.enterprise)
    elif what == 'worse':
        if model.severity[name] < len(SEVERITIES) - 1:
            model.severity[name] += 1
            model.does(name, 'worse', None)
            await raised(application, name, SEVERITIES[model.severity[name]])
    elif model.allows(name, what, NAMES[1 - NAMES.index(name)]):
        await act(application, people, ids, step)
        model.does(name, what, more)
    else:
        try:
            await act(application, people, ids, step)
        except (Conflict, Invalid):
            return
        raise AssertionError(f'{step} was not refused')


def look(application: RunningApplication, model: Model, ids: dict[str, str]) -> None:
    for name, id in ids.items():
        alert = application.fleet[Alert][id]
        assert (alert.acknowledged_at is not None) == model.acknowledged(name), name
        assert (alert.snoozed_until is not None) == model.snoozed(name), name
        assert (alert.false_at is not None) == model.false(name), name
        assert alert.assigned_name == model.has(name), name
        assert (alert.parent is not None) == model.beneath(name), name
        seen_to = model.acknowledged(name) or model.snoozed(name)
        assert alert.calls is not (seen_to or model.beneath(name)), 'nobody is called in vain, and nothing is forgotten'


@example([('one', ('snooze', 30)), ('one', ('restart', None)), ('one', ('tick', 61))])
@example([('one', ('mark', None)), ('one', ('worse', None)), ('one', ('unmark', None))])
@example([('one', ('merge', None)), ('two', ('merge', None)), ('one', ('worse', None)), ('one', ('separate', None))])
@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=14))
def test_what_people_decide_is_what_the_model_says(steps: list[Step]) -> None:
    asyncio.run(played(steps))
