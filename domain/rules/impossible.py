"""Why a field, or what a rule makes of it, can never be as a literal says: the words for a refusal, empty where it can."""

import re
from collections.abc import Callable, Mapping

from cel_expr_python import cel

from domain.rules.custom_kinds import TEXT
from domain.rules.made import span_of, texts_of
from domain.rules.meanings import ValueSource
from domain.rules.values import FORMS, beyond, either, never, outside, quoted

SEARCHING: Mapping[str, tuple[str, Callable[[str, str], bool]]] = {
    'startsWith': ('begins with', str.startswith),
    'endsWith': ('ends with', str.endswith),
    'contains': ('contains', str.__contains__),
    'matches': ('matches', lambda word, pattern: _matches(word, pattern)),
}
_NUMBER = re.compile(r'[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?|[-+]?(inf|nan)')
_MOST_CHOICES = 12
"""That a refusal names."""
_MATCH = cel.NewEnv(variables={'word': cel.Type.STRING, 'pattern': cel.Type.STRING})
_MATCHING = _MATCH.compile('word.matches(pattern)')


def unfound(function: str, field: ValueSource, literal: ValueSource, is_left: bool) -> str:
    """Why such a search finds nothing: of a literal in a field (``is_left``), or of a field in a literal."""
    if literal.kind != TEXT:
        return ''
    verb, found = SEARCHING[function]
    texts, form = texts_of(field), FORMS.get(field.path) if field.whole else None
    if texts is not None:
        if any(found(text, literal.text) if is_left else found(literal.text, text) for text in texts):
            return ''
        none = (
            f'none of them {verb} {quoted(literal.text)}' if is_left else f'{quoted(literal.text)} {verb} none of them'
        )
        return f'{_made_of(field)} is {either(texts[:_MOST_CHOICES])}, and {none}'
    if form is not None and is_left and function == 'startsWith' and not form.begins(literal.text):
        return f'{field.path} is written as {form.words}, and never {verb} {quoted(literal.text)}'
    return ''


def never_is(field: ValueSource, literal: ValueSource, sign: str = '') -> str:
    """Why the field never is as the literal says; ``sign`` puts them in order, the field first."""
    if literal.number is not None:
        span = span_of(field)
        if span is None:
            return ''
        at_end = (sign == '>' and literal.number == span[1]) or (sign == '<' and literal.number == span[0])
        reason = beyond if at_end else outside
        return reason(_made_of(field), span, literal.number)
    if field.texts is not None:
        if literal.text in field.texts:
            return ''
        return f'{_made_of(field)} is {either(field.texts[:_MOST_CHOICES])}, and never {quoted(literal.text)}'
    if not field.whole:
        return ''
    if span_of(field) is not None and not _NUMBER.fullmatch(literal.text):
        return f'{field.path} is a number, and its text never {quoted(literal.text)}'
    return never(field.path, literal.text)


def _made_of(field: ValueSource) -> str:
    return field.path if field.whole else f'what is made of {field.path} here'


def _matches(word: str, pattern: str) -> bool:
    return _MATCHING.eval(_MATCH.Activation({'word': word, 'pattern': pattern})).value() is not False
