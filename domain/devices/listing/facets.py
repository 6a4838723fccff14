"""How many devices each choice of a filter would find, for the menus of a list."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

import numpy as np
import numpy.typing as npt

from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.counters import StatusCounters
from domain.devices.listing.labels import LabelIndex
from domain.devices.listing.query import DeviceQuery, matching, rows_of
from domain.devices.listing.words import WORDS
from domain.fleet.fleet import Fleet
from domain.towers.model import Tower

MOST_LABELS = 400
"""With more labels than this none is counted: no person picks from such a list."""
MOST_NOT_COMPLIANT = 50_000
"""With more verdicts than this, policies are counted in a list that nothing narrows alone."""
Counts = dict[str, int]
_OPEN = DeviceQuery()


def facets(fleet: Fleet, query: DeviceQuery) -> dict[str, Counts]:
    """By filter and choice: the devices to be seen if that choice were made, all other filters of ``query`` staying as they are."""

    narrowed = _mask(fleet, query)

    def without(name: str) -> npt.NDArray[np.bool_]:
        empty = getattr(_OPEN, name)
        return narrowed if getattr(query, name) == empty else _mask(fleet, replace(query, **{name: empty}))

    rows = fleet.index(DeviceColumns)
    found = {
        **{name: _coded(rows.word(name)[without(name)], words) for name, words in WORDS.items()},
        'tower': _on_towers(fleet, rows.tower[without('tower')]),
        **{
            name: {'true': int(np.count_nonzero(getattr(rows, name) & without(name)))}
            for name in ('quarantined', 'odd', 'clock_wrong', 'certificate_ends')
        },
    }
    if (labels := _labels(fleet, query, narrowed)) is not None:
        found['label'] = labels
    if (policies := _policies(fleet, query, without('policy'))) is not None:
        found['policy'] = policies
    return found


def _mask(fleet: Fleet, query: DeviceQuery) -> npt.NDArray[np.bool_]:
    mask = np.zeros(len(fleet.index(DeviceColumns).alive), np.bool_)
    mask[matching(fleet, query)] = True
    return mask


def _coded(codes: npt.NDArray[np.int8], values: tuple[str, ...]) -> Counts:
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    return {str(value): int(count) for value, count in zip(values, counts, strict=True)}


def _on_towers(fleet: Fleet, numbers: npt.NDArray[np.int32]) -> Counts:
    counts = np.bincount(numbers[numbers >= 0], minlength=len(fleet.index(DeviceColumns).tower_numbers))
    places = ((tower, fleet.index(DeviceColumns).tower_numbers.get(tower)) for tower in fleet[Tower])
    return {tower: 0 if number is None else int(counts[number]) for tower, number in places}


def _labels(fleet: Fleet, query: DeviceQuery, within: npt.NDArray[np.bool_]) -> Counts | None:
    """Values of a key that is chosen already are counted as if it were not: they are alternatives."""
    every = sorted(fleet.index(LabelIndex))
    if len(every) > MOST_LABELS:
        return None
    counts: Counts = {}
    for key, labels in groupby(every, lambda label: label[0]):
        mask = within
        if key in query.labels:
            others: Mapping[str, str | frozenset[str]] = {k: v for k, v in query.labels.items() if k != key}
            mask = _mask(fleet, replace(query, labels=others))
        for _, value in labels:
            counts[f'{key}={value}'] = int(np.count_nonzero(mask[fleet.index(LabelIndex).rows(key, value)]))
    return counts


def _policies(fleet: Fleet, query: DeviceQuery, within: npt.NDArray[np.bool_]) -> Counts | None:
    found = fleet.index(StatusCounters).not_compliant
    sizes = {policy: len(found.get(policy, ())) for policy in fleet.ids('policy')}
    if replace(query, policy='', sort='name', descending=False) == _OPEN:
        return sizes
    if sum(sizes.values()) > MOST_NOT_COMPLIANT:
        return None
    return {policy: int(np.count_nonzero(within[rows_of(fleet, found.get(policy, ()))])) for policy in sizes}
