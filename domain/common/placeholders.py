"""Texts that stand for "not known": what vendors, shells and tools write where they have nothing to say.

The server and the agent share the list: what says nothing is not reported, in whichever of the two it turns up.
"""

_NOTHING = frozenset({
    '', '-', '--', '---', '?', '??', '.', 'n/a', 'n.a.', 'n\\a', 'na', '#n/a', 'nil', 'none', 'null', '(null)', '<null>',
    '(none)', '<none>', 'undefined', 'undef', 'unknown', '<unknown>', '(unknown)', 'unk', 'unspecified', 'not specified', 'not available',
    'not applicable', 'not present', 'not known', 'not set', 'not reported', 'unavailable', 'invalid', 'empty', 'nan', 'tbd',
})  # fmt: skip


def says_nothing(text: str) -> bool:
    """True for an empty text and for the usual words that stand for "not known", in any case and with blanks around them."""
    return len(text) < 18 and text.strip().casefold() in _NOTHING
