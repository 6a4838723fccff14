"""What the menus of the device list say of each choice."""

from domain.access.scopes import Scope
from domain.devices.listing.facets import facets
from domain.devices.listing.query import DeviceQuery, select
from domain.devices.model import DeviceKind, Presence
from domain.fleet.scoped import ScopedFleet
from domain.policies.model import Policy
from tests.domain.devices.listing.test_query import a_port

PORT_1 = frozenset({'port-1'})


def test_each_choice_is_told_with_what_it_would_find_and_with_nothing() -> None:
    found = facets(a_port(), DeviceQuery())
    assert found['presence'] == {'offline': 1, 'late': 1, 'never_seen': 1, 'online': 2}
    assert found['compliance'] == {
        'violating': 1, 'unknown': 0, 'excused': 0, 'unevaluated': 3, 'compliant': 1, 'not_applicable': 0,
    }  # fmt: skip
    assert found['tower'] == {'t0': 1, 't1': 1}
    assert found['label'] == {'shift=night': 1, 'site=port-1': 2, 'site=port-2': 1}
    assert found['quarantined'] == {'true': 1}
    assert {kind: count for kind, count in found['kind'].items() if count} == {
        'tablet': 2, 'phone': 1, 'router': 1, 'meter': 1,
    }  # fmt: skip
    assert found['criticality'] == {'low': 1, 'normal': 2, 'high': 1, 'vital': 1}
    assert {rat: count for rat, count in found['rat'].items() if count} == {'LTE': 1, 'GSM': 1, 'NR': 1}


def test_a_count_is_what_a_list_with_that_choice_finds() -> None:
    fleet, query = a_port(), DeviceQuery(labels={'site': PORT_1}, presence=frozenset({Presence.ONLINE}))
    found = facets(fleet, query)
    for value, count in found['presence'].items():
        asked = DeviceQuery(labels=query.labels, presence=frozenset({Presence(value)}))
        assert select(fleet, asked).matched == count
    for kind, count in found['kind'].items():
        asked = DeviceQuery(labels=query.labels, presence=query.presence, kind=frozenset({DeviceKind(kind)}))
        assert select(fleet, asked).matched == count


def test_values_of_a_chosen_key_are_alternatives_and_other_keys_narrow() -> None:
    found = facets(a_port(), DeviceQuery(labels={'site': PORT_1}))
    assert found['label'] == {'shift=night': 1, 'site=port-1': 2, 'site=port-2': 1}
    found = facets(a_port(), DeviceQuery(labels={'shift': frozenset({'night'})}))
    assert found['label'] == {'shift=night': 1, 'site=port-1': 1, 'site=port-2': 0}


def test_policies_count_those_that_they_do_not_find_compliant() -> None:
    fleet = a_port()
    fleet.apply(Policy(id='p', enterprise='ent', name='Patched', rule='true', created_at=0.0, changed_at=0.0))
    assert facets(fleet, DeviceQuery())['policy'] == {'p': 1}
    assert facets(fleet, DeviceQuery(kind=frozenset({DeviceKind.TABLET})))['policy'] == {'p': 0}


def test_a_scoped_role_gets_the_counts_of_its_part() -> None:
    found = facets(ScopedFleet(a_port(), Scope({'site': ('port-2',)})), DeviceQuery())
    assert found['presence'] == {'offline': 0, 'late': 0, 'never_seen': 0, 'online': 1}
    assert found['label'] == {'site=port-2': 1}
