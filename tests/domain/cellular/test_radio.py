"""A radio observation stays within what 3GPP can express, and names its cell."""

from typing import Any

import pytest

from domain.cellular.radio import Radio, Rat, cell_key, check_radio
from domain.common.errors import Invalid


def test_a_cell_key_joins_network_area_and_cell() -> None:
    assert cell_key('204', '08', 4417, 0x1A2B3) == '204-08-4417-0x1A2B3'


def test_networks_with_two_and_three_digits_stay_apart() -> None:
    assert cell_key('310', '04', 1, 1) != cell_key('310', '004', 1, 1)


def test_a_cell_without_an_area_has_a_key_of_its_own() -> None:
    assert cell_key('204', '08', None, 1) not in (cell_key('204', '08', 0, 1), cell_key('204', '08', 1, 1))


def test_an_observation_names_its_cell_only_when_it_is_whole() -> None:
    assert Radio(Rat.LTE, '204', '08', 4417, 1712819).cell == '204-08-4417-0x1A22B3'
    assert Radio(Rat.LTE, '204', '08', 4417).cell is None
    assert Radio(Rat.LTE, None, '08', 4417, 1).cell is None


def test_a_network_is_named_by_mcc_and_mnc() -> None:
    assert Radio(Rat.NR, '204', '08').plmn == '204-08'
    assert Radio(Rat.NR, '204').plmn is None


LEVELS: dict[str, tuple[float, float]] = {'rsrp': (-160, -20), 'rsrq': (-50, 25), 'sinr': (-30, 50)}
HIGHEST: dict[Rat, dict[str, int]] = {
    Rat.GSM: {'tac': 65_535, 'cell_id': 65_535, 'pci': 63, 'arfcn': 1023},
    Rat.UMTS: {'tac': 65_535, 'cell_id': 268_435_455, 'pci': 511, 'arfcn': 16_383},
    Rat.LTE: {'tac': 65_535, 'cell_id': 268_435_455, 'pci': 503, 'arfcn': 262_143},
    Rat.NB_IOT: {'tac': 65_535, 'cell_id': 268_435_455, 'pci': 503, 'arfcn': 262_143},
    Rat.NR: {'tac': 16_777_215, 'cell_id': 68_719_476_735, 'pci': 1007, 'arfcn': 3_279_165},
}


@pytest.mark.parametrize(('name', 'limits'), LEVELS.items())
def test_every_level_has_its_reporting_range(name: str, limits: tuple[float, float]) -> None:
    for right in limits:
        check_radio(Radio(Rat.NR, **{name: right}))  # type: ignore[arg-type]
    for wrong in (limits[0] - 1, limits[1] + 1, float('nan')):
        with pytest.raises(Invalid) as refused:
            check_radio(Radio(Rat.NR, **{name: wrong}))  # type: ignore[arg-type]
        assert refused.value.field == f'radio.{name}'


@pytest.mark.parametrize('rat', HIGHEST)
def test_every_technology_has_its_own_widths_of_area_cell_and_carrier(rat: Rat) -> None:
    check_radio(Radio(rat, '204', '08', **HIGHEST[rat]))  # type: ignore[arg-type]
    for name, most in HIGHEST[rat].items():
        check_radio(Radio(rat, **{name: 0}))  # type: ignore[arg-type]
        for wrong in (-1, most + 1):
            with pytest.raises(Invalid, match=f'between 0 and {most} on {rat}') as refused:
                check_radio(Radio(rat, **{name: wrong}))  # type: ignore[arg-type]
            assert refused.value.field == f'radio.{name}'


@pytest.mark.parametrize('codes', [{'mcc': '20'}, {'mcc': '2O4'}, {'mnc': '1'}, {'mnc': '0801'}, {'mcc': '٢٠٤'}])
def test_network_codes_are_plain_digits(codes: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        check_radio(Radio(Rat.LTE, **codes))
    assert refused.value.field == f'radio.{next(iter(codes))}'
