"""Text for spreadsheets: what one would carry out as a formula is kept from it by an apostrophe (OWASP, CSV injection).

A program that expects semicolons or tabs between cells, as Excel does in much of Europe, or that ends a row at every line break finds
cells of its own inside of ours. So wherever one might begin, characters that are not shown or are trimmed away (spaces, quotes, marks
without width) are passed over in the search for one that would begin a formula.
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

_PARTS = ',;\t\r\n\v\f\x1c-\x1f\x85\u2028\u2029'
_UNSEEN = ' "\x00-\x08\x0e-\x1b\x7f\xa0\xad\u1680\u180e\u2000-\u200f\u202a-\u202f\u205f-\u206f\u3000\ufeff'
_BEGINS = f'(^|[{_PARTS}])([{_UNSEEN}]*)'
_FORMULA = '=+\\-@＝＋－＠﹢﹣﹦﹫−'
_CARRIED_OUT = re.compile(f"{_BEGINS}(?=['{_FORMULA}\t\r\n])")
_GUARDED = re.compile(f"{_BEGINS}'")
_GUARDED_BEFORE = re.compile("(^|;)( *)'")


def guarded(text: str) -> str:
    """The text as no spreadsheet takes any of it for a formula; an apostrophe gets one too, so that it can be read back exactly."""
    return _CARRIED_OUT.sub(r"\1\2'", text)


def unguarded(text: str) -> str:
    """What :func:`guarded` was given."""
    return _GUARDED.sub(r'\1\2', text)


def unguarded_before(text: str) -> str:
    """The same of a file of an earlier release, which looked for cells behind semicolons alone."""
    return _GUARDED_BEFORE.sub(r'\1\2', text)


def csv_lines(rows: Iterable[Iterable[Any]]) -> bytes:
    """Rows as CSV (RFC 4180) in UTF-8; text that people or devices wrote has gone through :func:`guarded` before."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
