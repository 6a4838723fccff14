"""What the rule's runtime says of a text it cannot read, in the words of the person who typed it."""

import re

_INSTEAD = {'=': '==', 'and': '&&', 'AND': '&&', 'or': '||', 'OR': '||', 'not': '!', 'NOT': '!', '<>': '!='}
_TYPES = {
    'string': 'text', 'int': 'a number', 'uint': 'a number', 'double': 'a fraction', 'bool': 'yes or no', 'list': 'a list',
    'map': 'a map', 'null': 'nothing', 'null_type': 'nothing', 'google.protobuf.Timestamp': 'a moment', 'timestamp': 'a moment',
    'bytes': 'a version', 'google.protobuf.Duration': 'a length of time', 'duration': 'a length of time',
}  # fmt: skip
_COMPARED = frozenset({'_<_', '_<=_', '_>_', '_>=_', '_==_', '_!=_', '@in'})
_ENDS = re.compile(r"(?:mismatched|extraneous) input '<EOF>'|no viable alternative at input '[^']*<EOF>'")
_MISSING = re.compile(r"missing '(.+?)' at '(.+)'")
_ODD = re.compile(
    r"(?:mismatched input|extraneous input|no viable alternative at input|token recognition error at:) '(.*?)'(?: expecting.*)?$"
)
_UNKNOWN = re.compile(r"undeclared reference to '(.+?)'")
_OVERLOAD = re.compile(r"found no matching overload for '(.+?)' applied to '(.*)'")


def plainly(said: str) -> str:
    """The runtime's message (of its ANTLR parser or its type checker) as a sentence; one that is not known stays as it is."""
    said = said.removeprefix('Syntax error: ')
    if _ENDS.match(said):
        return 'the rule ends too early, something is missing here'
    if found := _MISSING.match(said):
        return f'{found[1]} is missing' + ('' if found[2] == '<EOF>' else f' before {found[2]}')
    if found := _ODD.match(said):
        return _odd(found[1].strip())
    if found := _UNKNOWN.match(said):
        if found[1] == 'version':
            return 'version is asked of one text, as in version("12.1")'
        advice = f'; write {_INSTEAD[found[1]]}' if found[1] in _INSTEAD else '; a rule reads device, tower and now'
        return f'there is nothing called {found[1]}{advice}'
    if found := _OVERLOAD.match(said):
        return _overload(found[1], found[2].strip('()'))
    return said


def _odd(part: str) -> str:
    if part[:1] in ('"', "'"):
        return 'this text has no closing quote'
    if part in _INSTEAD:
        return f'{part} is no part of a rule; write {_INSTEAD[part]}'
    return f'{part} does not fit here'


def _overload(operator: str, types: str) -> str:
    named = [_TYPES.get(re.sub(r'\(.*', '', one.strip()), one.strip()) for one in types.split(', ')]
    sign = operator.strip('_@') or operator
    if len(named) == 2 and operator.startswith(('_', '@')):
        both = '; write version() around both' if 'a version' in named and operator in _COMPARED else ''
        return f'{sign} does not work between {named[0]} and {named[1]}{both}'
    return f'{sign} does not work on {", ".join(named)}'
