"""What a device says of itself: optional groups, checked, replaced as a whole."""

import pytest

from domain.common.errors import Invalid
from domain.devices.facts import (
    Battery,
    Facts,
    Hardware,
    Network,
    Os,
    Storage,
    check_facts,
    expressible_fact,
    patch_date,
    read_facts,
)

KNOWN = Facts(os=Os('Android', '16'), battery=Battery(80), custom={'bay': 7})


def test_a_group_that_is_not_said_stays_as_it_was() -> None:
    assert KNOWN.updated(Facts(battery=Battery(79))) == Facts(
        os=Os('Android', '16'), battery=Battery(79), custom={'bay': 7}
    )


def test_a_group_is_replaced_as_a_whole() -> None:
    assert KNOWN.updated(Facts(os=Os(patch_level='2026-09-05'))).os == Os(patch_level='2026-09-05')


def test_an_equal_group_stays_the_object_it_was() -> None:
    assert KNOWN.updated(Facts(os=Os('Android', '16'))).os is KNOWN.os


WRONG = {
    'facts.battery.level': Facts(battery=Battery(101)),
    'facts.battery.health': Facts(battery=Battery(health=float('nan'))),
    'facts.os.patch_level': Facts(os=Os(patch_level='05/09/2026')),
    'facts.os.name': Facts(os=Os('x' * 201)),
    'facts.network.hostname': Facts(network=Network('evil\u202e')),
    'facts.storage.total_bytes': Facts(storage=Storage(total_bytes=-1)),
    'facts.hardware.memory_bytes': Facts(hardware=Hardware(memory_bytes=2**63)),
    'facts.uptime_s': Facts(uptime_s=-1),
    'facts.custom.k': Facts(custom={'k': 'x' * 501}),
    'facts.custom.big': Facts(custom={'big': 2**63}),
    'facts.custom.inf': Facts(custom={'inf': float('inf')}),
    'facts.custom': Facts(custom={f'k{n}': n for n in range(65)}),
}


@pytest.mark.parametrize(('field', 'facts'), WRONG.items())
def test_a_wrong_fact_is_refused_by_its_field(field: str, facts: Facts) -> None:
    with pytest.raises(Invalid) as refused:
        check_facts(facts)
    assert refused.value.field == field


@pytest.mark.parametrize('text', ['20260905', '2026-W36-6', '2026-9-5', '2026-02-30', '٢٠٢٦-٠٩-٠٥'])
def test_a_patch_level_is_written_in_one_way_only(text: str) -> None:
    with pytest.raises(Invalid):
        patch_date(text)


def test_an_empty_patch_level_is_no_reason_to_turn_a_device_away() -> None:
    check_facts(Facts(os=Os(patch_level='')))


@pytest.mark.parametrize('nothing', ['', '--', 'Unknown', 'n/a'])
def test_a_text_that_stands_for_not_known_is_not_reported(nothing: str) -> None:
    assert expressible_fact('os', Os('Android', nothing)) == (Os('Android'), ())


def test_facts_are_read_as_far_as_they_can_be() -> None:
    raw = {
        'os': {'name': 'Linux', 'version': 14, 'mood': 'good'},
        'hardware': {'memory_bytes': 16e9},
        'storage': {'encrypted': 'yes', 'total_bytes': 'lots'},
        'battery': [],
        'uptime_s': '120',
        'custom': {'a': None, 'b': 'c'},
        'weather': {'rain': True},
    }
    facts, odd = read_facts(raw)
    assert facts == Facts(
        Os('Linux', '14'), Hardware(memory_bytes=16_000_000_000), Storage(True), uptime_s=120, custom={'b': 'c'}
    )
    assert [each.field for each in odd] == ['facts.storage.total_bytes', 'facts.battery', 'facts.custom.a']
