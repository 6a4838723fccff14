"""The one road: decide, commit in groups, apply, tell."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.access.enterprises import Enterprise
from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.alerts.raising import raise_alert
from domain.changes import committing
from domain.changes.transaction import Draft
from domain.changes.transactor import Road, Touched
from domain.common.errors import Conflict, NotStorable, Superseded, Unavailable, Uncertain
from domain.common.severity import Severity
from domain.devices.model import Device, Kind
from domain.enrolment.events import DeviceEnrolled
from domain.fleet.fleets import Fleets
from domain.journal.model import Entry, Recorded, Subject
from tests.fakes import Clock, House, MemoryStore, house


def device(enterprise: str, id: str) -> Device:
    return Device(id=id, enterprise=enterprise, name=id, kind=Kind.TABLET, created_at=0.0)


def enrol(home: House, id: str) -> Callable[[Draft], str]:
    def decide(draft: Draft) -> str:
        draft.put(device(home.enterprise, id))
        draft.note(DeviceEnrolled(at=draft.now, enterprise=home.enterprise, subject=Subject('device', id, id)))
        return id

    return decide


def refuse_after(decide: Callable[[Draft], object]) -> Callable[[Draft], None]:
    def decide_and_refuse(draft: Draft) -> None:
        decide(draft)
        raise Conflict('changed my mind')

    return decide_and_refuse


async def test_many_concurrent_travellers_share_few_commits() -> None:
    async with house(twice=False) as home:
        before = home.store.commits
        answers = await asyncio.gather(*[home.road.travel(enrol(home, f'd{n}')) for n in range(1000)])
        assert answers == [f'd{n}' for n in range(1000)]
        assert len(home.fleet.devices) == 1000
        assert home.store.commits - before <= 20


async def test_travellers_that_come_while_a_group_is_written_make_the_next_one() -> None:
    async with house(twice=False) as home:
        before = home.store.commits
        home.store.gate.clear()
        first = asyncio.create_task(home.road.travel(enrol(home, 'first')))
        for _ in range(5):
            await asyncio.sleep(0)
        rest = [asyncio.create_task(home.road.travel(enrol(home, f'd{n}'))) for n in range(50)]
        for _ in range(5):
            await asyncio.sleep(0)
        assert not home.fleet.devices
        home.store.gate.set()
        await asyncio.gather(first, *rest)
        assert home.store.commits - before == 2


async def test_the_answer_comes_after_the_commit_and_the_picture() -> None:
    async with house() as home:
        home.store.gate.clear()
        task = asyncio.create_task(home.road.travel(enrol(home, 'd')))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not task.done()
        assert 'd' not in home.fleet.devices
        home.store.gate.set()
        assert await task == 'd'
        assert 'd' in home.fleet.devices
        assert 'd' in home.store.rows[Device]


async def test_a_refused_traveller_leaves_no_trace_in_its_group() -> None:
    async with house() as home:

        def change_and_enrol_another(draft: Draft) -> None:
            draft.put(replace(draft.need(Device, home.enterprise, 'one'), name='spoiled'))
            enrol(home, 'two')(draft)
            raise_alert(
                draft,
                key='k',
                enterprise=home.enterprise,
                subject=Subject('device', 'one', 'one'),
                alarm_type=AlarmType.OPERATIONAL,
                severity=Severity.MINOR,
                cause=ProbableCause.LOSS_OF_SIGNAL,
                problem='x',
            )

        def look(draft: Draft) -> tuple[str, Device | None, Alert | None]:
            one = draft.need(Device, home.enterprise, 'one')
            return one.name, draft.find(Device, home.enterprise, 'two'), draft.alert_on(home.enterprise, 'k')

        commits = home.store.commits
        answers = await asyncio.gather(
            home.road.travel(enrol(home, 'one')),
            home.road.travel(refuse_after(change_and_enrol_another)),
            home.road.travel(look),
            return_exceptions=True,
        )
        assert home.store.commits - commits == 1  # they did share a group
        assert isinstance(answers[1], Conflict)
        assert answers[2] == ('one', None, None)
        assert set(home.fleet.devices) == {'one'}
        assert [entry.subject.id for entry in home.entries(DeviceEnrolled)] == ['one']
        assert not home.fleet.alerts


async def test_whatever_a_decision_raises_reaches_its_caller_and_nobody_else() -> None:
    async with house() as home:

        def crash(_: Draft) -> None:
            raise ZeroDivisionError

        def stop(_: Draft) -> None:
            next(iter(()))

        answers = await asyncio.gather(
            home.road.travel(crash), home.road.travel(stop), home.road.travel(enrol(home, 'd')), return_exceptions=True
        )
        assert isinstance(answers[0], ZeroDivisionError)
        assert isinstance(answers[1], RuntimeError)  # a StopIteration cannot pass through an await
        assert answers[2] == 'd'
        assert home.road.is_open


async def test_a_store_that_fails_is_told_to_everybody_and_nothing_is_applied() -> None:
    async with house() as home:
        told: list[object] = []
        home.road.committed.subscribe(lambda *args: told.append(args))
        home.road.touched.subscribe(told.append)
        home.store.failure = OSError('disk full')
        answers = await asyncio.gather(
            *[home.road.travel(enrol(home, f'd{n}')) for n in range(10)], return_exceptions=True
        )
        assert all(isinstance(answer, Unavailable) for answer in answers)
        assert not home.fleet.devices
        assert not told
        home.store.failure = None
        assert await home.road.travel(enrol(home, 'd')) == 'd'


async def test_a_group_whose_commit_was_lost_is_looked_up_and_shown_when_it_was_kept() -> None:
    async with house() as home:
        told: list[object] = []
        home.road.committed.subscribe(lambda _, entries: told.extend(entries))
        home.store.failure = Uncertain('the database was lost while it committed')
        entry = DeviceEnrolled(at=0.0, enterprise=home.enterprise, subject=Subject('device', 'd', 'd'))
        home.store.settled = [Recorded(9, entry)]
        assert await home.road.travel(enrol(home, 'd')) == 'd'
        assert list(home.fleet.devices) == ['d']
        assert (told, home.fleet.sequence) == ([Recorded(9, entry)], 9)


async def test_a_group_whose_commit_was_lost_is_refused_when_it_was_not_kept_and_the_road_goes_on() -> None:
    async with house() as home:
        home.store.failure, home.store.settled = Uncertain('the database was lost while it committed'), None
        lost = asyncio.create_task(home.road.travel(enrol(home, 'd')))
        with pytest.raises(Unavailable, match='nothing was kept'):
            await lost
        home.store.failure = None
        assert not home.fleet.devices
        assert await home.road.travel(enrol(home, 'e')) == 'e'


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
    fleets, store = Fleets(), MemoryStore()
    road = Road(fleets=fleets, store=store, clock=Clock())
    broken: list[str] = []
    road.broken.subscribe(broken.append)
    await road.start()
    store.failure, store.settled = failure, settled
    with pytest.raises(Unavailable, match='start again'):
        await road.travel(lambda draft: draft.note(_entry()))
    store.failure = None
    with pytest.raises(Unavailable):
        await road.travel(lambda draft: draft.note(_entry()))
    assert (road.is_open, len(broken)) == (False, 1)
    assert broken[0] in ('the database was lost', 'another server has taken over')
    await road.stop()


async def test_nobody_waits_for_a_store_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, 'ANSWERED_WITHIN_S', 0.05)
    async with house() as home:
        home.store.gate.clear()
        asked = asyncio.create_task(home.road.travel(enrol(home, 'first')))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(home.road.travel(enrol(home, 'second')))
        answers = await asyncio.wait_for(asyncio.gather(asked, waiting, return_exceptions=True), 5)
        assert ['not known yet' in str(answers[0]), 'nothing was kept' in str(answers[1])] == [True, True]
        with pytest.raises(Unavailable, match='does not answer'):  # at once: nothing gathers meanwhile
            await home.road.travel(enrol(home, 'third'))
        home.store.gate.set()
        while 'first' not in home.fleet.devices:  # it was kept after all, and is shown
            await asyncio.sleep(0)
        assert await home.road.travel(enrol(home, 'fourth')) == 'fourth'


async def test_who_was_told_that_the_store_does_not_answer_is_not_decided_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(committing, 'ANSWERED_WITHIN_S', 0.05)
    async with house() as home:
        home.store.gate.clear()
        both = [asyncio.create_task(home.road.travel(enrol(home, id))) for id in ('first', 'second')]
        answers = await asyncio.wait_for(asyncio.gather(*both, return_exceptions=True), 5)
        assert all('not known yet' in str(answer) for answer in answers)
        home.store.failure = NotStorable('the store does not take it')
        home.store.gate.set()
        while home.road._committer.away:  # the group is refused, and would go again in halves
            await asyncio.sleep(0)
        home.store.failure = None
        assert await home.road.travel(enrol(home, 'third')) == 'third'
        assert list(home.fleet.devices) == ['third']


async def test_while_the_store_is_down_changes_are_turned_away_at_once_and_taken_as_soon_as_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(committing, 'PATIENCE_S', 0.02)
    monkeypatch.setattr(committing, 'ASK_AGAIN_S', 0.01)
    async with house() as home:
        commits = home.store.commits
        home.store.failure = Unavailable('connection refused')
        with pytest.raises(Unavailable):
            await home.road.travel(enrol(home, 'first'))
        with pytest.raises(Unavailable, match='does not answer'):
            await home.road.travel(enrol(home, 'waits a little'))
        with pytest.raises(Unavailable, match='does not answer'):
            home.road.enter(enrol(home, 'is told at once'))
        assert home.store.commits == commits
        home.store.failure = None

        async def taken() -> bool:
            try:
                return bool(await home.road.travel(enrol(home, 'last')))
            except Unavailable:
                return False

        async with asyncio.timeout(5):
            while not await taken():
                await asyncio.sleep(0.005)
        assert list(home.fleet.devices) == ['last']


async def test_the_journal_has_the_order_of_the_decisions_and_no_gap() -> None:
    async with house() as home:
        told: list[Recorded] = []
        home.road.committed.subscribe(lambda _, items: told.extend(items))
        start = home.fleet.sequence
        await asyncio.gather(
            *[
                home.road.travel(enrol(home, f'd{n}') if n % 3 else refuse_after(enrol(home, f'd{n}')))
                for n in range(30)
            ],
            return_exceptions=True,
        )
        assert [item.sequence for item in told] == list(range(start + 1, start + 21))
        assert [item.entry.subject.id for item in told] == [f'd{n}' for n in range(30) if n % 3]
        assert home.fleet.sequence == start + 20


async def test_listeners_are_told_after_the_commit_and_find_the_picture_moved() -> None:
    async with house() as home:
        seen: list[tuple[bool, bool]] = []

        def notice(touched: Touched) -> None:
            seen.append((touched.ids[Device] == {'d'}, 'd' in home.fleet.devices))

        def hear(enterprise: str, items: list[Recorded]) -> None:
            seen.append((enterprise == home.enterprise, home.fleet.sequence == items[-1].sequence))

        home.road.touched.subscribe(notice)
        home.road.committed.subscribe(hear)
        await home.road.travel(enrol(home, 'd'))
        assert seen == [(True, True), (True, True)]


async def test_a_listener_that_fails_takes_nothing_back() -> None:
    async with house() as home:
        home.road.touched.subscribe(lambda _: 1 / 0)
        assert await home.road.travel(enrol(home, 'd')) == 'd'
        assert await home.road.travel(enrol(home, 'e')) == 'e'


async def test_a_caller_that_gives_up_while_waiting_changes_nothing() -> None:
    async with house() as home:
        home.store.gate.clear()
        first = asyncio.create_task(home.road.travel(enrol(home, 'first')))
        for _ in range(5):
            await asyncio.sleep(0)
        waiting = asyncio.create_task(home.road.travel(enrol(home, 'waiting')))
        await asyncio.sleep(0)
        waiting.cancel()
        home.store.gate.set()
        await first
        await home.road.travel(enrol(home, 'next'))
        assert set(home.fleet.devices) == {'first', 'next'}


async def test_a_caller_that_gives_up_while_its_group_is_written_hurts_nobody_and_its_change_stays() -> None:
    async with house() as home:
        home.store.gate.clear()
        given_up, other = [asyncio.create_task(home.road.travel(enrol(home, id))) for id in ('given-up', 'other')]
        for _ in range(5):
            await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        home.store.gate.set()
        assert await other == 'other'
        assert set(home.fleet.devices) == {'given-up', 'other'}


async def test_when_too_many_wait_the_next_one_is_turned_away_at_once() -> None:
    async with house(most_waiting=10) as home:
        home.store.gate.clear()
        first = asyncio.create_task(home.road.travel(enrol(home, 'first')))
        for _ in range(5):
            await asyncio.sleep(0)
        waiting = [asyncio.create_task(home.road.travel(enrol(home, f'd{n}'))) for n in range(5)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable) as refused:
            await home.road.travel(enrol(home, 'too-much'))
        assert refused.value.retry_after > 0
        home.store.gate.set()
        await asyncio.gather(first, *waiting)
        assert len(home.fleet.devices) == 6


async def test_nobody_travels_before_the_start_or_after_the_end() -> None:
    fleets, store = Fleets(), MemoryStore()
    road = Road(fleets=fleets, store=store, clock=Clock())
    with pytest.raises(Unavailable):
        await road.travel(lambda _: None)
    await road.start()
    await road.travel(lambda draft: draft.put(Enterprise(id='e', name='E', created_at=0.0)))
    await road.stop()
    assert not road.is_open
    with pytest.raises(Unavailable):
        await road.travel(lambda _: None)


async def test_those_under_way_arrive_before_the_road_closes() -> None:
    async with house() as home:
        tasks = [asyncio.create_task(home.road.travel(enrol(home, f'd{n}'))) for n in range(10)]
        await asyncio.sleep(0)
        await home.road.stop()
        assert await asyncio.gather(*tasks) == [f'd{n}' for n in range(10)]


async def test_a_failure_between_commit_and_picture_closes_the_road_and_leaves_nobody_waiting() -> None:
    fleets, store = Fleets(), MemoryStore()
    road = Road(fleets=fleets, store=store, clock=Clock())
    await road.start()
    lost = asyncio.create_task(
        road.travel(lambda draft: draft.put(device('nobody', 'd')))
    )  # an enterprise that is not there
    await asyncio.sleep(0)
    store.gate.clear()
    waiting = [asyncio.create_task(road.travel(lambda draft: draft.note(_entry()))) for _ in range(2)]
    waiting[0].cancel()
    store.gate.set()
    _, pending = await asyncio.wait([lost, *waiting], timeout=5)
    assert not pending
    assert isinstance(lost.exception(), Unavailable)
    assert isinstance(waiting[1].exception(), Unavailable)
    assert not road.is_open
    await road.stop()


def _entry() -> Entry:
    return Entry(at=0.0, enterprise='nobody', subject=Subject('device', 'd', 'd'))
