"""Custom values in rules: a value of another kind than the rule compares with is no answer.

A device may report ``"true"`` where the rule says ``true``. CEL calls the two unequal, and the device would break a rule that it may well
keep. So a comparison with a literal reads only the custom values of that literal's kind: any other is as unknown there as one that is
not reported, with the same consequences for ``&&``, ``||`` and ``has()``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations

FLAG, NUMBER, TEXT = 'flag', 'number', 'text'
_WORDS = {FLAG: 'true or false', NUMBER: 'a number', TEXT: 'text'}
KIND_OF: Mapping[type, str] = {bool: FLAG, int: NUMBER, float: NUMBER, str: TEXT}
COMBINATIONS = tuple(map(frozenset, chain.from_iterable(combinations(_WORDS, size) for size in (1, 2))))
"""What a value can be compared with. With all three kinds every value can be compared."""
_CUSTOM = re.compile(r'(?<![\w.])device\s*\.\s*custom\b')
NO_KEY = re.compile(r'Key not found in map : "(.*)"')
"""What the runtime says of a map without that key."""


def name_of(kinds: frozenset[str]) -> str:
    """What the custom values of these kinds are called where the runtime reads them; no rule of a person can name it."""
    return '_'.join(('custom', *sorted(kinds)))


@dataclass(slots=True)
class CustomKinds:
    """With what a rule compares custom values: kinds by where ``device.custom`` stands in its text (offset), and by key; the key is
    ``None`` where it is computed."""

    places: dict[int, frozenset[str]] = field(default_factory=dict)
    keys: dict[str | None, frozenset[str]] = field(default_factory=dict)

    def note(self, place: int, key: str | None, kind: str) -> None:
        """One more comparison with a literal of this kind."""
        self.places[place] = self.places.get(place, frozenset()) | {kind}
        self.keys[key] = self.keys.get(key, frozenset()) | {kind}

    def narrowed(self, text: str, blank: str) -> tuple[str, set[frozenset[str]], bool]:
        """The rule as the runtime gets it, the kinds that it then reads apart, and whether it reads custom values of all kinds too.

        ``blank`` is the text without literals and comments.
        """
        used: set[frozenset[str]] = set()
        whole = False
        for found in reversed(list(_CUSTOM.finditer(blank))):
            kinds = self.places.get(found.start(), frozenset(_WORDS))
            if kinds in COMBINATIONS:
                used.add(kinds)
                text = f'{text[: found.end()]}{name_of(kinds).removeprefix("custom")}{text[found.end() :]}'
            else:
                whole = True
        return text, used, whole

    def reason(self, error: str, custom: Mapping[str, object]) -> str | None:
        """Why a rule could not be answered, if that is the kind of a custom value; ``error`` is what the runtime said."""
        found = NO_KEY.search(error)
        if found is None or found[1] not in custom:
            return None
        key, kind = found[1], KIND_OF[custom[found[1]].__class__]
        expected = self.keys.get(key, self.keys.get(None, frozenset()))
        if not expected:
            return None
        wanted = ' or '.join(_WORDS[each] for each in sorted(expected - {kind}))
        return f'device.custom.{key} is reported as {_WORDS[kind]}, not as {wanted}'
