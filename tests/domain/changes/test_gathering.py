"""Check-ins that are decided while another group is being written."""

import asyncio
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import domain
from domain.access.enterprises import Enterprise
from domain.alerts.model import Alert
from domain.changes import committing
from domain.changes.transaction import Transaction
from domain.common.errors import NotStorable, Unavailable
from domain.devices.model import Device, DeviceKind
from domain.fleet.fleets import Fleets
from domain.kinds import LIVE
from tests.domain.changes.test_lanes import FussyStore, enter, rename
from tests.fakes import RunningApplication, running_application
from tests.persistence.samples import ALERT


@pytest.fixture(autouse=True)
def _groups_have_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, and so has who waits for the store."""
    monkeypatch.setattr('domain.changes.gathering.GROUP_SECONDS', 60.0)
    monkeypatch.setattr(committing, 'PATIENCE_S', 60.0)


def counted(application: RunningApplication, decided: list[int], id: str = 'd') -> 'asyncio.Future[int]':
    """Ask for one more of a counter in the lane of check-ins; ``decided`` gets what each decision came to."""

    def decide(tx: Transaction) -> int:
        before = tx.find(Device, application.enterprise, id)
        device = before or Device(
            id=id, enterprise=application.enterprise, name=id, kind=DeviceKind.METER, created_at=0, version=0
        )
        tx.put(replace(device, version=device.version + 1))
        decided.append(device.version + 1)
        return device.version + 1

    return application.transactor.submit(decide, application.enterprise, None, True)


async def turns(number: int = 10) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_a_check_in_is_decided_on_what_is_being_written_and_answered_after_its_own_commit() -> None:
    async with running_application(twice=False) as application:
        store, decided = application.store, list[int]()
        commits = store.commits
        store.gate.clear()
        first = counted(application, decided)
        await turns()
        second, third = counted(application, decided), counted(application, decided)
        await turns()
        assert decided == [1, 2, 3]
        assert not any(each.done() for each in (first, second, third))
        assert not application.fleet[Device]
        seen: list[tuple[int, bool]] = []
        first.add_done_callback(lambda _: seen.append((application.fleet[Device]['d'].version, second.done())))
        store.gate.set()
        assert [await each for each in (first, second, third)] == [1, 2, 3]
        assert seen == [(1, False)]
        assert store.commits - commits == 2
        assert store.rows[Device]['d'].version == 3


async def test_what_people_change_waits_for_its_turn() -> None:
    async with running_application(twice=False) as application:
        decided: list[int] = []
        application.store.gate.clear()
        first = counted(application, decided)
        await turns()
        changed = application.transactor.submit(lambda tx: decided.append(100), application.enterprise)
        check_in = counted(application, decided)
        await turns()
        assert decided == [1, 2]
        application.store.gate.set()
        await asyncio.gather(first, changed, check_in)
        assert decided == [1, 2, 100]


@pytest.mark.parametrize(
    'failure', [NotStorable('it does not take it'), Unavailable('the disk is full'), OSError('no')]
)
async def test_what_was_decided_on_top_of_what_was_not_kept_is_decided_again(failure: Exception) -> None:
    async with running_application(twice=False) as application:
        decided: list[int] = []
        application.store.gate.clear()
        first = counted(application, decided)
        await turns()
        second, third = counted(application, decided), counted(application, decided)
        await turns()
        assert decided == [1, 2, 3]
        application.store.failure = failure
        application.store.gate.set()
        with pytest.raises(Unavailable if not isinstance(failure, NotStorable) else NotStorable):
            await first
        application.store.failure = None
        assert (await second, await third) == (1, 2)
        assert application.fleet[Device]['d'].version == 2


async def test_none_is_decided_ahead_while_it_is_not_clear_which_one_the_store_refuses() -> None:
    store = FussyStore()
    async with running_application(store=store, twice=False) as application:
        names = [f'd{number}' for number in range(8)]
        asked = [enter(application, application.enterprise, id) for id in names]
        asked.append(enter(application, application.enterprise, 'bad', 'not for this store'))
        await turns(3)
        asked += [enter(application, application.enterprise, f'later-{number}') for number in range(8)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(each) for each in answers] == [str] * 8 + [NotStorable] + [str] * 8
        assert [tried for tried in store.tried if 'not for this store' in tried][-1] == ['not for this store']


async def test_who_was_decided_ahead_when_the_store_falls_silent_is_told_that_nothing_was_kept_and_nothing_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(committing, 'ANSWERED_WITHIN_S', 0.05)
    async with running_application(twice=False) as application:
        decided: list[int] = []
        application.store.gate.clear()
        first = counted(application, decided, 'first')
        await turns()
        second = counted(application, decided, 'second')
        await turns()
        assert decided == [1, 1]
        answers = await asyncio.wait_for(asyncio.gather(first, second, return_exceptions=True), 5)
        assert ['not known yet' in str(answers[0]), 'nothing was kept' in str(answers[1])] == [True, True]
        application.store.gate.set()
        while 'first' not in application.fleet[Device]:  # it was kept after all
            await asyncio.sleep(0)
        assert await counted(application, decided, 'third') == 1
        assert set(application.fleet[Device]) == {'first', 'third'}


async def test_a_check_in_that_is_decided_ahead_has_the_moment_at_which_it_was_decided() -> None:
    async with running_application(twice=False) as application:
        moments: list[float] = []

        def decide(tx: Transaction) -> None:
            enrol(tx)
            moments.append(tx.now)

        enrol = rename(application.enterprise, 'd', 'd')
        application.store.gate.clear()
        asked = []
        for _ in range(3):
            asked.append(application.transactor.submit(decide, application.enterprise, None, True))
            await turns()
            application.clock.tick(1)
        application.store.gate.set()
        await asyncio.gather(*asked)
        assert [each - moments[0] for each in moments] == [0, 1, 2]


async def test_those_decided_ahead_are_answered_before_the_transactor_stops() -> None:
    async with running_application(twice=False) as application:
        decided: list[int] = []
        application.store.gate.clear()
        asked = [counted(application, decided)]
        await turns()
        asked.append(counted(application, decided))
        await turns()
        stopping = asyncio.create_task(application.transactor.stop())
        await turns()
        application.store.gate.set()
        await stopping
        assert await asyncio.gather(*asked) == [1, 2]


def test_no_decision_reads_the_rows_of_its_own_group_alone() -> None:
    """A decision that is made ahead would miss those that are being written."""
    root = Path(domain.__path__[0])
    found = [
        path for path in root.rglob('*.py') if path.parent.name != 'changes' and '.changes.rows' in path.read_text()
    ]
    assert found == []


IDS, KEYS = st.sampled_from('abc'), st.sampled_from('xyz')
steps = st.lists(
    st.one_of(
        st.tuples(st.just('put'), IDS, KEYS),
        st.tuples(st.just('remember'), IDS, KEYS),
        st.tuples(st.just('look'), IDS, KEYS),
        st.tuples(st.just('undone'), IDS, KEYS),
    ),
    max_size=8,
)


@given(stored=steps, written=steps, more=steps, last=steps)
def test_a_transaction_after_another_reads_what_one_transaction_would(
    stored: list[tuple[str, str, str]],
    written: list[tuple[str, str, str]],
    more: list[tuple[str, str, str]],
    last: list[tuple[str, str, str]],
) -> None:
    def do(tx: Transaction, steps: list[tuple[str, str, str]], memory: dict[str, str]) -> list[object]:
        seen: list[object] = []
        for what, id, key in steps:
            tx.savepoint()
            if what == 'remember':
                tx.remember(memory, id, key)
            elif what != 'look':
                tx.put(replace(ALERT, id=id, enterprise='e', parent=key))
                if what == 'undone':
                    tx.rollback()
            seen.append((tx.find(Alert, 'e', id), {row.id: row for row in tx.all(Alert, 'e')}, tx.recall(memory, id)))
            for parent in 'xyz':
                pending = tx.pending(Alert, 'parent').get(parent, {})
                assert all(row.parent == parent and tx.find(Alert, 'e', each) is row for each, row in pending.items())
                live = {each for each, row in tx.fleet('e')[Alert].items() if row.parent == parent}
                now = {**tx.fleet('e')[Alert], **tx.rows(Alert)}
                seen.append({each for each in live | pending.keys() if now[each].parent == parent})
        return seen

    def begun() -> tuple[Fleets, dict[str, str]]:
        fleets, memory, number = Fleets(LIVE), dict[str, str](), count()
        fleets.apply(Enterprise(id='e', name='E', created_at=0.0))
        for what, id, key in stored:
            if what == 'put':
                fleets.apply(replace(ALERT, id=id, enterprise='e', parent=key, changed_at=float(next(number))))
        return fleets, memory

    def keep(fleets: Fleets, tx: Transaction) -> None:
        for row in tx.changes.rows.get(Alert, {}).values():
            fleets.apply(row)
        tx.memorize()

    fleets, memory = begun()
    one = Transaction(fleets, 0.0)
    in_one = [do(one, written, memory), do(one, more, memory)]
    keep(fleets, one)
    in_one.append(do(Transaction(fleets, 0.0), last, memory))

    fleets, memory = begun()
    first = Transaction(fleets, 0.0)
    found = [do(first, written, memory)]
    second = Transaction(fleets, 0.0, after=first)
    found.append(do(second, more, memory))
    keep(fleets, first)
    second.has_been_kept()
    found.append(do(second, last, memory))
    assert found == in_one
