"""Expressions over counters, in CEL: checked when they are saved, so that none is stored which cannot be meant.

Every name has one type, so that the checker of the language refuses a comparison of a number with a text. Functions, macros and loops are
refused: what an expression costs is a multiple of its length.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from domain.common.errors import Invalid
from domain.own_rules.counters import BY_NAME, COUNTERS, VIOLATIONS
from domain.rules.decided import INFINITE, Decided, Range, check_decided, worked_in
from domain.rules.messages import plainly
from domain.rules.tree import read_tree

MOST_CHARACTERS = 500
MOST_REMEMBERED = 1000
_WORDS = frozenset({'true', 'false', 'in', VIOLATIONS})
_ENV = cel.NewEnv(
    variables={
        **{one.name: cel.Type.DOUBLE if one.most == 100 else cel.Type.INT for one in COUNTERS},
        VIOLATIONS: cel.Type.Map(cel.Type.STRING, cel.Type.INT),
    }
)
_TEXT = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'')
_NAME = re.compile(r'[A-Za-z_]\w*')
_CALL = re.compile(r'[A-Za-z_]\w*\s*\(|\.')
_OF_POLICY = re.compile(rf'\b{VIOLATIONS}\s*\[\s*("(?:[^"\\\n])*"|\'(?:[^\'\\\n])*\')\s*\]')
_EQUAL = re.compile(r'\b([a-z_]+)\s*[!=]=')
_PLACE = re.compile(r'<input>:(\d+):(\d+): (.*?)(?:\n|$)')


class Expression:
    """A checked one. ``names`` are the counters that it reads, ``policies`` those whose violations it counts, by name."""

    def __init__(self, text: str) -> None:
        """Raise ``Invalid``, of the field ``expression``, for what cannot be asked or cannot be meant."""
        if not text.strip() or len(text) > MOST_CHARACTERS or not text.isprintable():
            raise _wrong(f'must have 1 to {MOST_CHARACTERS} characters on one line')
        blank = _TEXT.sub(lambda found: '"' + ' ' * (len(found[0]) - 2) + '"', text)
        self.text = text
        self.names = frozenset(_names(blank))
        self.policies = frozenset(found[1][1:-1] for found in _OF_POLICY.finditer(text))
        if not self.names:
            raise _wrong('names no counter; there are ' + ', '.join([*BY_NAME, f'{VIOLATIONS}["a policy"]']))
        if blank.count(VIOLATIONS) != len(_OF_POLICY.findall(text)):
            raise _wrong(f'name the policy in quotes: {VIOLATIONS}["Encrypted"]')
        for equal in _EQUAL.finditer(blank):
            if (counter := BY_NAME.get(equal[1])) is not None and counter.most == 100:
                raise _wrong(f'{equal[1]} is seldom a round number: compare it with < or >')
        try:
            self._compiled = _ENV.compile(_with_decimals(text, blank))
        except RuntimeError as error:
            found = _PLACE.search(str(error))
            raise _wrong(plainly(found[3]) if found else 'cannot be read') from None
        if self._compiled.return_type() != cel.Type.BOOL:
            raise _wrong('must answer yes or no: compare a counter with a number')

    def check_meant(self) -> None:
        """Raise ``Invalid`` for what cannot be meant: a part that is always the same, or can never be answered. It is asked when a rule is
        saved; one that an earlier release took goes on."""
        try:
            check_decided(read_tree(self._compiled.serialize()).root, _range_of, worked_in(_ENV))
        except Decided as found:
            raise _wrong(found.words) from None

    def holds(self, values: Mapping[str, Any]) -> bool | None:
        """Whether it is true of these values; ``None`` when that has no answer, such as a part of nothing."""
        try:
            found = self._compiled.eval(_ENV.Activation(dict(values)))
        except RuntimeError:
            return None
        return bool(found.value()) if found.type() == cel.Type.BOOL else None

    def told(self, values: Mapping[str, Any]) -> str:
        """What it read, in words: ``offline 12, devices 100``."""
        said = [f'{name} {values[name]:g}' for name in sorted(self.names - {VIOLATIONS})]
        said += [f'{name} is broken by {values[VIOLATIONS].get(name, 0)}' for name in sorted(self.policies)]
        return ', '.join(said)


@lru_cache(MOST_REMEMBERED)
def expression(text: str) -> Expression:
    """The same, made once."""
    return Expression(text)


def checked_expression(text: str) -> Expression:
    """One that is to be saved; raises ``Invalid``."""
    found = expression(text.strip())
    found.check_meant()
    return found


def check_policies(found: Expression, known: Collection[str]) -> None:
    """Refuse the name of a policy that is not there."""
    if missing := sorted(found.policies - set(known)):
        raise _wrong(f'there is no policy {missing[0]!r}')


def _names(blank: str) -> Iterator[str]:
    if (call := _CALL.search(_DECIMALS.sub(' ', blank))) is not None:
        raise _wrong(f'functions and fields cannot be used here: {call[0].strip()}')
    for found in _NAME.finditer(_TEXT.sub('', blank)):
        if found[0] in BY_NAME or found[0] == VIOLATIONS:
            yield found[0]
        elif found[0] not in _WORDS:
            raise _wrong(f'there is no counter {found[0]}; there are {", ".join(BY_NAME)}')


_DECIMALS = re.compile(r'\d+\.\d+')


def _range_of(name: str) -> Range | None:
    """What a counter can be; the violations of any policy are counted from 0."""
    if name == VIOLATIONS:
        return Range(0.0, is_whole=True)
    if (counter := BY_NAME.get(name)) is None:
        return None
    return Range(0.0, INFINITE if counter.most is None else counter.most, is_whole=counter.most != 100)


def _with_decimals(text: str, blank: str) -> str:
    """CEL compares a part of a hundred with 5.0, and people write 5."""
    out, at = [], 0
    for found in re.finditer(r'_percent\s*(?:<=|>=|<|>)\s*(\d+)(?![\d.])', blank):
        out.append(f'{text[at : found.end()]}.0')
        at = found.end()
    return ''.join(out) + text[at:]


def _wrong(words: str) -> Invalid:
    return Invalid(words, field='expression')
