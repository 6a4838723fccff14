"""What the sentences of several nouns are made of."""

from collections.abc import Callable, Mapping
from typing import Any

Said = tuple[str, str, str, str]
"""Family and state of the mark, the text after the subject's name, the why."""
Sentences = Mapping[type, Callable[[Any], Said]]
"""By the class of the entry, what is said of it."""


def words(text: str) -> Callable[[Any], Said]:
    """Always the same text, with nothing to add."""
    return lambda _: ('severity', 'indeterminate', text, '')


def because(text: str, state: str = 'indeterminate') -> Callable[[Any], Said]:
    """Always the same text; the why is the reason that the entry gives."""
    return lambda entry: ('severity', state, text, entry.because)


def noted(entry: Any) -> Said:
    """A note that was written on something."""
    return 'severity', 'indeterminate', 'has a note', entry.text


def evidence_text(evidence: Mapping[str, object], now: Mapping[str, object] | None = None) -> str:
    """What the rule saw, and where that differs what it would see ``now``: ``os.patch_age_days = 74 (now 75)``."""
    later = {path: f' (now {shown(value)})' for path, value in (now or {}).items() if evidence.get(path) != value}
    return ', '.join(
        f'{path.removeprefix("device.")} = {shown(value)}{later.get(path, "")}' for path, value in evidence.items()
    )


def shown(value: object) -> str:
    """A value of a rule as people write it in a rule."""
    if value is None:
        return 'not reported'
    return str(value).lower() if isinstance(value, bool) else str(value)
