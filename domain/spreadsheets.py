"""Text for spreadsheets: what one would carry out as a formula is kept from it by an apostrophe (OWASP, CSV injection).

A program that expects semicolons between cells, as Excel does in much of Europe, finds cells of its own inside of ours.
"""

import re

_BEGINS = '(^|;)( *)'
_CARRIED_OUT = re.compile(_BEGINS + "(?=['=+\\-@\t\r\n＝＋－＠])")
_GUARDED = re.compile(_BEGINS + "'")


def guarded(text: str) -> str:
    """The text as no spreadsheet takes any of it for a formula; an apostrophe gets one too, so that it can be read back exactly."""
    return _CARRIED_OUT.sub(r"\1\2'", text)


def unguarded(text: str) -> str:
    """What :func:`guarded` was given."""
    return _GUARDED.sub(r'\1\2', text)
