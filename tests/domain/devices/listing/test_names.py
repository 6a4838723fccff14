"""What tells devices of one name apart."""

from dataclasses import replace

from domain.access.scopes import Scope
from domain.cellular.identifiers import Identifiers
from domain.devices.listing.names import apart
from domain.devices.listing.query import DeviceQuery, select
from domain.devices.model import Device
from domain.fleet.fleet import Fleet
from domain.fleet.scoped import ScopedFleet
from tests.domain.devices.listing.test_query import device, fleet_of
from tests.fakes import identifiers


def routers() -> Fleet:
    return fleet_of(
        device('a', 'OpenWrt', names=Identifiers(serial='GT-7'), site='port-1'),
        device('b', 'OpenWrt', names=Identifiers(imei=identifiers(1).imei), site='port-2'),
        device('c', 'openwrt', site='port-1'),
        device('device-of-nothing', 'OpenWrt'),
        device('e', 'OpenWrt 2', names=Identifiers(serial='GT-8')),
        device('f', '\u0646\u06cc\u0645\u200c\u0631\u0648\u0632', names=Identifiers(serial='GT-9')),
        device('g', '\u0646\u06cc\u0645\u0631\u0648\u0632', names=Identifiers(serial='GT-10')),
    )


def test_a_name_that_several_have_comes_with_serial_imei_label_or_id() -> None:
    fleet = routers()
    shown = {id: apart(fleet, id) for id in fleet[Device]}
    assert shown == {
        'a': 'GT-7', 'b': identifiers(1).imei, 'c': 'site=port-1', 'device-of-nothing': '\u2026othing', 'e': None,
        'f': 'GT-9', 'g': 'GT-10',
    }  # fmt: skip
    assert apart(fleet, 'nobody') is None


def test_a_name_that_nobody_else_has_any_more_stands_alone() -> None:
    fleet = routers()
    fleet.apply(replace(fleet[Device]['g'], name='GL-iNet'))
    assert (apart(fleet, 'f'), apart(fleet, 'g')) == (None, None)


def test_who_sees_a_part_is_not_told_that_others_have_the_same_name() -> None:
    part = ScopedFleet(routers(), Scope({'site': ('port-2',)}))
    assert apart(part, 'b') is None
    assert apart(part, 'a') is None, 'it is not shown at all'
    both = ScopedFleet(routers(), Scope({'site': ('port-1',)}))
    assert (apart(both, 'a'), apart(both, 'c')) == ('GT-7', 'site=port-1')


def test_a_search_does_not_see_joiners() -> None:
    joined = '\u0646\u06cc\u0645\u200c\u0631\u0648\u0632'
    for text in (joined, joined.replace('\u200c', '')):
        assert set(select(routers(), DeviceQuery(text=text)).ids) == {'f', 'g'}


def test_a_name_that_another_gets_later_is_told_apart_from_then_on() -> None:
    fleet = routers()
    assert apart(fleet, 'e') is None
    fleet.apply(replace(fleet[Device]['a'], name='OpenWrt 2'))
    assert (apart(fleet, 'e'), apart(fleet, 'a')) == ('GT-8', 'GT-7')
    fleet.apply(replace(fleet[Device]['a'], retired_at=1.0))
    assert apart(fleet, 'e') is None
