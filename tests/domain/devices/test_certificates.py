"""Client certificates of devices: those that end soon are marked, counted and told as one alert."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from domain.alert_rules.input import NewAlertRule
from domain.alerts.catalogue import CERTIFICATE_ENDS
from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.devices import certificates
from domain.devices.certificates import certificate_shown, mark_ending, tell_ending
from domain.devices.listing.query import DeviceQuery, select
from domain.devices.model import Device, Reporting
from tests.fakes import RunningApplication, running_application

DAY = 86_400.0


@pytest_asyncio.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as running:
        yield running


async def shown(application: RunningApplication, *days: float | None) -> list[str]:
    """Devices that show certificates which end so many days from now; their ids."""
    found = []
    for number, left in enumerate(days, 1):
        device = await application.device(f'crane {number}')
        until = None if left is None else application.clock() + left * DAY
        shown_now = partial(certificate_shown, enterprise=application.enterprise, device_id=device.id, until=until)
        await application.transactor.transact(shown_now, application.enterprise)
        found.append(device.id)
    return found


async def look(application: RunningApplication) -> list[Alert]:
    """As the job does it, each hour."""
    enterprise = application.fleet.enterprise
    while await application.transactor.transact(lambda tx: mark_ending(tx, enterprise.id), enterprise.id):
        pass
    await application.transactor.transact(lambda tx: tell_ending(tx, enterprise), enterprise.id)
    return list(application.fleet[Alert].values())


async def test_all_that_end_soon_are_one_alert_that_names_the_first(application: RunningApplication) -> None:
    await shown(application, 10, 12, 14, 20, 90, None)
    (alert,) = await look(application)
    assert alert.problem == 'Client certificates of 4 devices end within 21 days'
    assert (alert.severity, alert.devices) == (Severity.WARNING, 4)
    assert alert.detail.startswith('crane 1 on 2027-')
    assert alert.detail.endswith(' and 1 more')
    assert await look(application) == [alert], 'nothing moved'


async def test_it_gets_graver_before_the_first_ends_and_says_how_many_have(application: RunningApplication) -> None:
    await shown(application, 4, 20)
    assert (await look(application))[0].severity is Severity.WARNING
    application.clock.tick(2 * DAY)
    (alert,) = await look(application)
    assert alert.severity is Severity.MAJOR
    application.clock.tick(3 * DAY)
    (alert,) = await look(application)
    assert alert.detail.endswith('; 1 of them has ended')


async def test_it_is_over_when_newer_ones_were_shown_or_the_device_is_gone(application: RunningApplication) -> None:
    renewed, gone = await shown(application, 5, 6)
    assert len(await look(application)) == 1
    later = application.clock() + 300 * DAY
    await application.transactor.transact(
        lambda tx: certificate_shown(tx, application.enterprise, renewed, later), application.enterprise
    )
    (alert,) = await look(application)
    assert alert.problem == 'The client certificate of crane 2 ends within 21 days'
    await application.enrolments.retire(application.actor, gone, application.fleet[Device][gone].version)
    assert await look(application) == []


async def test_time_alone_marks_a_device_and_the_list_finds_it(application: RunningApplication) -> None:
    (one,) = await shown(application, 30)
    assert not application.fleet[Reporting][one].certificate_ends
    assert await look(application) == []
    application.clock.tick(10 * DAY)
    assert len(await look(application)) == 1
    found = select(application.fleet, DeviceQuery(certificate_ends=True), limit=10)
    assert found.ids == (one,)
    assert select(application.fleet, DeviceQuery(certificate_ends=False), limit=10).ids == ()


async def test_the_days_of_the_rule_say_what_soon_is(application: RunningApplication) -> None:
    (one,) = await shown(application, 30)
    rule = CERTIFICATE_ENDS.key
    await application.alert_rules.change(application.actor, rule, 0, NewAlertRule(limits={'days': 60}))
    (alert,) = await look(application)
    assert alert.problem == 'The client certificate of crane 1 ends within 60 days'
    assert application.fleet[Reporting][one].certificate_ends


async def test_many_are_marked_in_several_transactions(
    application: RunningApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, 'MOST_MARKED', 5)
    ids = await shown(application, *[30.0] * 12)
    application.clock.tick(20 * DAY)
    assert len(await look(application)) == 1
    assert all(application.fleet[Reporting][one].certificate_ends for one in ids)
