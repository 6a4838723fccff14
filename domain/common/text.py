"""Text as people write it: checked line by line, cleaned, and put into the order that people expect."""

import re
import unicodedata
from collections.abc import Mapping

from domain.common.errors import Invalid

_LABEL_KEY = re.compile(r'[A-Za-z0-9]([A-Za-z0-9_./-]{0,61}[A-Za-z0-9])?')


# Letters and marks that show nothing make one name look like another (Unicode TR 36); str.isprintable() already refuses zero-width
# and direction-changing characters, these it lets through.
_BLANK = re.compile('[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]')


_MOST_MARKS = 4
"""Combining marks on one letter; living scripts need no more, taller piles paint over their neighbours."""


def clean_line(value: str, field: str, *, most: int = 120, least: int = 1) -> str:
    """One line of printable text in NFC, trimmed; ``least`` to ``most`` characters.

    Raises ``Invalid`` for control, zero-width, direction-changing and blank characters, and for piles of combining marks.
    """
    value = unicodedata.normalize('NFC', value).strip()
    if least and not value:
        raise Invalid('must not be empty', field=field)
    if not least <= len(value) <= most:
        raise Invalid(f'must have {least} to {most} characters, has {len(value)}', field=field)
    _check_characters(value, value, field)
    return value


def clean_text(value: str, field: str, *, most: int = 4000) -> str:
    """Several lines of text, up to ``most`` characters; line ends become ``\\n``."""
    lines = unicodedata.normalize('NFC', value).replace('\r\n', '\n').strip()
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


def _check_characters(value: str, printed: str, field: str) -> None:
    if not printed.isprintable():
        raise Invalid('must not contain control or invisible characters', field=field)
    if printed.isascii():
        return
    if _BLANK.search(printed):
        raise Invalid('must not contain control or invisible characters', field=field)
    marks = 0
    for char in value:
        marks = marks + 1 if unicodedata.category(char) in ('Mn', 'Me') else 0
        if marks > _MOST_MARKS:
            raise Invalid('must not pile combining marks on one letter', field=field)


_DIGITS = re.compile(r'\d+')


def natural(name: str) -> str:
    """A sort key that puts crane-9 before crane-10."""
    return _DIGITS.sub(_number, name.casefold())


def _number(digits: re.Match[str]) -> str:
    number = digits[0].lstrip('0')
    return f'{len(number):02}{number}'
