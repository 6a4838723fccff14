"""Text from outside is hostile until it is clean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.common.errors import Invalid
from domain.common.text import apart, clean_labels, clean_line, clean_text, comma_separated, folded, natural

HOSTILE = {
    'empty': '   ',
    'null': 'crane\x00',
    'newline': 'crane\nadmin',
    'escape': 'crane\x1b[31m',
    'zero width space': 'crane\u200b-1',
    'zero width joiner': 'cra\u200dne',
    'right to left override': 'crane\u202etxt.exe',
    'isolate': 'crane\u2066',
    'byte order mark inside': 'cra\ufeffne',
    'non-joiner among Latin letters': 'cra\u200cne',
    'joiner behind a virama, before another script': 'ക\u0d4d\u200da',
    'joiner behind another mark at the end of a word': 'മലയാള\u0d02\u200d',
    'joiner where a word begins': '\u200dنیم',
    'non-joiner where a word ends': 'نیم\u200c',
    'two joiners': 'نیم\u200c\u200cروز',
    'joiner between two scripts': 'نیم\u200dcrane',
    'joiner behind the last emoji': '👩\u200d',
    'joiner between an emoji and a letter': '👩\u200da',
    'emoji selector behind a letter': 'crane\ufe0f',
    'emoji selector behind a digit': 'crane 1\ufe0f',
    'ideographic selector behind a letter': 'crane\U000e0100',
    'arabic letter mark': 'نیم\u061cروز',
    'soft hyphen': 'cra\u00adne',
    'line separator': 'crane\u2028x',
    'lone surrogate': 'crane\ud800',
    'private use': 'crane\ue000',
    'hangul filler': 'crane\u3164',
    'half width filler': '\uffa0',
    'braille blank': 'crane\u2800',
    'grapheme joiner': 'cra\u034fne',
    'variation selector': 'crane\ufe01',
    'tag': 'crane\U000e0041',
    'tags without an end': '\U0001f3f4\U000e0067\U000e0062\U000e0065',
    'tags of a flag behind a letter': 'a\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f',
    'mongolian selector behind a Latin letter': 'crane\u180b',
    'mongolian vowel separator': 'crane\u180e',
    'zalgo': 'c' + '\u0300\u0301\u0302\u0303\u0304\u0305' + 'rane',
}


@pytest.mark.parametrize('name', HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_is_refused_by_its_field(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_line(name, 'name')
    assert refused.value.field == 'name'


@pytest.mark.parametrize(
    'name', ['crane-117', 'Kran Süd', 'кран 7', '起重机', 'رافعة', '<script>alert(1)</script>', "'; DROP TABLE"]
)
def test_names_of_all_scripts_and_all_punctuation_are_taken_as_they_are(name: str) -> None:
    assert clean_line(name, 'name') == name


def test_a_name_is_trimmed_and_composed() -> None:
    assert clean_line('  Su\u0308d ', 'name') == 'Süd'


WRITTEN = [
    'نیم\u200cروز', 'خانه\u200cها 2', 'क\u094d\u200dष', 'ශ\u0dca\u200dරී', 'അവന\u0d4d\u200d', 'അവന\u0d4d\u200d 2', 'ত\u09cd\u200d',
    'क\u094d\u200c', 'Crane ❤\ufe0f', '👩\u200d🚒 3', '👩🏽\u200d🚒',
    '❤\ufe0f\u200d🔥', '🏴\u200d☠\ufe0f', '1\ufe0f\u20e3 pump', '☎\ufe0e', '↔\ufe0f', '葛\U000e0100飾', '\U0001fae8',
    'ᠮᠣᠩ\u180bᠭᠣᠯ', '🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 7',
]  # fmt: skip


@pytest.mark.parametrize('name', WRITTEN, ids=ascii)
def test_what_a_script_or_an_emoji_needs_stays(name: str) -> None:
    assert clean_line(name, 'name') == name
    assert clean_text(f'{name}\n{name}', 'comment') == f'{name}\n{name}'
    assert clean_labels({'name': name}) == {'name': name}


@pytest.mark.parametrize(
    ('raw', 'name'),
    [('Zoë\u00a04', 'Zoë 4'), ('a\u2009b', 'a b'), ('a\u3000b\u202fc', 'a b c'), ('a\tb', 'a b'), ('\ufeffcrane', 'crane'),
     ('\ufeff \u00a0crane\u2003', 'crane')],
)  # fmt: skip
def test_every_kind_of_blank_is_a_blank_and_a_byte_order_mark_in_front_goes(raw: str, name: str) -> None:
    assert clean_line(raw, 'name') == name


def test_a_name_of_nothing_but_what_cannot_be_seen_is_empty() -> None:
    with pytest.raises(Invalid, match='must not be empty'):
        clean_line('\ufeff\u00a0\u2003', 'name')


@pytest.mark.parametrize(
    ('one', 'other'),
    [
        ('نیم\u200cروز', 'نیمروز'),
        ('Crane ❤\ufe0f', 'crane ❤'),
        ('👩\u200d🚒', '👩🚒'),
        ('Zoë\u00a04', 'zoe\u0308 4'),
        ('葛\U000e0100', '葛'),
    ],
)
def test_names_that_differ_in_what_cannot_be_seen_are_one_for_comparing_and_sorting(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert natural(f'{one} 9') == natural(f'{other} 9') < natural(f'{other} 10')


def test_a_name_has_a_length() -> None:
    with pytest.raises(Invalid, match='has 121'):
        clean_line('x' * 121, 'name')


@given(st.text(max_size=200))
def test_what_was_accepted_once_is_accepted_again_unchanged(raw: str) -> None:
    try:
        clean = clean_line(raw, 'name')
    except Invalid:
        return
    assert clean_line(clean, 'name') == clean


def test_a_text_keeps_its_lines_and_loses_carriage_returns() -> None:
    assert clean_text('one\r\n\ttwo\r\n', 'comment') == 'one\n\ttwo'


@pytest.mark.parametrize('text', ['a\x07b', 'a\u202eb', 'x' * 4001])
def test_a_text_has_the_same_enemies(text: str) -> None:
    with pytest.raises(Invalid):
        clean_text(text, 'comment')


def test_labels_are_sorted_by_key_and_their_values_cleaned() -> None:
    assert list(clean_labels({'site': ' port-1 ', 'app.kubernetes.io/name': 'x'}).items()) == [
        ('app.kubernetes.io/name', 'x'),
        ('site', 'port-1'),
    ]


@pytest.mark.parametrize(
    'labels', [{'-site': 'x'}, {'si te': 'x'}, {'': 'x'}, {'s' * 64: 'x'}, {'site': 'x\u200b'}, {'site': ''}]
)
def test_a_label_that_breaks_the_form_is_refused_by_its_key(labels: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        clean_labels(labels)
    assert (refused.value.field or '').startswith('labels.')


def test_a_device_has_at_most_32_labels() -> None:
    with pytest.raises(Invalid):
        clean_labels({f'k{n}': 'v' for n in range(33)})


def test_words_from_right_to_left_are_set_apart_from_the_sentence_around_them() -> None:
    assert apart('رافعة الميناء 117 is retired.') == '\u2068رافعة الميناء 117\u2069 is retired.'
    assert apart('crane מנוף (2) is back') == 'crane \u2068מנוף\u2069 (2) is back'
    assert apart('Łódź-117 is retired.') == 'Łódź-117 is retired.'


@pytest.mark.parametrize(
    ('typed', 'parts'), [('Mast 3, Mast 4', ('Mast 3', 'Mast 4')), (' ,a,, ', ('a',)), ('', ()), (None, ())]
)
def test_what_stands_between_commas_is_taken_without_the_blanks_around_it(
    typed: str | None, parts: tuple[str, ...]
) -> None:
    assert comma_separated(typed) == parts
