"""What a rule can cost at worst, proved on its tree before it is ever asked: microseconds for one device, whatever that device says.

Every part of a rule has a largest size, since what devices and people may say is bounded (:mod:`domain.devices.facts`,
:mod:`domain.common.text`) and no rule can loop but over a list or map. Costs add up, and a loop multiplies them by the largest number
of its items. The figures were measured and rounded up; a property test asks rules made at random of the worst device.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.rules.patterns import BadPattern, weight
from domain.rules.tree import Call, Constant, ListOf, Loop, MapOf, Name, Node, Select, path_of
from domain.rules.version_order import MOST_CHARACTERS
from domain.rules.vocabulary import FIELDS

MOST_MICROSECONDS = 5000.0
"""A rule that may take longer for one device is refused."""

_PART = 0.06
"""An operator, a name, a step from one part to the next."""
_ITEM = 0.3
"""An item of a map or list that is made, looked up or compared."""
_COPIED = 0.06
"""An item of a list that is copied to a longer one."""
_CHARACTER = 0.01
_CONVERTED = 3.0
_VERSION = 15.0
_VERSION_CHARACTER = 1.2
"""Of a text that is read as a version."""
_LOOPED = 0.15
_ASKED = 150.0
"""Handing over to the runtime and back."""
_SEARCHED = 0.0004
"""A character of a text that is compared with one of what is looked for in it."""
_MATCHED = 8.0
_MATCHED_CHARACTER = 0.01
"""For each character of a text, of what its pattern weighs."""


class TooCostly(Exception):
    """The rule cannot be allowed; ``node`` is the part to blame."""

    def __init__(self, words: str, node: Node) -> None:
        super().__init__(words)
        self.words = words
        self.node = node


@dataclass(frozen=True, slots=True)
class Size:
    """The largest a value can be: characters of a text, items of a list or map. Numbers and the like have none."""

    length: float = 0.0
    inside: 'Size | None' = None
    """Of an item of a list, or of a value of a map."""
    keys: 'Size | None' = None

    @property
    def cost(self) -> float:
        """Of looking at every part of it."""
        if self.inside is None:
            return _PART + self.length * _CHARACTER
        return _PART + self.length * (_ITEM + self.inside.cost + (self.keys.cost if self.keys is not None else 0.0))


_NUMBER = Size()
_TEXT = Size(200)
"""A name, an identifier, a fact: none is longer."""
_SIZES: Mapping[str, Size] = {
    'string': _TEXT,
    'map(string, string)': Size(32, Size(63), Size(63)),
    'map(string, any)': Size(64, Size(500), Size(64)),
}
_GROUP = Size(64, _SIZES['map(string, any)'], _TEXT)  # ``device``, ``tower`` and the groups in them, as a whole

_OPERATORS = frozenset(
    {'_&&_', '_||_', '!_', '_?_:_', '@not_strictly_false', '__not_strictly_false__', '_-_', '_*_', '_/_', '_%_', '-_'}
)
_COMPARING = frozenset({'_==_', '_!=_', '_<_', '_<=_', '_>_', '_>=_'})
_IN = frozenset({'@in', '_in_', 'in'})
_SEARCHING = frozenset({'contains', 'startsWith', 'endsWith'})
_CONVERTING = frozenset({'int', 'uint', 'double', 'bool', 'string', 'bytes', 'dyn', 'type', 'timestamp', 'duration'})
_CALENDAR = frozenset(
    f'get{part}'
    for part in (
        'FullYear', 'Month', 'Date', 'DayOfMonth', 'DayOfWeek', 'DayOfYear', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """``microseconds`` for one device at worst, and the ``patterns`` that the rule compiles."""

    microseconds: float
    patterns: tuple[Constant, ...]


def cost(root: Node) -> Cost:
    """What a rule can cost. Raises :class:`TooCostly`, for what has no bound too."""
    judge = _Judge()
    found = judge.judge(root, {})[1] + _ASKED
    if found > MOST_MICROSECONDS:
        raise TooCostly(_too_long(found), root)
    return Cost(found, tuple(judge.patterns))


def _too_long(microseconds: float) -> str:
    much = f'{microseconds / 1000:,.0f} ms' if microseconds < 1e7 else 'minutes'
    return (
        f'this may take {much} for one device, and a rule has {MOST_MICROSECONDS / 1000:.0f} ms: '
        'go through shorter lists, or put fewer all, exists, map and filter into one another'
    )


Scope = Mapping[str, Size]


class _Judge:
    """Walks a tree once. Each part gives its largest size and its cost."""

    def __init__(self) -> None:
        self.patterns: list[Constant] = []

    def judge(self, node: Node, scope: Scope) -> tuple[Size, float]:
        """Size and cost of a part; ``scope`` has the names that loops brought in."""
        match node:
            case Constant(value=value):
                return Size(len(value) if value is not None else 0), _PART
            case Name(name=name):
                return scope.get(name) or (_GROUP if name in ('device', 'tower') else _NUMBER), _PART
            case Select():
                return self._select(node, scope)
            case Call():
                return self._call(node, scope)
            case ListOf(items=items):
                return self._list(items, scope)
            case MapOf():
                return self._map(node, scope)
            case Loop():
                return self._loop(node, scope)

    def _select(self, node: Select, scope: Scope) -> tuple[Size, float]:
        path = path_of(node, scope)
        if path in FIELDS:
            return _NUMBER if node.tested else _SIZES.get(FIELDS[path], _NUMBER), _PART * path.count('.') + _ITEM
        size, spent = self.judge(node.operand, scope)
        return _NUMBER if node.tested else size.inside or _NUMBER, spent + _ITEM

    def _list(self, items: tuple[Node, ...], scope: Scope) -> tuple[Size, float]:
        found = [self.judge(item, scope) for item in items]
        inside = _largest([size for size, _ in found])
        return Size(len(items), inside), _PART + sum(spent + _COPIED for _, spent in found)

    def _map(self, node: MapOf, scope: Scope) -> tuple[Size, float]:
        if node.message:
            raise TooCostly(f'a rule makes no {node.message}', node)
        keys = [self.judge(key, scope) for key, _ in node.items]
        values = [self.judge(value, scope) for _, value in node.items]
        inside, names = _largest([size for size, _ in values]), _largest([size for size, _ in keys])
        spent = sum(spent + _ITEM for _, spent in (*keys, *values))
        return Size(len(node.items), inside, names), _PART + spent + len(node.items) * names.cost

    def _loop(self, node: Loop, scope: Scope) -> tuple[Size, float]:
        over, spent = self.judge(node.over, scope)
        start, begun = self.judge(node.start, scope)
        gathers = isinstance(node.start, ListOf)
        # What is gathered is only ever made one longer, so its copy costs by its length, and what is in it is what one step adds.
        gathered = Size(over.length, _NUMBER) if gathers else start
        within = {**scope, node.item: over.keys or over.inside or _NUMBER, node.result: gathered}
        added, step = self.judge(node.step, within)
        _, checked = self.judge(node.condition, within)
        answer, ended = self.judge(
            node.answer, {**within, node.result: Size(over.length, added.inside) if gathers else start}
        )
        whole = spent + begun + ended + over.length * (_LOOPED + step + checked)
        if over.keys is not None:
            whole += over.length * _ITEM
        if whole > MOST_MICROSECONDS:
            raise TooCostly(_too_long(whole), node)
        return answer, whole

    def _call(self, node: Call, scope: Scope) -> tuple[Size, float]:
        if node.function in _BOUNDED and len(node.arguments) > 1:
            bound = _constant(node)
            if node.function == 'matches':
                self.patterns.append(bound)
        found = [self.judge(argument, scope) for argument in node.arguments]
        size, own = _worked(node, [size for size, _ in found])
        spent = sum(spent for _, spent in found) + own + _PART
        if spent > MOST_MICROSECONDS:
            raise TooCostly(_too_long(spent), node)
        return size, spent


_BOUNDED: Mapping[str, str] = {
    'matches': 'write the pattern itself here, as in matches("^[a-z]+$"): it can be neither computed nor taken from a device',
    **dict.fromkeys(
        _CALENDAR,
        'write the time zone itself here, as in getHours("Europe/Amsterdam"): it cannot be taken from a device',
    ),
}


def _constant(node: Call) -> Constant:
    """The pattern or time zone: what devices say must not choose what has to be compiled or loaded."""
    last = node.arguments[-1]
    if not isinstance(last, Constant) or not isinstance(last.value, str):
        raise TooCostly(_BOUNDED[node.function], _beginning(last))
    return last


def _beginning(node: Node) -> Node:
    """The part that a person would point at: the runtime points at the operator or the last dot."""
    while True:
        match node:
            case Select():
                node = node.operand
            case Call() if node.function.startswith('_'):
                node = node.arguments[0]
            case _:
                return node


def _worked(node: Call, sizes: list[Size]) -> tuple[Size, float]:
    """What a call gives, and what it costs beside its arguments."""
    name, count = node.function, len(sizes)
    if name in _OPERATORS:
        return (_largest(sizes[1:]) if name == '_?_:_' else _NUMBER), 0.0
    if name in _COMPARING and count == 2:
        return _NUMBER, min(sizes[0].cost, sizes[1].cost)
    if name in _IN and count == 2:
        return _NUMBER, _looked_up(sizes[0], sizes[1])
    if name == '_+_' and count == 2:
        return _joined(sizes[0], sizes[1])
    if name == '_[_]' and count == 2:
        return sizes[0].inside or _NUMBER, _ITEM + sizes[1].cost
    if name == 'size' and count == 1:
        return _NUMBER, sizes[0].length * _CHARACTER
    if name in _SEARCHING and count == 2:
        return _NUMBER, _ITEM + sizes[0].length * (_CHARACTER + sizes[1].length * _SEARCHED)
    if name == 'matches' and count == 2:
        return _NUMBER, _matching(_constant(node), sizes[0].length)
    if name in _CONVERTING and count == 1:
        return _converted(name, sizes[0])
    if name == 'version' and count == 1:
        read = min(sizes[0].length, MOST_CHARACTERS)
        return Size(3 * read), _VERSION + read * _VERSION_CHARACTER + sizes[0].length * _CHARACTER
    if name in _CALENDAR and count <= 2:
        return _NUMBER, _CONVERTED * count
    raise TooCostly(f'{name} is no function of a rule', node)


def _looked_up(item: Size, among: Size) -> float:
    if among.keys is not None:
        return _ITEM + item.cost
    return among.length * (_PART + min(item.cost, (among.inside or _NUMBER).cost))


def _joined(left: Size, right: Size) -> tuple[Size, float]:
    length = left.length + right.length
    if left.inside is None and right.inside is None:
        return Size(length), length * _CHARACTER
    return Size(length, _largest([left.inside or _NUMBER, right.inside or _NUMBER])), length * _COPIED


def _matching(pattern: Constant, characters: float) -> float:
    try:
        weighs = weight(str(pattern.value))
    except BadPattern as error:
        raise TooCostly(str(error), pattern) from None
    spent = _MATCHED + weighs * (1 + characters * _MATCHED_CHARACTER)
    if spent > MOST_MICROSECONDS:
        raise TooCostly('the pattern is too costly to be asked of every device: repeat less, as in {1,10}', pattern)
    return spent


def _converted(name: str, size: Size) -> tuple[Size, float]:
    spent = _CONVERTED + (size.length * _CHARACTER if size.inside is None else 0.0)
    if name == 'dyn':
        return size, _PART
    if name in ('string', 'bytes'):
        return Size(max(40.0, size.length) * (4 if name == 'bytes' else 1)), spent
    return _NUMBER, spent


def _largest(sizes: list[Size]) -> Size:
    """A size that none of these goes beyond."""
    if not sizes:
        return _NUMBER
    inside = [size.inside for size in sizes if size.inside is not None]
    keys = [size.keys for size in sizes if size.keys is not None]
    length = max(size.length for size in sizes)
    if len(keys) < len(inside):  # what may be a map or a list is taken for a list of the larger of keys and items
        return Size(length, _largest([*inside, *keys]))
    return Size(length, _largest(inside) if inside else None, _largest(keys) if keys else None)
