"""The sortable side of a fleet, in columns: any sort, filter and page of 100,000 devices in a few milliseconds.

Device objects answer "what is this one"; these arrays answer "which ones, in what order". numpy is used for that alone.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from domain.common.text import folded, natural
from domain.devices.listing.text_index import TextIndex
from domain.devices.listing.words import COMPLIANCES, DEVICE_WORDS, PRESENCES, RATS
from domain.devices.model import Device, DeviceState, Reporting
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index
from domain.fleet.scoped import ScopedFleet

NO_VALUE = np.int64(-(2**62))
"""What a sortable column holds where nothing is known."""

_COLUMNS: Mapping[str, tuple[Any, Any]] = {
    'alive': (np.bool_, False),
    'presence': (np.int8, 0),
    'compliance': (np.int8, 0),
    'rat': (np.int8, -1),
    **dict.fromkeys(DEVICE_WORDS, (np.int8, 0)),
    'quarantined': (np.bool_, False),
    'odd': (np.bool_, False),
    'clock_wrong': (np.bool_, False),
    'certificate_ends': (np.bool_, False),
    'tower': (np.int32, -1),
    'last_seen': (np.int64, NO_VALUE),
    'rsrp': (np.int64, NO_VALUE),
    'imei': (np.int64, NO_VALUE),
    'cell': (np.int64, NO_VALUE),
    'rank': (np.int64, 0),
}
"""Type of each column, and what it holds of a row of which nothing is known."""
_MOST_PLACED = 64


class DeviceColumns(Index):
    """Row numbers of device ids and one numpy column per sortable value; grows by doubling, rows are reused after a retirement."""

    alive: npt.NDArray[np.bool_]
    presence: npt.NDArray[np.int8]
    compliance: npt.NDArray[np.int8]
    rat: npt.NDArray[np.int8]
    quarantined: npt.NDArray[np.bool_]
    odd: npt.NDArray[np.bool_]
    """Devices that report values which are left out."""
    clock_wrong: npt.NDArray[np.bool_]
    certificate_ends: npt.NDArray[np.bool_]
    tower: npt.NDArray[np.int32]
    last_seen: npt.NDArray[np.int64]
    rsrp: npt.NDArray[np.int64]
    imei: npt.NDArray[np.int64]
    cell: npt.NDArray[np.int64]
    """The identity of the serving cell, without its network."""
    rank: npt.NDArray[np.int64]

    def __init__(self, fleet: Fleet) -> None:
        self._devices = fleet[Device]
        self._states = fleet[DeviceState]
        self.tower_numbers: dict[str, int] = {}
        """A tower's number in the column ``tower``."""
        self.row_of: dict[str, int] = {}
        self.ids: list[str | None] = []
        self._free: list[int] = []
        self._size = 1024
        for name, (kind, blank) in _COLUMNS.items():
            setattr(self, name, np.full(self._size, blank, kind))
        self._name_at: list[str | None] = []
        self._named: array[int] = array('i')
        """Rows in the natural order of their names. The texts that sort them are made when they are compared, and not kept."""
        self._unplaced: set[int] = set()
        self._ranked = True
        self._placed = 0
        self._texts = TextIndex(self._text_of)
        self.unique: set[int] = set()
        """Rows of which was found, since a name last moved, that no other row has their name; kept by who asks."""

    def __len__(self) -> int:
        return len(self.row_of)

    def moved(self, before: Any, after: Any) -> None:
        """Follow a device, its state or how it reports."""
        if isinstance(after, DeviceState):
            if before is None or before.facts.network != after.facts.network:
                self._texts.changed(self.row_of.get(after.id, 0))
            numbers = self.tower_numbers
            self.move(after, -1 if after.tower is None else numbers.setdefault(after.tower, len(numbers)))
        elif isinstance(after, Reporting):
            row = self.row_of[after.id]
            self.odd[row] = after.is_odd
            self.clock_wrong[row] = after.clock_offset_s is not None
            self.certificate_ends[row] = after.certificate_ends
        elif after is not None:
            self.put(after)
        elif isinstance(before, Device):
            self.drop(before.id)

    def mask(self) -> npt.NDArray[np.bool_]:
        """Which rows are devices that are shown."""
        return self.alive

    def word(self, name: str) -> npt.NDArray[np.int8]:
        """A column of :data:`WORDS`: each row's place among the words."""
        column: npt.NDArray[np.int8] = getattr(self, name)
        return column

    def count(self) -> int:
        """How many those are."""
        return len(self.row_of)

    def narrowed(self, part: ScopedFleet) -> 'DeviceColumns':
        """The same columns, to be read through the mask of the visible devices."""
        return cast(DeviceColumns, _VisibleColumns(part))

    def put(self, device: Device) -> int:
        """Add or update the row of ``device``; its number."""
        row = self.row_of.get(device.id)
        if row is None:
            row = self._free.pop() if self._free else len(self.ids)
            if row == len(self.ids):
                self.ids.append(None)
                self._name_at.append(None)
                if row == self._size:
                    self._grow()
            self.ids[row] = device.id
            self.row_of[device.id] = row
            self.alive[row] = True
        for name, codes in _DEVICE_CODES.items():
            self.word(name)[row] = codes[getattr(device, name)]
        imei = device.identifiers.imei
        self.imei[row] = int(imei) if imei else NO_VALUE
        self._rename(row, device.name)
        self._texts.changed(row)
        return row

    def move(self, state: DeviceState, tower: int) -> None:
        """Write what the state says of the row; ``tower`` is the number of the serving tower or -1."""
        row = self.row_of.get(state.id)
        if row is None:
            return
        self.presence[row] = _PRESENCE[state.presence]
        self.compliance[row] = _COMPLIANCE[state.compliance]
        self.quarantined[row] = state.quarantined
        self.tower[row] = tower
        if state.last_seen is not None:
            self.last_seen[row] = int(state.last_seen * 10)
        radio = state.radio
        if radio is not None:
            self.rat[row] = _RAT[radio.rat]
            self.rsrp[row] = NO_VALUE if radio.rsrp is None else int(radio.rsrp * 100)
            self.cell[row] = NO_VALUE if radio.cell_id is None else radio.cell_id

    def drop(self, device_id: str) -> None:
        """Forget a retired device."""
        row = self.row_of.pop(device_id, None)
        if row is None:
            return
        self._unname(row)
        self._texts.changed(row)
        self.ids[row] = None
        self.alive[row] = self.odd[row] = self.clock_wrong[row] = self.certificate_ends[row] = False
        self.last_seen[row] = self.rsrp[row] = self.imei[row] = self.cell[row] = NO_VALUE
        self.rat[row] = self.tower[row] = -1
        self._free.append(row)

    def ranks(self) -> npt.NDArray[np.int64]:
        """Each row's place in the natural order of names."""
        if self._unplaced:
            self._place()
        if not self._ranked:
            self.rank[np.frombuffer(self._named, np.int32)] = np.arange(len(self._named))
            self._ranked = True
        self._placed = 0
        return self.rank

    def name_of(self, row: int) -> str:
        """The text that gives the row its rank; no two rows have the same."""
        return f'{natural(self._name_at[row] or "")}\0{self.ids[row]}'

    def row_at(self, rank: int) -> int | None:
        """The row in this place of the order of names."""
        self.ranks()
        return self._named[rank] if 0 <= rank < len(self._named) else None

    def rank_after(self, name: str) -> int:
        """The rank of the first row that comes after this text; the row it belonged to may be gone."""
        self.ranks()
        return bisect_right(self._named, name, key=self.name_of)

    def rank_from(self, name: str) -> int:
        """The rank of the first row that comes after this text or is its own."""
        self.ranks()
        return bisect_left(self._named, name, key=self.name_of)

    def unwritten(self) -> list[int]:
        """What a search for text has to write first, in pieces: see :meth:`write`."""
        return self._texts.unwritten(len(self.ids))

    def write(self, piece: int) -> None:
        """Write one of the pieces that are :meth:`unwritten`."""
        self._texts.write(piece, len(self.ids))

    def containing(self, text: str) -> npt.NDArray[np.int64]:
        """Rows whose name, identifier, label, host name or address contains ``text``, ignoring case."""
        return self._texts.containing(text, len(self.ids))

    def _text_of(self, row: int) -> str | None:
        device_id = self.ids[row]
        device = self._devices.get(device_id) if device_id is not None else None
        if device is None:
            return None
        return search_text(device, self._states.get(device.id))

    def _rename(self, row: int, name: str) -> None:
        if self._name_at[row] == name:
            return
        self._unname(row)
        self.unique.clear()
        self._name_at[row] = name
        # NOTE: a burst of new names (a reload, a roll-out) is sorted once when it is asked for; single ones find their place at once.
        self._placed += 1
        if self._unplaced or self._placed > _MOST_PLACED:
            self._unplaced.add(row)
            return
        self._named.insert(bisect_left(self._named, self.name_of(row), key=self.name_of), row)
        self._ranked = False

    def _unname(self, row: int) -> None:
        if self._name_at[row] is None:
            return
        self.unique.clear()
        if row in self._unplaced:
            self._unplaced.remove(row)
        else:
            del self._named[bisect_left(self._named, self.name_of(row), key=self.name_of)]
            self._ranked = False
        self._name_at[row] = None

    def _place(self) -> None:
        """Bring the rows of a burst in between the others."""
        text_of = cache(self.name_of)  # the same few texts are compared again and again; they are let go of afterwards
        rows = sorted(self._unplaced, key=text_of)
        places = [bisect_left(self._named, text_of(row), key=text_of) for row in rows]
        self._named = array('i', np.insert(np.frombuffer(self._named, np.int32), places, rows).tobytes())
        self._unplaced = set()
        self._ranked = False

    def _grow(self) -> None:
        for name, (kind, blank) in _COLUMNS.items():
            setattr(self, name, np.concatenate([getattr(self, name), np.full(self._size, blank, kind)]))
        self._size *= 2


def search_text(device: Device, state: DeviceState | None) -> str:
    """What a search looks for a device in, folded: its name, identifiers, labels, host name and address."""
    names = device.identifiers
    parts = [device.name, names.imei, names.iccid, names.imsi, names.serial, names.msisdn]
    parts += [f'{key}={value}' for key, value in device.labels.items()]
    if state is not None and (network := state.facts.network) is not None:
        parts += [network.hostname, network.ip]
    return folded('\x1f'.join([part for part in parts if part]))


def _codes(order: Sequence[StrEnum]) -> dict[StrEnum, int]:
    return {value: code for code, value in enumerate(order)}


_PRESENCE = _codes(PRESENCES)
_COMPLIANCE = _codes(COMPLIANCES)
_RAT = _codes(RATS)
_DEVICE_CODES = {name: _codes(words) for name, words in DEVICE_WORDS.items()}


class _VisibleColumns:
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part
        self._columns = part.whole.index(DeviceColumns)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._columns, name)

    def __len__(self) -> int:  # Python looks for it on the type alone
        return self.count()

    def mask(self) -> npt.NDArray[np.bool_]:
        return self._part.sight.mask()

    def count(self) -> int:
        return int(np.count_nonzero(self.mask()))
