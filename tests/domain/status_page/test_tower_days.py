"""How available one tower was: planned works counted and not, who may read it, and what is not there yet."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from domain.checks.model import CheckResult
from domain.common.errors import Invalid, NotAllowed, NotFound
from domain.desks.model import Desk, View
from domain.status_page import tower_days
from domain.status_page.days import DayShares
from domain.status_page.model import DAY_S, Day
from domain.status_page.tower_days import AGAIN_S, FRESH_S, availability_at
from domain.towers.model import Tower
from tests.domain.towers.test_service import TCP, answer, change, tower
from tests.fakes import RunningApplication, running_application

NOW = 100 * DAY_S + 3600


@pytest_asyncio.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as running:
        yield running


def test_both_numbers_are_told_for_each_span() -> None:
    days = (
        Day(NOW - 3600 - 60 * DAY_S, observed_s=DAY_S, down_s=DAY_S),
        Day(NOW - 3600 - 20 * DAY_S, observed_s=DAY_S, maintenance_s=DAY_S / 2),
        Day(NOW - 3600 - DAY_S, observed_s=DAY_S, down_s=DAY_S / 4, maintenance_s=DAY_S / 2),
    )
    week, month, quarter = availability_at(NOW, days).spans
    assert (week.days, week.shares) == (7, DayShares(0.5, 0.25))
    assert (month.days, month.shares) == (30, DayShares(0.75, 0.375))
    assert (quarter.days, quarter.down_s, quarter.observed_s) == (90, DAY_S * 1.25, 3 * DAY_S)
    assert quarter.shares == DayShares(0.375, 0.25)


def test_what_was_not_observed_is_neither_up_nor_down() -> None:
    assert {span.shares for span in availability_at(NOW, ()).spans} == {DayShares(None, None)}


async def test_it_is_read_from_checks_and_journal_and_again_after_a_minute(application: RunningApplication) -> None:
    site = await tower(application, 'Mast', checks=(TCP,))

    async def minutes(count: int, ok: bool) -> None:
        for _ in range(count * 6):
            await answer(application, site, ok)
            state = CheckResult(site.id, site.checks[0].id, application.clock(), ok, 4.2, '')
            application.store.kept_results.append(state)

    await minutes(30, True)
    await minutes(10, False)
    found = await application.tower_availability.of_tower(application.actor, site.id)
    assert found.spans[0].observed_s == pytest.approx(40 * 60, abs=60)
    assert found.spans[0].shares.available == pytest.approx(0.75, abs=0.03)
    await change(application, site, checks=site.checks, maintenance_until=application.clock() + DAY_S)
    await minutes(40, True)
    again = await application.tower_availability.of_tower(application.actor, site.id)
    assert again.at - found.at > FRESH_S
    available, counted = again.spans[0].shares.available, again.spans[0].shares.with_maintenance
    assert available == pytest.approx(0.75, abs=0.03)
    assert counted == pytest.approx(0.375, abs=0.03)
    assert (await application.tower_availability.of_tower(application.actor, site.id)) is again


async def test_of_several_towers_it_is_that_of_the_days_that_are_asked_for(application: RunningApplication) -> None:
    site, other = await tower(application, 'Mast', checks=(TCP,)), await tower(application, 'Quay', checks=())

    async def minutes(ok: bool) -> None:
        for _ in range(60):
            await answer(application, site, ok)
            state = CheckResult(site.id, site.checks[0].id, application.clock(), ok, 4.2, '')
            application.store.kept_results.append(state)

    await minutes(False)
    application.clock.tick(3 * DAY_S)
    await minutes(True)
    short, nothing = await application.tower_availability.of_towers(application.actor, [site, other], 2)
    assert short.days == 2
    assert short.shares.available == pytest.approx(1, abs=0.05)
    assert (nothing.shares.available, nothing.observed_s) == (None, 0)
    (whole,) = await application.tower_availability.of_towers(application.actor, [site], 5)
    assert whole.shares.available == pytest.approx(0.5, abs=0.1)
    for days in (0, 91):
        with pytest.raises(Invalid, match='must be 1 to 90'):
            await application.tower_availability.of_towers(application.actor, [site], days)


async def test_a_tower_that_is_not_there_and_a_program_that_may_not(application: RunningApplication) -> None:
    with pytest.raises(NotFound):
        await application.tower_availability.of_tower(application.actor, 'nothing')
    assert not application.fleet[Tower]
    nobody = replace(application.actor, permissions=frozenset())
    with pytest.raises(NotAllowed):
        await application.tower_availability.of_tower(nobody, 'nothing')


async def wants(application: RunningApplication, *columns: str) -> None:
    desk = Desk(id='P', enterprise=application.enterprise, columns={'towers': columns})
    await application.transactor.transact(lambda tx: tx.put(desk))


async def test_lists_know_it_while_a_person_has_the_column_and_cost_nothing_else(
    application: RunningApplication,
) -> None:
    site = await tower(application, 'Mast', checks=(TCP,))
    for ok in (*[True] * 30, *[False] * 10):
        await answer(application, site, ok)
        result = CheckResult(site.id, site.checks[0].id, application.clock(), ok, 4.2, '')
        application.store.kept_results.append(result)
    service, enterprise = application.tower_availability, application.enterprise
    assert (await service.keep_up(enterprise), service.listed(enterprise, site.id)) == (0, None)
    await wants(application, 'name', 'status')
    assert await service.keep_up(enterprise) == 0, 'other columns do not ask for it'
    await wants(application, 'name', 'with_works')
    assert await service.keep_up(enterprise) == 1
    page = await service.of_tower(application.actor, site.id)
    assert service.listed(enterprise, site.id) == page.spans[1].shares
    assert await service.keep_up(enterprise) == 0, 'it is good for an hour'
    application.clock.tick(AGAIN_S)
    assert await service.keep_up(enterprise) == 1
    await wants(application)
    await service.keep_up(enterprise)
    assert service.listed(enterprise, site.id) is None, 'nothing is kept for a column that no person has'


async def test_a_look_counts_as_many_towers_as_it_has_time_for_the_oldest_first(
    application: RunningApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = [await tower(application, f'Mast {number}', checks=(TCP,)) for number in range(3)]
    view = View(
        id='V', enterprise=application.enterprise, owner='P', name='x', list='towers', query='', created_at=0.0,
        columns=('available',),
    )  # fmt: skip
    await application.transactor.transact(lambda tx: tx.put(view))
    monkeypatch.setattr(tower_days, 'LOOK_S', 0.0)
    service, enterprise = application.tower_availability, application.enterprise
    for counted in (1, 2, 3):
        assert await service.keep_up(enterprise) == 1
        assert sum(service.listed(enterprise, site.id) is not None for site in sites) == counted
    assert await service.keep_up(enterprise) == 0
