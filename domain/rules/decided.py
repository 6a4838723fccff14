"""What of an expression is decided whatever is read: a part that is always the same, that can never be answered, or parts that contradict.

It is proved on the tree that the runtime understood, from the least and the most that each name can be; what cannot be proved is let be.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cel_expr_python import cel

from domain.rules.spelling import AND, IF, NOT, OR, SIGNS, bare, parts, reads, spelled
from domain.rules.tree import Call, Constant, Name, Node, Select

INFINITE = float('inf')
_TURNED: Mapping[str, str] = {'<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!='}
_OPPOSITE: Mapping[str, str] = {'<': '>=', '<=': '>', '>': '<=', '>=': '<', '==': '!=', '!=': '=='}
_OF_SAME: Mapping[str, str] = {
    '<': 'never',
    '>': 'never',
    '!=': 'never',
    '<=': 'always',
    '>=': 'always',
    '==': 'always',
}


class Decided(Exception):
    """The ``words`` say what is wrong, and of which part."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high``; ``is_whole`` for what has no parts."""

    low: float = -INFINITE
    high: float = INFINITE
    is_whole: bool = False


Ranges = Callable[[str], Range | None]
"""What a name can be, by its path (``offline``, ``device.battery.level``); ``None`` for what is no number."""
Worked = Callable[[str], Any]
"""What an expression without names comes to; raises ``RuntimeError`` where it cannot be answered, ``ValueError`` where it is none."""


def worked_in(env: Any) -> Worked:
    """By the runtime with these functions."""

    def worked(text: str) -> Any:
        try:
            compiled = env.compile(text)
        except RuntimeError:
            raise ValueError(text) from None
        found = compiled.eval(env.Activation({}))
        if found.type() == cel.Type.ERROR:
            raise RuntimeError(str(found.value()).partition(': ')[2])
        return found.value()

    return worked


def check_decided(root: Node, ranges: Ranges, worked: Worked) -> None:
    """Raise :class:`Decided` for an expression of which a part is decided beforehand."""
    _Judge(ranges, worked).judge(root)


@dataclass(frozen=True, slots=True)
class _Judge:
    ranges: Ranges
    worked: Worked

    def judge(self, node: Node, *, is_answer: bool = True) -> None:
        """``is_answer`` is true of what is answered with yes or no, and not compared itself."""
        if not reads(node):
            self._fixed(node, is_answer=is_answer)
            return
        if isinstance(node, Call):
            if node.function in (AND, OR):
                self._contradicted(node)
            elif node.function in SIGNS:
                self._compared(node)
            elif node.function in ('_/_', '_%_') and not reads(node.arguments[1]):
                self._parted(node)
        is_logic = isinstance(node, Call) and node.function in (AND, OR, NOT)
        for at, part in enumerate(parts(node)):
            is_asked = isinstance(node, Call) and node.function == IF and at == 0
            self.judge(part, is_answer=is_logic or is_asked)

    def _fixed(self, node: Node, *, is_answer: bool) -> None:
        for part in parts(node):
            self._fixed(part, is_answer=False)
        if isinstance(node, Call):
            try:
                self.worked(spelled(node))
            except RuntimeError as error:
                raise Decided(f'{spelled(node)} can never be answered: {error}') from None
            except ValueError:
                pass
        if is_answer:
            raise Decided(f'{spelled(node)} is the same whatever is read, so that it says nothing')

    def _parted(self, node: Call) -> None:
        divisor = node.arguments[1]
        found = self._range(divisor)
        if found is not None and found.low == found.high == 0:
            raise Decided(f'{spelled(node)} can never be answered: it divides by zero')

    def _compared(self, node: Call) -> None:
        sign, (left, right) = SIGNS[node.function], node.arguments
        word = _OF_SAME[sign] if _same(left, right) else ''
        one, other = self._range(left), self._range(right)
        if not word and one is not None and other is not None:
            word = _surely(sign, one, other)
        if word:
            raise Decided(f'{spelled(node)} is {word} true')

    def _range(self, node: Node) -> Range | None:
        """What a number can be; ``None`` for what is no number, or of which nothing is known."""
        if isinstance(node, Constant):
            return Range(node.number, node.number) if node.kind == 'number' and node.number is not None else None
        if isinstance(node, Name | Select):
            return self.ranges(spelled(node))
        if not isinstance(node, Call):
            return None
        if node.function == '_[_]':
            return self.ranges(spelled(node.arguments[0]))
        found = [self._range(one) for one in node.arguments]
        known = [one for one in found if one is not None]
        if len(known) != len(found):
            return None
        if node.function == '-_':
            return Range(-known[0].high, -known[0].low, known[0].is_whole)
        if node.function == '_-_':
            known[1] = Range(-known[1].high, -known[1].low, known[1].is_whole)
        if node.function in ('_+_', '_-_'):
            return Range(known[0].low + known[1].low, known[0].high + known[1].high)
        if node.function == '_*_':
            ends = [_times(a, b) for a in (known[0].low, known[0].high) for b in (known[1].low, known[1].high)]
            return Range(min(ends), max(ends))
        return None

    def _contradicted(self, node: Call) -> None:
        """Comparisons of one thing with numbers that are never true together, or of which one is always true."""
        limits: dict[str, list[tuple[Range, Node]]] = {}
        for part in _joined(node, node.function):
            if (found := self._limit(part, is_opposite=node.function == OR)) is not None:
                limits.setdefault(found[0], []).append((found[1], part))
        for of_one in limits.values():
            kept = Range()
            for limit, part in of_one:
                before, kept = kept, Range(max(kept.low, limit.low), min(kept.high, limit.high))
                if kept.low > kept.high and before.low <= before.high:
                    first = next(one for one, _ in pairwise([*of_one, of_one[-1]]) if _apart(one[0], limit))[1]
                    word = (
                        'are never true together' if node.function == AND else 'leave nothing out: one is always true'
                    )
                    raise Decided(f'{spelled(first)} and {spelled(part)} {word}')

    def _limit(self, node: Node, *, is_opposite: bool) -> tuple[str, Range] | None:
        """What is compared with a number, and what it then can be; of ``is_opposite``, what it can be where that is not true."""
        if not isinstance(node, Call) or node.function not in SIGNS:
            return None
        sign, (left, right) = SIGNS[node.function], node.arguments
        if not reads(left):
            sign, left, right = _TURNED[sign], right, left
        number, about = self._range(right), self._range(left)
        if reads(right) or number is None or about is None or not reads(left):
            return None
        return spelled(left), _limited(_OPPOSITE[sign] if is_opposite else sign, number.low, is_whole=about.is_whole)


def _limited(sign: str, number: float, *, is_whole: bool) -> Range:
    step = 1.0 if is_whole else abs(number) * 1e-15 + 5e-324  # the next one, near enough
    match sign:
        case '<':
            return Range(high=number - step)
        case '<=':
            return Range(high=number)
        case '>':
            return Range(low=number + step)
        case '>=':
            return Range(low=number)
        case '==':
            return Range(number, number)
    return Range()


def _apart(one: Range, other: Range) -> bool:
    return one.high < other.low or other.high < one.low


def _joined(node: Node, function: str) -> Iterator[Node]:
    if isinstance(node, Call) and node.function == function:
        for part in node.arguments:
            yield from _joined(part, function)
    else:
        yield node


def _surely(sign: str, one: Range, other: Range) -> str:
    """``always`` or ``never`` where the ends say so."""
    if sign in ('>', '>='):
        sign, one, other = _TURNED[sign], other, one
    if sign == '<':
        return 'always' if one.high < other.low else 'never' if one.low >= other.high else ''
    if sign == '<=':
        return 'always' if one.high <= other.low else 'never' if one.low > other.high else ''
    if _apart(one, other):
        return 'never' if sign == '==' else 'always'
    return ''


def _times(a: float, b: float) -> float:
    return 0.0 if 0 in (a, b) else a * b


def _same(left: Node, right: Node) -> bool:
    return bare(left) == bare(right)
