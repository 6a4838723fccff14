"""A check-in as most devices write it, read in one step: every value of its type, and no name that is none of ours.

It is read into structs, which takes a quarter of the time that dataclasses take, and which see unknown names on the way. Groups of facts
that repeat are made into ours once. Whatever else comes is refused here, and read more patiently (:mod:`ui.api.checkins.reading`).
"""

from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, get_type_hints

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, defstruct
from msgspec.structs import astuple

from domain.cellular.radio import Radio
from domain.checkins.model import AS_BEFORE, CheckIn
from domain.devices.facts import GROUPS, Agent, Battery, Facts, Hardware, Network, Os, Security, Storage
from ui.api.checkins.schemas import DeviceCheckIn

_MOST_REMEMBERED, _SHORT = 4096, 64


def _struct(kind: type, **other: Any) -> Any:
    """A struct with the fields of a dataclass, some of them of ``other`` types."""
    hints = get_type_hints(kind) | other
    required = [(each.name, hints[each.name]) for each in fields(kind) if each.default is MISSING]
    optional = [(each.name, hints[each.name], each.default) for each in fields(kind) if each.default is not MISSING]
    return defstruct(f'{kind.__name__}OnTheWire', [*required, *optional], frozen=True, forbid_unknown_fields=True)


_groups = {name: _struct(Facts.__annotations__[name].__args__[0]) | None for name in GROUPS}
_facts = _struct(Facts, **_groups)
_radio = _struct(Radio)


class _Wire(Struct, frozen=True, forbid_unknown_fields=True):
    """SIM and modem are told when they have changed, which is seldom: they are read patiently."""

    sequence: int
    observed_at: datetime
    sent_at: datetime | None = None
    facts: _facts | None = None  # type: ignore[valid-type]
    radio: _radio | UnsetType | None = UNSET  # type: ignore[valid-type]
    boot_id: str | None = None
    identifiers: None = None


class _OfDevice(_Wire, frozen=True, kw_only=True, forbid_unknown_fields=True):
    device: str


class _Own(_Wire, frozen=True, forbid_unknown_fields=True):
    device: Raw = Raw()
    """A name that is known, of what says nothing here: the credential tells the device."""


_own = msgspec.json.Decoder(_Own).decode
_of_device = msgspec.json.Decoder(_OfDevice).decode


class _Shared:
    """Groups that many check-ins have in common, each made once. It starts afresh when it has grown large."""

    def __init__(self) -> None:
        self.known: dict[Any, Any] = {}
        self.get = self.known.get

    def make(self, kind: type, said: Any) -> Any:
        """Ours of what was said and is not known yet. Long texts are not remembered: a device chose them."""
        if said is None:
            return None
        values = astuple(said)
        made = kind(*values)
        if all(value.__class__ is not str or len(value) <= _SHORT for value in values):
            if len(self.known) >= _MOST_REMEMBERED:
                self.known.clear()
            self.known[said] = made
        return made


_shared = _Shared()


def read_own(data: bytes) -> CheckIn:
    """A device's own check-in; raises what msgspec does."""
    said = _own(data)
    return CheckIn(
        said.sequence, said.observed_at, said.sent_at, _facts_of(said.facts), _radio_of(said.radio), said.boot_id
    )


def read_of_device(data: bytes | Raw) -> DeviceCheckIn:
    """An item of a collector's batch; raises what msgspec does."""
    said = _of_device(data)
    facts, radio = _facts_of(said.facts), _radio_of(said.radio)
    return DeviceCheckIn(said.sequence, said.observed_at, said.sent_at, facts, radio, said.boot_id, device=said.device)


def _facts_of(said: Any) -> Facts | None:
    if said is None:
        return None
    known, make = _shared.get, _shared.make
    os, hardware, storage, network = said.os, said.hardware, said.storage, said.network
    battery, agent, security = said.battery, said.agent, said.security
    return Facts(
        known(os) or make(Os, os),
        known(hardware) or make(Hardware, hardware),
        None if storage is None else Storage(*astuple(storage)),
        known(battery) or make(Battery, battery),
        known(agent) or make(Agent, agent),
        known(security) or make(Security, security),
        None if network is None else Network(*astuple(network)),
        said.uptime_s,
        said.custom,
    )


def _radio_of(said: Any) -> Any:
    if said is None:
        return None
    if said is UNSET:
        return AS_BEFORE
    return Radio(*astuple(said))
