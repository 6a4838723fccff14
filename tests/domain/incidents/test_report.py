"""The morning report: its figures are those of the journal."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from domain.checks.model import CheckResult
from domain.devices.facts import Facts, Security
from domain.incidents.report import BACK_S, ReportSpan, span_began
from domain.incidents.wording import headline, letter
from domain.policies.input import NewPolicy
from domain.status_page.days import percent
from domain.towers.events import TowerStatusChanged
from tests.domain.test_root_cause import hub_and_masts
from tests.domain.towers.test_service import TCP, answer, tower
from tests.fakes import RunningApplication, running_application

ROOTED = Facts(security=Security(rooted=True))


async def went_silent(application: RunningApplication) -> None:
    """Time passes, and devices that say nothing are found silent."""
    for _ in range(90):
        application.clock.tick(60)
        await application.presence.expire()


async def test_it_tells_what_began_since_and_not_what_was_so_before() -> None:
    async with running_application() as application:
        hub, masts, devices = await hub_and_masts(application, 2)
        policy = await application.policies.add(
            application.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted')
        )
        before, after = await application.device('before'), await application.device('after')
        await application.check_in(before.id, facts=ROOTED)
        await application.check_in(after.id)
        other, *_ = await hub_and_masts(application, 0)
        await answer(application, other, False, False, False)
        application.clock.tick(60)
        since = application.clock()
        application.clock.tick(60)
        await answer(application, hub, False, False, False)
        for mast in masts:
            await answer(application, mast, False)
        await application.check_in(after.id, facts=ROOTED)
        await went_silent(application)
        report = await application.incidents.report(application.actor, since)
        changed = [one for one in application.entries(TowerStatusChanged) if one.at >= since]
        assert {one.object_id for one in report.outages} == {one.subject.id for one in changed if one.after == 'down'}
        assert [one.object_name for one in report.outages] == [hub.name]
        assert {one.id for one in report.away} == {one.id for one in devices}, 'their tower is out'
        assert {one.id for one in report.gone} == {before.id, after.id}
        assert [(one.id, one.devices) for one in report.worse] == [(policy.id, 1)]
        assert report.is_whole


async def test_a_device_is_not_back_yet_for_half_an_hour_after_its_tower_was_up_again() -> None:
    async with running_application() as application:
        hub, masts, devices = await hub_and_masts(application, 1)
        since = application.clock()
        application.clock.tick(60)
        await answer(application, hub, False, False, False)
        await answer(application, masts[0], False)
        await went_silent(application)

        async def told() -> str:
            return headline(await application.incidents.report(application.actor, since))

        assert 'device not back yet' in await told()
        assert 'never came back' not in await told()
        for one in (hub, masts[0]):
            await answer(application, one, True, True)
        application.clock.tick(BACK_S - 120)
        assert 'device not back yet' in await told()
        application.clock.tick(240)
        assert 'device never came back' in await told()
        assert 'not back yet' not in await told()
        assert len(devices) == 1


async def test_a_site_that_worked_in_part_is_degraded_and_no_outage() -> None:
    async with running_application() as application:
        since = application.clock()
        application.clock.tick(60)
        mast = await tower(application, 'Mast', checks=(TCP, replace(TCP, id='second')))
        down = await tower(application, 'Gone', checks=(TCP,))
        for _ in range(3):
            await answer(application, down, False)
            for check, is_ok in zip(mast.checks, (True, False), strict=True):
                result = CheckResult(mast.id, check.id, application.clock(), is_ok, 1.0 if is_ok else None, '')
                await application.towers.record_check(application.enterprise, mast.id, result)
        report = await application.incidents.report(application.actor, since)
        assert [one.object_name for one in report.outages] == ['Gone']
        assert [one.object_name for one in report.degraded] == ['Mast']
        assert headline(report) == '1 outage, 1 site degraded'
        assert 'Degraded\n- Mast is degraded' in letter(report, '', 'UTC')


async def test_a_night_without_anything_is_empty() -> None:
    async with running_application() as application:
        report = await application.incidents.report(application.actor, application.clock() - 3600)
        assert (report.outages, report.degraded, report.others) == ((), (), ())
        assert (report.gone, report.away, report.worse) == ((), (), ())


@pytest.mark.parametrize(
    ('now', 'span', 'began'),
    [
        ('2027-01-15T08:00', ReportSpan.NIGHT, '2027-01-14T22:00'),
        ('2027-01-15T22:00', ReportSpan.NIGHT, '2027-01-15T22:00'),
        ('2027-03-28T08:00', ReportSpan.NIGHT, '2027-03-27T22:00'),
        ('2026-10-25T08:00', ReportSpan.DAY, '2026-10-24T08:00'),
        ('2027-03-30T08:00', ReportSpan.WEEK, '2027-03-23T08:00'),
    ],
)
def test_the_night_begins_at_ten_by_the_clocks_of_the_zone(now: str, span: ReportSpan, began: str) -> None:
    zone = ZoneInfo('Europe/Amsterdam')
    at = datetime.fromisoformat(now).replace(tzinfo=zone).timestamp()
    found = datetime.fromtimestamp(span_began(span, at, 'Europe/Amsterdam'), zone)
    assert f'{found:%Y-%m-%dT%H:%M}' == began


async def test_the_report_of_a_week_says_how_available_the_sites_that_failed_were() -> None:
    async with running_application() as application:
        hub, *_ = await hub_and_masts(application, 0)
        well, *_ = await hub_and_masts(application, 0)
        began = application.clock()

        async def minutes(count: int, ok: bool) -> None:
            for _ in range(count * 3):
                for site, is_up in ((hub, ok), (well, True)):
                    await answer(application, site, is_up)
                    result = CheckResult(site.id, site.checks[0].id, application.clock(), is_up, 4.2, '')
                    application.store.kept_results.append(result)

        await minutes(30, True)
        await minutes(10, False)
        night = await application.incidents.report(application.actor, began)
        assert night.sites == (), 'a night is too short for it'
        week = await application.incidents.report(application.actor, application.clock() - 7 * 86_400)
        (site,) = week.sites
        assert (site.id, site.name) == (hub.id, hub.name)
        assert site.shares.available is not None
        assert site.shares.available == pytest.approx(0.75, abs=0.03)
        told = letter(week, 'https://console.example', 'UTC')
        assert f'{hub.name}: {percent(site.shares.available)} outside of works' in told
        assert f'https://console.example/towers/{hub.id}' in told
