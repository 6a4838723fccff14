"""A radio observation as modems write it."""

from typing import Any

import pytest

from domain.cellular.radio import Radio, Rat, Registration
from domain.cellular.reading import expressible, read_plmn, read_radio

WORDS = {
    Rat.GSM: ('gsm', '2G', 'EDGE'),
    Rat.UMTS: ('WCDMA', 'umts', 'HSPA+', 'TD-SCDMA', '3g', 'umts, hsdpa', 'hspa+, hsupa'),
    Rat.LTE: ('lte', 'LTE-A', 'E-UTRAN', 'FDD LTE', 'NR5G-NSA', 'EN-DC', 'lte, 5gnr', 'NR+LTE', 'lte,'),
    Rat.LTE_M: ('lte-m', 'CAT-M1', 'eMTC'),
    Rat.NB_IOT: ('NB-IoT', 'nbiot', 'Cat-NB1'),
    Rat.NR: ('nr', '5GNR', 'NR5G-SA', '5G SA'),
}


@pytest.mark.parametrize(('rat', 'word'), [(rat, word) for rat, words in WORDS.items() for word in words])
def test_a_technology_is_known_by_the_words_of_vendors(rat: Rat, word: str) -> None:
    assert read_radio({'rat': word}) == (Radio(rat), [])


@pytest.mark.parametrize('word', ['6G', '', None, 4, 'EVDO'])
def test_without_a_technology_of_ours_there_is_no_observation(word: Any) -> None:
    radio, odd = read_radio({'rat': word, 'rsrp': -90})
    assert radio is None
    assert [each.field for each in odd] == ['radio.rat']


@pytest.mark.parametrize(
    ('mcc', 'mnc', 'plmn'),
    [
        (204, 8, ('204', '08')),
        ('204', '8', ('204', '08')),
        (204.0, '08', ('204', '08')),
        (310, 26, ('310', '026')),
        ('310', '26', ('310', '26')),
        (1, 1, ('001', '01')),
        (0, 0, (None, None)),
        ('--', 'n/a', (None, None)),
    ],
)
def test_a_network_code_that_lost_its_zeros_gets_them_back(mcc: Any, mnc: Any, plmn: Any) -> None:
    assert read_plmn(mcc, mnc) == plmn


def test_each_odd_value_costs_itself_alone() -> None:
    raw = {'rat': 'LTE', 'mcc': 204, 'mnc': '08', 'tac': 'far', 'cell_id': '1714995', 'pci': 1.5, 'rsrp': 'n/a'}
    radio, odd = read_radio(raw | {'registration': 1, 'roaming': 'no', 'sinr': None})
    assert radio == Radio(Rat.LTE, '204', '08', cell_id=1714995, registration=Registration.HOME)
    assert [each.field for each in odd] == ['radio.tac', 'radio.pci']


@pytest.mark.parametrize(
    ('name', 'value'),
    [('tac', 2**31 - 1), ('tac', -1), ('rsrp', 0.0), ('pci', 65535), ('sinr', 255.0), ('cell_id', 2**31 - 1)],
)
def test_what_3gpp_cannot_express_is_left_out_and_named(name: str, value: Any) -> None:
    said = {'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': 1, 'rsrp': -90.0}
    radio, odd = expressible(Radio(Rat.LTE, **(said | {name: value})))  # type: ignore[arg-type]
    assert radio == Radio(Rat.LTE, **(said | {name: None}))  # type: ignore[arg-type]
    assert [each.field for each in odd] == [f'radio.{name}']


@pytest.mark.parametrize(
    ('rat', 'bits'), [(Rat.GSM, 16), (Rat.UMTS, 28), (Rat.LTE, 28), (Rat.LTE_M, 28), (Rat.NB_IOT, 28), (Rat.NR, 36)]
)
def test_all_ones_of_the_technologys_width_are_no_cell(rat: Rat, bits: int) -> None:
    assert expressible(Radio(rat, cell_id=2**bits - 1)) == (Radio(rat), ())
    assert expressible(Radio(rat, cell_id=2**bits - 2))[0].cell_id == 2**bits - 2


@pytest.mark.parametrize(('rat', 'bits'), [(Rat.GSM, 16), (Rat.LTE, 16), (Rat.NR, 24)])
def test_an_area_that_stands_for_none_is_none(rat: Rat, bits: int) -> None:
    for code in (0, 2**bits - 2, 2**bits - 1):
        assert expressible(Radio(rat, tac=code)) == (Radio(rat), ())


def test_a_good_observation_stays_the_very_same() -> None:
    radio = Radio(Rat.NR, '204', '08', 65534, 65535, rsrp=-90.0)
    assert expressible(radio)[0] is radio


@pytest.mark.parametrize(('rat', 'identity'), [(Rat.UMTS, 0xFFFF), (Rat.NR, 0x7FFFFFFF), (Rat.NR, 0xFFFFFFFF)])
def test_what_modems_write_without_a_cell_is_no_cell(rat: Rat, identity: int) -> None:
    assert expressible(Radio(rat, '204', '08', cell_id=identity)) == (Radio(rat, '204', '08'), ())


def test_zeros_are_no_country_in_whichever_way_they_are_written() -> None:
    assert expressible(Radio(Rat.LTE, '000', '08', cell_id=7)) == (Radio(Rat.LTE, cell_id=7), ())


@pytest.mark.parametrize(('mcc', 'mnc'), [('204', '08'), ('310', '008')])
def test_a_network_code_of_one_digit_has_lost_its_zeros_in_a_sound_check_in_too(mcc: str, mnc: str) -> None:
    assert expressible(Radio(Rat.LTE, mcc, '8', cell_id=7)) == (Radio(Rat.LTE, mcc, mnc, cell_id=7), ())


@pytest.mark.parametrize(
    ('rat', 'told', 'cell_id'), [('LTE', '6699-51', 6699 << 8 | 51), ('UMTS', '301 / 4711', 301 << 16 | 4711)]
)
def test_a_cell_told_as_base_station_and_cell_is_one_identity(rat: str, told: str, cell_id: int) -> None:
    radio, odd = read_radio({'rat': rat, 'cell_id': told})
    assert (radio.cell_id if radio else None, odd) == (cell_id, [])


@pytest.mark.parametrize('told', ['0x1A2B33', ' 0X1a2b33 '])
def test_hexadecimal_digits_that_say_so_are_read(told: str) -> None:
    radio, odd = read_radio({'rat': 'LTE', 'tac': '0x1141', 'cell_id': told})
    assert radio is not None
    assert (radio.tac, radio.cell_id, odd) == (4417, 1714995, [])
    assert [each.field for each in read_radio({'rat': 'LTE', 'cell_id': '1A2B33', 'pci': '0x1'})[1]] == [
        'radio.cell_id',
        'radio.pci',
    ]


@pytest.mark.parametrize(('rat', 'told'), [('NR', '6699-51'), ('GSM', '1-2'), ('LTE', '6699-256')])
def test_a_base_station_and_cell_that_make_no_identity_are_odd(rat: str, told: str) -> None:
    radio, odd = read_radio({'rat': rat, 'cell_id': told})
    assert (radio.cell_id if radio else None, [each.field for each in odd]) == (None, ['radio.cell_id'])


@pytest.mark.parametrize('word', ['gsm, lte', ',', 'lte, 6g', 'umts, 5gnr', ',' * 100_000])
def test_several_technologies_are_none(word: str) -> None:
    assert [odd.field for odd in read_radio({'rat': word})[1]] == ['radio.rat']
