"""Identifiers are checked by the standard each of them comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cellular.identifiers import Identifiers, clean_identifiers, luhn_valid, readable_identifiers
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


def test_an_imei_with_a_wrong_check_digit_is_kept_as_reported_and_marked() -> None:
    kept = clean_identifiers(Identifiers(imei='352099001761482'))
    assert (kept.imei, kept.doubtful) == ('352099001761482', ('imei',))
    assert clean_identifiers(Identifiers(imei='352099001761481')).doubtful == ()


@pytest.mark.parametrize(
    ('reported', 'version'),
    [
        ('35693803564809', None),
        ('356938035648097', None),
        ('356938035648090', None),
        ('3569380356480907', '07'),
        ('35-693803-564809-07', '07'),
    ],
)
def test_an_imei_is_one_in_all_the_forms_of_networks_and_modems(reported: str, version: str | None) -> None:
    assert clean_identifiers(Identifiers(imei=reported)) == Identifiers(imei='356938035648097', imei_svn=version)


def test_an_imei_that_was_kept_with_the_spare_digit_of_networks_names_the_same_device() -> None:
    assert Identifiers(imei='356938035648090').key('imei') == '356938035648097'
    assert Identifiers(imei='356938035648091').key('imei') == '356938035648091'


def test_what_was_cleaned_once_stays_as_it_is() -> None:
    once = clean_identifiers(Identifiers(imei='3569380356480907', iccid='898600c7440012345678f'))
    assert clean_identifiers(once) == once


def test_a_number_that_cannot_be_read_hides_no_other() -> None:
    known, odd = readable_identifiers(Identifiers(imei='3569', iccid='x', imsi='20408', serial='SN-7'))
    assert known == Identifiers(serial='SN-7')
    assert [refusal.field for refusal in odd] == ['identifiers.imei', 'identifiers.iccid', 'identifiers.imsi']
    assert readable_identifiers(Identifiers()) == (Identifiers(), ())
    blank = Identifiers(iccid='8900000000000000000', imsi='000000000000000', serial='SN-7')
    assert readable_identifiers(blank) == (Identifiers(serial='SN-7'), ()), 'of a card without its data'
    with pytest.raises(Invalid) as refused:
        readable_identifiers(Identifiers(imei='no number'))
    assert refused.value.field == 'identifiers.imei'


@pytest.mark.parametrize(
    'imei', ['3520990017614', '35209900176148111', '35209900176148A', '٣٥٢٠٩٩٠٠١٧٦١٤٨١', 'no number']
)
def test_an_imei_has_fourteen_to_sixteen_plain_digits(imei: str) -> None:
    assert refusal(imei=imei).field == 'identifiers.imei'


@pytest.mark.parametrize(
    'imei',
    ['000000000000000', '004999010640000', '111111111111111', '111111111111119', '012345678901234', '123456789012347',
     '135790246811220', '00499901064000', '0049990106400001', '350000000000000', '860000000000000', '356938030000004'],
)  # fmt: skip
def test_an_imei_that_many_modems_have_is_kept_for_show_and_names_none(imei: str) -> None:
    kept = clean_identifiers(Identifiers(imei=imei))
    assert kept.imei is not None
    assert (kept.key('imei'), kept.doubtful) == (None, ('imei',))


PLACEHOLDERS = [
    'To be filled by O.E.M.', 'to be filled by oem', 'Default  String', '\uff24efault string', '0000-0000', '0x00000000', 'TBD', 'unset',
    '(none)', 'To Be Filled By O.E.M. To Be Filled By O.E.M.', 'Not Assigned', 'XX-XX-XX',
    '03000200-0400-0500-0006-000700080009', 'SN12345678', '0123456789ABCDEF', '0123456789', '00000000', '0', 'xxxxxxxx', 'Default string',
    'System Serial Number', 'SystemSerialNumb', 'Not Specified', 'N/A', 'None', 'unknown', '(null)', 'Chassis Serial Number', '123456789',
    '1234567890', '123456789012345678', 'SN-1234567890', 'Serial Number xxxxxx', 'OEM_Serial', 'Base Board Serial Number', 'INVALID',
    'NotApplicable', 'Filled by OEM', 'No Asset Tag', 'Type1ProductConfigId', 'SN', 'SN-12345', 'Unknown serial', '00:00:00:00:00:00',
    '02:00:00:00:00:00',
]  # fmt: skip


@pytest.mark.parametrize('serial', PLACEHOLDERS)
def test_what_a_maker_never_filled_in_is_kept_for_show_and_names_nothing(serial: str) -> None:
    kept = clean_identifiers(Identifiers(serial=serial))
    assert (kept.serial, kept.key('serial'), kept.doubtful) == (serial, None, ('serial',))


@pytest.mark.parametrize(
    'serial',
    [
        'SN-000001',
        'SN-1',
        'ZX-81',
        'R58M123456A',
        '10000000e3b0c442',
        'mid-0123456789abcdef01234567',
        'C02XG2JHJGH5',
        '12345',
        'Unit 7',
        '00:1A:2B:3C:4D:5E',
    ],
)
def test_a_serial_number_of_one_machine_keeps_its_place(serial: str) -> None:
    assert clean_identifiers(Identifiers(serial=serial)).key('serial') == serial


@pytest.mark.parametrize(
    'iccid',
    [
        '8931440400000000001',
        '893144040000000000',
        '89314404000000000012',
        '898600C7440012345678',
        '8986001234567890ABCDE1',
    ],
)
def test_an_iccid_has_eighteen_to_22_hexadecimal_digits_and_begins_with_89(iccid: str) -> None:
    assert clean_identifiers(Identifiers(iccid=iccid)).iccid == iccid


def test_the_filler_digit_that_sim_cards_pad_an_iccid_with_is_dropped() -> None:
    assert clean_identifiers(Identifiers(iccid='8931440400000000001F')).iccid == '8931440400000000001'
    assert clean_identifiers(Identifiers(iccid=' 898600c7440012345678ff')).iccid == '898600C7440012345678'


@pytest.mark.parametrize('iccid', ['7931440400000000001', '89314404', '89314404000000000012345', '8931440400000000G01'])
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
    for text in ('+31 (6) 1234-5678', '0031 6 1234 5678'):
        assert clean_identifiers(Identifiers(msisdn=text)).msisdn == '+31612345678'


@pytest.mark.parametrize('msisdn', ['0612345678', '000612345678', '+0612345678', '+31', '+1234567890123456'])
def test_a_number_that_is_not_e164_is_refused(msisdn: str) -> None:
    assert refusal(msisdn=msisdn).field == 'identifiers.msisdn'


def test_empty_identifiers_are_none() -> None:
    assert clean_identifiers(Identifiers(imei='', iccid=' ', imsi='-', serial='  ', msisdn='')) == Identifiers()


def test_a_serial_number_is_one_clean_line() -> None:
    assert refusal(serial='SN\x001').field == 'identifiers.serial'
