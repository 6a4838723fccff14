"""From bytes to a check-in: read at once first, which is quick, then strictly; what that refuses is read value by value, and an odd one
left out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

import msgspec
from msgspec import UNSET, Struct, UnsetType

from domain.cellular.names import Renamed, as_named
from domain.cellular.radio import Radio
from domain.cellular.reading import read_radio
from domain.checkins.model import AS_BEFORE, CheckIn, ReportedSim
from domain.common.errors import Invalid
from domain.common.reading import OddValue, read_value, shown
from domain.devices.facts import GROUPS, Facts, read_fact, read_facts
from ui.api.checkins.mending import mended
from ui.api.checkins.names import unknown_in_radio, unknown_names
from ui.api.checkins.necessary import read_moment, read_sequence
from ui.api.checkins.schemas import DeviceCheckIn
from ui.api.checkins.wire import read_of_device, read_own
from ui.api.http.bodies import decode, epoch
from ui.api.http.problems import HttpRefusal

Read = TypeVar('Read', bound=CheckIn)


_NOT_SO = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What is raised of what is not written as it was expected."""


class _Loose(Struct):
    """What a check-in cannot do without, and anything beside it."""

    sequence: Any
    observed_at: Any
    sent_at: Any = None
    facts: msgspec.Raw = msgspec.Raw(b'null')
    radio: msgspec.Raw | UnsetType = UNSET
    boot_id: Any = None
    identifiers: Any = None


class _LooseOfDevice(_Loose, kw_only=True):
    device: str


_ANYTHING = msgspec.json.Decoder()
_any = _ANYTHING.decode
_parts = msgspec.json.Decoder(dict[str, msgspec.Raw] | None).decode
_facts = msgspec.json.Decoder(Facts | None).decode
_radio = msgspec.json.Decoder(Radio | None).decode
_OF_RADIO = 'radio.'
_SHORT, _MOST_REMEMBERED = 512, 4096
"""Bytes of a group, and groups, that are remembered as they were read."""
_groups = {name: msgspec.json.Decoder(Facts.__annotations__[name]).decode for name in GROUPS}


class Reader:
    """Reads check-ins of one kind."""

    def __init__(self, kind: type[Any], loose: type[_Loose], at_once: Callable[[bytes | msgspec.Raw], Any]) -> None:
        self._kind = kind
        self._at_once = at_once
        self._strictly = msgspec.json.Decoder(kind).decode
        self._loosely = msgspec.json.Decoder(loose)

    def read(self, data: bytes | msgspec.Raw) -> tuple[Any, tuple[OddValue, ...], tuple[Renamed, ...]]:
        """The check-in, what of it was left out, and what was taken under another name.

        Raises ``Invalid`` without a sequence or a moment, and a 400 for what is no JSON."""
        try:
            return self._read(data)
        except (Invalid, HttpRefusal):
            if (found := mended(data)) is None:
                raise
        sound, cut = found
        checkin, odd, renamed = self._read(sound)
        return checkin, (*cut, *odd), renamed

    def _read(self, data: bytes | msgspec.Raw) -> tuple[Any, tuple[OddValue, ...], tuple[Renamed, ...]]:
        try:
            checkin = self._at_once(data)
        except _NOT_SO:
            return self._read_patiently(data)
        _look_at_moments(checkin)
        return checkin, (), ()

    def _read_patiently(self, data: bytes | msgspec.Raw) -> tuple[Any, tuple[OddValue, ...], tuple[Renamed, ...]]:
        odd: tuple[OddValue, ...] = ()
        try:
            checkin = self._strictly(data)
        except _NOT_SO:
            checkin, odd = self._read_loosely(data)
        _look_at_moments(checkin)
        renamed: tuple[Renamed, ...] = ()
        if unknown := unknown_names(data):
            odd = (*odd, *unknown)
            if any(one.field.startswith(_OF_RADIO) for one in unknown):
                checkin, odd, renamed = self._read_names(data, checkin, odd)
        return checkin, odd, renamed

    def _read_names(
        self, data: bytes | msgspec.Raw, checkin: Any, odd: tuple[OddValue, ...]
    ) -> tuple[Any, tuple[OddValue, ...], tuple[Renamed, ...]]:
        """The radio once more, for names that mean one of ours."""
        raw = decode(self._loosely, data).radio
        said, renamed, refused = as_named({} if raw is UNSET else _any(raw))
        if not renamed and not refused:
            return checkin, odd, ()
        radio, wrong = read_radio(said)
        others = (one for one in odd if one.field != 'radio' and not one.field.startswith(_OF_RADIO))
        left_out = (*others, *wrong, *refused, *unknown_in_radio(said))
        return replace(checkin, radio=AS_BEFORE if radio is None else radio), left_out, tuple(renamed)

    def _read_loosely(self, data: bytes | msgspec.Raw) -> tuple[Any, tuple[OddValue, ...]]:
        loose = decode(self._loosely, data)
        radio: Any = AS_BEFORE
        try:
            facts, odd = _read_facts(loose.facts)
            if loose.radio is not UNSET:
                radio, wrong = _read_radio(loose.radio)
                odd += wrong
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # below the surface it is no JSON
            decode(_ANYTHING, data)
            raise
        sequence, observed_at = read_sequence(loose.sequence), read_moment(loose.observed_at, 'observed_at')
        boot_id, unnamed = _read_boot_id(loose.boot_id)
        sim, wrong = _read_sim(loose.identifiers)
        more = {'device': loose.device} if isinstance(loose, _LooseOfDevice) else {}
        sent_at, untimely = _read_sent_at(loose.sent_at)
        checkin = self._kind(sequence, observed_at, sent_at, facts, radio, boot_id, sim, **more)
        return checkin, (*odd, *wrong, *untimely, *unnamed)


def _look_at_moments(checkin: CheckIn) -> None:
    """Raise ``Invalid`` for a moment that does not say in which zone it is."""
    if checkin.observed_at.tzinfo is None:
        epoch(checkin.observed_at, 'observed_at')
    if checkin.sent_at is not None and checkin.sent_at.tzinfo is None:
        epoch(checkin.sent_at, 'sent_at')


def _read_sent_at(said: Any) -> tuple[datetime | None, list[OddValue]]:
    """When it was sent, which a check-in may leave out."""
    try:
        return None if said is None else read_moment(said, 'sent_at'), []
    except Invalid as refusal:
        return None, [OddValue('sent_at', refusal.detail)]


def _read_boot_id(said: Any) -> tuple[str | None, list[OddValue]]:
    """What names its run: some count their starts."""
    try:
        return read_value(str, said), []
    except Invalid as refusal:
        return None, [OddValue('boot_id', refusal.detail)]


def _read_facts(raw: msgspec.Raw) -> tuple[Facts | None, list[OddValue]]:
    """Group by group: what is as it should be is decoded as quickly as ever, only the others are read value by value."""
    try:
        return _facts(raw), []
    except msgspec.ValidationError:
        pass
    try:
        parts = _parts(raw)
    except msgspec.ValidationError:
        return read_facts(_any(raw))
    said: dict[str, Any] = {}
    odd: list[OddValue] = []
    for name, part in (parts or {}).items():
        if name in _groups:
            text = bytes(part)
            said[name], wrong = _short_group(name, text) if len(text) <= _SHORT else _group(name, text)
            odd += wrong
        else:
            said[name] = _any(part)
    facts, more = read_facts(said)
    return facts, odd + more


def _group(name: str, text: bytes) -> tuple[Any, tuple[OddValue, ...]]:
    try:
        return _groups[name](text), ()
    except msgspec.ValidationError:
        return read_fact(name, _any(text))


_short_group = lru_cache(_MOST_REMEMBERED)(_group)  # what is odd about a device is so at each of its check-ins


def _read_radio(raw: msgspec.Raw) -> tuple[Any, list[OddValue]]:
    """The radio, null for no link; as before when it cannot be read: that takes nothing away."""
    try:
        return _radio(raw), []
    except msgspec.ValidationError:
        radio, odd = read_radio(_any(raw))
        return AS_BEFORE if radio is None else radio, odd


def _read_sim(said: Any) -> tuple[ReportedSim | None, list[OddValue]]:
    """Number by number: one that says nothing is left as it was, for only null says that there is none."""
    if not isinstance(said, dict):
        return None, [] if said is None else [OddValue('identifiers', f'is an object, not {shown(said)}')]
    numbers: dict[str, str | None] = {}
    odd: list[OddValue] = []
    for name in ReportedSim.__slots__:
        try:
            value = read_value(str, said[name]) if name in said else None
        except Invalid as refusal:
            odd.append(OddValue(f'identifiers.{name}', refusal.detail))
            continue
        if value is not None or said.get(name, AS_BEFORE) is None:
            numbers[name] = value
    return ReportedSim(**numbers), odd


_ONE, _MANY = Reader(CheckIn, _Loose, read_own), Reader(DeviceCheckIn, _LooseOfDevice, read_of_device)


def read_check_in(data: bytes) -> tuple[CheckIn, tuple[OddValue, ...], tuple[Renamed, ...]]:
    """A device's own, see :meth:`Reader.read`."""
    return cast(tuple[CheckIn, tuple[OddValue, ...], tuple[Renamed, ...]], _ONE.read(data))


def read_item(data: bytes | msgspec.Raw) -> tuple[DeviceCheckIn, tuple[OddValue, ...], tuple[Renamed, ...]]:
    """An item of a collector's batch."""
    return cast(tuple[DeviceCheckIn, tuple[OddValue, ...], tuple[Renamed, ...]], _MANY.read(data))
