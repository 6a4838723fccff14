"""What a first picture is drawn from: the states of the topics that its components follow, for one reader at one moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ui.shapes.values import Moment, State

Props = Mapping[str, Any]
"""What a component's script gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """``path`` and ``asked`` are the page's address and its query, ``desk`` is what the reader has set (:mod:`ui.desks.told`)."""

    moment: Moment
    states: Mapping[str, State]
    path: str = '/'
    asked: Mapping[str, str] = field(default_factory=dict)
    desk: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A component as HTML: what stands inside, its root's tag, classes and other attributes, and whether it is there but not shown."""

    inside: str
    tag: str = 'span'
    cls: str = ''
    hidden: bool = False
    more: Mapping[str, str] = field(default_factory=dict)


def _none(_: Props, __: Mapping[str, str]) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Shape:
    """How one component is drawn by the server, from what was built inside it; ``topics`` names what it follows at first."""

    draw: Callable[[Props, Picture, str], Drawn]
    topics: Callable[[Props, Mapping[str, str]], Sequence[str]] = _none


def own_topic(props: Props, _: Mapping[str, str]) -> Sequence[str]:
    """The topic that the component names."""
    return (props['topic'],)
