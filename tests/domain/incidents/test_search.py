"""Past incidents are found, and those that are like one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alerts.model import Alert
from domain.devices.recovery import review_recoveries
from domain.incidents.search import IncidentQuery, Similar, hours_apart
from domain.towers.model import Tower
from tests.domain.test_root_cause import alert_of, hub_and_masts
from tests.domain.towers.test_service import answer
from tests.fakes import RunningApplication, running_application

DAY_S = 86_400.0


async def outage(application: RunningApplication, hub: Tower, masts: list[Tower]) -> Alert:
    """The hub is lost with its masts, and comes back; the alert of the hub."""
    await answer(application, hub, False, False, False)
    for mast in masts:
        await answer(application, mast, False)
    root = alert_of(application, hub)
    await application.alerts.comment(application.actor, root.id, f'Fuse replaced {application.clock():.0f}')
    application.clock.tick(120)
    await answer(application, hub, True)
    for mast in masts:
        await answer(application, mast, True)
    application.clock.tick(3600)  # the devices are not waited for any longer
    await application.transactor.transact(lambda tx: review_recoveries(tx, application.fleet), application.enterprise)
    return root


async def ids(application: RunningApplication, **query: object) -> list[str]:
    asked = IncidentQuery(**query)  # type: ignore[arg-type]
    found, _ = await application.past_incidents.find(application.actor, asked, limit=50)
    return [one.id for one in found]


async def test_an_incident_is_found_by_its_words_its_towers_its_cause_a_label_and_its_time() -> None:
    async with running_application() as application:
        hub, masts, devices = await hub_and_masts(application, 2)
        began = application.clock()
        root = await outage(application, hub, masts)
        (other,) = [row for row in (await application.past_incidents.find(application.actor, IncidentQuery(), limit=50))[0]
                    if row.id == root.id]  # fmt: skip
        for query in (
            {'text': 'mast 2'},
            {'text': 'HUB'},
            {'tower': masts[0].id},
            {'tower': hub.id},
            {'cause': other.probable_cause.value},
            {'since': began, 'until': began + DAY_S},
        ):
            assert root.id in await ids(application, **query), query
        for query in ({'text': 'nothing like it'}, {'tower': 'other'}, {'cause': 'fire'}, {'until': began - 1}):
            assert await ids(application, **query) == [], query
        before = await ids(application, label=('site', 'port'))
        assert root.id not in before
        labelled = replace(devices[0], labels={'site': 'port'})
        await application.transactor.transact(lambda tx: tx.put(labelled), application.enterprise)
        assert root.id in await ids(application, label=('site', 'port'))


@pytest.mark.parametrize('text', ['', 'mast'], ids=['roots', 'by a part'])
async def test_pages_follow_one_another_without_a_gap_and_without_one_twice(text: str) -> None:
    async with running_application() as application:
        hub, masts, _ = await hub_and_masts(application, 2)
        for _ in range(3):
            await outage(application, hub, masts)
        every = await ids(application, text=text)
        found: list[str] = []
        before: str | None = None
        while True:
            rows, before = await application.past_incidents.find(
                application.actor, IncidentQuery(text=text), before=before, limit=1
            )
            found += [row.id for row in rows]
            if before is None:
                break
        assert found == every
        assert len(every) >= 3


async def test_the_last_outage_of_a_place_is_told_with_why_it_is_alike_how_long_it_lasted_and_what_ended_it() -> None:
    async with running_application() as application:
        hub, masts, _ = await hub_and_masts(application, 1)
        first = await outage(application, hub, masts)
        application.clock.tick(DAY_S - 3720)
        await answer(application, hub, False, False, False)
        now = alert_of(application, hub)
        similar: list[Similar] = await application.past_incidents.similar(application.actor, now)
        (found,) = [one for one in similar if one.root.id == first.id]
        assert found.why == ('the same place', 'the same cause', 'at the same hour')
        assert found.ended.startswith('Fuse replaced')
        assert found.root.lasted_s is not None


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_hours_on_the_clock_are_apart_by_half_a_day_at_most(one: float, other: float) -> None:
    apart = hours_apart(one, other)
    assert 0 <= apart <= 12
    assert hours_apart(other, one) == apart
