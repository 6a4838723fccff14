"""Tables and counters of a fleet with a part of its rows in them: what :class:`domain.fleet.scoped.ScopedFleet` shows instead of all."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, ValuesView
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from domain.devices.compliance import Compliance
from domain.devices.listing.columns import COMPLIANCES, PRESENCES
from domain.devices.listing.labels import LabelIndex
from domain.fleet.fleet import Fleet

Row = TypeVar('Row')


class ScopedTable(Mapping[str, Row], Generic[Row]):
    """A table of a fleet with only those rows in it that may be seen, as they may be seen."""

    def __init__(
        self,
        whole: Mapping[str, Row],
        ids: Callable[[], Collection[str]],
        sees: Callable[[Row], bool],
        narrow: Callable[[Row], Row],
        count: Callable[[], int] | None,
    ) -> None:
        self._whole = whole
        self._ids = ids
        self._sees = sees
        self._narrow = narrow
        self._count = count

    def __getitem__(self, id: str) -> Row:
        row = self._whole[id]
        if not self._sees(row):
            raise KeyError(id)
        return self._narrow(row)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids())

    def __len__(self) -> int:
        return self._count() if self._count is not None else len(self._ids())

    def values(self) -> ValuesView[Row]:
        """The rows; looking each id up again would ask twice who may see it."""
        return {id: self._narrow(self._whole[id]) for id in self._ids()}.values()


def seen(
    whole: Mapping[str, Row],
    ids: Callable[[], Collection[str]],
    sees: Callable[[Row], bool],
    narrow: Callable[[Row], Row] = lambda row: row,
    *,
    count: Callable[[], int] | None = None,
) -> Any:
    """Typed loosely, since a fleet's own tables are dictionaries, which it alone writes."""
    return ScopedTable(whole, ids, sees, narrow, count)


class ScopedLabels(LabelIndex):
    """The labels that visible devices carry."""

    def __init__(
        self, whole: LabelIndex, mask: Callable[[], npt.NDArray[np.bool_]], sees: Callable[[str], bool]
    ) -> None:
        self._labels = whole
        self._mask = mask
        self._sees = sees

    def __iter__(self) -> Iterator[tuple[str, str]]:
        mask = self._mask()
        return (label for label in self._labels if mask[self._labels.rows(*label)].any())

    def ids(self, key: str, value: str) -> frozenset[str]:
        """The visible devices that carry the label."""
        return frozenset(filter(self._sees, self._labels.ids(key, value)))

    def rows(self, key: str, value: str) -> npt.NDArray[np.int64]:
        """Row numbers of all that carry it, to be read through the mask."""
        return self._labels.rows(key, value)


def _presence(whole: Fleet, part: Fleet) -> Counter[str]:
    return _by_value(whole.rows.presence[part.mask()], PRESENCES)


def _compliance(whole: Fleet, part: Fleet) -> Counter[str]:
    return _by_value(whole.rows.compliance[part.mask()], COMPLIANCES)


def _by_value(codes: npt.NDArray[np.int8], values: tuple[Any, ...]) -> Counter[str]:
    counts = np.bincount(codes, minlength=len(values))
    return Counter({value: int(count) for value, count in zip(values, counts, strict=True) if count})


def _tallies(whole: Fleet, part: Fleet) -> defaultdict[str, Counter[str]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    states = whole.states
    for id in part.devices:
        for policy, verdict in states[id].verdicts.items():
            found[policy][verdict.status] += 1
    return found


def _not_compliant(whole: Fleet, part: Fleet) -> defaultdict[str, dict[str, Compliance]]:
    found: defaultdict[str, dict[str, Compliance]] = defaultdict(dict)
    flags, row_of = part.mask().tobytes(), whole.rows.row_of
    for policy, devices in whole.not_compliant.items():
        found[policy] = {id: status for id, status in devices.items() if flags[row_of[id]]}
    return found


def _held(whole: Fleet, part: Fleet) -> set[str]:
    return {id for id in whole.held if id in part.devices}


COUNTED: Mapping[str, Callable[[Fleet, Fleet], Any]] = {
    'presence': _presence,
    'compliance': _compliance,
    'tallies': _tallies,
    'not_compliant': _not_compliant,
    'held': _held,
}
"""The counters of a fleet, counted anew for a part of it."""
