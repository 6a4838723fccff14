"""Text from outside is hostile until it is clean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.common.errors import Invalid
from domain.common.text import clean_labels, clean_line, clean_text

HOSTILE = {
    'empty': '   ',
    'null': 'crane\x00',
    'newline': 'crane\nadmin',
    'escape': 'crane\x1b[31m',
    'zero width space': 'crane\u200b-1',
    'zero width joiner': 'cra\u200dne',
    'right to left override': 'crane\u202etxt.exe',
    'isolate': 'crane\u2066',
    'byte order mark': '\ufeffcrane',
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
