"""Across the poller and its towers: what a site depends on is asked first, and what could not be reached is asked again at once."""

from domain.alerts.announcements import announcement_of
from domain.alerts.model import Alert
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckState
from domain.devices.recovery import review_recoveries
from domain.towers.input import NewTower
from domain.towers.live import tower_counts
from domain.towers.model import Tower
from tests.fakes import Clock, RunningApplication, running_application
from tests.jobs.polling.test_own_faults import World, pass_time, poller


async def site(application: RunningApplication, host: str, every_s: float, parent: str | None = None) -> Tower:
    check = Check(id='', target=TcpTarget(host, 80), interval_s=every_s, retry_interval_s=10)
    return await application.towers.add(application.actor, NewTower(name=host, checks=(check,), parent_id=parent))


def told(application: RunningApplication) -> list[str]:
    rows = application.store.rows[Alert]
    found = [announcement_of(one.entry) for one in application.store.journal[application.enterprise]]
    return [f'{rows[one.alert_id].object_name} {one.kind}' for one in found if one is not None]


async def test_the_hub_of_a_site_that_fails_is_asked_long_before_its_turn() -> None:
    async with running_application(clock=Clock()) as application:
        world = World()
        hub = await site(application, 'hub', every_s=3600)
        await site(application, 'mast', every_s=30, parent=hub.id)
        for n in range(3):  # unrelated ones that answer
            await site(application, f'other-{n}', every_s=10)
        polling = poller(application, world)
        await pass_time(application, polling, 60)
        world.dead = {'hub', 'mast'}
        for _ in range(18):
            await pass_time(application, polling, 5)
            await application.towers.tell(application.enterprise)
        assert tower_counts(application.fleet) == {'up': 3, 'down': 1, 'unreachable': 1}
        assert told(application) == ['hub raised']
        await polling.close()


async def test_when_the_hub_is_back_what_it_carries_is_asked_at_once_and_calls_nobody() -> None:
    async with running_application(clock=Clock()) as application:
        world = World()
        hub = await site(application, 'hub', every_s=30)
        masts = [await site(application, f'mast-{n}', every_s=3600, parent=hub.id) for n in range(4)]
        for n in range(3):
            await site(application, f'other-{n}', every_s=10)
        polling = poller(application, world)
        await pass_time(application, polling, 60)
        world.dead = {'hub', *(mast.name for mast in masts)}
        for _ in range(24):
            await pass_time(application, polling, 5)
            await application.towers.tell(application.enterprise)
        assert tower_counts(application.fleet) == {'up': 3, 'down': 1, 'unreachable': 4}, 'those below are asked too'
        asked = max(application.fleet[CheckState][mast.checks[0].id].checked_at or 0 for mast in masts)
        world.dead = set()
        for _ in range(8):
            await pass_time(application, polling, 5)
        assert tower_counts(application.fleet) == {'up': 8}
        assert min(application.fleet[CheckState][mast.checks[0].id].checked_at or 0 for mast in masts) > asked
        fleet = application.fleet
        await application.transactor.transact(lambda tx: review_recoveries(tx, fleet), application.enterprise)
        assert told(application) == ['hub raised', 'hub cleared']
        await polling.close()
