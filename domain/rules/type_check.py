"""What the runtime would notice only when a rule is asked, and then of every device: that it compares what cannot be compared.

The runtime reads ``device`` and ``tower`` as maps of anything, since most of a device may be unknown. Here the same text is looked at
once more with every path as a variable of its own type.
"""

import re
from collections.abc import Mapping
from typing import Any

from cel_expr_python import cel

from domain.rules.version_order import FUNCTIONS
from domain.rules.vocabulary import FIELDS

_TYPES: Mapping[str, Any] = {
    'string': cel.Type.STRING,
    'int': cel.Type.INT,
    'double': cel.Type.DOUBLE,
    'bool': cel.Type.BOOL,
    'map(string, string)': cel.Type.Map(cel.Type.STRING, cel.Type.STRING),
    'map(string, any)': cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
}
_ENV = cel.NewEnv(
    variables={'now': cel.Type.TIMESTAMP, **{path: _TYPES[kind] for path, kind in FIELDS.items()}}, functions=FUNCTIONS
)
_HAS = re.compile(r'(?<![\w.])has\s*\(\s*(?:device|tower)\b[\w.\s]*\)')
_OVERLOAD = re.compile(r"<input>:(\d+):(\d+): (found no matching overload for '(.+?)' applied to '\((.*)\)')")
_NUMBERS = frozenset({'int', 'uint', 'double', 'list(int)', 'list(uint)', 'list(double)'})
_COMPARING = frozenset({'_<_', '_<=_', '_>_', '_>=_', '_==_', '_!=_', '@in'})


def slip(text: str, blank: str) -> tuple[str, int, int] | None:
    """The first thing in the rule that can have no answer: what the type checker says of it, line and column.

    ``blank`` is the text without literals and comments, at the same places.
    """
    for found in _HAS.finditer(blank):  # has() asks for a field of a map, and there are no maps here
        answer = re.sub(r'[^\n]', ' ', found[0]).replace('    ', 'true', 1)
        text = text[: found.start()] + answer + text[found.end() :]
    try:
        _ENV.compile(text)
    except RuntimeError as error:
        for line, column, said, operator, types in _OVERLOAD.findall(str(error)):
            if operator in _COMPARING and _NUMBERS.issuperset(types.split(', ')):
                continue  # numbers of all kinds can be compared when the rule is asked
            return said, int(line), int(column)
    return None
