"""What a kind of check is made of: the target it asks, and the fields of that target as they are typed, sent and described."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from domain.common.errors import Invalid
from domain.common.text import clean_line

_NO_HOST = re.compile(r'[\s/@?#]')


class Target(Protocol):
    """What a check asks: a frozen dataclass of a kind's own fields. What is not filled in yet is empty."""

    kind: ClassVar[str]
    """The key of its :class:`CheckKind`."""

    @property
    def label(self) -> str:
        """What a person calls the check: the kind, a blank, and what is asked."""

    @property
    def address(self) -> str:
        """What is asked one check at a time."""

    @property
    def host(self) -> str:
        """The name or address whose being polled the policy of addresses judges."""

    def checked(self, field: str) -> 'Target':
        """The same in the form in which it is kept; raises ``Invalid`` for what cannot be asked, by its place below ``field``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a check. ``hint`` is an example of it, ``low`` and ``high`` are its limits, in ``unit`` where it has one."""

    name: str
    label: str
    meaning: str
    type: type = str
    hint: str = ''
    unit: str = ''
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    is_optional: bool = False
    is_wide: bool = False
    in_every_kind: bool = False
    """Sent with its default for checks of other kinds too, as programs have known it from the beginning."""

    def check(self, value: Any, field: str, words: str = '') -> None:
        """Raise ``Invalid`` for a value that is beyond the limits or is none of the choices."""
        if self.choices and value not in self.choices:
            raise Invalid(words or f'is one of {", ".join(self.choices)}', field=f'{field}.{self.name}')
        if self.low is not None and self.high is not None and not self.low <= value <= self.high:
            raise Invalid(
                words or f'must be between {self.low:g} and {self.high:g}',
                field=f'{field}.{self.name}',
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckKind:
    """A way to ask a tower. ``place`` is the field of the target that says which host is asked."""

    label: str
    meaning: str
    target: Callable[..., Target]
    fields: tuple[Field, ...]
    place: str

    @property
    def key(self) -> str:
        """How it is stored and sent."""
        return str(self.default('kind'))

    def default(self, name: str) -> Any:
        """What a field of the target holds when it is not said."""
        return getattr(self.target(), name)


def checked_host(host: str, field: str) -> str:
    """A name or an address alone, or ``Invalid``."""
    if _NO_HOST.search(clean_line(host, f'{field}.host', most=253)):
        raise Invalid('write a name or an address alone, such as 10.20.0.7', field=f'{field}.host')
    return host
