"""Whom an incident hurt, and what is known of the contact of its devices."""

from dataclasses import replace
from importlib import import_module

import pytest

from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.devices.facts import Facts, Storage
from domain.devices.model import Device
from domain.devices.presence import late_after
from domain.incidents.hurt import hurt_by
from domain.incidents.model import Incident
from domain.policies.input import NewPolicy
from tests.domain.devices.test_recovery import alert_of, comes_up, outage, review
from tests.domain.towers.test_service import cell, on, tower
from tests.fakes import RunningApplication, running_application
from ui.api.http.fields import time_text
from ui.api.incidents.schemas import incident as in_json
from ui.sentences.incidents import markdown

STRANGER = on(99)
"""A cell that no tower lists."""


async def of_the_stranger(application: RunningApplication) -> Incident:
    alert = next(one for one in application.fleet[Alert].values() if one.key.startswith('cell/'))
    return await application.incidents.read(application.actor, alert.id)


async def witnesses(application: RunningApplication) -> tuple[Device, Device]:
    """Two devices that are on a strange cell, where a tower of ours radiates."""
    await tower(application, cells=(cell(1),))
    stays, goes = [await application.device(name) for name in ('stays', 'goes')]
    for device in (stays, goes):
        await application.check_in(device.id, radio=STRANGER)
    return stays, goes


async def test_a_broken_policy_names_those_who_broke_it_while_its_alert_was_open() -> None:
    async with running_application() as application:
        new = NewPolicy(name='Locked', rule='device.storage.encrypted', severity=Severity.MAJOR)
        await application.policies.add(application.actor, new)
        stays, goes, keeps = [await application.device(name) for name in ('stays', 'goes', 'keeps')]
        for device, is_locked in ((stays, False), (goes, False), (keeps, True)):
            await application.check_in(device.id, facts=Facts(storage=Storage(encrypted=is_locked)))
        (alert,) = application.fleet[Alert].values()
        assert [one.name for one in hurt_by(application.fleet, [alert], application.clock())] == ['goes', 'stays']
        await application.check_in(goes.id, facts=Facts(storage=Storage(encrypted=True)))
        found = await application.incidents.read(application.actor, alert.id)
        assert [one.name for one in found.hurt] == ['goes', 'stays'], 'who keeps it again is a part of what happened'
        assert found.tree[0].devices == {goes.id, stays.id}
        application.clock.tick(60)
        await application.check_in(stays.id, facts=Facts(storage=Storage(encrypted=True)))
        application.clock.tick(60)
        await application.check_in(keeps.id, facts=Facts(storage=Storage(encrypted=False)))
        found = await application.incidents.read(application.actor, alert.id)
        assert (found.root.is_open, [one.name for one in found.hurt]) == (False, ['goes', 'stays'])
        assert '- **Detail:** ' in markdown(found), 'the newest device that broke it is no cause'
        assert '## Devices it is about\n\n- goes (normal)\n- stays (normal)\n' in markdown(found)


async def test_the_witnesses_of_a_strange_cell_are_silent_only_when_they_fell_silent_meanwhile() -> None:
    async with running_application() as application:
        stays, goes = await witnesses(application)
        application.clock.tick(25)
        await application.presence.expire()
        found = await of_the_stranger(application)
        assert (len(found.hurt), found.missing, found.cuts_off) == (2, (), False)
        assert (found.silent_minutes, found.lost_minutes) == (0, 0)
        assert 'silent' not in markdown(found)
        application.clock.tick(late_after(goes.interval_s))
        await application.check_in(stays.id, radio=STRANGER)
        await application.presence.expire()
        found = await of_the_stranger(application)
        assert [one.name for one in found.missing] == ['goes']
        assert found.missing[0].silent_s == pytest.approx(25 + late_after(goes.interval_s))
        assert (found.silent_minutes, found.lost_minutes) == (0, 0), 'nothing says that the cell has cut it off'
        report = markdown(found)
        assert '## Devices that fell silent meanwhile' in report
        assert '- **Fell silent meanwhile:** 1 device' in report
        assert 'heard from' not in report
        assert 'Device-minutes' not in report
        assert [one.name for one in in_json(found).missing] == ['goes']


async def test_a_device_that_reports_seldom_is_not_missing_once_its_tower_is_up_and_it_is_not_late() -> None:
    async with running_application() as application:
        mast, (device,) = await outage(application, 'buoy')
        seldom = replace(application.fleet[Device][device.id], interval_s=6 * 3600)
        await application.transactor.transact(lambda tx: tx.put(seldom))
        alert = alert_of(application, mast)
        application.clock.tick(60)
        found = await application.incidents.read(application.actor, alert.id)
        assert [one.id for one in found.missing] == [device.id], 'its tower cannot be reached'
        await comes_up(application, mast)
        application.clock.tick(1000)
        await review(application)
        found = await application.incidents.read(application.actor, alert.id)
        assert (found.root.is_open, found.missing) == (False, ())
        (named,) = in_json(found).hurt
        assert (named.id, named.silent_s, named.lost_minutes) == (device.id, None, 1.8)
        assert named.back_at == time_text(alert.raised_at + 110), 'its tower was up by then'


async def test_many_that_were_hurt_are_named_within_bounds_and_the_rest_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_module('ui.api.incidents.schemas'), 'MOST_HURT', 2)
    async with running_application() as application:
        mast, _ = await outage(application, 'buoy', 'crane', 'ship')
        found = in_json(await application.incidents.read(application.actor, alert_of(application, mast).id))
        assert ([one.name for one in found.hurt], found.hurt_more, found.devices) == (['buoy', 'crane'], 1, 3)
        assert [one.back_at for one in found.hurt] == [None, None]
