"""When rotations are looked at: a gap that was filled is over soon, and one that draws near is found though nothing moves."""

from domain.alerts.model import Alert
from domain.oncall.model import Hours
from jobs.rotas import AGAIN_S, RotaLooks
from jobs.scheduler import Job
from jobs.table import table
from tests.domain.oncall.desk import person, rotation
from tests.fakes import running_application

SUNDAYS_FREE = (Hours(begins='00:00', ends='00:00', days=(1, 2, 3, 4, 5, 6)),)


async def test_a_gap_is_an_alert_as_soon_as_it_is_made_and_over_as_soon_as_it_is_filled() -> None:
    async with running_application() as application:
        row: Job = next(one for one in table(application=application) if one.name == 'rotas')
        assert row.opens is not None
        row.opens()
        ann = await person(application, 'ann')
        await row.run()
        made = await rotation(application, 'ann', hours=SUNDAYS_FREE)
        await row.run()
        assert [one.object_name for one in application.fleet[Alert].values()] == ['Night desk']
        now = application.clock()
        (gap, *_) = [one for one in application.duty.shifts_of(made, now, now + 7 * 86_400) if not one.person]
        await application.duty.take(application.actor, made.id, ann.id, gap.starts_at, gap.ends_at)
        await row.run()
        assert not application.fleet[Alert]


async def test_nothing_is_looked_at_twice_while_nothing_moves_and_time_alone_is_enough() -> None:
    async with running_application() as application:
        looked: list[str] = []

        async def look(enterprise: str) -> None:
            looked.append(enterprise)

        looks = RotaLooks(application.transactor, look)
        for wait in (0, 1, AGAIN_S, 1):
            application.clock.tick(wait)
            await looks.review(application.enterprise)
        assert looked == [application.enterprise] * 2
