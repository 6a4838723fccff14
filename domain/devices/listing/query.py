"""Which devices, in what order: one question for the grid, the API, exports and actions on a selection."""

import base64
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import isqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.cellular.notation import read_cells, spellings
from domain.cellular.radio import Rat
from domain.common.errors import Invalid
from domain.common.text import natural
from domain.devices.compliance import Compliance
from domain.devices.listing.columns import NO_VALUE, DeviceColumns
from domain.devices.listing.counters import StatusCounters
from domain.devices.listing.labels import NO_ROWS, LabelIndex
from domain.devices.listing.words import WORDS
from domain.devices.model import Criticality, DeviceKind, Presence
from domain.fleet.fleet import Fleet
from domain.towers.live import tower_state
from domain.towers.model import Tower

SORTS = ('name', *WORDS, 'rsrp', 'imei', 'tower', 'last_seen')
MOST = 1000
_RANK_BITS = 22
"""Room for four million names below the sort value of a row."""
_MISSING = 2**63 - 2**23
_NOTHING = np.zeros(0, np.int64)
_LONGEST = 8192
_SAMPLE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceQuery:
    """Empty filters let everything through; several values of one filter mean any of them, several filters mean all of them.

    ``labels`` takes a value or several a key, ``tower`` tower ids, ``policy`` the id of a policy that does not find the device
    compliant, ``outage`` the id of a tower that served them when it last went down, ``text`` is looked for in the name, every
    identifier, the labels, the host name and address, in any usual spelling, and as the serving cell. ``odd`` are devices that report
    values which are left out, ``clock_wrong`` those whose clock is steadily wrong, ``certificate_ends`` those whose client certificate
    ends soon.
    """

    text: str = ''
    presence: frozenset[Presence] = frozenset()
    compliance: frozenset[Compliance] = frozenset()
    kind: frozenset[DeviceKind] = frozenset()
    criticality: frozenset[Criticality] = frozenset()
    rat: frozenset[Rat] = frozenset()
    tower: frozenset[str] = frozenset()
    labels: Mapping[str, str | frozenset[str]] = field(default_factory=dict)
    policy: str = ''
    outage: str = ''
    quarantined: bool | None = None
    odd: bool | None = None
    clock_wrong: bool | None = None
    certificate_ends: bool | None = None
    sort: str = 'name'
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """``total`` devices are to be seen, ``matched`` fit the filters, ``ids`` are the asked part of those; ``next`` continues after them."""

    total: int
    matched: int
    ids: tuple[str, ...]
    next: str | None = None


def select(
    fleet: Fleet, query: DeviceQuery, *, offset: int = 0, limit: int = 50, cursor: str | None = None
) -> Selection:
    """The devices of a query, from ``offset`` or from where ``cursor`` left off (which stays right while devices come and go)."""
    checked(query)
    if not 1 <= limit <= MOST or offset < 0:
        raise Invalid(f'a page has 1 to {MOST} devices', field='limit')
    found = matching(fleet, query)
    order = _Order(fleet, query)
    keys = order.keys()[found]
    if cursor is not None:
        wanted = keys > order.key(*_read_cursor(cursor))
        left = int(np.count_nonzero(wanted))
        page = _smallest(keys[wanted], found[wanted], 0, limit)
        more = left > limit
    else:
        page = _smallest(keys, found, offset, limit)
        more = len(found) > offset + limit
    ids = _ids(fleet, page)
    end = None
    if more and len(page):
        end = _write_cursor(*order.place(int(page[-1])))
    return Selection(_total(fleet), len(found), ids, end)


def checked(query: DeviceQuery) -> DeviceQuery:
    """The query, or ``Invalid``."""
    if query.sort not in SORTS:
        raise Invalid(f'sort by one of {", ".join(SORTS)}', field='sort')
    return query


def beginning(fleet: Fleet, query: DeviceQuery, count: int) -> Selection:
    """The first ``count`` devices of a query, however many that are, for pages to be cut from."""
    found = matching(fleet, query)
    page = _smallest(_Order(fleet, query).keys()[found], found, 0, count)
    return Selection(_total(fleet), len(found), _ids(fleet, page))


def _total(fleet: Fleet) -> int:
    return int(np.count_nonzero(fleet.index(DeviceColumns).mask()))


def _ids(fleet: Fleet, page: npt.NDArray[np.int64]) -> tuple[str, ...]:
    ids = fleet.index(DeviceColumns).ids
    return tuple([device_id for row in page.tolist() if (device_id := ids[row]) is not None])


def matching(fleet: Fleet, query: DeviceQuery) -> npt.NDArray[np.int64]:
    """Row numbers of the devices of a query, in no order."""
    rows = fleet.index(DeviceColumns)
    mask = fleet.index(DeviceColumns).mask().copy()
    for name, words in WORDS.items():
        _narrow(mask, rows.word(name), [words.index(value) for value in getattr(query, name)])
    if query.tower:
        _narrow(mask, rows.tower, [fleet.index(DeviceColumns).tower_numbers.get(tower, -2) for tower in query.tower])
    if query.quarantined is not None:
        mask &= rows.quarantined == query.quarantined
    if query.odd is not None:
        mask &= rows.odd == query.odd
    if query.clock_wrong is not None:
        mask &= rows.clock_wrong == query.clock_wrong
    if query.certificate_ends is not None:
        mask &= rows.certificate_ends == query.certificate_ends
    for key, wanted in query.labels.items():
        values = (wanted,) if isinstance(wanted, str) else wanted
        _keep(mask, np.concatenate([NO_ROWS, *(fleet.index(LabelIndex).rows(key, value) for value in values)]))
    if query.policy:
        _keep(mask, rows_of(fleet, fleet.index(StatusCounters).not_compliant.get(query.policy, {})))
    if query.outage:
        _keep(mask, rows_of(fleet, tower_state(fleet, query.outage).lost))
    if query.text.strip():
        cells = [np.flatnonzero(rows.cell == cell) for cell in read_cells(query.text)]
        _keep(mask, np.concatenate([NO_ROWS, *cells, *map(rows.containing, spellings(query.text))]))
    return np.flatnonzero(mask)


class _Order:
    """One sort key per row: the value, then the name; rows without a value come last in either direction.

    A place in the order is given as value and name, because ranks move while devices come and go.
    """

    def __init__(self, fleet: Fleet, query: DeviceQuery) -> None:
        self._rows = fleet.index(DeviceColumns)
        self._by_name = query.sort == 'name'
        self._is_unique = query.sort == 'imei'  # too long to share 64 bits with a rank
        self._sign = -1 if query.descending else 1
        self._values = _NOTHING if self._by_name else _values(fleet, query.sort)

    def keys(self) -> npt.NDArray[np.int64]:
        ranks = self._rows.ranks()
        if self._by_name:
            return ranks * self._sign
        keys = self._values * self._sign
        if not self._is_unique:
            keys = (keys << _RANK_BITS) + ranks
        missing = self._values == NO_VALUE
        keys[missing] = _MISSING + ranks[missing]
        return keys

    def place(self, row: int) -> tuple[int | None, str]:
        value = 0 if self._by_name else int(self._values[row])
        return None if value == NO_VALUE else value, self._rows.name_of(row)

    def key(self, value: int | None, name: str) -> int:
        """The largest key that does not come after this place."""
        if self._by_name:
            return self._rows.rank_after(name) - 1 if self._sign > 0 else -self._rows.rank_from(name)
        if value is None:
            return _MISSING + self._rows.rank_after(name) - 1
        if self._is_unique:
            return value * self._sign
        return (value * self._sign << _RANK_BITS) + self._rows.rank_after(name) - 1


def _values(fleet: Fleet, sort: str) -> npt.NDArray[np.int64]:
    if sort == 'tower':
        return _tower_ranks(fleet)[fleet.index(DeviceColumns).tower]
    column: npt.NDArray[np.int64] = getattr(fleet.index(DeviceColumns), sort)
    if sort == 'rat':
        return np.where(column < 0, NO_VALUE, column)
    return column if column.dtype == np.int64 else column.astype(np.int64)


def _tower_ranks(fleet: Fleet) -> npt.NDArray[np.int64]:
    names = {
        number: natural(fleet[Tower][tower].name)
        for tower, number in fleet.index(DeviceColumns).tower_numbers.items()
        if tower in fleet[Tower]
    }
    ranks = np.full(
        len(fleet.index(DeviceColumns).tower_numbers) + 1, NO_VALUE, np.int64
    )  # the last one is for no tower at all, number -1
    for rank, number in enumerate(sorted(names, key=lambda number: names[number])):
        ranks[number] = rank
    return ranks


def _narrow(mask: npt.NDArray[np.bool_], column: npt.NDArray[Any], codes: list[int]) -> None:
    if codes:
        wanted = column == codes[0]
        for code in codes[1:]:
            wanted |= column == code
        mask &= wanted


def _keep(mask: npt.NDArray[np.bool_], rows: npt.NDArray[np.int64]) -> None:
    wanted = np.zeros(len(mask), np.bool_)
    wanted[rows] = True
    mask &= wanted


def rows_of(fleet: Fleet, ids: Collection[str]) -> npt.NDArray[np.int64]:
    """Their row numbers, without those of retired devices."""
    row_of = fleet.index(DeviceColumns).row_of
    return np.array([row_of[device_id] for device_id in ids if device_id in row_of], np.int64)


def _smallest(
    keys: npt.NDArray[np.int64], rows: npt.NDArray[np.int64], offset: int, limit: int
) -> npt.NDArray[np.int64]:
    """``rows`` in order of ``keys``, from ``offset`` on; sorting 100,000 keys for 50 of them would be waste."""
    end = min(offset + limit, len(keys))
    if offset >= end:
        return rows[:0]
    first = _first(keys, end)
    return rows[first[np.argsort(keys[first])][offset:end]]


def _first(keys: npt.NDArray[np.int64], end: int) -> npt.NDArray[np.int64]:
    """Where the ``end`` smallest keys are, and a few more.

    A sample says below which key they lie; when it is wrong, and for a page far down, the keys are partitioned instead.
    """
    if end * 8 < len(keys):
        sample = np.sort(keys[:: len(keys) // _SAMPLE + 1])
        place = end * len(sample) // len(keys)
        place += 4 + 4 * isqrt(place)
        if place < len(sample):
            found = np.flatnonzero(keys <= sample[place])
            if len(found) >= end:
                return found
    return np.argpartition(keys, end)[:end] if end < len(keys) else np.arange(end)


def _write_cursor(value: int | None, name: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([value, name]).encode()).decode().rstrip('=')


def _read_cursor(cursor: str) -> tuple[int | None, str]:
    try:
        match json.loads(base64.urlsafe_b64decode(cursor[:_LONGEST] + '=' * (-len(cursor) % 4))):
            case [None, str() as name]:
                return None, name
            case [int() as value, str() as name]:
                return value, name
    except (ValueError, RecursionError):  # ValueError covers wrong base64, text and JSON
        pass
    raise Invalid('this cursor is not one of ours; leave it out to begin again', field='cursor')
