"""Numbers and dates by locale: the texts of Chromium 156 (``Intl``) for the forms that pages use."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ui.shapes.locales import first_of, is_rtl, writing_of

AT = datetime(2025, 11, 28, 13, 0, tzinfo=ZoneInfo('Europe/Amsterdam'))


@pytest.mark.parametrize(
    ('value', 'digits', 'text'),
    [(1234567, 2, '1,234,567'), (-3.5, 2, '−3.5'), (0.125, 2, '0.13'), (2.0, 2, '2'), (1.005, 2, '1.01'),
     (-0.2, 0, '−0'), (0.12345, 9, '0.123'), (1e9, 2, '1,000,000,000')],
)  # fmt: skip
def test_a_number_is_grouped_and_rounded_half_up_as_it_is_written(value: float, digits: int, text: str) -> None:
    assert writing_of('en-GB').number(value, digits) == text


@pytest.mark.parametrize(
    ('tag', 'small', 'large'),
    [
        ('de-DE', '1.234', '1.234.567,89'),
        ('es', '1234', '1.234.567,89'),
        ('en-IN', '1,234', '12,34,567.89'),
        ('ar-EG', '١٬٢٣٤', '١٬٢٣٤٬٥٦٧٫٨٩'),
        ('fa', '۱٬۲۳۴', '۱٬۲۳۴٬۵۶۷٫۸۹'),
        ('sv-SE', '1\N{NO-BREAK SPACE}234', '1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,89'),
    ],
)
def test_groups_signs_and_digits_are_those_of_the_locale(tag: str, small: str, large: str) -> None:
    assert (writing_of(tag).number(1234), writing_of(tag).number(1234567.891)) == (small, large)


@pytest.mark.parametrize(
    ('tag', 'hours', 'texts'),
    [
        ('en-GB', '', ('28 Nov', '28 Nov 2025', '13:00', '13:00:00')),
        ('en-GB', '12', ('28 Nov', '28 Nov 2025', '01:00 pm', '01:00:00 pm')),
        ('en-US', 'locale', ('Nov 28', 'Nov 28, 2025', '01:00 PM', '01:00:00 PM')),
        ('en-US', '24', ('Nov 28', 'Nov 28, 2025', '13:00', '13:00:00')),
        ('de-DE', '12', ('28. Nov.', '28. Nov. 2025', '01:00 PM', '01:00:00 PM')),
        ('ar-EG', '', ('٢٨ نوفمبر', '٢٨ نوفمبر ٢٠٢٥', '٠١:٠٠ م', '٠١:٠٠:٠٠ م')),
        ('ja-JP', '', ('11月28日', '2025年11月28日', '13:00', '13:00:00')),
        ('ru-RU', '', ('28 нояб.', '28 нояб. 2025 г.', '13:00', '13:00:00')),
        ('fa', '', ('۲۸ نوامبر', '۲۸ نوامبر ۲۰۲۵', '۱۳:۰۰', '۱۳:۰۰:۰۰')),  # of the Gregorian calendar
    ],
)
def test_dates_and_clocks_are_those_of_the_locale(tag: str, hours: str, texts: tuple[str, ...]) -> None:
    w = writing_of(tag, hours)
    assert (w.day(AT), w.day_of_year(AT), w.minute(AT), w.second(AT)) == texts


def test_a_moment_to_the_second_names_its_weekday_and_zone() -> None:
    assert writing_of('en-GB').exact(AT) == 'Friday, 28 November 2025 at 13:00:00 CET'
    assert writing_of('en-US').exact(AT) == 'Friday, November 28, 2025 at 1:00:00 PM GMT+1'
    there = AT.astimezone(ZoneInfo('Asia/Kathmandu'))
    assert writing_of('en-US').exact(there).endswith(' GMT+5:45')


@pytest.mark.parametrize(
    ('tag', 'found'),
    [('xx', 'en_GB'), ('', 'en_GB'), ('../x', 'en_GB'), ('de-XX', 'de'), ('C', 'en_GB'), ('zh-Hant-TW', 'zh_Hant_TW'), ('*', 'en_GB')],
)  # fmt: skip
def test_a_locale_that_is_not_known_writes_as_its_language_or_as_british_english(tag: str, found: str) -> None:
    assert str(writing_of(tag).locale) == found


@pytest.mark.parametrize(
    ('header', 'tag'), [('de-DE,de;q=0.9,en;q=0.8', 'de-DE'), ('en;q=0.5', 'en'), ('', ''), (' *', '*')]
)
def test_the_locale_of_a_browser_is_the_first_that_it_accepts(header: str, tag: str) -> None:
    assert first_of(header) == tag


@pytest.mark.parametrize(
    ('tag', 'is_it'),
    [('ar-EG', True), ('he', True), ('fa-IR', True), ('ur', True), ('en-GB', False), ('', False), ('no such', False)],
)
def test_a_locale_is_written_from_right_to_left_as_cldr_has_it(tag: str, is_it: bool) -> None:
    assert is_rtl(tag) is is_it
