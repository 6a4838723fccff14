"""Equal values are kept once, and stay equal."""

from sys import getrefcount

from domain.cellular.radio import Radio, Rat
from domain.devices.facts import NO_FACTS, Agent, Battery, Facts, Network, Os
from domain.devices.interning import Interner


def shared(pool: Interner, facts: Facts) -> Facts:
    return NO_FACTS.having(pool.facts(NO_FACTS.changes(facts), NO_FACTS)[0])


def test_groups_that_many_devices_have_in_common_are_one_object() -> None:
    pool = Interner()
    one, other = (
        shared(pool, Facts(os=Os('Android', '16'), agent=Agent('cw', '1'), network=Network(f'host-{n}'), uptime_s=n))
        for n in range(2)
    )
    assert one.os is other.os
    assert one.agent is other.agent
    assert (one.network, one.uptime_s, other.network, other.uptime_s) == (Network('host-0'), 0, Network('host-1'), 1)


def test_an_observation_shares_its_codes_and_keeps_every_value() -> None:
    pool = Interner()
    seen = Radio(Rat.LTE, '204', '08', 4417, 1712819, 12, 1300, -92.5, -11.0, 8.0, roaming=True)
    again, odd = pool.radio(seen)
    other, _ = pool.radio(Radio(Rat.LTE, '20' + '4', '08', 4417, rsrp=float('-92.5')))
    assert again == seen
    assert odd == ()
    assert other.mcc is again.mcc
    assert other.rsrp is again.rsrp


def test_a_whole_number_does_not_become_a_fraction_nor_the_other_way_round() -> None:
    pool = Interner()
    seen, _ = pool.radio(Radio(Rat.LTE, tac=8, pci=8, sinr=8.0))
    assert (type(seen.tac), type(seen.pci), type(seen.sinr)) == (int, int, float)


def test_equal_labels_are_one_object() -> None:
    pool = Interner()
    assert pool.labels({'site': 'port-1'}) is pool.labels({'site': 'port-1'})
    assert pool.labels({'site': 'port-2'}) == {'site': 'port-2'}


def test_a_pool_that_grew_large_starts_afresh_and_answers_as_before() -> None:
    pool = Interner()
    for n in range(120_000):
        assert shared(pool, Facts(battery=Battery(n / 2000))).battery == Battery(n / 2000)


def test_what_is_out_of_range_is_left_out_and_named_every_time() -> None:
    pool = Interner()
    assert shared(pool, Facts(battery=Battery(100.0))).battery is shared(pool, Facts(battery=Battery(100.0))).battery
    for _ in range(2):
        kept, odd = pool.facts({'battery': Battery(101.0, 90.0)}, NO_FACTS)
        assert kept == {'battery': Battery(None, 90.0)}
        assert [(each.field, 'from 0 to 100' in each.detail) for each in odd] == [('facts.battery.level', True)]
        assert pool.facts({'battery': Battery(101.0, 90.0)}, Facts(battery=Battery(None, 90.0)))[0] == {}


def test_a_level_out_of_range_is_left_out_though_its_cell_is_known() -> None:
    pool = Interner()
    pool.radio(Radio(Rat.LTE, '204', '08', 4417, 5, rsrp=-92.5))
    kept, odd = pool.radio(Radio(Rat.LTE, '204', '08', 4417, 5, rsrp=-500.0))
    assert kept == Radio(Rat.LTE, '204', '08', 4417, 5)
    assert [each.field for each in odd] == ['radio.rsrp']


def test_a_code_that_cannot_be_kept_is_named_each_time() -> None:
    pool = Interner()
    for _ in range(2):
        kept, odd = pool.radio(Radio(Rat.LTE, '204', '08', 70_000, 5))
        assert kept == Radio(Rat.LTE, '204', '08', None, 5)
        assert [each.field for each in odd] == ['radio.tac']


def test_codes_are_known_by_their_technology() -> None:
    pool = Interner()
    pool.radio(Radio(Rat.NR, '204', '08', 70_000, 5))
    _, odd = pool.radio(Radio(Rat.LTE, '204', '08', 70_000, 5))
    assert [each.field for each in odd] == ['radio.tac']


def test_long_texts_are_not_remembered_for_devices_choose_what_they_say() -> None:
    pool, version, network = Interner(), 'v' * 50_000, '2' * 50_000
    held = getrefcount(version), getrefcount(network)
    _, odd = pool.facts({'os': Os('Android', version)}, NO_FACTS)
    _, unread = pool.radio(Radio(Rat.LTE, network, '08', 4417, 5))
    assert [each.field for each in (*odd, *unread)] == ['facts.os.version', 'radio.mcc']
    assert (getrefcount(version), getrefcount(network)) == held
