"""The one road: decide, commit in groups, apply, tell."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.access.enterprises import Enterprise
from domain.alerts.lookup import open_alert
from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.alerts.raising import raise_alert
from domain.application import RULES
from domain.changes import committing
from domain.changes.transaction import Transaction
from domain.changes.transactor import Changed, Transactor
from domain.common.errors import Conflict, NotStorable, Superseded, Unavailable, Uncertain
from domain.common.severity import Severity
from domain.devices.model import Device, DeviceKind
from domain.enrolment.events import DeviceEnrolled
from domain.fleet.fleets import Fleets
from domain.journal.model import Entry, Recorded, Subject
from domain.kinds import LIVE
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application
from tests.persistence.samples import ALERT


def device(enterprise: str, id: str) -> Device:
    return Device(id=id, enterprise=enterprise, name=id, kind=DeviceKind.TABLET, created_at=0.0)


def enrol(application: RunningApplication, id: str) -> Callable[[Transaction], str]:
    def decide(tx: Transaction) -> str:
        tx.put(device(application.enterprise, id))
        tx.note(DeviceEnrolled(at=tx.now, enterprise=application.enterprise, subject=Subject('device', id, id)))
        return id

    return decide


def refuse_after(decide: Callable[[Transaction], object]) -> Callable[[Transaction], None]:
    def decide_and_refuse(tx: Transaction) -> None:
        decide(tx)
        raise Conflict('changed my mind')

    return decide_and_refuse


async def test_many_concurrent_requests_share_few_commits() -> None:
    async with running_application(twice=False) as application:
        before = application.store.commits
        answers = await asyncio.gather(
            *[application.transactor.transact(enrol(application, f'd{n}')) for n in range(1000)]
        )
        assert answers == [f'd{n}' for n in range(1000)]
        assert len(application.fleet[Device]) == 1000
        assert application.store.commits - before <= 20


async def test_requests_that_come_while_a_group_is_written_make_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('domain.changes.gathering.GROUP_SECONDS', 60.0)  # however busy the machine is
    async with running_application(twice=False) as application:
        before = application.store.commits
        application.store.gate.clear()
        first = asyncio.create_task(application.transactor.transact(enrol(application, 'first')))
        for _ in range(5):
            await asyncio.sleep(0)
        rest = [asyncio.create_task(application.transactor.transact(enrol(application, f'd{n}'))) for n in range(50)]
        for _ in range(5):
            await asyncio.sleep(0)
        assert not application.fleet[Device]
        application.store.gate.set()
        await asyncio.gather(first, *rest)
        assert application.store.commits - before == 2


async def test_the_answer_comes_after_the_commit_and_the_picture() -> None:
    async with running_application() as application:
        application.store.gate.clear()
        task = asyncio.create_task(application.transactor.transact(enrol(application, 'd')))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not task.done()
        assert 'd' not in application.fleet[Device]
        application.store.gate.set()
        assert await task == 'd'
        assert 'd' in application.fleet[Device]
        assert 'd' in application.store.rows[Device]


async def test_a_refused_request_leaves_no_trace_in_its_group() -> None:
    async with running_application() as application:

        def change_and_enrol_another(tx: Transaction) -> None:
            tx.put(replace(tx.need(Device, application.enterprise, 'one'), name='spoiled'))
            enrol(application, 'two')(tx)
            raise_alert(
                tx,
                key='k',
                enterprise=application.enterprise,
                subject=Subject('device', 'one', 'one'),
                alarm_type=AlarmType.OPERATIONAL,
                severity=Severity.MINOR,
                cause=ProbableCause.LOSS_OF_SIGNAL,
                problem='x',
            )

        def look(tx: Transaction) -> tuple[str, Device | None, Alert | None]:
            one = tx.need(Device, application.enterprise, 'one')
            return one.name, tx.find(Device, application.enterprise, 'two'), open_alert(tx, application.enterprise, 'k')

        commits = application.store.commits
        answers = await asyncio.gather(
            application.transactor.transact(enrol(application, 'one')),
            application.transactor.transact(refuse_after(change_and_enrol_another)),
            application.transactor.transact(look),
            return_exceptions=True,
        )
        assert application.store.commits - commits == 1  # they did share a group
        assert isinstance(answers[1], Conflict)
        assert answers[2] == ('one', None, None)
        assert set(application.fleet[Device]) == {'one'}
        assert [entry.subject.id for entry in application.entries(DeviceEnrolled)] == ['one']
        assert not application.fleet[Alert]


async def test_an_error_of_a_decision_reaches_its_caller_and_no_other() -> None:
    async with running_application() as application:

        def crash(_: Transaction) -> None:
            raise ZeroDivisionError

        def stop(_: Transaction) -> None:
            next(iter(()))

        answers = await asyncio.gather(
            application.transactor.transact(crash),
            application.transactor.transact(stop),
            application.transactor.transact(enrol(application, 'd')),
            return_exceptions=True,
        )
        assert isinstance(answers[0], ZeroDivisionError)
        assert isinstance(answers[1], RuntimeError)  # a StopIteration cannot pass through an await
        assert answers[2] == 'd'
        assert application.transactor.is_open


async def test_a_store_that_fails_is_told_to_every_caller_and_nothing_is_applied() -> None:
    async with running_application() as application:
        told: list[object] = []
        application.transactor.committed.subscribe(lambda *args: told.append(args))
        application.transactor.changed.subscribe(told.append)
        application.store.failure = OSError('disk full')
        answers = await asyncio.gather(
            *[application.transactor.transact(enrol(application, f'd{n}')) for n in range(10)], return_exceptions=True
        )
        assert all(isinstance(answer, Unavailable) for answer in answers)
        assert not application.fleet[Device]
        assert not told
        application.store.failure = None
        assert await application.transactor.transact(enrol(application, 'd')) == 'd'


async def test_a_group_whose_commit_was_lost_is_looked_up_and_shown_when_it_was_kept() -> None:
    async with running_application() as application:
        told: list[object] = []
        application.transactor.committed.subscribe(lambda _, entries: told.extend(entries))
        application.store.failure = Uncertain('the database was lost while it committed')
        entry = DeviceEnrolled(at=0.0, enterprise=application.enterprise, subject=Subject('device', 'd', 'd'))
        application.store.settled = [Recorded(9, entry)]
        assert await application.transactor.transact(enrol(application, 'd')) == 'd'
        assert list(application.fleet[Device]) == ['d']
        assert (told, application.fleet.sequence) == ([Recorded(9, entry)], 9)


async def test_a_group_whose_commit_was_lost_is_refused_when_it_was_not_kept_and_the_road_goes_on() -> None:
    async with running_application() as application:
        application.store.failure, application.store.settled = (
            Uncertain('the database was lost while it committed'),
            None,
        )
        lost = asyncio.create_task(application.transactor.transact(enrol(application, 'd')))
        with pytest.raises(Unavailable, match='nothing was kept'):
            await lost
        application.store.failure = None
        assert not application.fleet[Device]
        assert await application.transactor.transact(enrol(application, 'e')) == 'e'


@pytest.mark.parametrize(
    ('failure', 'settled'),
    [
        (Uncertain('the database was lost'), Unavailable('it is still away')),
        (Uncertain('the database was lost'), Superseded('another server has taken over')),
        (Superseded('another server has taken over'), None),
    ],
)
async def test_what_cannot_be_mended_closes_the_road_for_good_and_says_why(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, settled: Exception | None
) -> None:
    monkeypatch.setattr(committing, 'SETTLED_WITHIN_S', 0.0)
    monkeypatch.setattr(committing, 'ASK_AGAIN_S', 0.01)
    fleets, store = Fleets(LIVE), MemoryStore()
    transactor = Transactor(fleets=fleets, store=store, rules=RULES, clock=Clock())
    broken: list[str] = []
    transactor.broken.subscribe(broken.append)
    await transactor.start()
    store.failure, store.settled = failure, settled
    with pytest.raises(Unavailable, match='start again'):
        await transactor.transact(lambda tx: tx.note(_entry()))
    store.failure = None
    with pytest.raises(Unavailable):
        await transactor.transact(lambda tx: tx.note(_entry()))
    assert (transactor.is_open, len(broken)) == (False, 1)
    assert broken[0] in ('the database was lost', 'another server has taken over')
    await transactor.stop()


async def test_no_caller_waits_for_a_store_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, 'ANSWERED_WITHIN_S', 0.05)
    async with running_application() as application:
        application.store.gate.clear()
        asked = asyncio.create_task(application.transactor.transact(enrol(application, 'first')))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(application.transactor.transact(enrol(application, 'second')))
        answers = await asyncio.wait_for(asyncio.gather(asked, waiting, return_exceptions=True), 5)
        assert ['not known yet' in str(answers[0]), 'nothing was kept' in str(answers[1])] == [True, True]
        with pytest.raises(Unavailable, match='does not answer'):  # at once: nothing gathers meanwhile
            await application.transactor.transact(enrol(application, 'third'))
        application.store.gate.set()
        while 'first' not in application.fleet[Device]:  # it was kept after all, and is shown
            await asyncio.sleep(0)
        assert await application.transactor.transact(enrol(application, 'fourth')) == 'fourth'


async def test_who_was_told_that_the_store_does_not_answer_is_not_decided_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(committing, 'ANSWERED_WITHIN_S', 0.05)
    async with running_application() as application:
        application.store.gate.clear()
        both = [
            asyncio.create_task(application.transactor.transact(enrol(application, id))) for id in ('first', 'second')
        ]
        answers = await asyncio.wait_for(asyncio.gather(*both, return_exceptions=True), 5)
        assert all('not known yet' in str(answer) for answer in answers)
        application.store.failure = NotStorable('the store does not take it')
        application.store.gate.set()
        while application.transactor._committer.away:  # the group is refused, and would go again in halves
            await asyncio.sleep(0)
        application.store.failure = None
        assert await application.transactor.transact(enrol(application, 'third')) == 'third'
        assert list(application.fleet[Device]) == ['third']


async def test_while_the_store_is_down_changes_are_turned_away_at_once_and_taken_as_soon_as_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(committing, 'PATIENCE_S', 0.02)
    monkeypatch.setattr(committing, 'ASK_AGAIN_S', 0.01)
    async with running_application() as application:
        commits = application.store.commits
        application.store.failure = Unavailable('connection refused')
        with pytest.raises(Unavailable):
            await application.transactor.transact(enrol(application, 'first'))
        with pytest.raises(Unavailable, match='does not answer'):
            await application.transactor.transact(enrol(application, 'waits a little'))
        with pytest.raises(Unavailable, match='does not answer'):
            application.transactor.submit(enrol(application, 'is told at once'))
        assert application.store.commits == commits
        application.store.failure = None

        async def taken() -> bool:
            try:
                return bool(await application.transactor.transact(enrol(application, 'last')))
            except Unavailable:
                return False

        async with asyncio.timeout(30):
            while not await taken():
                await asyncio.sleep(0.005)
        assert list(application.fleet[Device]) == ['last']


async def test_the_journal_has_the_order_of_the_decisions_and_no_gap() -> None:
    async with running_application() as application:
        told: list[Recorded] = []
        application.transactor.committed.subscribe(lambda _, items: told.extend(items))
        start = application.fleet.sequence
        await asyncio.gather(
            *[
                application.transactor.transact(
                    enrol(application, f'd{n}') if n % 3 else refuse_after(enrol(application, f'd{n}'))
                )
                for n in range(30)
            ],
            return_exceptions=True,
        )
        assert [item.sequence for item in told] == list(range(start + 1, start + 21))
        assert [item.entry.subject.id for item in told] == [f'd{n}' for n in range(30) if n % 3]
        assert application.fleet.sequence == start + 20


async def test_listeners_are_told_after_the_commit_and_find_the_picture_moved() -> None:
    async with running_application() as application:
        seen: list[tuple[bool, bool]] = []

        def notice(changed: Changed) -> None:
            seen.append((changed.ids[Device] == {'d'}, 'd' in application.fleet[Device]))

        def hear(enterprise: str, items: list[Recorded]) -> None:
            seen.append((enterprise == application.enterprise, application.fleet.sequence == items[-1].sequence))

        application.transactor.changed.subscribe(notice)
        application.transactor.committed.subscribe(hear)
        await application.transactor.transact(enrol(application, 'd'))
        assert seen == [(True, True), (True, True)]


async def test_a_listener_that_fails_takes_nothing_back() -> None:
    async with running_application() as application:
        application.transactor.changed.subscribe(lambda _: 1 / 0)
        assert await application.transactor.transact(enrol(application, 'd')) == 'd'
        assert await application.transactor.transact(enrol(application, 'e')) == 'e'


async def test_a_caller_that_gives_up_while_waiting_changes_nothing() -> None:
    async with running_application() as application:
        application.store.gate.clear()
        first = asyncio.create_task(application.transactor.transact(enrol(application, 'first')))
        for _ in range(5):
            await asyncio.sleep(0)
        waiting = asyncio.create_task(application.transactor.transact(enrol(application, 'waiting')))
        await asyncio.sleep(0)
        waiting.cancel()
        application.store.gate.set()
        await first
        await application.transactor.transact(enrol(application, 'next'))
        assert set(application.fleet[Device]) == {'first', 'next'}


async def test_a_caller_that_gives_up_while_its_group_is_written_hurts_no_other_and_its_change_stays() -> None:
    async with running_application() as application:
        application.store.gate.clear()
        given_up, other = [
            asyncio.create_task(application.transactor.transact(enrol(application, id))) for id in ('given-up', 'other')
        ]
        for _ in range(5):
            await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        application.store.gate.set()
        assert await other == 'other'
        assert set(application.fleet[Device]) == {'given-up', 'other'}


async def test_when_too_many_wait_the_next_one_is_turned_away_at_once() -> None:
    async with running_application(most_waiting=10) as application:
        application.store.gate.clear()
        first = asyncio.create_task(application.transactor.transact(enrol(application, 'first')))
        for _ in range(5):
            await asyncio.sleep(0)
        waiting = [asyncio.create_task(application.transactor.transact(enrol(application, f'd{n}'))) for n in range(5)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable) as refused:
            await application.transactor.transact(enrol(application, 'too-much'))
        assert refused.value.retry_after > 0
        application.store.gate.set()
        await asyncio.gather(first, *waiting)
        assert len(application.fleet[Device]) == 6


async def test_nothing_is_taken_before_the_start_or_after_the_end() -> None:
    fleets, store = Fleets(LIVE), MemoryStore()
    transactor = Transactor(fleets=fleets, store=store, rules=RULES, clock=Clock())
    with pytest.raises(Unavailable):
        await transactor.transact(lambda _: None)
    await transactor.start()
    await transactor.transact(lambda tx: tx.put(Enterprise(id='e', name='E', created_at=0.0)))
    await transactor.stop()
    assert not transactor.is_open
    with pytest.raises(Unavailable):
        await transactor.transact(lambda _: None)


async def test_those_under_way_arrive_before_the_road_closes() -> None:
    async with running_application() as application:
        tasks = [asyncio.create_task(application.transactor.transact(enrol(application, f'd{n}'))) for n in range(10)]
        await asyncio.sleep(0)
        await application.transactor.stop()
        assert await asyncio.gather(*tasks) == [f'd{n}' for n in range(10)]


async def test_a_failure_between_commit_and_picture_closes_the_transactor_and_leaves_no_caller_waiting() -> None:
    fleets, store = Fleets(LIVE), MemoryStore()
    transactor = Transactor(fleets=fleets, store=store, rules=RULES, clock=Clock())
    await transactor.start()
    lost = asyncio.create_task(
        transactor.transact(lambda tx: tx.put(device('unknown', 'd')))
    )  # an enterprise that is not there
    await asyncio.sleep(0)
    store.gate.clear()
    waiting = [asyncio.create_task(transactor.transact(lambda tx: tx.note(_entry()))) for _ in range(2)]
    waiting[0].cancel()
    store.gate.set()
    _, pending = await asyncio.wait([lost, *waiting], timeout=5)
    assert not pending
    assert isinstance(lost.exception(), Unavailable)
    assert isinstance(waiting[1].exception(), Unavailable)
    assert not transactor.is_open
    await transactor.stop()


async def test_a_row_that_leaves_an_index_within_one_decision_is_looked_at_once() -> None:
    async with running_application() as application:

        def decide(tx: Transaction) -> None:
            for parent in ('a', 'b', 'c'):
                tx.pending(Alert, 'parent')
                tx.put(replace(ALERT, enterprise=application.enterprise, parent=parent))

        await application.transactor.transact(decide)
        assert application.fleet[Alert][ALERT.id].parent == 'c'


def _entry() -> Entry:
    return Entry(at=0.0, enterprise='unknown', subject=Subject('device', 'd', 'd'))
