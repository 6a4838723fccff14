"""Text as short messages carry it: in the alphabet of telephones where it can be said in it, else in UCS-2; and in parts."""

from bisect import bisect_left
from dataclasses import dataclass

BASIC = (
    '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?'
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
)
"""The default alphabet by its codes (3GPP TS 23.038, 6.2.1); 0x1B begins a character of the extension."""
EXTENSION = {'\f': 10, '^': 20, '{': 40, '}': 41, '\\': 47, '[': 60, '~': 61, ']': 62, '|': 64, '€': 101}
"""What takes two places (6.2.1.1)."""
ESCAPE = 0x1B
_CODES = {char: bytes([code]) for code, char in enumerate(BASIC) if code != ESCAPE}
_CODES |= {char: bytes([ESCAPE, code]) for char, code in EXTENSION.items()}
GSM, UCS2 = 0, 8
"""Data codings of SMPP 3.4 (5.2.19): the default of the centre, and UCS-2."""


@dataclass(frozen=True, slots=True)
class SmsPart:
    """One short message: its coding and octets. Where there are several, those begin with the header that joins them."""

    coding: int
    octets: bytes
    is_joined: bool = False


def parts(text: str, *, most: int, reference: int) -> tuple[SmsPart, ...]:
    """The text in at most ``most`` parts; what is longer is cut. All parts of one text have the ``reference`` (0 to 255)."""
    is_gsm = all(char in _CODES for char in text)
    coding, alone, joined = (GSM, 160, 153) if is_gsm else (UCS2, 140, 134)
    letters = [_CODES[char] if is_gsm else char.encode('utf-16-be', 'replace') for char in text]
    if sum(map(len, letters)) <= alone:
        return (SmsPart(coding, b''.join(letters)),)
    pieces = [b'']
    for letter in letters:
        if len(pieces[-1]) + len(letter) > joined:  # nothing that takes two places is torn apart
            if len(pieces) == most:
                break
            pieces.append(b'')
        pieces[-1] += letter
    total = len(pieces)
    if total == 1:
        return (SmsPart(coding, pieces[0]),)
    return tuple(
        SmsPart(coding, bytes([5, 0, 3, reference % 256, total, number]) + piece, is_joined=True)
        for number, piece in enumerate(pieces, 1)
    )


def fitted(line: str, tail: str, most: int) -> str:
    """The line and what stands behind it, in at most ``most`` parts: what is too long of the line gives way, and nothing of the tail."""
    if _needed(f'{line}{tail}') <= most:
        return f'{line}{tail}'
    keep = bisect_left(range(len(line)), True, key=lambda length: _needed(f'{line[:length]}...{tail}') > most) - 1
    return f'{line[: max(keep, 0)]}...{tail}'


def _needed(text: str) -> int:
    return len(parts(text, most=len(text) + 1, reference=0))
