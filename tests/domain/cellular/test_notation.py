"""How people write cell identities, and the numbers of devices and cards."""

import pytest

from domain.cellular.notation import cell_hex, read_cells, spellings

ECI = 0x1A2B3


@pytest.mark.parametrize(
    'text',
    [
        '107187',
        '0x1A2B3',
        '0x1a2b3',
        '1A2B3',
        ' 418-179 ',
        '418/179',
        '204-08-4417-0x1A2B3',
        'ECI: 107187',
        'cell = 0x1a2b3',
    ],
)
def test_a_cell_is_read_in_every_notation(text: str) -> None:
    assert ECI in read_cells(text)
    assert cell_hex(ECI) == '0x1A2B3'


def test_station_and_cell_are_read_by_the_widths_of_lte_nr_and_umts() -> None:
    assert read_cells('300-17') == {300 << 8 | 17, 300 << 12 | 17, 300 << 16 | 17}
    assert read_cells('737280-5') == {737280 << 8 | 5, 737280 << 12 | 5}
    assert read_cells('12-40000') == {12 << 16 | 40000}


@pytest.mark.parametrize('text', ['', 'crane', 'crane-117', '0x', '99999999999', '1.2.3.4', 'cafe'])
def test_what_is_no_cell_is_none(text: str) -> None:
    assert read_cells(text) == frozenset()


@pytest.mark.parametrize(
    ('typed', 'kept'),
    [
        ('00 100002 000002 1', '001000020000021'),
        ('00-100002-000002-1', '001000020000021'),
        ('35-404811/234567 8', '354048112345678'),
        ('8931 4100 0000 0000 101', '8931410000000000101'),
        ('8931\u00a04100\u20110000', '893141000000'),
        ('IMEI: 00 100002 000002 1', '001000020000021'),
        ('+31 6 12345678', '+31612345678'),
        ('06 1234 5678', '612345678'),
        ('0031 6 1234 5678', '31612345678'),
        ('00 100002 000002', '001000020000021'),
        ('2852724737', '0xaa092001'),
        ('Crane 117', 'crane 117'),
    ],
)
def test_a_number_is_found_as_it_is_kept(typed: str, kept: str) -> None:
    assert any(kept in form for form in spellings(typed))


def test_words_and_short_numbers_are_looked_for_as_they_are_typed() -> None:
    assert spellings('crane 117') == {'crane 117'}
    assert spellings('117') == {'117'}
    assert spellings('10.64.3.7') == {'10.64.3.7'}
    assert spellings(' ') == frozenset()
