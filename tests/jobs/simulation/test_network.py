from collections import Counter

from domain.cellular.radio import Radio, Rat, check_radio
from domain.towers.model import TowerKind
from jobs.simulation.network import PRIVATE, PUBLIC, build_network


def test_forty_towers_of_two_operators_have_names_and_cells_of_their_own() -> None:
    sites = build_network(40)
    assert len({site.name for site in sites}) == 40
    operators = Counter(site.operator.plmn for site in sites)
    assert operators == {'204-90': 28, '999-41': 12}
    keys = [(site.operator.plmn, cell.tac, cell.cell_id) for site in sites for cell in site.cells]
    assert len(keys) == len(set(keys))


def test_cells_are_what_3gpp_can_express_and_identities_follow_their_composition() -> None:
    for site in build_network(60):
        assert site.kind in list(TowerKind)
        for cell in site.cells:
            check_radio(
                Radio(Rat(cell.rat), site.operator.mcc, site.operator.mnc, cell.tac, cell.cell_id, cell.pci, cell.arfcn)
            )
            assert cell.pci <= (1007 if cell.rat == 'NR' else 503)
            if cell.rat in ('LTE', 'NB-IoT'):
                assert cell.cell_id >> 8 == site.operator.first_node + site.number
            elif cell.rat == 'GSM':
                assert cell.cell_id < 2**16
            else:
                assert cell.cell_id < 2**36


def test_a_site_has_a_gateway_of_its_operator_built_before_it_or_one_in_five_a_line_of_its_own() -> None:
    sites = build_network(40)
    for site in sites:
        if site.kind == 'gateway' or site.number % 5 == 2:
            assert site.parent is None
        else:
            assert site.parent is not None
            assert site.parent < site.number
            assert sites[site.parent].operator is site.operator


def test_the_towers_stand_in_the_port_of_rotterdam() -> None:
    for site in build_network(40):
        latitude, longitude = site.degrees
        assert 51.8 < latitude < 52.0
        assert 3.95 < longitude < 4.6


def test_a_small_network_still_has_both_operators() -> None:
    assert {site.operator for site in build_network(6)} == {PUBLIC, PRIVATE}
