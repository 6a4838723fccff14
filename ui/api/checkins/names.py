"""Names that a check-in does not have: a typing slip loses facts for months when nobody says so."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import msgspec
from msgspec import Raw, defstruct

from domain.cellular.radio import Radio
from domain.checkins.model import ReportedSim
from domain.common.reading import OddValue
from domain.devices.facts import GROUPS, Facts
from ui.api.checkins.schemas import DeviceCheckIn
from ui.api.http.misspelt import no_such_field

MOST_NAMED = 24
_LONGEST = 40
Known = Mapping[str, Any]
"""The names of an object; below each the names of the object there, or nothing for a value and for what the integrator names."""


def _names(kind: Any) -> dict[str, Any]:
    return {field.name: None for field in fields(kind)}


_FACTS: Known = {
    name: _names(kind.__args__[0]) if name in GROUPS else None for name, kind in Facts.__annotations__.items()
}
_KNOWN: Known = {**_names(DeviceCheckIn), 'facts': _FACTS, 'radio': _names(Radio), 'identifiers': _names(ReportedSim)}


def _shape(name: str, known: Known) -> Any:
    """A struct with these names alone, whose values are passed over unread."""
    members: list[tuple[str, Any, Any]] = [
        (key, Raw, Raw()) if below is None else (key, _shape(f'{name}_{key}', below) | None, None)
        for key, below in known.items()
    ]
    return defstruct(name, members, forbid_unknown_fields=True)


_known_alone = msgspec.json.Decoder(_shape('Names', _KNOWN)).decode
_anything = msgspec.json.Decoder().decode


def unknown_names(data: bytes | Raw) -> tuple[OddValue, ...]:
    """The names in a check-in that it does not have, each with the one that may be meant. ``data`` was read before, so it is JSON."""
    try:
        _known_alone(data)
    except msgspec.ValidationError:  # an unknown name, or another kind of value where an object should be
        return tuple(_unknown(_anything(data), _KNOWN, ''))[:MOST_NAMED]
    return ()


def unknown_in_radio(said: Mapping[str, Any]) -> tuple[OddValue, ...]:
    """The same within the radio alone."""
    return tuple(_unknown(said, _KNOWN['radio'], 'radio.'))[:MOST_NAMED]


def _unknown(said: Any, known: Known, above: str) -> Iterator[OddValue]:
    for name, value in said.items() if isinstance(said, dict) else ():
        if name not in known:
            path = f'{above}{"".join(each if each.isprintable() else " " for each in name[:_LONGEST])}'
            yield OddValue(path, no_such_field(name[:_LONGEST], tuple(known), above))
        elif known[name] is not None:
            yield from _unknown(value, known[name], f'{above}{name}.')
