"""A silenced alert opens no message and no call, and nobody is forgotten when the silence is over."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.alerts.correlation import attach
from domain.alerts.events import AlertSilenced
from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.oncall.model import Conditions, Escalation
from domain.oncall.silences.input import NewSilence
from tests.domain.channels.channels import outage, over, webhook
from tests.domain.oncall.desk import mail, open_alert, person, policy, route, step
from tests.domain.oncall.silences.quiet import OTHERS, arrive, news, pass_minutes, silenced
from tests.fakes import RunningApplication, running_application
from tests.fakes.clock import Clock
from tests.fakes.store import MemoryStore

LEVELS = [Severity.CRITICAL, Severity.MAJOR, Severity.MINOR]


async def test_an_alert_under_a_silence_is_told_when_the_silence_is_over_and_not_before() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        await webhook(application)
        silence = await silenced(application, 60)
        await outage(application)
        alert = open_alert(application)
        assert await news(application) == []
        assert (alert.silence, alert.silenced_until) == (silence.id, silence.ends_at)
        assert (alert.silenced_by, alert.silence_reason, alert.calls) == ('ann', 'Works', False)
        await pass_minutes(application, 59)
        assert await news(application) == []
        await pass_minutes(application, 1)
        assert await news(application) == ['raised'], 'to a receiver that never heard of it, it is new'
        assert open_alert(application).silence is None
        await over(application)
        assert await news(application) == ['cleared']


async def test_what_is_over_before_the_silence_is_never_told() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        await webhook(application)
        await silenced(application)
        await outage(application)
        await over(application)
        await pass_minutes(application, 61)
        assert await news(application) == []


async def test_the_recovery_of_what_was_told_before_the_silence_goes_out_in_it() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        await webhook(application)
        await outage(application)
        assert await news(application) == ['raised']
        await silenced(application)
        await over(application)
        assert await news(application) == ['cleared']


async def test_what_a_silence_does_not_take_is_told_and_so_is_what_breaks_it() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        await webhook(application)
        await silenced(application, conditions=OTHERS)
        await silenced(application, breaks=Severity.CRITICAL, conditions=Conditions(severity=Severity.MINOR))
        await outage(application, severity=Severity.WARNING)
        assert await news(application) == ['raised']
        await outage(application, 'two', severity=Severity.MAJOR)
        assert await news(application) == []
        await outage(application, 'two', severity=Severity.CRITICAL)
        assert await news(application) == ['worsened']
        assert {one.silence for one in application.fleet[Alert].values()} == {None}
        assert len(application.entries(AlertSilenced)) == 1


async def test_calls_stop_when_a_silence_begins_by_the_clock_and_begin_anew_when_it_is_ended() -> None:
    async with running_application() as application:
        for name in ('ann', 'bob'):
            await person(application, name)
        await mail(application)
        made = await policy(application, step('ann'), step('bob'))
        await route(application, policy=made.id)
        silence = await silenced(application, begins=3)
        await outage(application)
        assert [one.recipient for one in await arrive(application)] == ['P-ann']
        for _ in range(10):
            await pass_minutes(application, 1)
        assert await news(application) == []
        (one,) = application.fleet[Escalation].values()
        assert one.state.value == 'stopped'
        await application.silences.end(application.actor, silence.id, silence.version)
        told = await arrive(application)
        assert [(one.recipient, one.announcement.news.value) for one in told] == [('P-ann', 'reopened')]
        await pass_minutes(application, 5)
        assert [one.recipient for one in await arrive(application)] == ['P-bob']


async def test_one_that_a_person_has_seen_to_is_not_told_when_the_silence_is_over() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        await webhook(application)
        await silenced(application)
        await outage(application)
        await application.alerts.acknowledge(application.actor, open_alert(application).id)
        await pass_minutes(application, 61)
        assert await news(application) == []
        assert open_alert(application).silence is None


async def test_a_child_that_stands_by_itself_again_is_asked_whether_a_silence_covers_it() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        await webhook(application)
        await outage(application, 'root')
        await outage(application, 'mast')
        assert await news(application) == ['raised', 'raised']
        root, mast = application.fleet[Alert].values()
        await application.transactor.transact(lambda tx: attach(tx, mast, root), application.enterprise)
        await silenced(application)
        await over(application, 'root')
        assert await news(application) == ['cleared']
        application.clock.tick(61)
        await application.towers.tell(application.enterprise)
        assert await news(application) == []
        await pass_minutes(application, 60)
        assert await news(application) == ['reopened']


async def test_a_restart_in_a_silence_changes_nothing() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        await person(application, 'ann')
        await webhook(application)
        await silenced(application)
        await outage(application)
    clock.tick(2 * 3600)
    async with running_application(store=store, clock=clock) as application:
        await application.silences.review(application.enterprise)
        assert await news(application) == ['raised']


@dataclass(kw_only=True)
class Case:
    """An alert as the model has it: how bad (an index of :data:`LEVELS`), seen to, silenced, and whether the receiver heard of it."""

    level: int = 2
    seen: bool = False
    silenced: bool = False
    heard: bool = False


@dataclass(kw_only=True)
class Quiet:
    """A silence: from and to which minute, at least how bad, and what breaks it (an index of :data:`LEVELS`)."""

    begins: int
    ends: int
    least: int
    breaks: int | None


@dataclass
class Notebook:
    """The slow model: what a careful person with a list of silences would tell, minute by minute."""

    minute: int = 0
    open: dict[str, Case] = field(default_factory=dict)
    silences: list[Quiet] = field(default_factory=list)
    told: list[tuple[int, str, str]] = field(default_factory=list)

    def is_covered(self, case: Case) -> bool:
        """By any silence of this minute."""
        return any(
            one.begins <= self.minute < one.ends
            and case.level <= one.least
            and (one.breaks is None or case.level > one.breaks)
            for one in self.silences
        )

    def tell(self, name: str, words: str) -> None:
        """Unless it is covered."""
        case = self.open[name]
        case.silenced = self.is_covered(case)
        if not case.silenced:
            case.heard = True
            self.told.append((self.minute, name, words))

    def look(self) -> None:
        """Those that were covered and are not any more."""
        for name, case in sorted(self.open.items()):
            was, case.silenced = case.silenced, self.is_covered(case)
            if was and not case.silenced and not case.seen:
                self.tell(name, 'reopened' if case.heard else 'raised')


VERBS = st.one_of(
    st.tuples(
        st.sampled_from(['raise', 'worse', 'clear', 'see', 'unsee']), st.sampled_from(['one', 'two']), st.just(0)
    ),
    st.tuples(st.just('silence'), st.integers(-1, 3), st.integers(1, 6)),
    st.tuples(st.just('scheduled'), st.integers(-1, 1), st.integers(1, 6)),
    st.tuples(st.sampled_from(['end', 'longer', 'restart']), st.just(0), st.just(0)),
    st.tuples(st.just('wait'), st.integers(1, 8), st.just(0)),
)


async def _story(steps: list[tuple[str, str | int, int]]) -> None:
    notebook, said = Notebook(), []
    store, clock = MemoryStore(), Clock()
    began = clock()
    async with AsyncExitStack() as stack:
        application = await stack.enter_async_context(running_application(store=store, clock=clock, twice=False))
        await person(application, 'ann')
        await webhook(application)
        rows: list[tuple[Quiet, str]] = []
        for verb, what, length in [*steps, ('wait', 30, 0)]:
            name = str(what)
            case = notebook.open.get(name)
            ids = {one.problem.split()[-1]: one.id for one in application.fleet[Alert].values()}
            live = [(one, id) for one, id in rows if one.ends > notebook.minute]
            if verb == 'wait':
                for _ in range(int(what)):
                    notebook.minute += 1
                    notebook.look()
                    await pass_minutes(application, 1)
                    said += await _said(application, began)
            elif verb == 'restart':
                await stack.aclose()
                application = await stack.enter_async_context(
                    running_application(store=store, clock=clock, twice=False)
                )
            elif verb == 'raise' and case is None:
                notebook.open[name] = Case()
                notebook.tell(name, 'raised')
                await outage(application, name, LEVELS[2])
            elif verb == 'worse' and case is not None and case.level > 0:
                case.level, case.seen = case.level - 1, False
                notebook.tell(name, 'worsened')
                await outage(application, name, LEVELS[case.level])
            elif verb == 'clear' and case is not None:
                if case.heard:
                    notebook.told.append((notebook.minute, name, 'cleared'))
                del notebook.open[name]
                await over(application, name)
            elif verb == 'see' and case is not None and not case.seen:
                case.seen = True
                await application.alerts.acknowledge(application.actor, ids[name])
            elif verb == 'unsee' and case is not None and case.seen:
                case.seen = False
                if not case.heard:
                    notebook.tell(name, 'raised')
                await application.alerts.unacknowledge(application.actor, ids[name])
            elif verb in ('silence', 'scheduled'):
                breaks = int(what) if 0 <= int(what) < 2 else None
                begins = notebook.minute + (2 if verb == 'scheduled' else 0)
                quiet = Quiet(begins=begins, ends=begins + length, least=2, breaks=breaks)
                notebook.silences.append(quiet)
                rows.append((quiet, (await application.silences.save(application.actor, _new(quiet, began))).id))
                notebook.look()
            elif verb == 'end' and live:
                quiet, id = live[0]
                quiet.begins, quiet.ends = min(quiet.begins, notebook.minute), notebook.minute
                version = application.silences.read(application.actor, id).version
                await application.silences.end(application.actor, id, version)
                notebook.look()
            elif verb == 'longer' and live:
                quiet, id = live[-1]
                quiet.ends += 3
                version = application.silences.read(application.actor, id).version
                await application.silences.save(application.actor, _new(quiet, began), id, version)
                notebook.look()
            said += await _said(application, began)
        assert sorted(said) == sorted(notebook.told)


def _new(quiet: Quiet, began: float) -> NewSilence:
    return NewSilence(
        reason='Works',
        conditions=Conditions(severity=LEVELS[quiet.least]),
        breaks=None if quiet.breaks is None else LEVELS[quiet.breaks],
        starts_at=began + quiet.begins * 60,
        ends_at=began + quiet.ends * 60,
        owner='P-ann',
    )


async def _said(application: RunningApplication, began: float) -> list[tuple[int, str, str]]:
    return [
        (round((one.created_at - began) / 60), one.announcement.problem.split()[-1], one.announcement.news.value)
        for one in await arrive(application)
    ]


@settings(max_examples=20, deadline=None)
@given(st.lists(VERBS, max_size=16))
def test_what_is_told_is_what_the_model_tells_through_silences_clock_and_restarts(
    steps: list[tuple[str, str | int, int]],
) -> None:
    asyncio.run(_story([('raise', 'one', 0), *steps]))
