"""What looks make of the days of a component, over restarts, gaps and edits."""

import pytest

from domain.common.errors import Unavailable
from domain.status_page.availability import KEPT_EVERY_S
from domain.status_page.days import shares
from domain.status_page.input import NewNotice, NewPageContent
from domain.status_page.model import Availability, Component, ComponentKind, NoticeKind
from domain.towers.model import Tower
from tests.domain.status_page.pages import REGION, checked, component, looked, published, tower
from tests.fakes import Clock, RunningApplication, running_application
from tests.fakes.store import MemoryStore


def only(application: RunningApplication) -> Component:
    page = application.status_page.read(application.actor)
    return page.draft.components[0]


def seconds(application: RunningApplication) -> tuple[float, float, float]:
    """Observed, down and in maintenance, of all days."""
    days = application.availability.newest(application.enterprise, only(application))
    return sum(day.observed_s for day in days), sum(day.down_s for day in days), sum(day.maintenance_s for day in days)


async def test_an_outage_counts_from_the_look_that_saw_it_to_the_one_that_saw_its_end() -> None:
    async with running_application() as application:
        mast = await tower(application)
        await published(application, component(mast.id))
        await application.availability.look(application.enterprise)
        await looked(application, 60)
        await checked(application, mast, ok=False)
        await looked(application, 30)
        await checked(application, mast, ok=True)
        await looked(application, 60)
        observed, down, maintenance = seconds(application)
        assert (observed, maintenance) == (150, 0)
        assert down == pytest.approx(30, abs=5)


async def test_a_restart_keeps_the_days_and_the_time_between_is_a_gap() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        await published(application, component((await tower(application)).id))
        await application.availability.look(application.enterprise)
        await looked(application, KEPT_EVERY_S)
    clock.tick(4000)
    async with running_application(store=store, clock=clock) as application:
        await application.availability.look(application.enterprise)
        await looked(application, 20)
        assert seconds(application) == (KEPT_EVERY_S + 20, 0, 0)


async def test_a_stop_a_clock_that_is_set_and_a_store_that_is_away_are_gaps() -> None:
    async with running_application() as application:
        await published(application, component((await tower(application)).id))
        await application.availability.look(application.enterprise)
        await looked(application, 20)
        application.clock.tick(600)  # the process was stopped
        await application.availability.look(application.enterprise)
        application.clock.step(-7200)
        await application.availability.look(application.enterprise)
        await looked(application, 20)
        application.fleets.watch.lose_sight()
        await looked(application, 20)
        application.fleets.watch.regain_sight()
        await application.availability.look(application.enterprise)
        assert seconds(application) == (40, 0, 0)
        application.store.failure = OSError('disk full')
        with pytest.raises(Unavailable):
            await looked(application, KEPT_EVERY_S)
        await application.store_answers_again()


async def test_maintenance_of_a_tower_and_an_announced_one_are_maintenance() -> None:
    async with running_application() as application:
        mast = await tower(application)
        await published(application, component(REGION, kind=ComponentKind.REGION))
        now = application.clock()
        planned = NewNotice(
            kind=NoticeKind.MAINTENANCE,
            title='New radios',
            text='At night.',
            components=[only(application).id],
            begins_at=now + 60,
            ends_at=now + 120,
        )
        await application.notices.begin(application.actor, planned)
        await application.availability.look(application.enterprise)
        await checked(application, mast, ok=False)
        await application.availability.look(application.enterprise)
        await looked(application, 180)
        observed, down, maintenance = seconds(application)
        assert observed == 180
        assert maintenance == pytest.approx(60, abs=5)
        assert down == observed - maintenance


async def test_a_component_that_stands_for_something_else_begins_anew() -> None:
    async with running_application() as application:
        first, second = await tower(application), await tower(application, 'Mast-8')
        await published(application, component(first.id))
        await application.availability.look(application.enterprise)
        await looked(application, KEPT_EVERY_S)
        kept = only(application)
        assert kept.id in application.fleet[Availability]
        moved = Component(id=kept.id, kind=kept.kind, target=second.id, name=kept.name)
        page = await published(application, moved)
        assert only(application).id == kept.id
        assert seconds(application) == (0, 0, 0)
        await looked(application, 20)
        assert seconds(application)[0] <= 20
        gone = NewPageContent(slug='harbour', title='Harbour radio', components=[component(first.id, 'Another')])
        page = await application.status_page.save(application.actor, page.version, gone)
        await application.status_page.publish(application.actor, page.version)
        assert kept.id not in application.fleet[Availability]


async def test_devices_with_a_label_are_down_while_they_are_offline() -> None:
    async with running_application() as application:
        for name in ('a', 'b'):
            device = await application.device(name, labels={'site': 'port-1'})
            await application.check_in(device.id)
        await published(application, component('site=port-1', kind=ComponentKind.LABEL))
        await application.presence.watch_all()
        await application.availability.look(application.enterprise)
        await looked(application, 30)
        assert seconds(application) == (60, 0, 0)
        application.clock.tick(86_400)
        await application.presence.expire()
        await application.availability.look(application.enterprise)
        await looked(application, 30)
        days = application.availability.newest(application.enterprise, only(application))
        assert shares(days).available == pytest.approx(0.5)
        assert not application.fleet[Tower]


async def test_a_component_begins_with_what_is_kept_of_its_tower() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        mast = await tower(application)
        for minute in range(20):
            clock.tick(60)
            await checked(application, mast, ok=not 5 <= minute < 10)
        await published(application, component(mast.id))
        assert seconds(application) == (0, 0, 0)
        await application.availability.look(application.enterprise)
        assert seconds(application) == (1200, 300, 0)
        await looked(application, 20)
        assert seconds(application) == (1220, 300, 0)
    async with running_application(store=store, clock=clock) as application:
        assert seconds(application) == (1200, 300, 0)  # stored at the first look
        await application.availability.look(application.enterprise)
        await looked(application, 10)
        assert seconds(application) == (1210, 300, 0)


async def test_another_tower_brings_its_own_past() -> None:
    async with running_application() as application:
        first, second = await tower(application), await tower(application, 'Mast-2')
        for _ in range(5):
            application.clock.tick(60)
            await checked(application, first, ok=True)
            await checked(application, second, ok=False)
        await published(application, component(first.id))
        await application.availability.look(application.enterprise)
        assert seconds(application) == (300, 0, 0)
        kept = only(application)
        await published(application, component(second.id, id=kept.id))
        await application.availability.look(application.enterprise)
        assert seconds(application) == (300, 240, 0)
