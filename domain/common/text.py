"""Text as people write it: checked line by line, cleaned, and put into the order that people expect."""

import re
import unicodedata
from collections.abc import Mapping

from domain.common.errors import Invalid

_LABEL_KEY = re.compile(r'[A-Za-z0-9]([A-Za-z0-9_./-]{0,61}[A-Za-z0-9])?')


_SPACES = re.compile('[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]')
"""The blanks of Unicode but for the plain one (general category Zs)."""
_JOINERS = frozenset('\u200c\u200d')
_SELECTORS = frozenset('\ufe0e\ufe0f')
_MONGOLIAN_SELECTORS = frozenset('\u180b\u180c\u180d\u180f')
_JOINING = re.compile('[\u180b-\u180d\u180f\u200c\u200d\ufe0e\ufe0f\U000e0100-\U000e01ef]')
_FLAG = re.compile('\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f')
"""A flag of a part of a country: tags behind a black flag (UTS 51, annex C)."""
_KEYS = frozenset('0123456789#*')
_JOINING_SCRIPTS = frozenset({
    'ADLAM', 'ARABIC', 'BALINESE', 'BENGALI', 'DEVANAGARI', 'GUJARATI', 'GURMUKHI', 'JAVANESE', 'KANNADA', 'KHMER', 'MALAYALAM',
    'MANDAIC', 'MONGOLIAN', 'MYANMAR', 'NKO', 'ORIYA', 'SINHALA', 'SYRIAC', 'TAMIL', 'TELUGU', 'TIBETAN',
})  # fmt: skip
"""As the Unicode names of their letters begin."""
_VIRAMA = 9
"""The combining class of the sign that takes the vowel from a letter; a joiner behind it at the end of a word asks for the half form or
the chillu of Malayalam, or for the sign itself (RFC 5892, A.1 and A.2)."""
_PICTURE = re.compile('[\u203c\u2049\u2139\u2194\u25fb-\u25fe\u2934\u2935\u3030\u303d\U0001f000-\U0001faff]')
"""Emoji that are no symbols by their general category, and the planes of emoji, where a newer Unicode than Python's has more of them."""


# Letters and marks that show nothing make one name look like another (Unicode TR 36); str.isprintable() already refuses zero-width
# and direction-changing characters, these it lets through.
_BLANK = re.compile('[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]')


_MOST_MARKS = 4
"""Combining marks on one letter; living scripts need no more, taller piles paint over their neighbours."""
_RTL = '\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc'
_FROM_THE_RIGHT = re.compile(rf'[{_RTL}](?:[\d\s{_RTL}]*[\d{_RTL}])?')


def clean_line(value: str, field: str, *, most: int = 120, least: int = 1) -> str:
    """One line of printable text in NFC, trimmed, each kind of blank as a blank; ``least`` to ``most`` characters.

    Raises ``Invalid`` for control, zero-width, direction-changing and blank characters, and for piles of combining marks. Joiners and
    variation selectors stay where a script or an emoji needs them, see :func:`unjoined`.
    """
    value = _spaced(value.replace('\t', ' '))
    if least and not value:
        raise Invalid('must not be empty', field=field)
    if not least <= len(value) <= most:
        raise Invalid(f'must have {least} to {most} characters, has {len(value)}', field=field)
    _check_characters(value, value, field)
    return value


def clean_text(value: str, field: str, *, most: int = 4000) -> str:
    """Several lines of text, up to ``most`` characters; line ends become ``\\n``, each kind of blank a blank."""
    lines = _spaced(value.replace('\r\n', '\n'))
    if len(lines) > most:
        raise Invalid(f'must have at most {most} characters, has {len(lines)}', field=field)
    _check_characters(lines, lines.replace('\n', '').replace('\t', ''), field)
    return lines


def clean_labels(labels: Mapping[str, str], field: str = 'labels') -> dict[str, str]:
    """Labels as Kubernetes spells them: short keys, one-line values, at most 32 of them; sorted by key."""
    if len(labels) > 32:
        raise Invalid(f'at most 32 labels, got {len(labels)}', field=field)
    clean = {}
    for key, value in sorted(labels.items()):
        if not _LABEL_KEY.fullmatch(key):
            raise Invalid(
                f'label key {key[:70]!r}: letters, digits and ._/- inside, at most 63', field=f'{field}.{key[:70]}'
            )
        clean[key] = clean_line(value, f'{field}.{key}', most=63)
    return clean


def comma_separated(text: object) -> tuple[str, ...]:
    """The parts between commas, without the spaces around them; none for an empty text and for ``None``."""
    return tuple(filter(None, (part.strip() for part in str(text or '').split(','))))


def apart(text: str) -> str:
    """A sentence in which words of a script that is written from right to left are set apart from the others (UAX 9, FSI and PDI)."""
    return text if text.isascii() else _FROM_THE_RIGHT.sub('\u2068\\g<0>\u2069', text)


def unjoined(text: str) -> str:
    """The text without the characters that show nothing and are nevertheless part of how it is written.

    These are the joiners U+200C and U+200D between two letters of one script that uses them (RFC 5892, A.1 and A.2, told by the script
    alone) and behind a virama at the end of a word, the joiner inside an emoji sequence and the variation selectors after an emoji or
    inside a keycap (UTS 51, 1.4), the tags of a flag (UTS 51, annex C), the selectors of a variant of an ideograph (UTS 37) and of a
    Mongolian letter (Unicode, 13.5).
    """
    if text.isascii():
        return text
    text = _FLAG.sub('\U0001f3f4', text)
    if not _JOINING.search(text):
        return text
    return ''.join([char for at, char in enumerate(text) if not (_JOINING.match(char) and _is_needed(text, at))])


def folded(text: str) -> str:
    """The text for comparisons: two that look the same to a reader are the same, whatever joins their letters, in any case."""
    if text.isascii():
        return text.strip().casefold()
    return _JOINING.sub('', _spaced(text)).casefold()


def _spaced(text: str) -> str:
    """In NFC, without blanks and byte order marks around it, and with a plain blank for each kind of blank inside."""
    return _SPACES.sub(' ', unicodedata.normalize('NFC', text)).strip().lstrip('\ufeff').strip()


def _is_needed(text: str, at: int) -> bool:
    char, before, after = text[at], text[at - 1 : at] if at else '', text[at + 1 : at + 2]
    if char in _JOINERS:
        if before and after and (script := _joining_script(before)) and script == _joining_script(after):
            return True
        if before and not after.strip() and unicodedata.combining(before) == _VIRAMA and _joining_script(before):
            return True
        if before in _SELECTORS and at > 1:
            before = text[at - 2]
        return char == '\u200d' and _is_emoji(before) and _is_emoji(after)
    if char in _SELECTORS:
        return _is_emoji(before) or (before in _KEYS and after == '\u20e3')
    script = 'MONGOLIAN ' if char in _MONGOLIAN_SELECTORS else 'CJK '
    return unicodedata.name(before, '').startswith(script) if before else False


def _joining_script(char: str) -> str | None:
    """The script of a letter or mark, when its letters are joined or kept apart by joiners."""
    script = unicodedata.name(char, '').partition(' ')[0]
    return script if script in _JOINING_SCRIPTS and unicodedata.category(char)[0] in 'LM' else None


def _is_emoji(char: str) -> bool:
    return bool(char) and (bool(_PICTURE.match(char)) or unicodedata.category(char) == 'So')


def _check_characters(value: str, printed: str, field: str) -> None:
    if printed.isascii() and printed.isprintable():
        return
    value, printed = unjoined(value), _PICTURE.sub('', unjoined(printed))
    if not printed.isprintable() or _BLANK.search(printed):
        raise Invalid('must not contain control or invisible characters', field=field)
    marks = 0
    for char in value:
        marks = marks + 1 if unicodedata.category(char) in ('Mn', 'Me') else 0
        if marks > _MOST_MARKS:
            raise Invalid('must not pile combining marks on one letter', field=field)


_DIGITS = re.compile(r'\d+')


def natural(name: str) -> str:
    """A sort key that puts crane-9 before crane-10, and does not see what joins letters."""
    return _DIGITS.sub(_number, folded(name))


def _number(digits: re.Match[str]) -> str:
    number = digits[0].lstrip('0')
    return f'{len(number):02}{number}'


def spaced(name: str) -> str:
    """``lossOfSignal`` as people write it: ``loss of signal``."""
    return re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', name).lower()
