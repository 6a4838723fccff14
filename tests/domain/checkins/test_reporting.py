"""Odd values cost themselves, and are kept where people look; a device that shows a good credential was in contact."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from domain.cellular.radio import Radio, Rat
from domain.checkins.model import Accepted, Receipt
from domain.common.errors import Invalid
from domain.common.reading import OddValue
from domain.devices.events import PresenceChanged
from domain.devices.facts import Battery, Facts, Os
from domain.devices.listing.facets import facets
from domain.devices.listing.query import DeviceQuery, select
from domain.devices.live import state_of
from domain.devices.model import ODD_FOR_S, Device, DeviceState, Presence, Reporting
from domain.devices.odd_values import AGAIN_S, MOST_ODD
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.fakes import RunningApplication, running_application

HERE = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1)
ON_HERE = Radio(Rat.LTE, '204', '08', 4417, 1, rsrp=-90.0)
LOUD = replace(ON_HERE, rsrp=0.0)
REFUSAL = Invalid('is missing', field='observed_at')


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


def reporting(application: RunningApplication, device: Device) -> Reporting:
    return application.fleet[Reporting][device.id]


async def test_an_odd_value_costs_itself_and_the_rest_is_taken(application: RunningApplication) -> None:
    tower = await application.towers.add(application.actor, NewTower(name='Mast', cells=(HERE,)))
    device = await application.device()
    facts = Facts(
        os=Os('Android', patch_level='yesterday'), battery=Battery(255), uptime_s=-1, custom={'a': 1, 'b': 'x' * 501}
    )
    receipt = await application.check_in(device.id, facts=facts, radio=LOUD)
    assert [odd.field for odd in receipt.ignored] == [
        'facts.os.patch_level', 'facts.battery.level', 'facts.uptime_s', 'facts.custom.b', 'radio.rsrp',
    ]  # fmt: skip
    state = state_of(application.fleet, device.id)
    assert (state.presence, state.tower) == (Presence.ONLINE, tower.id)
    assert state.facts == Facts(os=Os('Android'), battery=Battery(), custom={'a': 1})
    assert state.radio == replace(ON_HERE, rsrp=None)


async def test_the_same_odd_values_again_move_neither_facts_nor_what_is_kept_of_them(
    application: RunningApplication,
) -> None:
    device = await application.device()
    said: dict[str, Any] = {
        'facts': Facts(os=Os('Android', 'unknown'), custom={'a': 1, 'b': float('inf')}),
        'radio': LOUD,
    }
    await application.check_in(device.id, **said)
    before, kept = state_of(application.fleet, device.id), reporting(application, device)
    application.clock.tick(60)
    assert len((await application.check_in(device.id, **said)).ignored) == 2
    after = state_of(application.fleet, device.id)
    assert after.facts is before.facts
    assert after.radio is before.radio
    assert reporting(application, device) is kept
    application.clock.tick(AGAIN_S)
    await application.check_in(device.id, **said)
    assert reporting(application, device).odd_at == application.clock()


async def test_a_repeated_check_in_with_odd_values_is_no_contradiction(application: RunningApplication) -> None:
    device = await application.device()
    for _ in range(5):
        receipt = await application.check_in(device.id, 1, facts=Facts(battery=Battery(300)), radio=LOUD)
    assert receipt == Receipt(Accepted.DUPLICATE, application.clock(), 60, [])


async def test_a_device_counts_as_odd_until_a_day_after_its_newest_odd_value(application: RunningApplication) -> None:
    device, other = await application.device('one'), await application.device('two')
    await application.check_in(other.id, radio=ON_HERE)
    await application.check_in(device.id, radio=LOUD)
    odd = DeviceQuery(odd=True)
    assert select(application.fleet, odd).ids == (device.id,)
    assert facets(application.fleet, DeviceQuery())['odd'] == {'true': 1}
    application.clock.tick(ODD_FOR_S / 2)
    await application.check_in(device.id, radio=ON_HERE)
    assert select(application.fleet, odd).matched == 1
    application.clock.tick(ODD_FOR_S / 2 + 1)
    await application.check_in(device.id, radio=ON_HERE)
    assert select(application.fleet, odd).matched == 0
    assert [each.field for each in reporting(application, device).odd] == ['radio.rsrp']


async def test_what_is_kept_is_bounded_and_printable(application: RunningApplication) -> None:
    device = await application.device()
    custom = {f'k{n}\x07': float('nan') for n in range(500)}
    await application.check_in(device.id, facts=Facts(custom=custom))
    kept = reporting(application, device).odd
    assert len(kept) == MOST_ODD
    assert all(odd.field.isprintable() and len(odd.detail) <= 200 for odd in kept)


async def test_a_refused_check_in_is_contact_and_says_why(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id, radio=ON_HERE)
    before = state_of(application.fleet, device.id)
    application.clock.tick(600)
    await application.presence.expire()
    assert state_of(application.fleet, device.id).presence is Presence.OFFLINE
    await application.checkins.refuse(application.enterprise, device.id, REFUSAL)
    after = state_of(application.fleet, device.id)
    assert (after.presence, after.last_seen) == (Presence.ONLINE, application.clock())
    assert (after.sequence, after.observed_at, after.radio) == (before.sequence, before.observed_at, before.radio)
    assert application.entries(PresenceChanged)[-1].after == 'online'
    kept = reporting(application, device)
    assert (kept.refused, kept.odd) == (True, (OddValue('observed_at', 'is missing'),))
    for _ in range(20):
        application.clock.tick(60)
        await application.checkins.refuse(application.enterprise, device.id, REFUSAL)
        await application.presence.expire()
    assert state_of(application.fleet, device.id).presence is Presence.ONLINE


async def test_a_restart_finds_what_was_kept_and_a_retired_device_leaves_none(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id, radio=LOUD)
    async with running_application(store=application.store, clock=application.clock) as later:
        assert later.fleet[Reporting] == application.fleet[Reporting]
        assert select(later.fleet, DeviceQuery(odd=True)).matched == 1
    await application.enrolments.retire(application.actor, device.id, 1)
    assert not application.fleet[Reporting]
    assert device.id not in application.fleet[DeviceState]
    again = await application.device()
    assert select(application.fleet, DeviceQuery(odd=True)).matched == 0
    assert select(application.fleet, DeviceQuery(odd=False)).ids == (again.id,)
