"""Text from outside: what is accepted as a name, a label, a comment. Everything else is refused by field."""

import re
import unicodedata
from collections.abc import Mapping

from domain.errors import Invalid

_LABEL_KEY = re.compile(r'[A-Za-z0-9]([A-Za-z0-9_./-]{0,61}[A-Za-z0-9])?')
# Zero-width and direction-changing characters make one name look like another (Unicode TR 36).
_HIDDEN = re.compile('[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]')


def clean_line(value: str, field: str, *, most: int = 120, least: int = 1) -> str:
    """One line of printable text in NFC, trimmed; ``least`` to ``most`` characters.

    Raises ``Invalid`` for control, zero-width and direction-changing characters.
    """
    value = unicodedata.normalize('NFC', value).strip()
    if not least <= len(value) <= most:
        raise Invalid(f'must have {least} to {most} characters, has {len(value)}', field=field)
    if not value.isprintable() or _HIDDEN.search(value):
        raise Invalid('must not contain control or invisible characters', field=field)
    return value


def clean_text(value: str, field: str, *, most: int = 4000) -> str:
    """Several lines of text, up to ``most`` characters; line ends become ``\\n``."""
    lines = unicodedata.normalize('NFC', value).replace('\r\n', '\n').strip()
    if len(lines) > most:
        raise Invalid(f'must have at most {most} characters, has {len(lines)}', field=field)
    if any(not (c.isprintable() or c in '\n\t') for c in lines) or _HIDDEN.search(lines):
        raise Invalid('must not contain control or invisible characters', field=field)
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
