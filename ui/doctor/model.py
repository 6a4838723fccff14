"""What the doctor finds: a line for every probe, and the report of all."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, TypeVar

T = TypeVar('T')


NO_SERVER = 'That can be seen by a running server alone.'


class State(StrEnum):
    """How a thing stands; the worst one of a report is the report's."""

    OK = 'ok'
    UNKNOWN = 'not known'
    WARNING = 'warning'
    FAULT = 'fault'


_ORDER = list(State)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a probe says: one plain sentence, what to do (empty when nothing is), figures for programs, and the page to look at."""

    state: State
    words: str
    advice: str = ''
    figures: Mapping[str, Any] = field(default_factory=dict)
    href: str = ''


Figures = Mapping[str, Any]
_NONE: Figures = MappingProxyType({})


def ok(words: str, *, figures: Figures = _NONE, **more: Any) -> Said:
    """Nothing is to be done."""
    return Said(state=State.OK, words=words, figures={**figures, **more})


def unknown(words: str, advice: str = '', *, figures: Figures = _NONE, **more: Any) -> Said:
    """It could not be found out."""
    return Said(state=State.UNKNOWN, words=words, advice=advice, figures={**figures, **more})


def warning(words: str, advice: str, *, href: str = '', figures: Figures = _NONE, **more: Any) -> Said:
    """It works, and will not for long, or not for all."""
    return Said(state=State.WARNING, words=words, advice=advice, figures={**figures, **more}, href=href)


def fault(words: str, advice: str, *, href: str = '', figures: Figures = _NONE, **more: Any) -> Said:
    """It does not work."""
    return Said(state=State.FAULT, words=words, advice=advice, figures={**figures, **more}, href=href)


@dataclass(frozen=True, slots=True)
class Probe(Generic[T]):
    """A row of the table: what is looked at, and the function that does. ``late`` is what to do when it does not answer in time."""

    name: str
    title: str
    look: Callable[[T], Awaitable[Said]]
    late: str = (
        'Look at this again in a minute; when it stays so, the machine is overloaded or a disk or network hangs.'
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """A probe's line in a report."""

    name: str
    title: str
    said: Said

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        said = self.said
        line = {'name': self.name, 'title': self.title, 'state': said.state.value, 'words': said.words}
        return line | ({'advice': said.advice} if said.advice else {}) | {'figures': dict(said.figures)}


def worst(findings: Sequence[Finding]) -> State:
    """The state of a report."""
    return max((finding.said.state for finding in findings), key=_ORDER.index, default=State.UNKNOWN)
