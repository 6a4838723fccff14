"""Numbers, dates and clocks as a locale writes them: the text of ``Intl`` (ECMA-402) in ``kit.js``.

Both take them from the Common Locale Data Repository (CLDR), here through Babel. Its calendar is the Gregorian one: a browser that
writes the dates of a locale in another (``fa``, ``th``) replaces them when its script has run.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import DateTimePattern, format_skeleton, get_timezone_name, parse_pattern

PLAIN = 'en-GB'
"""The locale of a reader of whom none is known, as in ``kit.js``."""
_TAG = re.compile(r'[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}')
_ZEROS = {
    'arab': '٠', 'arabext': '۰', 'beng': '০', 'deva': '०', 'gujr': '૦', 'guru': '੦', 'khmr': '០', 'knda': '೦', 'laoo': '໐', 'mlym': '൦',
    'mymr': '၀', 'olck': '᱐', 'orya': '୦', 'tamldec': '௦', 'telu': '౦', 'tibt': '༠', 'cakm': '𑄶', 'adlm': '𞥐',
}  # fmt: skip
"""The digit 0 by numbering system; the other nine follow it in Unicode."""
_LEAST_TWO = frozenset({'es', 'pl', 'bg', 'it', 'pt_PT', 'lv', 'et', 'hu', 'ca', 'sl', 'hr'})
"""Where a group of thousands is set apart from five digits on (CLDR ``minimumGroupingDigits``, which Babel does not keep)."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How one locale writes; ``hours`` are ``12``, ``24`` or, as the locale has it, nothing."""

    locale: Locale
    hours: str = ''

    def number(self, value: float, digits: int = 2, *, least: int = 0) -> str:
        """Grouped as the locale groups, rounded half up, with at most so many digits (three, in all) behind the point, and at least so
        many."""
        exact = Decimal(repr(value))
        whole, part = _rounded(abs(exact), min(digits, 3))
        part = part.ljust(least, '0')
        symbols = self.locale.number_symbols[self._system]
        pattern = self.locale.decimal_formats[None]
        from_digits = 5 if self.locale.language in _LEAST_TWO or str(self.locale) in _LEAST_TWO else 4
        if len(whole) >= from_digits:
            first, then = pattern.grouping
            whole = _grouped(whole, first, then, symbols['group'])
        text = self._digits(whole + (symbols['decimal'] + part if part else ''))
        return f'{symbols["minusSign"]}{text}'.replace('-', '−') if exact.is_signed() else text

    def day(self, date: datetime) -> str:
        """28 Nov."""
        return self._skeleton('MMMd', date)

    def day_of_year(self, date: datetime) -> str:
        """28 Nov 2025."""
        return self._skeleton('yMMMd', date)

    def minute(self, date: datetime) -> str:
        """14:03."""
        return self._clock('short', date)

    def second(self, date: datetime) -> str:
        """14:03:22."""
        return self._clock('medium', date)

    def exact(self, date: datetime) -> str:
        """Friday 28 November 2025 at 14:03:22 CET."""
        day = self.locale.date_formats['full'].apply(date, self.locale)
        time = _clock(self.locale, 'medium', self.hours, two=False).apply(date, self.locale)
        zone = get_timezone_name(date, 'short', locale=self.locale)
        if not zone[-1:].isalpha():  # +0100, where the locale has no name for it
            zone = f'GMT{zone[:1]}{zone[1:3].lstrip("0")}{":" * (zone[3:] != "00")}{zone[3:].removesuffix("00")}'
        joint = '{1} at {0}' if self.locale.language == 'en' else self.locale.datetime_formats['full']
        return self._spaced(joint.replace('{1}', day).replace('{0}', f'{time} {zone}').replace("'", ''))

    @property
    def _system(self) -> str:
        return self.locale.default_numbering_system

    def _digits(self, text: str) -> str:
        zero = _ZEROS.get(self._system)
        return text.translate({48 + i: ord(zero) + i for i in range(10)}) if zero else text

    def _skeleton(self, skeleton: str, date: datetime) -> str:
        return self._spaced(format_skeleton(skeleton, date, tzinfo=date.tzinfo, locale=self.locale))

    def _clock(self, length: str, date: datetime) -> str:
        pattern = _clock(self.locale, length, self.hours)
        return self._spaced(pattern.apply(date, self.locale))

    def _spaced(self, text: str) -> str:
        return self._digits(text.replace('\u202f', ' '))  # as browsers do, for programs that look for a plain space


def writing_of(tag: str, hours: str = '') -> Writing:
    """How the locale of a language tag (BCP 47) writes; one that CLDR does not know writes as its language, and else as :data:`PLAIN`."""
    return Writing(_locale(tag if _TAG.fullmatch(tag) else PLAIN), hours)


def is_rtl(tag: str) -> bool:
    """Whether the locale of a language tag is written from right to left (CLDR ``characterOrder``)."""
    return writing_of(tag).locale.text_direction == 'rtl'


def first_of(header: str) -> str:
    """The first language of ``Accept-Language`` (RFC 9110, 12.5.4), which is what ``navigator.language`` says."""
    return header.partition(',')[0].partition(';')[0].strip()


@cache
def _known(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep='-')
    except (UnknownLocaleError, ValueError):
        return None


def _locale(tag: str) -> Locale:
    parts = tag.split('-')
    while parts:
        if len(parts) < 5 and (found := _known('-'.join(parts))) is not None:
            return found
        parts.pop()
    return Locale.parse(PLAIN, sep='-')


@cache
def _clock(locale: Locale, length: str, hours: str, *, two: bool = True) -> DateTimePattern:
    """The pattern of a clock; with ``two`` digits for the hours, as the forms of ``kit.js`` ask."""
    usual = locale.time_formats[length].pattern
    half = 'h' in usual or 'K' in usual
    wanted = {'12': True, '24': False}.get(hours, half)
    seconds = 's' if length == 'medium' else ''
    if wanted is not half:
        found = locale.datetime_skeletons.get(f'{"h" if wanted else "H"}m{seconds}')
        usual = (
            found.pattern
            if found
            else (f'h:mm{":ss" * bool(seconds)} a' if wanted else f'HH:mm{":ss" * bool(seconds)}')
        )
    return parse_pattern(re.sub(r'(?<![hHkK])([hHkK])(?![hHkK])', r'\1\1', usual) if two else usual)


def _rounded(value: Decimal, digits: int) -> tuple[str, str]:
    whole, _, part = f'{value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}'.partition('.')
    return whole, part.rstrip('0')


def _grouped(whole: str, first: int, then: int, sign: str) -> str:
    """1234567 as 1,234,567, or with groups of two behind the first as 12,34,567."""
    head, groups = whole[:-first], [whole[-first:]]
    while head:
        head, group = head[:-then], head[-then:]
        groups.insert(0, group)
    return sign.join(groups)


BRITISH = writing_of(PLAIN)
