"""What can be made of a field in a rule: the texts that a word becomes, and the span of a number that is counted or reckoned.

Each function answers with what is certain alone: a value of which nothing is known keeps its field and nothing more.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from math import ceil, floor, inf, isfinite

from domain.rules.custom_kinds import NUMBER, TEXT
from domain.rules.meanings import MOST_JOINED, Meaning, Span, ValueSource
from domain.rules.values import FORMS, RANGES, REPORTED, WORDS
from domain.rules.vocabulary import FIELDS

_TRUTHS = ('false', 'true')
MOST_MADE = 64
"""Sources that one operator may make; a person would write fewer."""


def texts_of(one: ValueSource) -> tuple[str, ...] | None:
    """All texts that it can be; ``None`` when they are not known."""
    if one.kind == TEXT:
        return (one.text,)
    if one.texts is not None:
        return one.texts
    return WORDS.get(one.path) if one.whole and not one.is_version else None


def span_of(one: ValueSource) -> Span | None:
    """Between which numbers it is; ``None`` for what is no number, or of no known span."""
    if one.number is not None:
        return one.number, one.number
    if one.span is not None:
        return one.span
    return RANGES.get(one.path) if one.whole else None


def joined_texts(left: Meaning, right: Meaning) -> Iterable[ValueSource]:
    """What ``+`` makes of a text of a field and another: it is still that field when the other is empty."""
    for field, other, is_left in _fields(left, right):
        if other is not None and other.kind == TEXT and not other.text:
            yield field
            continue
        known, more = texts_of(field), texts_of(other) if other is not None else None
        made = None
        if known is not None and more is not None and len(known) * len(more) <= MOST_JOINED:
            made = tuple(one + two if is_left else two + one for one in known for two in more)
        yield replace(field, whole=False, texts=made, span=None)


def _fields(left: Meaning, right: Meaning) -> Iterable[tuple[ValueSource, ValueSource | None, bool]]:
    for sources, others, is_left in ((left.sources, right.sources, True), (right.sources, left.sources, False)):
        for field in sources:
            if field.path:
                for other in others[:MOST_MADE] or (None,):
                    yield field, other, is_left


def sized(read: Meaning) -> Meaning:
    """What ``size()`` may answer."""
    return Meaning(tuple(replace(one, whole=False, texts=None, span=_size(one)) for one in read.sources if one.path))


def _size(one: ValueSource) -> Span:
    if (texts := texts_of(one)) is not None:
        lengths = [len(text) for text in texts]
        return min(lengths), max(lengths)
    if one.whole and (form := FORMS.get(one.path)) is not None:
        return sum(least for _, least, _ in form.steps), sum(most for _, _, most in form.steps)
    return float(one.path in REPORTED), inf


def as_text(one: ValueSource) -> ValueSource:
    """Of ``string()``: a flag is one of two words."""
    return replace(one, whole=False, texts=_TRUTHS) if one.whole and FIELDS.get(one.path) == 'bool' else one


def as_number(one: ValueSource, name: str) -> ValueSource:
    """Of ``int()``, ``uint()`` and ``double()``; a whole number lies nearer to 0."""
    span = span_of(one)
    if span is not None and name != 'double':
        span = _outward(span)
    return replace(one, whole=False, texts=None, number=None, kind='', span=span)


def reckoned(name: str, left: Meaning, right: Meaning) -> Meaning:
    """What ``+``, ``-``, ``*``, ``/`` and ``%`` make of numbers."""
    made: list[ValueSource] = []
    for one in left.sources:
        for other in right.sources:
            a, b = span_of(one), span_of(other)
            span = _RECKON[name](a, b) if a is not None and b is not None else None
            if span is not None and not one.path and not other.path:
                made.append(ValueSource(one.place, kind=NUMBER, number=span[0]))
            else:
                made += [replace(field, whole=False, texts=None, span=span) for field in (one, other) if field.path][:1]
            if len(made) >= MOST_MADE:
                return Meaning()
    return Meaning(tuple(dict.fromkeys(made)))


def _outward(span: Span) -> Span:
    low, high = span
    return (floor(low) if isfinite(low) else low), (ceil(high) if isfinite(high) else high)


def _of_corners(reckon: Callable[[float, float], float]) -> Callable[[Span, Span], Span | None]:
    def made(a: Span, b: Span) -> Span | None:
        corners = [reckon(x, y) for x in a for y in b]
        return None if any(corner != corner for corner in corners) else (min(corners), max(corners))

    return made


def _divided(a: Span, b: Span) -> Span | None:
    """Whole numbers are cut off, so that a little more than the quotient may come out."""
    if b[0] <= 0 <= b[1]:
        return None
    quotient = _of_corners(lambda x, y: x / y)(a, b)
    return (
        None if quotient is None else _outward((min(quotient[0], 0) if quotient[0] < 1 else quotient[0], quotient[1]))
    )


def _rest(a: Span, b: Span) -> Span | None:
    if b[0] != b[1] or b[0] == 0:
        return None
    most = abs(b[0]) - 1
    return (0.0 if a[0] >= 0 else -most), (0.0 if a[1] <= 0 else most)


_RECKON: Mapping[str, Callable[[Span, Span], Span | None]] = {
    '_+_': _of_corners(lambda x, y: x + y),
    '_-_': _of_corners(lambda x, y: x - y),
    '_*_': _of_corners(lambda x, y: x * y),
    '_/_': _divided,
    '_%_': _rest,
}
RECKONING = frozenset(_RECKON)
