"""What the live picture has to know of each kind of row: when one has ended, which indexes follow it, who with a narrowed role sees it.

The picture itself (:mod:`domain.fleet.fleet`, :mod:`domain.fleet.scoped`) knows no kind; each noun brings its rows in its ``live``.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from domain.journal.model import Subject

if TYPE_CHECKING:
    from domain.fleet.fleet import Fleet
    from domain.fleet.fleets import Fleets
    from domain.fleet.scoped import ScopedFleet

Row = TypeVar('Row')


class Index:
    """What is kept of a fleet's rows so that a question need not walk them. It follows the kinds that name it.

    ``moved`` is called for each row that comes (``before`` is ``None``), changes or goes (``after`` is ``None``): the indexes of a kind in
    their order for a row that comes or changes, in the opposite order for one that goes.
    """

    def __init__(self, fleet: 'Fleet') -> None:
        pass

    def moved(self, before: Any, after: Any) -> None:
        """Follow one row."""
        raise NotImplementedError

    def narrowed(self, part: 'ScopedFleet') -> Self:
        """The same questions about a part of the fleet. What does not say how is not answered there."""
        raise LookupError(f'{type(self).__name__} is not told of a part of a fleet')


class SharedIndex:
    """The same over all enterprises: for what is looked up before the enterprise is known."""

    def __init__(self, fleets: 'Fleets') -> None:
        pass

    def moved(self, before: Any, after: Any) -> None:
        """Follow one row."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible(Generic[Row]):
    """What a narrowed role sees of a kind: ``ids`` of the live rows, whether it ``sees`` a row, live or not, and how that reads.

    ``in_history`` says whether its journal entries may be read too, where the event does not say otherwise.
    """

    ids: 'Callable[[ScopedFleet], Collection[str]]'
    sees: 'Callable[[ScopedFleet, Row], bool]'
    narrow: 'Callable[[ScopedFleet, Row], Row]' = lambda part, row: row
    count: 'Callable[[ScopedFleet], int] | None' = None
    in_history: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[Row]):
    """One type of row.

    A row that ``has_ended`` leaves the picture; one that does not ``belong`` (its device was retired in the same group) stays outside.
    ``is_kept`` is false for rows that only indexes need: each is to them as one that comes. ``of_all`` rows belong to no enterprise.
    """

    of: type[Row]
    name: str = ''
    """The word for it in the journal and in addresses, for what has one."""
    has_ended: Callable[[Row], bool] = lambda row: False
    belongs: 'Callable[[Fleet, Row], bool] | None' = None
    indexes: tuple[type[Index], ...] = ()
    shared: tuple[type[SharedIndex], ...] = ()
    visible: Visible[Row] | None = None
    is_kept: bool = True
    of_all: bool = False


class Sight(Protocol):
    """What a scope shows of a fleet: devices and towers, from which the rest follows. ``docs/decisions/0008-scopes.md`` has the rules."""

    def device(self, device_id: str) -> bool:
        """True for a visible device."""

    def tower(self, tower_id: str) -> bool:
        """True for a visible tower."""

    def all_on(self, tower_id: str) -> bool:
        """True for a tower all of whose devices are visible."""

    def devices(self) -> list[str]:
        """Ids of the visible devices."""

    def towers(self) -> Collection[str]:
        """Ids of the visible towers."""

    def of_devices(self, rows: Any) -> list[str]:
        """Of rows by id that each belong to a ``device``, the ids of those whose device is visible."""

    def mask(self) -> npt.NDArray[np.bool_]:
        """Which rows of the device columns are visible."""

    def count_on(self, tower_id: str) -> int:
        """How many visible devices a tower serves."""

    def affected_by(self, tower_id: str) -> int:
        """How many visible devices lost a tower that is down, or are on one that is not."""

    def name_of(self, device_id: str) -> str:
        """The name of a visible device."""


class Find(Protocol):
    """The row of a kind and id, or ``None``."""

    def __call__(self, kind: type[Row], id: str, /) -> Row | None: ...


@dataclass(frozen=True, slots=True)
class Live:
    """All kinds, the indexes that follow a kind of another noun, and what decides what a scope shows of them.

    ``concerns`` says whether the scope of a rule takes in a subject with these witnesses (ids of devices), whose rows ``Find`` has.
    """

    kinds: tuple[Kind[Any], ...]
    sight: 'Callable[[ScopedFleet], Sight]'
    following: tuple[tuple[type, type[Index] | type[SharedIndex]], ...] = ()
    concerns: 'Callable[[Fleet, Find, Any, Subject, Collection[str]], bool]' = lambda *asked: True

    def indexes(self, kind: Kind[Any]) -> list[type[Index]]:
        """What follows the kind in a fleet, in order."""
        others = [index for one, index in self.following if one is kind.of and issubclass(index, Index)]
        return [*kind.indexes, *others]

    def shared(self, kind: Kind[Any]) -> list[type[SharedIndex]]:
        """What follows the kind over all enterprises, in order."""
        others = [index for one, index in self.following if one is kind.of and issubclass(index, SharedIndex)]
        return [*kind.shared, *others]


def leave(sets: dict[Any, set[str]], key: Any, id: str) -> None:
    """Take an id from the set of a key; an empty set is dropped."""
    ids = sets[key]
    ids.discard(id)
    if not ids:
        del sets[key]
