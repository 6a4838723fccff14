"""Identifiers are checked by the standard each of them comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cellular.identifiers import Identifiers, clean_identifiers, luhn_valid
from domain.common.errors import Invalid


def refusal(**raw: str) -> Invalid:
    with pytest.raises(Invalid) as refused:
        clean_identifiers(Identifiers(**raw))
    return refused.value


def test_an_imei_may_be_written_with_blanks_and_dashes() -> None:
    assert clean_identifiers(Identifiers(imei=' 35-209900-176148-1 ')).imei == '352099001761481'


@given(body=st.text('0123456789', min_size=14, max_size=14), wrong=st.integers(1, 9))
def test_one_wrong_digit_of_an_imei_is_always_found(body: str, wrong: int) -> None:
    right = next(f'{body}{check}' for check in range(10) if luhn_valid(f'{body}{check}'))
    for place in range(15):
        changed = (int(right[place]) + wrong) % 10
        assert not luhn_valid(f'{right[:place]}{changed}{right[place + 1 :]}')


def test_an_imei_with_a_wrong_check_digit_is_refused_by_its_field() -> None:
    refused = refusal(imei='352099001761482')
    assert refused.field == 'identifiers.imei'
    assert 'Luhn' in refused.detail


@pytest.mark.parametrize('imei', ['35209900176148', '3520990017614811', '35209900176148A', '٣٥٢٠٩٩٠٠١٧٦١٤٨١'])
def test_an_imei_has_fifteen_plain_digits(imei: str) -> None:
    assert refusal(imei=imei).field == 'identifiers.imei'


def test_an_imei_of_zeros_names_no_device_and_would_make_all_unprogrammed_modems_one() -> None:
    assert refusal(imei='000000000000000').field == 'identifiers.imei'


@pytest.mark.parametrize('iccid', ['8931440400000000001', '893144040000000000', '89314404000000000012'])
def test_an_iccid_has_eighteen_to_twenty_digits_and_begins_with_89(iccid: str) -> None:
    assert clean_identifiers(Identifiers(iccid=iccid)).iccid == iccid


def test_the_filler_digit_that_sim_cards_pad_an_iccid_with_is_dropped() -> None:
    assert clean_identifiers(Identifiers(iccid='8931440400000000001F')).iccid == '8931440400000000001'


@pytest.mark.parametrize('iccid', ['7931440400000000001', '89314404', '893144040000000000123'])
def test_other_iccids_are_refused(iccid: str) -> None:
    assert refusal(iccid=iccid).field == 'identifiers.iccid'


@pytest.mark.parametrize(
    ('imsi', 'right'), [('204080123456789', True), ('20408012345678', True), ('2040801234567', False)]
)
def test_an_imsi_has_fourteen_or_fifteen_digits(imsi: str, right: bool) -> None:
    if right:
        assert clean_identifiers(Identifiers(imsi=imsi)).imsi == imsi
    else:
        assert refusal(imsi=imsi).field == 'identifiers.imsi'


def test_a_number_is_kept_in_e164() -> None:
    assert clean_identifiers(Identifiers(msisdn='+31 (6) 1234-5678')).msisdn == '+31612345678'


@pytest.mark.parametrize('msisdn', ['0612345678', '+0612345678', '+31', '+1234567890123456'])
def test_a_number_that_is_not_e164_is_refused(msisdn: str) -> None:
    assert refusal(msisdn=msisdn).field == 'identifiers.msisdn'


def test_empty_identifiers_are_none() -> None:
    assert clean_identifiers(Identifiers(imei='', iccid=' ', imsi='-', serial='  ', msisdn='')) == Identifiers()


def test_a_serial_number_is_one_clean_line() -> None:
    assert refusal(serial='SN\x001').field == 'identifiers.serial'
