"""Values as text: the same as the page's script writes, for numbers, moments, ages, templates and addresses."""

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ui.shapes.locales import writing_of
from ui.shapes.values import Moment, address, epoch, get, known, plain, zone_of

NOON = 1_764_331_200.0
"""2025-11-28T12:00:00Z."""


@pytest.mark.parametrize(
    ('value', 'text', 'german'),
    [
        (1, '100 %', '100 %'),
        (0, '0 %', '0 %'),
        (0.9512, '95.1 %', '95,1 %'),
        (0.99996, '100.0 %', '100,0 %'),
        (None, '–', '–'),
    ],
)
def test_a_share_has_one_digit_but_for_all_and_nothing(value: float | None, text: str, german: str) -> None:
    assert Moment(NOON).percent(value) == text
    assert Moment(NOON, writing=writing_of('de-DE')).percent(value) == german


def test_a_flat_key_wins_over_a_path_and_what_is_not_there_is_none() -> None:
    assert get({'a.b': 1, 'a': {'b': 2}}, 'a.b') == 1
    assert get({'a': {'b': 2}}, 'a.b') == 2
    assert get({'a': 'text'}, 'a.b') is None


@pytest.mark.parametrize(
    ('template', 'state', 'href'),
    [
        ('/devices/{id}', {'id': 'a b/ü&'}, '/devices/a%20b%2F%C3%BC%26'),
        ('/devices/{id}', {'id': ''}, None),
        ('{href}', {'href': '/towers'}, '/towers'),
        ('{href}', {'href': '//evil.example'}, None),
        ('{href}', {'href': 'javascript:alert(1)'}, None),
        ('{href}', {'href': r'/\evil.example'}, None),
    ],
)
def test_an_address_is_escaped_and_stays_on_this_site(template: str, state: dict[str, str], href: str | None) -> None:
    assert address(template, state) == href


def test_a_clock_says_no_more_than_is_needed_in_the_zone_of_the_reader() -> None:
    here = Moment(NOON, ZoneInfo('Asia/Kolkata'), 'Asia/Kolkata')
    assert here.clock(NOON - 3600) == '16:30:00'
    assert here.clock(NOON - 86_400) == '27 Nov 17:30'
    assert here.clock(NOON - 70 * 86_400) == '19 Sept 17:30'
    assert here.clock(NOON - 400 * 86_400) == '24 Oct 2024'
    assert here.clock('rubbish') == '–'


@pytest.mark.parametrize(
    ('mode', 'past', 'text'),
    [
        ('ago', 59.9, '59 s ago'),
        ('ago', 31 * 86_400, '28 Oct 2025'),
        ('for', 7200, 'for 2 h'),
        ('left', -90, 'in 1 min'),
        ('left', 90, '1 min over'),
        ('ends', 90, '1 min ago'),
        ('asof', 60, 'as of 11:59:00'),
        ('until', -60, 'until 12:01:00'),
    ],
)
def test_an_age_is_told_in_one_unit_rounded_down(mode: str, past: float, text: str) -> None:
    assert Moment(NOON).age(NOON - past, mode) == text


def test_a_template_takes_what_there_is_and_a_dash_for_what_there_is_not() -> None:
    state = {'n': 1200, 'share': 0.5, 'yes': True, 'none': None}
    assert Moment(NOON).fill('{n} of {none}, {share|percent}, {yes}', state) == '1,200 of –, 50.0 %, true'


@pytest.mark.parametrize(
    ('template', 'state', 'text'),
    [
        ('{os.name} {os.version}', {'os': {'name': 'L', 'version': ''}}, 'L'),
        ('{os.name} {os.version}', {'os': {'name': None, 'version': '12'}}, '12'),
        ('{os.name} {os.version}', {'os': {'name': 'Debian', 'version': '12'}}, 'Debian 12'),
        ('{devices} on it', {'devices': None}, '– on it'),
    ],
)
def test_a_template_of_fields_alone_is_as_much_of_it_as_is_known(
    template: str, state: dict[str, Any], text: str
) -> None:
    assert Moment(NOON).fill(known(template, state), state) == text


def test_moments_in_a_text_are_told_in_the_zone_of_the_reader() -> None:
    tokyo = Moment(NOON, ZoneInfo('Asia/Tokyo'), 'Asia/Tokyo')
    assert tokyo.zoned('ended 2025-11-28T15:30:05Z, by Ana') == 'ended 29 Nov 2025 00:30:05, by Ana'


@pytest.mark.parametrize('name', ['', '../etc/passwd', '/etc/localtime', 'No/Where', 'Europe/Paris\n', 'x' * 100])
def test_a_zone_that_is_not_known_is_utc(name: str) -> None:
    assert zone_of(name) == (UTC, 'UTC')


def test_a_known_zone_is_taken() -> None:
    assert zone_of('Europe/Paris') == (ZoneInfo('Europe/Paris'), 'Europe/Paris')


def test_values_are_spelled_as_the_script_does() -> None:
    assert [plain(value) for value in (True, 5.0, 5.5, 'x')] == ['true', '5', '5.5', 'x']
    assert (epoch(True), epoch('2025-11-28T12:00:00Z'), epoch('soon')) == (None, NOON, None)


@pytest.mark.parametrize(
    ('sentence', 'arabic', 'german'),
    [
        ('12 devices behind Waalhaven 2 are offline', '١٢ devices behind Waalhaven 2 are offline', None),
        ('newest: crane-7, 1,204 beneath', 'newest: crane-7, ١٬٢٠٤ beneath', 'newest: crane-7, 1.204 beneath'),
        ('0 of 1,255', '٠ of ١٬٢٥٥', '0 of 1.255'),
        ('HTTP 503, expected 200 (attempt 1 of 3)', 'HTTP 503, expected 200 (attempt ١ of ٣)', None),
        ('TCP 127.0.0.1:8080: refused', None, None),
        ('Maas Private 5G, cell 204-90-4411-0x6A4001', None, None),
        ('away 1.5 s', 'away ١٫٥ s', 'away 1,5 s'),
        ('1 h 20 min', '١ h ٢٠ min', None),
    ],
)
def test_counts_in_a_sentence_are_written_as_the_locale_writes_numbers_and_names_stay(
    sentence: str, arabic: str | None, german: str | None
) -> None:
    assert Moment(NOON, writing=writing_of('ar-EG')).zoned(sentence) == (arabic or sentence)
    assert Moment(NOON, writing=writing_of('de-DE')).zoned(sentence) == (german or sentence)
    assert Moment(NOON).zoned(sentence) == sentence


def test_an_age_has_the_digits_of_the_locale() -> None:
    assert Moment(NOON, writing=writing_of('ar-EG')).age(NOON - 41, 'ago') == '٤١ s ago'
