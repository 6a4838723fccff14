"""How people write cell identities and the numbers of devices and cards, and the spellings by which each is found.

Shown is one notation of a cell identity: hexadecimal, as 3GPP TS 23.003 (4.3.1, 19.6, 19.6A) codes it and as modems tell it (TS 27.007,
+CREG, +CEREG). In LTE its last two digits are the cell of the base station.
"""

import re

from domain.cellular.identifiers import imei_of
from domain.common.text import folded

_SPLITS = ((20, 8), (24, 12), (12, 16))
"""Bits of the base station and of the cell: eNB and cell of an ECI (TS 36.413, 9.2.1.37), a gNB of 24 bits and cell of an NCI (TS 38.413,
9.3.1.6 allows 22 to 32), RNC and cell of UTRAN (TS 25.331)."""
_MOST = 2**36
_FEWEST_DIGITS = 6
"""A shorter number is looked for only as it is typed: without its separators it would be found everywhere."""
_LEAST_IN_TEXT = 0x1000
"""The same for a cell identity in texts, where ``0x75`` is also the beginning of ``0x75A0``."""
_TITLE = re.compile(
    r'(?:imei|imeisv|iccid|imsi|msisdn|serial|s/n|sn|ip|cell|cell id|ci|eci|nci)\s*[:=#]\s*', re.IGNORECASE
)
_BETWEEN = re.compile(r'[\s\u2010-\u2015\u2212()/-]')
_NUMBER = re.compile(r'\+?[0-9]*[0-9A-F]+', re.IGNORECASE)


def cell_hex(cell_id: int) -> str:
    """The cell identity as it is shown."""
    return f'0x{cell_id:X}'


def read_cells(text: str) -> frozenset[int]:
    """The cell identities that a text may mean: decimal, hexadecimal, base station and cell (``418-179``), or the whole key of a cell."""
    text = _TITLE.sub('', text.strip(), count=1)
    if found := re.fullmatch(r'(?:\d{3}-\d{2,3}-\d*-)?0x([0-9a-f]{1,9})', text, re.IGNORECASE):
        return frozenset({int(found[1], 16)})
    if found := re.fullmatch(r'([0-9]{1,8})\s*[-/:]\s*([0-9]{1,5})', text):
        node, cell = int(found[1]), int(found[2])
        return frozenset(node << low | cell for high, low in _SPLITS if node < 1 << high and cell < 1 << low)
    cells: set[int] = set()
    if re.fullmatch('[0-9]{1,11}', text):
        cells.add(int(text))
    elif re.fullmatch(r'(?=.*[0-9])[0-9a-f]{4,9}', text, re.IGNORECASE):
        cells.add(int(text, 16))
    return frozenset(cell for cell in cells if cell < _MOST)


def spellings(text: str) -> frozenset[str]:
    """The folded texts that mean the same as ``text`` where names and numbers are kept: a number without the blanks and dashes between
    its digits, a telephone number without its national zero, an IMEI with its check digit, a cell identity as it is shown."""
    plain = folded(text)
    if not plain:
        return frozenset()
    wanted = _TITLE.sub('', plain, count=1) or plain
    digits = _BETWEEN.sub('', wanted)
    forms = {plain, wanted}
    if len(digits) >= _FEWEST_DIGITS and _NUMBER.fullmatch(digits):
        forms.add(digits)
        forms.update(_as_kept(digits))
    forms.update(cell_hex(cell).lower() for cell in read_cells(wanted) if cell >= _LEAST_IN_TEXT)
    return frozenset(forms)


def _as_kept(digits: str) -> set[str]:
    forms = set()
    if found := re.fullmatch('0{1,2}([1-9][0-9]{7,13})', digits):  # "06 …" at home and "0031 6 …" abroad are "+31 6 …"
        forms.add(found[1])
    if re.fullmatch('[0-9]{14,16}', digits):
        forms.add(imei_of(digits) or digits)
    return forms
