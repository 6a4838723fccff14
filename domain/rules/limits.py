"""With what a rule compares the values that it reads, so that a violation can say which limit was passed.

Only what stands in a rule by itself, or joined by ``&&`` and ``||``, is a limit: below a negation, a choice or in a loop the same words
mean something else.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.rules.tree import Call, Constant, ListOf, Node, Select, Tree, path_of

_TURNED: Mapping[str, str] = {
    '_<_': '_>_',
    '_<=_': '_>=_',
    '_>_': '_<_',
    '_>=_': '_<=_',
    '_==_': '_==_',
    '_!=_': '_!=_',
}
"""Each comparison, and what it is with its sides exchanged."""
_HOLDS: Mapping[str, Any] = {
    '<': lambda value, limit: value < limit,
    '<=': lambda value, limit: value <= limit,
    '>': lambda value, limit: value > limit,
    '>=': lambda value, limit: value >= limit,
    '==': lambda value, limit: value == limit,
    '!=': lambda value, limit: value != limit,
    'in': lambda value, limits: value in limits,
}
_NUMBER = re.compile(r'-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?')
_FLAG = re.compile('true|false')


@dataclass(frozen=True, slots=True)
class Limit:
    """``comparison`` is ``<``, ``<=``, ``>``, ``>=``, ``==``, ``!=`` or ``in``; ``value`` the text, number or flag that a device's value is
    compared with, of ``in`` a tuple of those. A ``version`` is compared by its parts."""

    comparison: str
    value: Any
    version: bool = False

    def is_kept(self, value: object) -> bool | None:
        """Whether a device's value keeps it; ``None`` when that cannot be said here."""
        if self.version or value is None:
            return None
        try:
            return bool(_HOLDS[self.comparison](value, self.value))
        except TypeError:
            return None


def limits_in(tree: Tree, text: str) -> Mapping[str, tuple[Limit, ...]]:
    """The limits of a rule by path, in the order of the rule."""
    found: defaultdict[str, list[Limit]] = defaultdict(list)
    for path, limit in _limits(tree, text, tree.root):
        found[path].append(limit)
    return {path: tuple(limits) for path, limits in found.items()}


def _limits(tree: Tree, text: str, node: Node) -> Iterator[tuple[str, Limit]]:
    match node:
        case Call(function='_&&_' | '_||_', arguments=parts):
            for part in parts:
                yield from _limits(tree, text, part)
        case Call(function='!_', arguments=(Select() as part,)) if not part.tested and (path := path_of(part)):
            yield path, Limit('==', False)
        case Select() if not node.tested and (path := path_of(node)):
            yield path, Limit('==', True)
        case Call(function='@in' | '_in_' | 'in', arguments=(Select() as left, ListOf(items=items))):
            values = [_constant(tree, text, item) for item in items]
            if (path := path_of(left)) and None not in values:
                yield path, Limit('in', tuple(values))
        case Call(function=function, arguments=(left, right)) if function in _TURNED:
            yield from _compared(tree, text, function, left, right)
            yield from _compared(tree, text, _TURNED[function], right, left)


def _compared(tree: Tree, text: str, function: str, left: Node, right: Node) -> Iterator[tuple[str, Limit]]:
    inner, of_version = _without_version(left)
    limit, limit_of_version = _without_version(right)
    value = _constant(tree, text, limit)
    if (path := path_of(inner)) and value is not None and of_version is limit_of_version:
        yield path, Limit(function.strip('_'), value, of_version)


def _without_version(node: Node) -> tuple[Node, bool]:
    match node:
        case Call(function='version', arguments=(inner,)):
            return inner, True
    return node, False


def _constant(tree: Tree, text: str, node: Node) -> Any:
    """The value of a literal; ``None`` for anything else. The runtime's form leaves numbers out, so they are read where they stand."""
    if not isinstance(node, Constant):
        return None
    if node.kind == 'text':
        return node.value
    at = tree.places.get(node.id, -1)
    if at < 0:
        return None
    if node.kind == 'number' and (found := _NUMBER.match(text, at)) is not None:
        return float(found[0]) if re.search('[.eE]', found[0]) else int(found[0])
    if node.kind == 'flag' and (found := _FLAG.match(text, at)) is not None:
        return found[0] == 'true'
    return None
