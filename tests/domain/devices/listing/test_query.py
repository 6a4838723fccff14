"""Any sort, filter and page of the fleet."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from domain.access.enterprises import Enterprise
from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, Rat
from domain.common.errors import Invalid
from domain.devices.compliance import Compliance, Verdict
from domain.devices.facts import Facts, Network
from domain.devices.listing.query import SORTS, DeviceQuery, select
from domain.devices.model import Criticality, Device, DeviceKind, DeviceState, Presence
from domain.fleet.fleet import Fleet
from domain.kinds import LIVE
from domain.towers.model import Tower, TowerKind
from tests.fakes import identifiers

NOBODY = Identifiers()


def device(
    id: str,
    name: str,
    kind: DeviceKind = DeviceKind.TABLET,
    names: Identifiers = NOBODY,
    criticality: Criticality = Criticality.NORMAL,
    **labels: str,
) -> Device:
    made = Device(id=id, enterprise='ent', name=name, kind=kind, created_at=0.0, labels=labels, identifiers=names)
    return replace(made, criticality=criticality)


def fleet_of(*rows: object) -> Fleet:
    fleet = Fleet(Enterprise(id='ent', name='Port', created_at=0.0), LIVE)
    for row in rows:
        fleet.apply(row)
    return fleet


def names(fleet: Fleet, query: DeviceQuery) -> list[str]:
    return [fleet[Device][id].name for id in select(fleet, query).ids]


def pages(fleet: Fleet, query: DeviceQuery, limit: int) -> Iterator[list[str]]:
    cursor = None
    while True:
        page = select(fleet, query, limit=limit, cursor=cursor)
        yield [fleet[Device][id].name for id in page.ids]
        cursor = page.next
        if cursor is None:
            return


def a_port() -> Fleet:
    """Six devices: one of each story."""
    towers = [
        Tower(id=f't{n}', enterprise='ent', name=name, kind=TowerKind.MACRO, created_at=0.0)
        for n, name in enumerate(['Mast 10', 'Mast 9'])
    ]
    lte, gsm = Radio(Rat.LTE, rsrp=-80.0), Radio(Rat.GSM, rsrp=-101.5)
    broken = {'p': Verdict(Compliance.VIOLATING, 0.0, 1)}
    kept = {'p': Verdict(Compliance.COMPLIANT, 0.0, 1)}
    blank = DeviceState('', 'ent')
    states = [
        replace(blank, id='a', last_seen=500.0, presence=Presence.ONLINE, radio=lte, tower='t0', verdicts=kept),
        replace(blank, id='b', last_seen=400.0, presence=Presence.LATE, radio=gsm, tower='t1', verdicts=broken),
        replace(blank, id='c', last_seen=300.0, presence=Presence.OFFLINE, quarantined=True),
        replace(blank, id='d', last_seen=200.0, presence=Presence.ONLINE, radio=Radio(Rat.NR)),
    ]
    states[0] = replace(states[0], compliance=Compliance.COMPLIANT)
    states[1] = replace(states[1], compliance=Compliance.VIOLATING)
    return fleet_of(
        *towers,
        device('a', 'crane-10', names=identifiers(2), site='port-1'),
        device('b', 'crane-9', DeviceKind.PHONE, identifiers(1), Criticality.VITAL, site='port-1', shift='night'),
        device('c', 'Crane-11', DeviceKind.ROUTER, Identifiers(serial='ZX-81'), Criticality.HIGH),
        device('d', 'meter 2', DeviceKind.METER, Identifiers(msisdn='+31612345678'), Criticality.LOW, site='port-2'),
        device('e', 'éclair'),
        *states,
    )


@pytest.mark.parametrize(
    ('sort', 'ascending'),
    [
        ('name', ['crane-9', 'crane-10', 'Crane-11', 'meter 2', 'éclair']),
        ('presence', ['Crane-11', 'crane-9', 'éclair', 'crane-10', 'meter 2']),
        ('compliance', ['crane-9', 'Crane-11', 'meter 2', 'éclair', 'crane-10']),
        ('kind', ['meter 2', 'crane-9', 'Crane-11', 'crane-10', 'éclair']),
        ('criticality', ['meter 2', 'crane-10', 'éclair', 'Crane-11', 'crane-9']),
        ('last_seen', ['meter 2', 'Crane-11', 'crane-9', 'crane-10', 'éclair']),
        ('rsrp', ['crane-9', 'crane-10', 'Crane-11', 'meter 2', 'éclair']),
        ('rat', ['crane-9', 'crane-10', 'meter 2', 'Crane-11', 'éclair']),
        ('tower', ['crane-9', 'crane-10', 'Crane-11', 'meter 2', 'éclair']),
        ('imei', ['crane-9', 'crane-10', 'Crane-11', 'meter 2', 'éclair']),
    ],
)
def test_every_column_sorts_naturally_with_the_name_as_second_and_missing_values_last(
    sort: str, ascending: list[str]
) -> None:
    assert names(a_port(), DeviceQuery(sort=sort)) == ascending


@pytest.mark.parametrize(
    ('sort', 'descending'),
    [
        ('last_seen', ['crane-10', 'crane-9', 'Crane-11', 'meter 2', 'éclair']),
        ('rsrp', ['crane-10', 'crane-9', 'Crane-11', 'meter 2', 'éclair']),
        ('rat', ['meter 2', 'crane-10', 'crane-9', 'Crane-11', 'éclair']),
        ('tower', ['crane-10', 'crane-9', 'Crane-11', 'meter 2', 'éclair']),
        ('imei', ['crane-10', 'crane-9', 'Crane-11', 'meter 2', 'éclair']),
    ],
)
def test_missing_values_come_last_in_the_other_direction_too(sort: str, descending: list[str]) -> None:
    assert names(a_port(), DeviceQuery(sort=sort, descending=True)) == descending


def test_names_can_be_sorted_backwards() -> None:
    assert names(a_port(), DeviceQuery(descending=True)) == ['éclair', 'meter 2', 'Crane-11', 'crane-10', 'crane-9']


def test_a_row_that_is_used_again_after_a_retirement_remembers_nothing() -> None:
    fleet = a_port()
    fleet.apply(replace(fleet[Device]['b'], retired_at=1.0))
    fleet.apply(device('f', 'anchor'))
    for sort in ('rsrp', 'rat', 'tower', 'imei', 'last_seen'):
        assert 'anchor' in names(fleet, DeviceQuery(sort=sort, descending=True))[-4:]
    assert select(fleet, DeviceQuery(presence=frozenset({Presence.NEVER_SEEN}))).ids == ('f', 'e')


FILTERS = {
    'text in a name, any case': (DeviceQuery(text='CRANE'), {'a', 'b', 'c'}),
    'text in a serial, any case': (DeviceQuery(text='zx-81'), {'c'}),
    'text as the serial is written': (DeviceQuery(text='ZX-81'), {'c'}),
    'text in a number': (DeviceQuery(text='3161'), {'d'}),
    'text in an imei': (DeviceQuery(text=identifiers(1).imei or ''), {'b'}),
    'text that is nowhere': (DeviceQuery(text='nowhere'), set[str]()),
    'presence': (DeviceQuery(presence=frozenset({Presence.ONLINE, Presence.LATE})), {'a', 'b', 'd'}),
    'compliance': (DeviceQuery(compliance=frozenset({Compliance.VIOLATING})), {'b'}),
    'kind': (DeviceQuery(kind=frozenset({DeviceKind.TABLET, DeviceKind.METER})), {'a', 'd', 'e'}),
    'criticality': (DeviceQuery(criticality=frozenset({Criticality.HIGH, Criticality.VITAL})), {'b', 'c'}),
    'rat': (DeviceQuery(rat=frozenset({Rat.GSM})), {'b'}),
    'tower': (DeviceQuery(tower=frozenset({'t0'})), {'a'}),
    'a tower without devices': (DeviceQuery(tower=frozenset({'nope'})), set[str]()),
    'one label': (DeviceQuery(labels={'site': 'port-1'}), {'a', 'b'}),
    'any of several values of a label': (
        DeviceQuery(labels={'site': frozenset({'port-1', 'port-2'})}),
        {'a', 'b', 'd'},
    ),
    'two labels': (DeviceQuery(labels={'site': 'port-1', 'shift': 'night'}), {'b'}),
    'not compliant with a policy': (DeviceQuery(policy='p'), {'b'}),
    'in quarantine': (DeviceQuery(quarantined=True), {'c'}),
    'not in quarantine': (DeviceQuery(quarantined=False), {'a', 'b', 'd', 'e'}),
    'two filters': (DeviceQuery(text='crane', kind=frozenset({DeviceKind.TABLET})), {'a'}),
}


@pytest.mark.parametrize(('query', 'expected'), FILTERS.values(), ids=FILTERS.keys())
def test_every_filter_lets_its_devices_through_and_counts_them(query: DeviceQuery, expected: set[str]) -> None:
    found = select(a_port(), query)
    assert set(found.ids) == expected
    assert (found.total, found.matched) == (5, len(expected))


def test_a_page_is_part_of_the_whole() -> None:
    fleet = fleet_of(*[device(str(n), f'crane-{n}') for n in range(200)])
    page = select(fleet, DeviceQuery(), offset=100, limit=10)
    assert [fleet[Device][id].name for id in page.ids] == [f'crane-{n}' for n in range(100, 110)]
    assert select(fleet, DeviceQuery(), offset=195, limit=10).ids == tuple(map(str, range(195, 200)))
    assert select(fleet, DeviceQuery(), offset=500, limit=10).ids == ()


@pytest.mark.parametrize('sort', SORTS)
@pytest.mark.parametrize('descending', [False, True])
def test_cursors_walk_through_every_device_once(sort: str, descending: bool) -> None:
    fleet = a_port()
    query = DeviceQuery(sort=sort, descending=descending)
    assert [name for page in pages(fleet, query, 2) for name in page] == names(fleet, query)


def test_devices_of_one_name_are_paged_each_once() -> None:
    fleet = fleet_of(*[device(str(n), 'tracker') for n in range(25)])
    walked = [id for page in pages(fleet, DeviceQuery(), 4) for id in page]
    assert len(walked) == 25


@pytest.mark.parametrize('descending', [False, True])
def test_a_cursor_stays_right_while_devices_come_go_and_are_renamed_before_it(descending: bool) -> None:
    fleet = fleet_of(*[device(f'{n:03}', f'crane-{n}') for n in range(10, 30)])
    query = DeviceQuery(descending=descending)
    whole = names(fleet, query)
    first = select(fleet, query, limit=5)
    for n in range(3):
        fleet.apply(device(f'new{n}', f'crane-{n + 1}' if not descending else f'crane-{n + 90}'))
    fleet.apply(replace(fleet[Device][first.ids[1]], retired_at=1.0))
    fleet.apply(replace(fleet[Device][first.ids[4]], retired_at=1.0))  # the very device the cursor was made of
    fleet.apply(replace(fleet[Device][first.ids[2]], name='aardvark' if not descending else 'zebra'))
    second = select(fleet, query, limit=5, cursor=first.next)
    assert [fleet[Device][id].name for id in second.ids] == whole[5:10]


def test_the_last_page_has_no_next() -> None:
    fleet = fleet_of(*[device(str(n), f'crane-{n}') for n in range(4)])
    first = select(fleet, DeviceQuery(), limit=2)
    assert select(fleet, DeviceQuery(), limit=2, cursor=first.next).next is None


@pytest.mark.parametrize('cursor', ['', 'x', '!!!', 'bnVsbA', 'WzEsMl0', 'dHJ1ZQ', 'é', 'A' * 100_000])
def test_a_foreign_cursor_is_refused_by_its_field(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        select(a_port(), DeviceQuery(), cursor=cursor)
    assert refused.value.field == 'cursor'


@pytest.mark.parametrize(
    ('query', 'limit'), [(DeviceQuery(sort='evil'), 50), (DeviceQuery(), 0), (DeviceQuery(), 1001)]
)
def test_what_cannot_be_listed_is_refused(query: DeviceQuery, limit: int) -> None:
    with pytest.raises(Invalid):
        select(a_port(), query, limit=limit)


def test_a_rename_moves_the_device_and_a_search_knows_the_new_name() -> None:
    fleet = a_port()
    assert names(fleet, DeviceQuery(text='meter')) == ['meter 2']
    fleet.apply(replace(fleet[Device]['d'], name='anchor 2'))
    assert names(fleet, DeviceQuery())[0] == 'anchor 2'
    assert names(fleet, DeviceQuery(text='meter')) == []
    assert names(fleet, DeviceQuery(text='anchor')) == ['anchor 2']


def test_the_order_of_names_is_the_same_however_they_arrived() -> None:
    rows = [device(f'{n:03}', f'{"AaBb"[n % 4]}-{n % 30}') for n in range(200)]
    at_once = fleet_of(*rows)
    one_by_one = fleet_of()
    for row in reversed(rows):
        one_by_one.apply(row)
        select(one_by_one, DeviceQuery(), limit=1)
    assert select(at_once, DeviceQuery(), limit=200).ids == select(one_by_one, DeviceQuery(), limit=200).ids
    listed = [row.rsplit('-', 1) for row in names(at_once, DeviceQuery())]
    assert all((a[0].casefold(), int(a[1])) <= (b[0].casefold(), int(b[1])) for a, b in pairwise(listed))


def test_a_device_is_found_by_the_spellings_that_people_use() -> None:
    names_ = Identifiers(imei='001000020000021', iccid='8931410000000000101', msisdn='+31612345678')
    fleet = fleet_of(device('a', 'Crane 117', names=names_, owner='Rini van Dijk'), device('b', 'van-3'))
    network = Network(hostname='crane117.port.example', ip='10.64.3.7')
    radio = Radio(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=107187)
    fleet.apply(replace(fleet[DeviceState]['a'], facts=Facts(network=network), radio=radio))
    for text in (
        '00 100002 000002 1', '00-100002-000002-1', '8931 4100 0000 0000 101', '06 1234 5678', 'rini van', 'owner=rini',
        '10.64.3.7', 'crane117.port', '0x1A2B3', '107187', '418-179', '204-08-4417-0x1A2B3',
    ):  # fmt: skip
        assert names(fleet, DeviceQuery(text=text)) == ['Crane 117'], text
    moved = replace(
        fleet[DeviceState]['a'], facts=Facts(network=Network(ip='10.64.3.8')), radio=replace(radio, cell_id=1)
    )
    fleet.apply(moved)
    assert names(fleet, DeviceQuery(text='10.64.3.7')) == names(fleet, DeviceQuery(text='107187')) == []
    assert names(fleet, DeviceQuery(text='10.64.3.8')) == ['Crane 117']
