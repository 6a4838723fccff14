"""Lengths of time as people write them."""

import pytest

from ui.durations import clock_words, counted, duration, seconds, written


@pytest.mark.parametrize(
    ('words', 'span'),
    [('0', 0), ('', 0), ('45 s', 45), ('10min', 600), ('1 h 30 min', 5400), ('2 D', 172_800), ('1 d, 6 h', 108_000)],
)
def test_a_span_is_read_in_the_units_people_use(words: str, span: int) -> None:
    assert seconds(words) == span


@pytest.mark.parametrize('words', ['soon', '10', '5 weeks', '-1 h', '1 h or so'])
def test_what_is_no_span_is_not_guessed(words: str) -> None:
    assert seconds(words) is None


@pytest.mark.parametrize('span', [0, 45, 600, 5400, 93_784])
def test_a_written_span_reads_back_as_itself(span: int) -> None:
    assert seconds(written(span)) == span


def test_one_is_told_from_many() -> None:
    assert (counted(1, 'device'), counted(1200, 'policy', 'policies')) == ('1 device', '1,200 policies')


def test_lengths_of_time_have_one_or_two_units() -> None:
    spans = {
        0.25: '0.2 s',
        9.96: '10.0 s',
        41: '41 s',
        59.7: '1 min',
        400: '6 min',
        12_000: '3 h 20 min',
        187_200: '2 d 4 h',
    }
    assert {span: duration(span) for span in spans} == spans


@pytest.mark.parametrize(
    ('offset_s', 'words'),
    [
        (-21_600.4, 'clock 6 h behind'),
        (45, 'clock 45 s ahead'),
        (-5_430, 'clock 1 h 30 min behind'),
        (100_000, 'clock 1 d 3 h ahead'),
        (-1.79e9, 'clock 20,717 d behind'),
    ],
)
def test_a_wrong_clock_is_told_by_how_wrong_it_is(offset_s: float, words: str) -> None:
    assert clock_words(offset_s) == words
