"""Calls against a slow and obvious model: random outages, acknowledgements, waits and restarts."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.alerts.correlation import attach
from domain.alerts.model import Alert
from domain.channels.model import Answered, Delivery, Outcome
from domain.common.severity import Severity
from domain.devices.model import Device
from domain.oncall.events import AlertCalled, AlertUnanswered
from domain.oncall.model import Escalation, EscalationState
from tests.domain.channels.channels import outage, over
from tests.domain.oncall.desk import mail, minutes, open_alert, person, policy, route, step, told
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application

PLAN = {0: 'ann', 5: 'bob', 15: 'ann', 20: 'bob', 30: ''}
"""Minutes after the alert was told: who is called then; nobody has answered where it is empty."""
ALERTS = ('one', 'two')
STEPS = st.one_of(
    st.tuples(st.sampled_from(('raise', 'worse', 'clear', 'acknowledge', 'take back')), st.sampled_from(ALERTS)),
    st.tuples(st.just('wait'), st.sampled_from((1, 4, 7, 31))),
    st.tuples(st.just('restart'), st.just('')),
)


@dataclass
class Case:
    """An open alert in the notebook."""

    severity: int = 2
    began: int = 0
    state: str = 'calling'


@dataclass
class Notebook:
    """What a person would write down: each minute, who is called."""

    minute: int = 0
    open: dict[str, Case] = field(default_factory=dict)
    called: list[tuple[int, str]] = field(default_factory=list)

    def begin(self, name: str) -> None:
        case = self.open[name]
        case.began, case.state = self.minute, 'calling'
        self.look(name)

    def look(self, name: str) -> None:
        case = self.open[name]
        who = PLAN.get(self.minute - case.began) if case.state == 'calling' else None
        if who == '':
            case.state = 'unanswered'
        elif who is not None:
            self.called.append((self.minute, who))

    def wait(self) -> None:
        self.minute += 1
        for name in sorted(self.open):
            self.look(name)


async def _story(steps: list[tuple[str, str | int]]) -> None:
    store, clock, notebook = MemoryStore(), Clock(), Notebook()
    began = clock()
    levels = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)
    async with AsyncExitStack() as stack:
        running = running_application(store=store, clock=clock, twice=False)
        application: RunningApplication = await stack.enter_async_context(running)
        for name in ('ann', 'bob'):
            await person(application, name)
        await mail(application)
        made = await policy(application, step('ann'), step('bob', wait_min=10), repeat=1)
        await route(application, policy=made.id)
        for verb, what in steps:
            name = str(what)
            case = notebook.open.get(name)
            key = next((one.id for one in application.fleet[Alert].values() if one.problem.endswith(name)), '')
            if verb == 'wait':
                for _ in range(int(what)):
                    notebook.wait()
                    await minutes(application, 1)
            elif verb == 'restart':
                # until what it took down last, a server is known to have watched
                await application.device(f'crane-{len(application.fleet[Device])}')
                await stack.aclose()
                application = await stack.enter_async_context(
                    running_application(store=store, clock=clock, twice=False)
                )
            elif verb == 'raise' and case is None:
                notebook.open[name] = Case()
                notebook.begin(name)
                await outage(application, name, levels[2])
            elif verb == 'worse' and case is not None and case.severity > 0:
                case.severity -= 1
                notebook.begin(name)
                await outage(application, name, levels[case.severity])
            elif verb == 'clear' and case is not None:
                del notebook.open[name]
                await over(application, name)
            elif verb == 'acknowledge' and case is not None and case.state != 'acknowledged':
                case.state = 'acknowledged'
                await application.alerts.acknowledge(application.actor, key)
            elif verb == 'take back' and case is not None and case.state == 'acknowledged':
                notebook.begin(name)
                await application.alerts.unacknowledge(application.actor, key)
        entries = application.entries(AlertCalled)
        assert [(round((one.at - began) / 60), one.people[0]) for one in entries] == notebook.called
        states = {one.alert: one.state for one in application.fleet[Escalation].values()}
        words = {'calling': 'calling', 'unanswered': 'unanswered', 'acknowledged': 'answered'}
        kept = {alert.problem.split()[-1]: states[alert.id].value for alert in application.fleet[Alert].values()}
        assert kept == {name: words[case.state] for name, case in notebook.open.items()}


@settings(max_examples=12, deadline=None)
@example([('wait', 1), ('restart', ''), ('wait', 4)])
@given(st.lists(STEPS, max_size=14))
def test_people_are_called_as_the_model_says_through_restarts(steps: list[tuple[str, str | int]]) -> None:
    asyncio.run(_story([('raise', 'one'), *steps]))


async def _set_up(application: RunningApplication) -> None:
    for name in ('ann', 'bob'):
        await person(application, name)
    await mail(application)
    made = await policy(application, step('ann'), step('bob'))
    await route(application, policy=made.id)


async def test_the_next_person_is_called_when_nobody_answers_and_the_alert_says_that_nobody_did() -> None:
    async with running_application() as application:
        await _set_up(application)
        await outage(application)
        assert told(application) == [('ann', 'raised')]
        await minutes(application, 5)
        assert told(application) == [('ann', 'raised'), ('bob', 'raised')]
        await minutes(application, 5)
        (entry,) = application.entries(AlertUnanswered)
        (one,) = application.fleet[Escalation].values()
        assert (one.state, entry.subject) == (EscalationState.UNANSWERED, open_alert(application).subject)
        await application.alerts.acknowledge(application.actor, open_alert(application).id)
        (one,) = application.fleet[Escalation].values()
        assert (one.state, one.answered_by) == (EscalationState.ANSWERED, 'test')


async def test_the_recovery_goes_to_those_who_were_told() -> None:
    async with running_application() as application:
        await _set_up(application)
        await outage(application)
        for one in application.telling.due({}):
            await application.telling.record(one, Answered(outcome=Outcome.DELIVERED, said='250'), 0.1)
        await over(application)
        assert told(application) == [('ann', 'raised'), ('ann', 'cleared')]
        (one,) = application.telling.due({})
        message = application.telling.write(one)
        assert getattr(message, 'recipients', None) == ['ann@example.com']
        await application.telling.record(one, Answered(outcome=Outcome.DELIVERED, said='250'), 0.1)
        assert not application.fleet[Delivery], 'the alert is over, and all who heard of it know'


async def test_nobody_is_called_for_an_alert_that_another_explains() -> None:
    async with running_application() as application:
        await _set_up(application)
        await outage(application, 'root')
        await outage(application, 'mast')
        root, mast = application.fleet[Alert].values()
        await application.transactor.transact(lambda tx: attach(tx, mast, root), application.enterprise)
        before = len(application.entries(AlertCalled))
        await application.alerts.acknowledge(application.actor, root.id)
        await minutes(application, 30)
        assert len(application.entries(AlertCalled)) == before
        assert {one.state for one in application.fleet[Escalation].values() if one.alert == mast.id} == {
            EscalationState.STOPPED
        }
        await over(application, 'root')
        application.clock.tick(61)
        await application.towers.tell(application.enterprise)
        assert application.entries(AlertCalled)[-1].alert == mast.id


async def test_a_step_that_tells_nobody_is_not_waited_for() -> None:
    async with running_application() as application:
        await person(application, 'bob')
        ann = await person(application, 'ann')
        await mail(application)
        made = await policy(application, step('ann'), step('bob'))
        await route(application, policy=made.id)
        left = replace(ann, disabled_at=application.clock())
        await application.transactor.transact(lambda tx: tx.put(left), application.enterprise)
        await outage(application)
        assert told(application) == [('bob', 'raised')]
