"""What a regular expression may cost. The runtime (RE2) compiles a pattern anew each time it is asked, so a pattern is weighed before.

RE2 never runs away on its input (https://github.com/google/re2/wiki/WhyRE2), but a short pattern can be a large program: ``.{1,100}``
stands for hundreds of steps, a Unicode class for thousands. The weights are microseconds on a 2 GHz core, rounded up; a
property test compares them with what the runtime takes.
"""

import re

MOST_CHARACTERS = 500
MOST_DEPTH = 20
_FOLDS = re.compile(r'\(\?[a-zA-Z]*i')
_COUNTED = re.compile(r'\{(\d+)(,?)(\d*)\}\??')
_GROUP = re.compile(r'\((?:\?(?:P?<\w+>|[a-zA-Z-]*:|[a-zA-Z-]+(?=\))))?')
_ESCAPE = re.compile(r'\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|(?s:.))')
_ASCII = 1.0
_ANY_LETTER = 3.0
_FOLDED = 7.0
_ANY = 16.0
"""Any character but some: each length of UTF-8 is a branch of its own."""
_ASCII_CLASS = 2.0
_UNICODE_RANGE = 20.0
_GROUPED = 3.0


class BadPattern(ValueError):
    """The pattern cannot be weighed; the text says what to do."""


def weight(pattern: str) -> float:
    """Microseconds to compile a pattern. Raises :class:`BadPattern`."""
    if len(pattern) > MOST_CHARACTERS:
        raise BadPattern(f'a pattern has at most {MOST_CHARACTERS} characters')
    reader = _Reader(pattern)
    found = reader.alternatives(0)
    if reader.at < len(pattern):
        raise BadPattern('the pattern closes a group that it does not open')
    return found


class _Reader:
    """Reads a pattern from left to right; what it takes for larger than it is does no harm."""

    def __init__(self, pattern: str) -> None:
        self.at = 0
        self._pattern = pattern
        self._folds = _FOLDS.search(pattern) is not None

    def alternatives(self, depth: int) -> float:
        """Up to the end of the pattern or of the group."""
        if depth > MOST_DEPTH:
            raise BadPattern(f'a pattern nests at most {MOST_DEPTH} groups')
        whole = 1.0
        while self.at < len(self._pattern) and self._pattern[self.at] != ')':
            if self._pattern[self.at] == '|':
                self.at += 1
                whole += 2
            else:
                whole += self._repeated(self._atom(depth))
        return whole

    def _repeated(self, once: float) -> float:
        while self.at < len(self._pattern):
            if self._pattern[self.at] in '*+?':
                self.at += 1
                once += 1
            elif found := _COUNTED.match(self._pattern, self.at):
                self.at = found.end()
                least, most = int(found[1][:6]), int(found[3][:6] or 0)
                once = (once + 1) * max(1, least + (1 if found[2] else 0), most) + 1
            else:
                break
        return once

    def _atom(self, depth: int) -> float:
        char = self._pattern[self.at]
        if char == '(':
            return self._group(depth)
        if char == '[':
            return self._class()
        if char == '\\':
            return self._escaped()
        self.at += 1
        return _ANY if char == '.' else self._letter(char)

    def _group(self, depth: int) -> float:
        found = _GROUP.match(self._pattern, self.at)
        self.at = found.end() if found else self.at + 1
        inside = self.alternatives(depth + 1)
        if self.at >= len(self._pattern):
            raise BadPattern('the pattern opens a group that it does not close')
        self.at += 1
        return inside + _GROUPED

    def _class(self) -> float:
        start = self.at
        self.at += 1
        negated = self._pattern.startswith('^', self.at)
        self.at += negated
        whole = _ANY if negated else _ASCII_CLASS
        first = True
        while self.at < len(self._pattern) and (first or self._pattern[self.at] != ']'):
            first = False
            if self._pattern.startswith('[:', self.at) and (end := self._pattern.find(':]', self.at)) > 0:
                whole += _ANY if self._pattern[self.at + 2] == '^' else 2.0
                self.at = end + 2
            elif self._pattern[self.at] == '\\':
                whole += self._escaped()
            else:
                whole += 0.3 if self._pattern[self.at].isascii() else 2.0
                self.at += 1
            if self._pattern.startswith('-', self.at) and not self._pattern.startswith('-]', self.at):
                wide = (
                    not self._pattern[self.at - 1 : self.at + 2].isascii() or '\\' in self._pattern[start : self.at + 2]
                )
                whole += _UNICODE_RANGE if wide else 0.0
        self.at += 1
        return whole * (3 if self._folds else 1)

    def _escaped(self) -> float:
        found = _ESCAPE.match(self._pattern, self.at)
        if found is None:
            raise BadPattern('the pattern ends in a single backslash')
        self.at = found.end()
        kind = found[0][1]
        if kind in 'pP':
            raise BadPattern(
                'classes of Unicode are too costly to be asked of every device: name the letters, as in [a-z]'
            )
        if kind == 'Q':
            end = self._pattern.find('\\E', self.at)
            quoted = self._pattern[self.at : end if end >= 0 else len(self._pattern)]
            self.at += len(quoted) + (2 if end >= 0 else 0)
            return sum(map(self._letter, quoted))
        if kind in 'DSW':
            return _ANY
        return _ASCII_CLASS if kind in 'dsw' else self._letter('é' if kind == 'x' else kind)

    def _letter(self, char: str) -> float:
        if self._folds and char.isalpha():
            return _FOLDED
        return _ASCII if char.isascii() else _ANY_LETTER
