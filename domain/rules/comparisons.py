"""Comparisons in a rule that can never be meant: versions, dates and words put in the order of text, and texts that a field never has.

They are found on the tree of the rule, so that it does not matter on which side a field stands, in how many brackets, or whether its value
or the text comes through ``?:``, a list or a loop. Two fields may always be compared. With what custom values are compared is noted too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from domain.rules.custom_kinds import FLAG, NUMBER, TEXT, CustomKinds
from domain.rules.impossible import SEARCHING, never_is, unfound
from domain.rules.made import RECKONING, as_number, as_text, joined_texts, reckoned, sized, span_of
from domain.rules.meanings import NOTHING, UNSURE, Meaning, ValueSource, longer, one_of, value_at
from domain.rules.tree import Call, Constant, ListOf, Loop, MapOf, Name, Node, Select, Tree, path_of
from domain.rules.values import ADDRESSES, DATES, FORMS, VERSIONS, WORDS, either
from domain.rules.version_order import version_key
from domain.rules.vocabulary import CUSTOM, FIELDS

_EQUAL = frozenset({'_==_', '_!=_'})
_IN = frozenset({'@in', '_in_', 'in'})
_ORDER = frozenset({'_<_', '_<=_', '_>_', '_>=_'})
_TRUTH = frozenset({'_&&_', '_||_', '!_', '@not_strictly_false', '__not_strictly_false__'})
_TURNED: Mapping[str, str] = {'<': '>', '>': '<', '<=': '>=', '>=': '<='}
_MOST_FOUND = 20
_MOST_PAIRS = 20_000
"""Of sources that are compared; a rule has fewer unless it is written to have more."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A comparison that cannot be meant: what to write instead, and where it stands in the text (offset)."""

    words: str
    place: int


Scope = Mapping[str, Meaning]
Compare = Callable[[Call, ValueSource, ValueSource, Meaning, bool], None]


def doubts(tree: Tree) -> tuple[list[Doubt], CustomKinds]:
    """What in the rule cannot be meant, in the order of the text, and with what it compares custom values."""
    reader = _Reader(tree.places)
    reader.read(tree.root, {})
    return sorted(reader.found, key=lambda doubt: doubt.place), reader.kinds


class _Reader:
    """Walks a tree once and says of each part what it may be."""

    def __init__(self, places: Mapping[int, int]) -> None:
        self.found: list[Doubt] = []
        self.kinds = CustomKinds()
        self._places = places
        self._pairs = 0

    def read(self, node: Node, scope: Scope) -> Meaning:
        """What a part may be; ``scope`` has the names that loops brought in."""
        match node:
            case Constant(kind=kind, value=value, number=number):
                text = value if isinstance(value, str) else ''
                return Meaning((ValueSource(self._place(node), kind=kind, text=text, number=number),))
            case Name(name=name):
                return scope.get(name, NOTHING)
            case Select():
                return self._select(node, scope)
            case Call():
                return self._call(node, scope)
            case ListOf(items=items):
                return Meaning(items=one_of(self.read(item, scope) for item in items))
            case MapOf(items=entries):
                keys = one_of([self.read(key, scope) for key, _ in entries])
                return Meaning(items=one_of([self.read(value, scope) for _, value in entries]), keys=keys)
            case Loop():
                return self._loop(node, scope)

    def _place(self, node: Node) -> int:
        return self._places.get(node.id, 0)

    def _select(self, node: Select, scope: Scope) -> Meaning:
        path = path_of(node, scope)
        if node.tested:
            return NOTHING
        if path in FIELDS:
            value = Meaning((ValueSource(self._start(node), path),))
            return Meaning(items=value, keys=NOTHING) if FIELDS[path].startswith('map') else value
        return value_at(self.read(node.operand, scope), node.field)

    def _start(self, node: Node) -> int:
        """Where a path begins; the runtime points at its last dot."""
        while isinstance(node, Select):
            node = node.operand
        return self._place(node)

    def _loop(self, node: Loop, scope: Scope) -> Meaning:
        over = self.read(node.over, scope)
        start = self.read(node.start, scope)
        item = over.keys if over.keys is not None else over.items
        within = {**scope, node.item: item or NOTHING, node.result: start}
        self.read(node.condition, within)
        step = self.read(node.step, within)
        return self.read(node.answer, {**within, node.result: one_of((start, step))})

    def _call(self, node: Call, scope: Scope) -> Meaning:
        name = node.function
        read = [self.read(argument, scope) for argument in node.arguments]
        if name == '_?_:_':
            self._asked_for(read[0], FLAG)
            return one_of(one if one.sources or one.items else UNSURE for one in read[1:])
        if name in _TRUTH:
            for one in read:
                self._asked_for(one, FLAG)
        elif len(read) == 2:
            return self._two(node, read[0], read[1])
        elif name == 'dyn':
            return read[0]
        elif name == '-_':
            return replace(read[0], sources=tuple(map(_negated, read[0].sources)))
        elif name == 'string':  # of a custom value of any kind
            return replace(read[0], sources=tuple(as_text(one) for one in read[0].sources if one.path != CUSTOM))
        elif name == 'size':
            return sized(read[0])
        elif name in ('double', 'int', 'uint'):
            kept = (one for one in read[0].sources if span_of(one) or (name == 'double' and one.path in VERSIONS))
            return Meaning(tuple(as_number(one, name) for one in kept))  # 9.13 as a fraction is less than 9.9
        elif name == 'version':
            return self._version(read[0])
        return NOTHING

    def _two(self, node: Call, left: Meaning, right: Meaning) -> Meaning:
        name = node.function
        if name in _EQUAL | _ORDER and (path := path_of(node.arguments[0])) and path == path_of(node.arguments[1]):
            self._doubt(self._place(node), f'{path} is compared with itself, which is the same for every device')
        elif name in _EQUAL:
            self._equal(node, left, right)
        elif name in _IN:
            if node.arguments[1] == ListOf(node.arguments[1].id, ()):
                self._doubt(self._place(node), 'nothing is in an empty list')
            self._equal(node, left, (right.keys if right.keys is not None else right.items) or NOTHING)
        elif name in _ORDER:
            self._each(node, left, right, self._ordered)
        elif name in SEARCHING:
            self._asked_for(left, TEXT)
            self._each(node, left, right, self._searched)
        elif name in RECKONING and any(map(span_of, (*left.sources, *right.sources))):
            return reckoned(name, left, right)
        elif name == '_+_':
            return longer(left, right, joined_texts(left, right))
        elif name == '_[_]':
            (key,) = right.sources if len(right.sources) == 1 else (ValueSource(0),)
            return value_at(left, key.text if key.kind == TEXT else None)
        return NOTHING

    def _version(self, read: Meaning) -> Meaning:
        self._asked_for(read, TEXT)
        for one in read.sources:
            if one.kind == TEXT:
                try:
                    version_key(one.text)
                except ValueError as error:
                    self._doubt(one.place, f'{error}; write one such as version("12.1")')
        return Meaning(tuple(replace(one, is_version=True) for one in read.sources))

    def _asked_for(self, read: Meaning, kind: str) -> None:
        for one in read.sources:
            self._note(one, kind)

    def _note(self, one: ValueSource, kind: str) -> None:
        if one.path == CUSTOM and one.whole and not one.is_version and kind in (FLAG, NUMBER, TEXT):
            self.kinds.note(one.place, one.key, kind)

    def _doubt(self, place: int, words: str) -> None:
        self.found.append(Doubt(words, place))

    def _equal(self, node: Call, left: Meaning, right: Meaning) -> None:
        self._each(node, left, right, self._same)
        if left.items is not None and right.items is not None:
            self._equal(node, _as_a_whole(left), _as_a_whole(right))

    def _each(self, node: Call, left: Meaning, right: Meaning, compare: Compare) -> None:
        """Compare each source on the one side with each on the other, a field with a literal; a version only with a version."""
        self._pairs += len(left.sources) * len(right.sources)
        if self._pairs > _MOST_PAIRS or len(self.found) > _MOST_FOUND:
            return
        for one in left.sources:
            for other in right.sources:
                if one.is_unsure or other.is_unsure:
                    continue
                if one.is_version != other.is_version:
                    plain = other if one.is_version else one
                    self._doubt(
                        plain.place if plain.kind else self._place(node),
                        f'a version is compared with a version: write version({plain.words})',
                    )
                elif one.path and other.kind:
                    compare(node, one, other, left, True)
                elif other.path and one.kind:
                    compare(node, other, one, right, False)

    def _same(self, node: Call, field: ValueSource, literal: ValueSource, fields: Meaning, is_left: bool) -> None:
        """``fields`` are all that may stand there: a text or number that one of them can have is meant for that one."""
        self._note(field, literal.kind)
        if literal.kind == 'null':
            self._doubt(
                literal.place,
                f'{field.words} is never null; what is not reported is asked for by !has({field.words})',
            )
        elif field.is_version:
            self._day(field, literal)
        elif literal.kind in (TEXT, NUMBER) and all(never_is(one, literal) for one in fields.sources if not one.kind):
            self._doubt(literal.place, never_is(field, literal))

    def _ordered(self, node: Call, field: ValueSource, literal: ValueSource, fields: Meaning, is_left: bool) -> None:
        self._note(field, literal.kind)
        path, sign = field.path, node.function.strip('_')
        if field.is_version:
            self._day(field, literal)
        elif field.span is not None or (literal.number is not None and path not in VERSIONS):
            self._reached(sign if is_left else _TURNED[sign], field, literal, fields)
        elif path in VERSIONS or path in DATES:
            sides = (f'version({path})', f'version("{_comparable(path, literal.text)}")')
            left, right = sides if is_left else sides[::-1]
            what = 'dates' if path in DATES else 'versions'
            known = ', or ask device.os.patch_age_days' if path in DATES else ''
            self._doubt(
                self._place(node),
                f'{sign} compares {what} letter by letter here, as if 9 came after 10; write {left} {sign} {right}{known}',
            )
        elif path in WORDS:
            some = either(WORDS[path][-2:]).replace(' or ', ', ')
            self._doubt(self._place(node), f'{path} has words without an order; name them, as in {path} in [{some}]')
        elif path in ADDRESSES:
            self._doubt(
                self._place(node), f'{sign} compares addresses letter by letter; write {path}.startsWith("192.0.2.")'
            )
        else:
            self._same(node, field, literal, fields, is_left)

    def _reached(self, sign: str, field: ValueSource, literal: ValueSource, fields: Meaning) -> None:
        """Nothing is more than the most or less than the least."""
        if literal.number is None or not all(never_is(one, literal, sign) for one in fields.sources if not one.kind):
            return
        self._doubt(literal.place, never_is(field, literal, sign))

    def _day(self, field: ValueSource, literal: ValueSource) -> None:
        """Versions that are dates are written as dates: 2026.5 is another version than 2026-05."""
        if field.path in DATES and literal.kind == TEXT and (words := never_is(field, literal)):
            self._doubt(literal.place, words)

    def _searched(self, node: Call, field: ValueSource, literal: ValueSource, fields: Meaning, is_left: bool) -> None:
        if words := unfound(node.function, field, literal, is_left):
            self._doubt(literal.place, words)


def _as_a_whole(read: Meaning) -> Meaning:
    """The items of what is compared with another list or map. ``device.custom`` itself is compared with all that is in it, so that none of
    its values is left out for its kind."""
    items = read.items or NOTHING
    if read.keys is None:
        return items
    return replace(items, sources=tuple(replace(one, whole=one.whole and one.key is not None) for one in items.sources))


def _negated(one: ValueSource) -> ValueSource:
    """A number of the other sign; what was made of a field is not the field."""
    span = span_of(one) if one.path else None
    turned = None if span is None else (-span[1], -span[0])
    return replace(
        one, number=None if one.number is None else -one.number, whole=one.whole and not one.path, span=turned
    )


def _comparable(path: str, text: str) -> str:
    """A text that a version can be compared with: the very same where it is one."""
    if path in DATES:
        form = FORMS[path]
        return text if form.fits(text) else form.instead(text) or '2026-05-01'
    try:
        version_key(text)
    except ValueError:
        return '12.1'
    return text
