"""The poller on a real road: soft, hard and back, the stream of checks, what changes under it, and what may go wrong."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any

import pytest
from structlog.testing import capture_logs

from domain.alerts.live import AlertKeys
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckStatus
from domain.towers.events import TowerCheckFailed, TowerStatusChanged
from domain.towers.input import NewTower
from domain.towers.live import checks_of, tower_state
from domain.towers.model import Tower, TowerStatus
from jobs.polling.addresses import Targets
from jobs.polling.checker import Checker
from jobs.polling.failures import OurFault
from jobs.polling.poller import Poller
from jobs.polling.probe import CheckAnswer, Symptom
from tests.fakes import Clock, RunningApplication, running_application
from tests.jobs.loopback import eventually, listening, silent, tcp
from tests.stopwatch import Stopwatch


class Answers:
    """Stands for all towers: what each check's host answers, when it was asked, and a gate that holds answers back."""

    def __init__(self, clock: Clock) -> None:
        self.errors: dict[str, str] = {}
        self.asked: list[tuple[float, str]] = []
        self.under_way: Counter[str] = Counter()
        self.most_at_once = 0
        self.held: dict[str, asyncio.Event] = {}
        self.trouble: Exception | None = None
        self._clock = clock

    async def ask(self, check: Check) -> CheckAnswer:
        host = check.target.host
        self.asked.append((self._clock(), host))
        self.under_way[host] += 1
        self.most_at_once = max(self.most_at_once, self.under_way.total())
        assert self.under_way[host] == 1, 'two checks of one target at once'
        try:
            if host in self.held:
                await self.held[host].wait()
            if self.trouble is not None:
                raise self.trouble
        finally:
            self.under_way[host] -= 1
        return CheckAnswer(1.5, self.errors.get(host, ''))

    async def is_cut_off(self, check: Check, symptom: Symptom) -> bool:
        return False

    async def look_up(self, check: Check) -> frozenset[str]:
        return frozenset()

    def forget(self, check: Check) -> None:
        """Nothing is remembered."""

    def way(self, check: Check, symptom: Symptom | None) -> None:
        """One for all."""

    def of(self, host: str) -> list[float]:
        """When this host was asked."""
        return [at for at, asked in self.asked if asked == host]

    async def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def application(clock: Clock) -> AsyncIterator[RunningApplication]:
    async with running_application(clock=clock) as application:
        yield application


@pytest.fixture
def answers(clock: Clock) -> Answers:
    return Answers(clock)


@asynccontextmanager
async def polling(application: RunningApplication, checker: Any, **more: Any) -> AsyncIterator[Poller]:
    poller = Poller(
        transactor=application.transactor,
        towers=application.towers,
        checker=checker,
        steady=application.clock.steady,
        **more,
    )
    poller.watch_all()
    try:
        yield poller
    finally:
        await poller.close()


def check(host: str, **more: Any) -> Check:
    return Check(id='', target=TcpTarget(host, 80), **{'interval_s': 30, 'retry_interval_s': 10, **more})


async def tower(application: RunningApplication, *checks: Check, name: str = 'Maasvlakte') -> Tower:
    return await application.towers.add(application.actor, NewTower(name=name, checks=checks))


async def settled(poller: Poller) -> None:
    """Until nothing is under way."""
    await eventually(lambda: poller.figures()['running'] == 0)


async def pass_time(application: RunningApplication, poller: Poller, seconds: float, step: float = 1.0) -> None:
    """Let time pass in small steps, ticking and settling at each."""
    for _ in range(round(seconds / step)):
        application.clock.tick(step)
        await poller.tick()
        await settled(poller)


def status(application: RunningApplication, tower: Tower) -> list[CheckStatus]:
    return [state.status for state in checks_of(application.fleet, tower)]


async def test_a_tower_goes_soft_then_down_and_comes_back_on_one_answer(application: RunningApplication) -> None:
    checker = Checker(targets=Targets(allow=[ip_network('127.0.0.0/8')]))
    async with polling(application, checker) as poller:
        async with listening(silent) as port:
            site = await tower(application, tcp(port, id='', interval_s=30, retry_interval_s=5, max_attempts=3))
            await pass_time(application, poller, 1)
            assert tower_state(application.fleet, site.id).status is TowerStatus.UP
        found = []
        for _ in range(60):
            await pass_time(application, poller, 1)
            found.append((status(application, site)[0], tower_state(application.fleet, site.id).status))
        steps = list(dict.fromkeys(found))
        assert steps == [
            (CheckStatus.OK, TowerStatus.UP),
            (CheckStatus.SOFT, TowerStatus.DEGRADED),
            (CheckStatus.FAILING, TowerStatus.DOWN),
        ]
        assert application.fleet.index(AlertKeys).open(f'tower/{site.id}') is not None
        async with listening(silent, port=port):
            await pass_time(application, poller, 46)
        assert tower_state(application.fleet, site.id).status is TowerStatus.UP
        assert application.fleet.index(AlertKeys).open(f'tower/{site.id}') is None
    attempts = [(entry.attempt, entry.error) for entry in application.entries(TowerCheckFailed)]
    assert attempts == [(1, 'refused'), (2, 'refused'), (3, 'refused')]
    assert [entry.after for entry in application.entries(TowerStatusChanged)] == ['up', 'degraded', 'down', 'up']


async def test_a_soft_check_retries_faster_and_a_hard_one_keeps_its_interval(
    application: RunningApplication, answers: Answers
) -> None:
    async with polling(application, answers) as poller:
        await tower(application, check('10.0.0.1'))
        await pass_time(application, poller, 40)
        answers.errors['10.0.0.1'] = 'refused'
        answers.asked.clear()
        await pass_time(application, poller, 140)
    first, *rest = answers.of('10.0.0.1')
    gaps = [later - earlier for earlier, later in zip([first, *rest], rest, strict=False)]
    assert gaps[:2] == [10, 10]
    assert 15 <= gaps[2] <= 45  # back to its place
    assert set(gaps[3:]) == {30}


async def test_when_one_check_of_a_tower_fails_the_others_are_asked_at_once(
    application: RunningApplication, answers: Answers
) -> None:
    async with polling(application, answers) as poller:
        await tower(application, check('10.0.0.1', interval_s=10), check('10.0.0.2', interval_s=3600))
        await pass_time(application, poller, 40)
        assert len(answers.of('10.0.0.2')) == 1
        answers.errors['10.0.0.1'] = 'refused'
        answers.asked.clear()
        await pass_time(application, poller, 60)
    failed, again = answers.of('10.0.0.1'), answers.of('10.0.0.2')
    assert [moment - failed[0] for moment in again] == pytest.approx([0, failed[2] - failed[0]], abs=1), (
        'at first, and when it is sure'
    )


async def test_checks_are_an_even_stream_at_their_interval(application: RunningApplication, answers: Answers) -> None:
    for number in range(10):
        await tower(application, *(check(f'10.0.{number}.{host}') for host in range(30)), name=f'tower {number}')
    async with polling(application, answers) as poller:
        await pass_time(application, poller, 60)
        answers.asked.clear()
        await pass_time(application, poller, 60)
    assert set(Counter(host for _, host in answers.asked).values()) == {2}
    a_second = Counter(at for at, _ in answers.asked)
    assert max(a_second.values()) < 30  # 10 on average


async def test_the_place_in_the_interval_outlives_a_restart(application: RunningApplication, answers: Answers) -> None:
    await tower(application, check('10.0.0.1'))
    for _ in range(2):
        async with polling(application, answers) as poller:
            await pass_time(application, poller, 70)
    places = {round(at) % 30 for at in answers.of('10.0.0.1')[1:]}
    assert len(places) == 1


async def test_a_new_tower_is_checked_at_once(application: RunningApplication, answers: Answers) -> None:
    async with polling(application, answers) as poller:
        await tower(application, check('10.0.0.1', interval_s=3600))
        await pass_time(application, poller, 1)
        assert len(answers.of('10.0.0.1')) == 1


async def test_what_was_overdue_at_start_is_caught_up_with_soon(
    application: RunningApplication, answers: Answers
) -> None:
    site = await tower(application, check('10.0.0.1', interval_s=3600))
    async with polling(application, answers) as poller:
        await pass_time(application, poller, 1)
    application.clock.tick(2 * 3600)
    async with polling(application, answers) as poller:
        await pass_time(application, poller, 1)
    assert len(answers.of('10.0.0.1')) == 2
    assert status(application, site) == [CheckStatus.OK]


async def test_missed_turns_are_not_made_up_for(application: RunningApplication, answers: Answers) -> None:
    async with polling(application, answers) as poller:
        await tower(application, check('10.0.0.1'))
        await pass_time(application, poller, 60)
        asked = len(answers.asked)
        application.clock.tick(3000)
        await poller.tick()
        await pass_time(application, poller, 2)
        assert len(answers.asked) == asked + 1


async def test_how_late_checks_begin_is_told(application: RunningApplication, answers: Answers) -> None:
    async with polling(application, answers) as poller:
        await tower(application, check('10.0.0.1'))
        await pass_time(application, poller, 60, step=0.5)
        assert poller.lag(1.0)[0] <= 0.5
        for _ in range(20):  # several times, since where in a step a check is due is its own
            await pass_time(application, poller, 4, step=4)
        assert 0.5 < poller.lag(1.0)[0] <= 4
        assert poller.figures()['lag_p99_seconds'] == poller.lag(0.99)[0]


async def test_a_changed_tower_is_followed_without_losing_the_others(
    application: RunningApplication, answers: Answers
) -> None:
    async with polling(application, answers) as poller:
        site = await tower(application, check('10.0.0.1'), check('10.0.0.2'))
        await pass_time(application, poller, 31)
        kept = site.checks[0]
        changed = NewTower(name='Maasvlakte', checks=[kept, check('10.0.0.3')])
        site = await application.towers.change(application.actor, site.id, site.version, changed)
        answers.asked.clear()
        await pass_time(application, poller, 60)
        assert Counter(host for _, host in answers.asked) == {'10.0.0.1': 2, '10.0.0.3': pytest.approx(3, abs=1)}
        await application.towers.retire(application.actor, site.id, site.version)
        answers.asked.clear()
        await pass_time(application, poller, 60)
        assert answers.asked == []
        assert poller.figures()['planned'] == 0


async def test_an_answer_to_a_check_that_was_changed_meanwhile_is_dropped(
    application: RunningApplication, answers: Answers
) -> None:
    answers.held['10.0.0.1'] = asyncio.Event()
    answers.errors['10.0.0.1'] = 'refused'
    async with polling(application, answers) as poller:
        site = await tower(application, check('10.0.0.1', max_attempts=1))
        application.clock.tick(1)
        await poller.tick()
        await eventually(lambda: answers.asked)
        moved = NewTower(name='Maasvlakte', checks=[Check(id=site.checks[0].id, target=TcpTarget('10.0.0.2', 80))])
        site = await application.towers.change(application.actor, site.id, site.version, moved)
        answers.held['10.0.0.1'].set()
        await settled(poller)
        assert status(application, site) == [CheckStatus.PENDING]
        await pass_time(application, poller, 1)
        assert status(application, site) == [CheckStatus.OK]


async def test_a_check_never_overlaps_itself_and_a_target_is_asked_by_one_at_a_time(
    application: RunningApplication, answers: Answers
) -> None:
    answers.held['10.0.0.1'] = asyncio.Event()
    async with polling(application, answers) as poller:
        await tower(application, check('10.0.0.1'), name='one')
        await tower(application, check('10.0.0.1'), name='the same twice')
        for _ in range(100):
            application.clock.tick(1)
            await poller.tick()
        await eventually(lambda: answers.asked)
        assert len(answers.asked) == 1
        assert poller.figures()['waiting'] == 1
        answers.held['10.0.0.1'].set()
        await eventually(lambda: len(answers.asked) == 2)
        await settled(poller)


async def test_tarpits_never_take_the_places_of_towers_that_answer(
    application: RunningApplication, answers: Answers
) -> None:
    tarpits = [f'10.0.1.{number}' for number in range(20)]
    for number, host in enumerate(tarpits):
        answers.errors[host] = 'timed out after 5 s'
        await tower(application, check(host, max_attempts=1), name=f'tarpit {number}')
    site = await tower(application, check('10.0.0.1'))
    async with polling(application, answers, limit=6, reserved=2) as poller:
        await pass_time(application, poller, 60)
        answers.held = dict.fromkeys(tarpits, asyncio.Event())
        answers.asked.clear()
        for _ in range(300):
            application.clock.tick(1)
            await poller.tick()
            await eventually(lambda: poller.figures()['running'] <= 4)
        assert len(answers.of('10.0.0.1')) == 10
        assert answers.under_way.total() == 4
        assert answers.most_at_once <= 6
        assert status(application, site) == [CheckStatus.OK]
        answers.held['10.0.1.0'].set()


async def test_a_tarpit_ends_at_its_timeout_while_other_polls_are_on_time(application: RunningApplication) -> None:
    checker = Checker(targets=Targets(allow=[ip_network('127.0.0.0/8')]))
    full = socket.create_server(
        ('127.0.0.1', 0), backlog=0
    )  # accepts no connection: those after the backlog are not answered
    stuffing = [socket.socket() for _ in range(3)]
    for one in stuffing:
        one.setblocking(False)
        one.connect_ex(full.getsockname())
    poller = Poller(transactor=application.transactor, towers=application.towers, checker=checker)
    poller.watch_all()
    async with listening(silent) as port:
        pit = await tower(application, tcp(full.getsockname()[1], id='', timeout_s=0.5, interval_s=60), name='pit')
        well = await tower(application, tcp(port, id='', interval_s=60), name='well')
        took = Stopwatch()
        when: dict[str, tuple[float, float]] = {}
        while len(when) < 2:
            await poller.tick()
            await asyncio.sleep(0.005)
            for site in (pit, well):
                if status(application, site) != [CheckStatus.PENDING]:
                    when.setdefault(site.name, (took.wall_s, took.own_s))
            assert took.own_s < 5
        assert status(application, pit) == [CheckStatus.SOFT]
        assert checks_of(application.fleet, pit)[0].error == 'timed out after 0.5 s'
        assert when['pit'][0] >= 0.4
        assert when['pit'][1] <= 0.6
        assert when['well'][1] < 0.2
    await poller.close()
    for one in (*stuffing, full):
        one.close()


@pytest.mark.parametrize('trouble', [OurFault('Too many open files'), RuntimeError('a bug')], ids=['machine', 'bug'])
async def test_our_own_trouble_is_not_held_against_the_tower(
    application: RunningApplication, answers: Answers, trouble: Exception
) -> None:
    site = await tower(application, check('10.0.0.1', max_attempts=1))
    answers.trouble = trouble
    with capture_logs() as lines:
        async with polling(application, answers) as poller:
            await pass_time(application, poller, 90)
            assert status(application, site) == [CheckStatus.PENDING]
            assert poller.figures()['faults_total'] >= 3
            answers.trouble = None
            await pass_time(application, poller, 90)
            assert status(application, site) == [CheckStatus.OK]
    assert [line['event'] for line in lines] == ['polling_impaired', 'polling_recovered']


async def test_a_store_that_is_away_costs_results_and_nothing_else(
    application: RunningApplication, answers: Answers
) -> None:
    site = await tower(application, check('10.0.0.1'))
    async with polling(application, answers) as poller:
        application.store.failure = OSError('disk full')
        with capture_logs():
            await pass_time(application, poller, 31)
            assert poller.figures()['faults_total'] >= 1
            await application.store_answers_again()
            await pass_time(application, poller, 31)
    assert status(application, site) == [CheckStatus.OK]


async def test_closing_ends_what_is_under_way(application: RunningApplication, answers: Answers) -> None:
    answers.held = {f'10.0.0.{number}': asyncio.Event() for number in range(5)}
    async with polling(application, answers) as poller:
        await tower(application, *map(check, answers.held), check('10.0.0.1'))
        application.clock.tick(1)
        await poller.tick()
        await eventually(lambda: answers.under_way.total() == 5)
    assert answers.under_way.total() == 0
    asked = len(answers.asked)
    await tower(application, check('10.0.0.9'), name='after')
    await poller.tick()
    assert len(answers.asked) == asked


def test_lag_is_nothing_before_the_first_check(application: RunningApplication, answers: Answers) -> None:
    poller = Poller(transactor=application.transactor, towers=application.towers, checker=answers)
    assert poller.lag(0.99) == (0.0, 0.0)
    assert set(poller.figures().values()) == {0}


@pytest.mark.parametrize('by', [3600, 86_400, 365 * 86_400, -86_400])
async def test_setting_the_clock_makes_no_check_run_sooner_or_later(
    application: RunningApplication, answers: Answers, by: float
) -> None:
    await tower(application, *(check(f'10.0.0.{number}') for number in range(20)))
    async with polling(application, answers) as poller:
        await pass_time(application, poller, 60)
        application.clock.step(by)
        began = len(answers.asked)
        await poller.tick()
        await settled(poller)
        assert len(answers.asked) == began
        await pass_time(application, poller, 30)
        assert len(answers.asked) == began + 20


async def test_after_the_process_was_stopped_checks_begin_one_after_the_other(
    application: RunningApplication, answers: Answers
) -> None:
    for site in range(20):
        hosts = (f'10.0.{site}.{number}' for number in range(30))
        await tower(application, *(check(host, interval_s=60) for host in hosts), name=f'Site {site}')
    async with polling(application, answers) as poller:
        await pass_time(application, poller, 120, step=0.5)
        application.clock.tick(3600)
        began = len(answers.asked)
        await poller.tick()
        await settled(poller)
        assert len(answers.asked) - began < 60
        await pass_time(application, poller, 4, step=0.5)
        assert len(answers.asked) - began >= 600, 'once each, however many turns were missed'
        assert len(answers.asked) - began < 700


async def test_checks_that_have_no_place_are_how_far_the_poller_is_behind(
    application: RunningApplication, answers: Answers, clock: Clock
) -> None:
    for number in range(3):
        answers.held[f'10.0.0.{number}'] = asyncio.Event()
        await tower(application, check(f'10.0.0.{number}'), name=f'Mast {number}')
    async with polling(application, answers, limit=1, reserved=0) as poller:
        assert poller.behind() is None, 'it has not turned yet'
        for _ in range(60):
            clock.tick(1)
            await poller.tick()
        late = poller.behind()
        assert late is not None
        assert 30 < late[0] <= 60
        assert late[1] == '2 checks are due and have no place'
        for one in answers.held.values():
            one.set()
        for _ in range(6):
            await poller.tick()
            await asyncio.sleep(0.01)
        assert (poller.behind() or (99, ''))[0] < 1
