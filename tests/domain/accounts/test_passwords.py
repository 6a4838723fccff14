"""Which passwords may be used: long ones of any characters, that are not among the first to be tried."""

import pytest

from domain.accounts.passwords import LEAST, MOST, checked_password
from domain.common.errors import Invalid

GOOD = 'four words and then some'
CONTEXT = ('ana.admin@harbour.example', 'Ana Admin', 'Harbour Logistics')


@pytest.mark.parametrize(
    'password',
    [
        GOOD,
        'näive Zürcher trinken Öl',
        '        spaces count too',
        '一二三四五六七八九十甲乙丙丁戊',
        'x9$' * 3 + 'quay lamp',
        'long and ' * 113 + 'odd 7',
    ],
)
def test_any_characters_may_make_a_password(password: str) -> None:
    assert checked_password(password, context=CONTEXT) == password


@pytest.mark.parametrize('length', [0, LEAST - 1, MOST + 1])
def test_length_is_told_with_the_limit(length: int) -> None:
    with pytest.raises(Invalid, match=f'this one has {length}') as refused:
        checked_password(('lamp quay nine ' * 70)[:length])
    assert refused.value.field == 'password'


def test_length_is_counted_in_code_points_after_normalisation() -> None:
    decomposed = 'e\u0301' * 14
    with pytest.raises(Invalid, match='this one has 14'):
        checked_password(decomposed)
    assert checked_password('o\u0308 quay lamp nine zero') == '\u00f6 quay lamp nine zero'


@pytest.mark.parametrize(
    ('password', 'because'),
    [
        ('password12345678', 'a common password'),
        ('P@ssw0rd!P@ssw0rd!', 'repeats itself'),
        ('aaaaaaaaaaaaaaaaaaaa', 'repeats itself'),
        ('a' * 1000, 'repeats itself'),
        ('abcdefghijklmnopqrst', 'follows a sequence'),
        ('1qaz2wsx3edc4rfv', 'a common password'),
        ('cellwarden-cellwarden', 'your name, address or company'),
        ('cellwarden123456', 'your name, address or company'),
        ('HarbourLogistics1', 'your name, address or company'),
        ('ana.admin@harbour.example', 'your name, address or company'),
    ],
)
def test_what_would_be_tried_first_is_refused_with_the_reason_and_what_to_do(password: str, because: str) -> None:
    with pytest.raises(Invalid, match=because) as refused:
        checked_password(password, context=CONTEXT)
    assert 'take several words' in refused.value.detail
    assert password not in refused.value.detail


def test_half_a_character_is_refused() -> None:
    with pytest.raises(Invalid, match='half a character'):
        checked_password(GOOD + '\ud800')
