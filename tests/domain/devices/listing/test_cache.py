"""Pages that are cut from one answer are the pages that would have been found one by one."""

from dataclasses import replace

import pytest

from domain.access.enterprises import Enterprise
from domain.devices.listing.cache import SHARED, ListingCache
from domain.devices.listing.query import SORTS, DeviceQuery, select
from domain.devices.model import Device, DeviceKind, DeviceState, Presence
from domain.fleet.fleet import Fleet
from domain.kinds import LIVE


def fleet_of(count: int) -> Fleet:
    """Devices last seen in an order that has nothing to do with their names."""
    fleet = Fleet(Enterprise(id='ent', name='Port', created_at=0.0), LIVE)
    for number in range(count):
        id = f'd{number}'
        fleet.apply(Device(id=id, enterprise='ent', name=f'crane-{number}', kind=DeviceKind.TABLET, created_at=0.0))
        fleet.apply(DeviceState(id, 'ent', last_seen=float(number * 7919 % count), presence=Presence.ONLINE))
    return fleet


@pytest.mark.parametrize('sort', SORTS)
@pytest.mark.parametrize('descending', [False, True])
def test_every_page_is_the_one_that_is_found_alone(sort: str, descending: bool) -> None:
    fleet, listing_cache = fleet_of(6000), ListingCache()
    query = DeviceQuery(sort=sort, descending=descending)
    for offset in (0, 50, SHARED - 50, SHARED, 5990):
        alone = select(fleet, query, offset=offset, limit=50)
        shared = listing_cache.select(fleet, query, offset=offset, limit=50)
        assert (shared.total, shared.matched, shared.ids) == (alone.total, alone.matched, alone.ids)


def test_a_page_asked_for_after_a_device_moved_has_it_in_its_new_place() -> None:
    fleet, listing_cache = fleet_of(300), ListingCache()
    query = DeviceQuery(sort='last_seen', descending=True)
    assert 'd1' not in listing_cache.select(fleet, query, offset=0, limit=10).ids
    fleet.apply(replace(fleet[DeviceState]['d1'], last_seen=1000.0))
    assert listing_cache.select(fleet, query, offset=0, limit=10).ids[0] == 'd1'
