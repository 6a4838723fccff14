"""How it went as a chart: the last hour survives a restart, a day and a month are read from the disk."""

from typing import Any

import pytest

from domain.checks.model import CheckState
from domain.common.errors import Invalid
from tests.domain.measurements.test_service import answered
from tests.domain.towers.test_service import TCP, tower
from tests.fakes import Clock, RunningApplication, running_application
from tests.fakes.store import MemoryStore
from ui.live.activity import Activity
from ui.live.channel import News
from ui.topics.activity import LatencyTopic, PulseTopic


async def pulse(application: RunningApplication, span: str = 'hour', id: str = '') -> PulseTopic:
    parts: dict[str, Any] = {'fleet': application.fleet, 'store': application.store, 'clock': application.clock}
    topic = PulseTopic(
        activity=Activity(transactor=application.transactor),
        measurements=application.measurements,
        id=id,
        query={'span': span},
        **parts,
    )
    await topic.open()
    return topic


async def minutes(application: RunningApplication, many: int) -> None:
    for _ in range(many * 3):
        application.clock.tick(20)
        await application.measurements.look(application.enterprise)


async def test_the_last_hour_goes_on_after_a_restart_with_a_gap_where_nothing_ran() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        await application.check_in((await application.device()).id)
        await minutes(application, 10)
    begin = clock.tick(600)
    async with running_application(store=store, clock=clock) as application:
        topic = await pulse(application)
        points = topic.full()['points']
        assert len(points) == 10
        assert points[-1] == [begin - 600, 1, 0, 0]
        clock.tick(10)
        patch = topic.patch(News())
        assert patch is not None
        assert patch['points'][0][0] > begin - 10


async def test_a_day_grows_by_the_minute_and_a_month_by_the_hour_with_its_spread() -> None:
    async with running_application() as application:
        await application.check_in((await application.device()).id)
        day, month = await pulse(application, 'day'), await pulse(application, 'month')
        assert day.full() == {'points': []}
        await minutes(application, 2)
        patch = day.patch(News())
        assert patch is not None
        assert [point[1:] for point in patch['points']] == [[1, 0, 0]]
        assert day.patch(News()) is None
        await minutes(application, 60)
        assert month.patch(News()) is None
        await application.measurements.make_hours(application.enterprise)
        grown = month.patch(News())
        assert grown is not None
        assert [point[1:] for point in grown['points']] == [[1, 0, 0]]
        assert [one[1:] for one in grown['spread']] == [[1, 0, 0, 1, 0, 0]]
        assert len((await pulse(application, 'day', 'checkins')).full()['points'][0]) == 2
        with pytest.raises(Invalid):
            await pulse(application, 'year')


async def test_the_latency_of_a_tower_is_told_to_who_sees_the_tower() -> None:
    async with running_application() as application:
        mast = await tower(application, checks=(TCP,))
        for rtt_ms in (10, 30):
            await answered(application, mast, rtt_ms, 5)
        for id, points in ((mast.id, [[application.clock() // 60 * 60 + 60, 20]]), ('nobody', [])):
            topic = LatencyTopic(
                fleet=application.fleet,
                store=application.store,
                clock=application.clock,
                measurements=application.measurements,
                id=id,
            )
            await topic.open()
            assert topic.full()['points'] == points
        topic = LatencyTopic(
            fleet=application.fleet,
            store=application.store,
            clock=application.clock,
            measurements=application.measurements,
            id=mast.id,
        )
        for rtt_ms, told in ((10, None), (50, None), (70, 30)):
            await answered(application, mast, rtt_ms, 60 if told else 5)
            patch = topic.patch(News(ids={CheckState: {mast.checks[0].id}}))
            assert (patch['points'][0][1] if patch is not None else None) == told


async def test_a_day_on_a_narrow_screen_is_gathered_with_the_extremes_of_each_pixel() -> None:
    async with running_application() as application:
        device = await application.device()
        await minutes(application, 5)
        await application.check_in(device.id)
        await minutes(application, 5)
        topic = PulseTopic(
            activity=Activity(transactor=application.transactor),
            measurements=application.measurements,
            query={'span': 'day', 'px': '50'},
            fleet=application.fleet,
            store=application.store,
            clock=application.clock,
        )
        await topic.open()
        shown = topic.full()
        assert shown['step_s'] == 1740, '1,440 minutes in 50 columns'
        assert len(shown['points']) <= 2
        assert max(one[4] for one in shown['spread']) == 1
        assert min(one[1] for one in shown['spread']) == 0
