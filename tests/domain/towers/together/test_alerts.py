"""Towers of one region or operator that go down within a short time: one alert above theirs, one message, nobody forgotten."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.alert_rules.input import NewAlertRule
from domain.alerts.model import Alert
from domain.checks.model import CheckResult
from domain.common.severity import Severity
from domain.devices.model import Device
from domain.oncall.matching import facts_of
from domain.towers.alerts import FAILING
from domain.towers.model import Tower
from domain.towers.together.alerts import TOGETHER
from tests.domain.test_root_cause import alert_of, clock, told
from tests.domain.towers.test_service import TCP, answer, cell, change, on, tower
from tests.fakes import RunningApplication, running_application


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def towers(application: RunningApplication, many: int = 4, **more: Any) -> list[Tower]:
    """So many towers of one region with a device each; all is well."""
    more = {'region': 'Rotterdam', **more}
    found = [await tower(application, f'Mast {n}', checks=(TCP,), cells=(cell(n),), **more) for n in range(1, many + 1)]
    for n, one in enumerate(found, 1):
        await answer(application, one, True)
        await application.check_in((await application.device(f'crane {n}')).id, radio=on(n))
    return found


async def ask(application: RunningApplication, ones: list[Tower], *, ok: bool) -> None:
    """Each is asked in turn, a second apart."""
    for one in ones:
        result = CheckResult(one.id, one.checks[0].id, application.clock(), ok, 1.0 if ok else None, '' if ok else 'x')
        await application.towers.record_check(application.enterprise, one.id, result)
        await clock(application, 1.0)


async def fail(application: RunningApplication, ones: list[Tower]) -> None:
    """They fail at one moment."""
    for _ in range(3):
        await ask(application, ones, ok=False)


def root(application: RunningApplication) -> Alert:
    return next(alert for _, alert in TOGETHER.all_in(application.fleet))


async def test_towers_of_a_region_that_go_down_together_are_one_message(application: RunningApplication) -> None:
    ones = await towers(application)
    await fail(application, ones[:3])
    await clock(application, 5.0)
    assert told(application) == [], 'it waits for the towers that follow'
    await clock(application, 10.0)
    assert (root(application).problem, root(application).detail) == (
        'Region Rotterdam: 3 of 4 towers are down',
        'Mast 1, Mast 2, Mast 3',
    )
    assert (root(application).devices, root(application).children) == (3, 3)
    assert [kind for _, kind in told(application)] == ['raised']
    assert {alert.parent for _, alert in FAILING.all_in(application.fleet)} == {root(application).id}


async def test_it_takes_in_what_follows_and_a_tower_that_fails_on_the_next_day_is_told_by_itself(
    application: RunningApplication,
) -> None:
    ones = await towers(application, 5)
    await fail(application, ones[:3])
    await clock(application, 20.0)
    await answer(application, ones[3], False, False, False)
    await clock(application, 25.0)
    assert alert_of(application, ones[3]).parent == root(application).id
    await clock(application, 3600.0)
    await answer(application, ones[4], False, False, False)
    await clock(application, 25.0)
    assert alert_of(application, ones[4]).parent is None
    assert [kind for _, kind in told(application)] == ['raised', 'raised']


async def test_children_that_are_down_still_when_it_is_over_are_told_after_a_while(
    application: RunningApplication,
) -> None:
    ones = await towers(application)
    await fail(application, ones[:3])
    await clock(application, 20.0)
    await ask(application, ones[:2], ok=True)
    for device in list(application.fleet[Device]):
        await application.check_in(device, radio=on(1))
    for _ in range(2):
        await clock(application, 10.0)
    assert TOGETHER.open_in(application.fleet, 'region:Rotterdam') is None
    assert [kind for _, kind in told(application)] == ['raised', 'cleared'], 'of the region'
    await clock(application, 61.0)
    assert told(application)[2:] == [('Mast 3', 'raised')]
    assert alert_of(application, ones[2]).parent is None


async def test_it_holds_its_end_until_the_devices_are_heard_from(application: RunningApplication) -> None:
    ones = await towers(application)
    await fail(application, ones[:3])
    await clock(application, 20.0)
    await ask(application, ones[:3], ok=True)
    await clock(application, 1.0)
    assert (root(application).recovery, root(application).awaited, root(application).missing) == ('up', 3, 3)
    for device in list(application.fleet[Device]):
        await application.check_in(device, radio=on(1))
    for _ in range(2):
        await clock(application, 1.0)
    assert dict(application.fleet[Alert]) == {}
    assert [kind for _, kind in told(application)] == ['raised', 'cleared']


async def test_towers_of_one_operator_in_different_regions_are_one(application: RunningApplication) -> None:
    found = []
    for n, region in enumerate(('North', 'South', 'West'), 1):
        found.append(await tower(application, f'{n}', checks=(TCP,), region=region, operator='KPN'))
        await answer(application, found[-1], True)
    await fail(application, found)
    await clock(application, 20.0)
    assert root(application).problem == 'Operator KPN: 3 of 3 towers are down'


async def test_towers_behind_a_dead_hub_are_its_children_not_a_region(application: RunningApplication) -> None:
    hub = await tower(application, 'Hub', checks=(TCP,), region='Rotterdam')
    await answer(application, hub, True)
    masts = await towers(application, 4, parent_id=hub.id)
    await fail(application, masts)
    await answer(application, hub, False, False, False)
    await clock(application, 40.0)
    assert list(TOGETHER.all_in(application.fleet)) == []
    assert told(application) == [('Hub', 'raised')]


async def test_a_tower_that_fails_alone_is_told_at_once(application: RunningApplication) -> None:
    ones = await towers(application)
    await answer(application, ones[0], False, False, False)
    assert told(application) == [('Mast 1', 'raised')]


async def test_the_rule_is_set_like_the_others(application: RunningApplication) -> None:
    _, before = application.alert_rules.read(application.actor, 'towers-together')
    off = NewAlertRule(enabled=False, reason='each by itself')
    await application.alert_rules.change(application.actor, 'towers-together', before.version, off)
    ones = await towers(application)
    await fail(application, ones[:3])
    await clock(application, 1.0)
    assert sorted(told(application)) == [('Mast 1', 'raised'), ('Mast 2', 'raised'), ('Mast 3', 'raised')]


async def test_towers_that_are_down_already_are_one_matter_once_the_rule_is_on(application: RunningApplication) -> None:
    _, before = application.alert_rules.read(application.actor, 'towers-together')
    off = NewAlertRule(enabled=False, reason='each by itself')
    tuning = await application.alert_rules.change(application.actor, 'towers-together', before.version, off)
    await fail(application, (await towers(application))[:3])
    await clock(application, 5.0)
    assert list(TOGETHER.all_in(application.fleet)) == []
    await application.alert_rules.change(application.actor, 'towers-together', tuning.version, NewAlertRule())
    await clock(application, 1.0)
    assert root(application).problem == 'Region Rotterdam: 3 of 4 towers are down'


async def test_towers_that_are_down_already_are_one_matter_once_their_place_is_one(
    application: RunningApplication,
) -> None:
    regions = ('Rotterdam', 'Breda', 'Goes')
    ones = [await tower(application, f'Mast in {region}', checks=(TCP,), region=region) for region in regions]
    await fail(application, ones)
    await clock(application, 5.0)
    assert list(TOGETHER.all_in(application.fleet)) == []
    for one in ones[1:]:
        await change(application, one, checks=one.checks, region='Rotterdam')
    await clock(application, 1.0)
    assert root(application).problem == 'Region Rotterdam: 3 of 3 towers are down'


async def test_a_route_of_the_region_takes_it_and_devices_are_found_by_it(application: RunningApplication) -> None:
    ones = await towers(application)
    await fail(application, ones[:3])
    await clock(application, 20.0)
    facts = facts_of(application.fleet, root(application))
    assert (facts.region, len(facts.devices), facts.severity) == ('Rotterdam', 3, Severity.MAJOR)
