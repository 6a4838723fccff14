"""Across nouns: whole nights at random. Trees of towers, outages, restores, acknowledgements, snoozes, silences, windows, calls, clock
moves and restarts meet in one machine; a slow and obvious model says who must have been told, and what must not have been said."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.alerts.announcements import News
from domain.alerts.model import Alert
from domain.channels.model import Delivery
from domain.checks.model import CheckResult
from domain.devices.recovery import review_recoveries
from domain.maintenance.input import NewMaintenanceWindow
from domain.maintenance.model import MaintenanceWindow
from domain.oncall.model import Escalation, EscalationState
from domain.oncall.silences.model import AlertSilence
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerStatus
from tests.domain.alerts.test_correlation import MOST, QUIET_ROUNDS, Needs, World, trees
from tests.domain.channels.channels import webhook
from tests.domain.oncall.desk import mail, person, policy, route, step
from tests.domain.oncall.silences.quiet import arrive, silenced
from tests.domain.towers.test_service import TCP, tower
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application

MINUTE = 60.0
NUMBERS = st.integers(0, MOST - 1)


@dataclass
class Told:
    """What receivers heard of one alert, in order: where (a person, or the desk), and which news."""

    heard: list[tuple[str, News]] = field(default_factory=list)

    def last(self, who: str) -> News | None:
        """The last that one of them heard."""
        return next((news for one, news in reversed(self.heard) if one == who), None)


class Nights(RuleBasedStateMachine):
    """An application that polls a world and tells one desk, and then Ann and Bob."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.store, self.clock = MemoryStore(), Clock()
        self.told: dict[str, Told] = {}
        self.sent: set[tuple[object, ...]] = set()
        self.towers: list[Tower] = []

    @initialize(needs=trees(), dead=st.lists(NUMBERS, max_size=2))
    def begin(self, needs: tuple[Needs, ...], dead: list[int]) -> None:
        self.world = World(needs)
        self.runner.run(self._begin())
        for number in dead:
            self.breaks(number, is_seen=True)

    async def _begin(self) -> None:
        await self._start()
        application = self.application
        for name in ('ann', 'bob'):
            await person(application, name)
        desk, _ = await webhook(application, per_minute=600)
        await mail(application)
        made = await policy(application, step('ann'), step('bob'))
        await route(application, policy=made.id, channels=(desk.id,))
        for number, (backhaul, power) in enumerate(self.world.needs):
            ids = [self.towers[one].id for one in backhaul]
            made_tower = await tower(
                application,
                f'{number}',
                checks=(TCP,),
                parent_id=ids[0] if ids else None,
                backup_ids=tuple(ids[1:]),
                power_ids=tuple(self.towers[one].id for one in power),
            )
            self.towers.append(made_tower)
        await self._round()

    async def _start(self) -> None:
        running = running_application(store=self.store, clock=self.clock, twice=False)
        self.application: RunningApplication = await self.stack.enter_async_context(running)

    @rule(number=NUMBERS, is_seen=st.booleans())
    def breaks(self, number: int, is_seen: bool) -> None:
        self.world.dead.add(number % len(self.towers))
        self._see(number, is_seen)

    @rule(number=NUMBERS, is_seen=st.booleans())
    def is_mended(self, number: int, is_seen: bool) -> None:
        self.world.dead.discard(number % len(self.towers))
        self._see(number, is_seen)

    def _see(self, number: int, is_seen: bool) -> None:
        if is_seen:  # else most nights are over before anything was asked often enough
            self.is_asked(number, TCP.max_attempts)

    @rule(number=NUMBERS, turns=st.integers(2, 8))
    def comes_and_goes(self, number: int, turns: int) -> None:
        """Faster than its group wait: it is down at each turn, and answers once before the next."""
        for _ in range(turns):
            self.breaks(number, is_seen=True)
            self.is_mended(number, is_seen=False)
            self.is_asked(number, 1)
        self.breaks(number, is_seen=True)

    @rule(number=NUMBERS, times=st.sampled_from((1, 3)))
    def is_asked(self, number: int, times: int) -> None:
        for _ in range(times):
            self.runner.run(self._ask(number % len(self.towers)))

    @rule()
    def all_are_asked(self) -> None:
        self.runner.run(self._round())

    @rule(minutes=st.sampled_from((0.25, 1, 6, 20)))
    def time_passes(self, minutes: float) -> None:
        self.runner.run(self._pass(minutes))

    @rule(number=NUMBERS, verb=st.sampled_from(('acknowledge', 'for a while', 'take back', 'snooze')))
    def a_person_acts(self, number: int, verb: str) -> None:
        self.runner.run(self._act(str(number % len(self.towers)), verb))

    @rule(minutes=st.sampled_from((2, 10)))
    def all_is_silenced(self, minutes: int) -> None:
        self.runner.run(self._silence(minutes))

    @rule()
    def silences_end_early(self) -> None:
        self.runner.run(self._end_silences())

    @rule(number=NUMBERS, minutes=st.sampled_from((2, 10)))
    def works_begin(self, number: int, minutes: int) -> None:
        self.runner.run(self._works(number % len(self.towers), minutes))

    @rule()
    def works_end_early(self) -> None:
        self.runner.run(self._end_works())

    @rule(hours=st.sampled_from((-1, 1)))
    def the_clock_is_set(self, hours: int) -> None:
        self.clock.step(hours * 3600)
        self.runner.run(self._by_the_clock())

    @rule()
    def the_server_is_killed(self) -> None:
        self.runner.run(self._restart())

    @invariant()
    def one_open_alert_per_cause_and_what_explains_it_is_open(self) -> None:
        if not self.towers:
            return
        open_ = dict(self.application.fleet[Alert])
        keys = [alert.key for alert in open_.values()]
        assert len(keys) == len(set(keys))
        for alert in open_.values():
            assert alert.parent is None or alert.parent in open_

    @invariant()
    def the_person_on_call_hears_when_the_desk_does(self) -> None:
        if not self.towers:
            return
        for alert in self.application.fleet[Alert].values():
            heard = {who for who, _ in self.told.get(alert.id, Told()).heard}
            if alert.calls and alert.parent is None and 'desk' in heard:
                assert 'ann' in heard, 'a desk alone at night is nobody'

    async def _ask(self, number: int) -> None:
        self.clock.tick(5)
        one, ok = self.towers[number], self.world.answers(number)
        result = CheckResult(one.id, one.checks[0].id, self.clock(), ok, 1.0 if ok else None, '' if ok else 'refused')
        await self.application.towers.record_check(self.application.enterprise, one.id, result)
        await self._hear()

    async def _round(self) -> None:
        for number in range(len(self.towers)):
            await self._ask(number)
        await self._by_the_clock()

    async def _pass(self, minutes: float) -> None:
        self.clock.tick(minutes * MINUTE)
        await self._by_the_clock()

    async def _by_the_clock(self) -> None:
        """As the schedule does, in any order."""
        application, enterprise = self.application, self.application.enterprise
        await application.presence.expire()
        await application.maintenance.review(enterprise)
        await application.towers.review_maintenance(enterprise)
        await application.silences.review(enterprise)
        await application.triage.resume(enterprise)
        await application.towers.tell(enterprise)
        fleet = application.fleet
        await application.transactor.transact(lambda tx: review_recoveries(tx, fleet), enterprise)
        await application.on_call.go_on(enterprise)
        await self._hear()

    async def _act(self, name: str, verb: str) -> None:
        application, actor = self.application, self.application.actor
        alert = next((one for one in application.fleet[Alert].values() if one.object_name == name), None)
        if alert is None:
            return
        if verb == 'take back' and alert.acknowledged_at is not None:
            await application.alerts.unacknowledge(actor, alert.id)
        elif verb == 'snooze' and alert.waits:
            await application.triage.snooze(actor, alert.id, self.clock() + 7 * MINUTE)
        elif verb in ('acknowledge', 'for a while') and alert.acknowledged_at is None:
            until = self.clock() + 7 * MINUTE if verb == 'for a while' else None
            await application.alerts.acknowledge(actor, alert.id, until=until)
        await self._hear()

    async def _silence(self, minutes: int) -> None:
        await silenced(self.application, minutes)
        await self._by_the_clock()

    async def _end_silences(self) -> None:
        application, now = self.application, self.clock()
        for one in list(application.fleet[AlertSilence].values()):
            if now < one.ends_at:
                await application.silences.end(application.actor, one.id, one.version)
        await self._by_the_clock()

    async def _works(self, number: int, minutes: int) -> None:
        application = self.application
        new = NewMaintenanceWindow(
            name='Works', zone='UTC', starts_on='2090-01-01T00:00', length_min=minutes, towers=(self.towers[number].id,)
        )
        row = await application.maintenance.save(application.actor, new)
        await application.maintenance.begin(application.actor, row.id, row.version)
        await self._by_the_clock()

    async def _end_works(self) -> None:
        application = self.application
        for row in list(application.fleet[MaintenanceWindow].values()):
            await application.maintenance.retire(application.actor, row.id, row.version)
        await self._by_the_clock()

    async def _restart(self) -> None:
        await self._by_the_clock()
        before = len(self.sent)
        await self.stack.aclose()
        await self._start()
        await self._by_the_clock()
        assert len(self.sent) == before, 'a restart tells nothing'

    async def _hear(self) -> None:
        """Receivers take what is sent; nothing of it may be wrong at this moment."""
        heard = await arrive(self.application)
        self.clock.tick(0.01)
        for one in heard:
            said = one.announcement
            sent = (one.line, one.alert, said.news, said.at, one.created_at)
            assert sent not in self.sent, 'told twice'
            self.sent.add(sent)
            who = one.recipient.removeprefix('P-') or 'desk'
            self.told.setdefault(one.alert, Told()).heard.append((who, said.news))
            alert = self.application.fleet[Alert].get(one.alert)
            if not said.is_over and alert is not None:
                self._check_said(one, alert)

    def _check_said(self, one: Delivery, alert: Alert) -> None:
        assert alert.parent is None, 'a child is never told beneath an open parent'
        now = self.clock()
        silences = self.application.fleet[AlertSilence].values()
        assert not any(each.starts_at <= now < each.ends_at for each in silences), 'told in a silence'
        status = tower_state(self.application.fleet, alert.object_id).status
        assert status is not TowerStatus.MAINTENANCE, 'told of works'
        if one.recipient and one.announcement.news in (News.RAISED, News.REMINDED):
            assert alert.calls, 'nobody is called while a person has it'

    def teardown(self) -> None:
        try:
            if self.towers:
                self.runner.run(self._settle())
        finally:
            self.runner.run(self.stack.aclose())
            self.runner.close()

    async def _settle(self) -> None:
        """Nothing holds anything back any more, and all are asked often enough: the model knows no history."""
        await self._end_silences()
        await self._end_works()
        for alert in list(self.application.fleet[Alert].values()):
            if alert.acknowledged_at is not None:
                await self._act(alert.object_name, 'take back')
        for _ in range(QUIET_ROUNDS):
            await self._round()
        for _ in range(30):
            await self._pass(1)
        causes, by_number = self.world.causes(), self._open_by_number()
        roots = {number for number, alert in by_number.items() if alert.parent is None}
        assert roots == causes, f'one open root per cause: {by_number}'
        assert set(by_number) == {number for number in range(len(self.towers)) if not self.world.answers(number)}
        for number in causes:
            self._check_nobody_forgotten(by_number[number])
        for id, told in self.told.items():
            if id not in self.application.fleet[Alert]:
                for who in {who for who, _ in told.heard}:
                    assert told.last(who) is News.CLEARED, 'all who heard of it hear that it is over'

    def _open_by_number(self) -> dict[int, Alert]:
        return {int(alert.object_name): alert for alert in self.application.fleet[Alert].values()}

    def _check_nobody_forgotten(self, alert: Alert) -> None:
        told = self.told.get(alert.id, Told())
        for who in ('desk', 'ann', 'bob'):
            assert told.last(who) not in (None, News.CLEARED), f'{who} knows'
        escalations = [one for one in self.application.fleet[Escalation].values() if one.alert == alert.id]
        assert [one.state for one in escalations] == [EscalationState.UNANSWERED], 'and it says that nobody answered'


Nights.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestNights = Nights.TestCase
