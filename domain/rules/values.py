"""Which texts and numbers a field of rules can have at all: the words of a closed vocabulary, texts of one form, numbers of a range; and
which have no order as text."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from domain.cellular.identifiers import Identifiers, clean_identifiers
from domain.cellular.radio import RADIO_RANGES
from domain.cellular.reading import read_radio
from domain.common.errors import Invalid
from domain.common.placeholders import says_nothing
from domain.devices.facts import GROUPS, patch_date
from domain.devices.input import INTERVAL_RANGE_S
from domain.rules.vocabulary import PATHS

VERSIONS = frozenset({'device.os.version', 'device.agent.version'})
DATES = frozenset({'device.os.patch_level'})
ADDRESSES = frozenset({'device.network.ip'})
WORDS: Mapping[str, tuple[str, ...]] = {path: field.words for path, field in PATHS.items() if field.words}
"""The fields with a closed vocabulary."""

Step = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Form:
    """How the texts of a field are written: in words with an example, and step by step as (characters, at least, at most).

    ``meant`` gives the text of this form that another one probably stands for, if there is one.
    """

    words: str
    steps: tuple[Step, ...]
    meant: Callable[[str], str | None] = lambda text: None

    def fits(self, text: str) -> bool:
        """True for a text of this form."""
        return re.fullmatch(_pattern(self.steps), text) is not None

    def begins(self, text: str) -> bool:
        """True for what such a text can begin with."""
        return any(
            re.fullmatch(_pattern((*self.steps[:at], (chars, 0, most))), text)
            for at, (chars, _, most) in enumerate(self.steps)
        )

    def instead(self, text: str) -> str:
        """What was probably meant, in this form; empty when nothing is known."""
        meant = self.meant(text)
        return meant if meant is not None and meant != text and self.fits(meant) else ''


class _DateForm(Form):
    """Not every text of digits is a day."""

    def fits(self, text: str) -> bool:
        with suppress(Invalid):
            patch_date(text)
            return True
        return False


@lru_cache(256)
def _pattern(steps: tuple[Step, ...]) -> str:
    return ''.join(f'{chars}{{{least},{most}}}' for chars, least, most in steps)


def _identifier(name: str) -> Callable[[str], str | None]:
    def meant(text: str) -> str | None:
        with suppress(Invalid):
            found: str | None = getattr(clean_identifiers(Identifiers(**{name: text})), name)
            return found
        return None

    return meant


def _number_of(text: str) -> str | None:
    """A telephone number with the sign of an international one."""
    return _identifier('msisdn')(f'+{re.sub("^(00|[+])", "", text.strip())}')


def _plmn_of(text: str) -> str | None:
    digits = re.sub('[^0-9]', '', text)
    return f'{digits[:3]}-{digits[3:]}'


def _day_of(text: str) -> str | None:
    found = re.fullmatch(r'\s*([0-9]{4})[-/.]?([0-9]{1,2})[-/.]?([0-9]{1,2})\s*', text)
    return f'{found[1]}-{found[2]:0>2}-{found[3]:0>2}' if found else None


_DIGIT = '[0-9]'
_MCC: Step = (_DIGIT, 3, 3)
_MNC: Step = (_DIGIT, 2, 3)
_DASH: Step = ('-', 1, 1)
FORMS: Mapping[str, Form] = {
    'device.radio.plmn': Form('MCC-MNC, such as "204-08"', (_MCC, _DASH, _MNC), _plmn_of),
    'device.radio.mcc': Form('3 digits, such as "204"', (_MCC,), lambda text: text.strip().zfill(3)),
    'device.radio.mnc': Form('2 or 3 digits, such as "08"', (_MNC,), lambda text: text.strip().zfill(2)),
    'device.radio.cell': Form(
        'MCC-MNC-area-0xCELL, such as "204-08-4417-0x1A2B3"',
        (_MCC, _DASH, _MNC, _DASH, (_DIGIT, 0, 8), _DASH, ('0', 1, 1), ('x', 1, 1), ('[0-9A-F]', 1, 9)),
        lambda text: text.strip().upper().replace('X', 'x'),
    ),
    'device.imei': Form('15 digits, such as "352099001761481"', ((_DIGIT, 15, 15),), _identifier('imei')),
    'device.imei_svn': Form('2 digits, such as "07"', ((_DIGIT, 2, 2),), lambda text: text.strip().zfill(2)),
    'device.iccid': Form(
        '18 to 22 digits that begin with 89, such as "8931440400000000012"',
        (('8', 1, 1), ('9', 1, 1), ('[0-9A-F]', 16, 20)),
        _identifier('iccid'),
    ),
    'device.imsi': Form('14 or 15 digits, such as "204081234567890"', ((_DIGIT, 14, 15),), _identifier('imsi')),
    'device.msisdn': Form(
        '+ and 7 to 15 digits, such as "+31612345678"', (('[+]', 1, 1), ('[1-9]', 1, 1), (_DIGIT, 6, 14)), _number_of
    ),
    'device.os.patch_level': _DateForm(
        'YYYY-MM-DD, such as "2026-05-01"', ((_DIGIT, 4, 4), _DASH, (_DIGIT, 2, 2), _DASH, (_DIGIT, 2, 2)), _day_of
    ),
}
"""The fields with a form: E.212, 3GPP TS 23.003, E.118, E.164 and ISO 8601."""

REPORTED = frozenset({
    'device.serial', *(path for path, field in PATHS.items() if field.kind == 'string' and field.group in GROUPS)
})  # fmt: skip
"""Texts that a device reports, none of which says that nothing is known."""
RANGES: Mapping[str, tuple[float, float]] = {
    **{f'device.radio.{name}': limits for name, limits in RADIO_RANGES.items()},
    **dict.fromkeys(('device.battery.level', 'device.battery.health', 'device.storage.free_percent'), (0, 100)),
    **{path: (0, inf) for path, field in PATHS.items() if field.kind == 'int' and field.group in GROUPS},
    'device.uptime_s': (0, inf),
    'device.interval_s': INTERVAL_RANGE_S,
}
"""The fields with a range, both ends among them: what is outside is left out of a check-in."""


def outside(words: str, span: tuple[float, float], number: float) -> str:
    """Why what ``words`` name is never this number, with the range; empty when it can be."""
    low, high = span
    return '' if low <= number <= high else beyond(words, span, number)


def beyond(words: str, span: tuple[float, float], number: float) -> str:
    """What the range is, and that a comparison with this number says nothing."""
    low, high = (_round(end) for end in span)
    told = (
        f'between {low} and {high}'
        if span[1] < inf and span[0] > -inf
        else f'{span[0]:g} or more'
        if span[1] == inf
        else f'{high} or less'
    )
    return f'{words} is {told}, so that a comparison with {number:g} is the same for every device'


def _round(number: float) -> str:
    return f'{number:,.0f}' if abs(number) < inf and number == int(number) else f'{number:,.6g}'


@lru_cache(2048)
def never(path: str, text: str) -> str:
    """Why the field never has this text, with the choices and what was probably meant; empty when it can have it."""
    if path in WORDS:
        words = WORDS[path]
        if text in words:
            return ''
        return _refusal(path, text, f'is {either(words)}', _word_meant(path, text))
    form = FORMS.get(path)
    if form is None and path in REPORTED and says_nothing(text):
        return f'{path} is never {quoted(text)}; what is not reported is asked for by !has({path})'
    if form is None or form.fits(text):
        return ''
    return _refusal(path, text, f'is written as {form.words}', form.instead(text))


def either(words: Iterable[str]) -> str:
    """``"a", "b" or "c"``."""
    *others, last = [f'"{word}"' for word in words]
    return f'{", ".join(others)} or {last}' if others else last


def quoted(text: str) -> str:
    """A text of a rule, cut short."""
    return f'"{text}"' if len(text) <= 60 else f'"{text[:60]}…"'


def _refusal(path: str, text: str, choices: str, meant: str) -> str:
    if not text:
        return f'{path} {choices} and never empty; what is not reported is asked for by !has({path})'
    return f'{path} {choices}, and never {quoted(text)}' + (f'; did you mean "{meant}"?' if meant else '')


def _word_meant(path: str, text: str) -> str:
    """The word for which people and modems write this text."""
    words = {word.casefold(): word for word in WORDS[path]}
    if path == 'device.radio.rat':
        radio, _ = read_radio({'rat': text})
        if radio is not None:
            return radio.rat
    elif path == 'device.radio.registration':
        radio, odd = read_radio({'rat': 'LTE', 'registration': text})
        if radio is not None and not odd:
            return radio.registration
    near = difflib.get_close_matches(text.strip().casefold(), words, 1, 0.7)
    return words[near[0]] if near else ''
