"""What a rota is drawn from: who is on call, and above that each layer, each calendar and the overrides that it comes from."""

from dataclasses import dataclass, replace
from enum import StrEnum

from domain.oncall.model import Rotation
from domain.oncall.rota import Known, Shift, shifts


class LaneKind(StrEnum):
    """Where the shifts of a lane come from."""

    LAYER = 'layer'
    CALENDAR = 'calendar'
    OVERRIDES = 'overrides'
    RESULT = 'result'
    """Who is on call after all, with the gaps."""


@dataclass(frozen=True, slots=True)
class RotaLane:
    """Shifts below one another in time; only those of the result have gaps."""

    kind: LaneKind
    name: str
    shifts: tuple[Shift, ...]


def lanes(rotation: Rotation, starts_at: float, ends_at: float, known: Known) -> list[RotaLane]:
    """In the order in which they count, the last of all being who is on call."""
    bare = replace(rotation, layers=(), overrides=())
    people = Known(away=known.away, days_off=known.days_off)
    found = [
        RotaLane(LaneKind.LAYER, layer.name, _said(replace(bare, layers=(layer,)), starts_at, ends_at, people))
        for layer in rotation.layers
    ]
    for name in dict.fromkeys(one.source for one in known.shifts):
        own = replace(known, shifts=tuple(one for one in known.shifts if one.source == name))
        found.append(RotaLane(LaneKind.CALENDAR, name, _said(bare, starts_at, ends_at, own)))
    taken = tuple(
        Shift(max(one.starts_at, starts_at), min(one.ends_at, ends_at), one.person, one.id, True)
        for one in rotation.overrides
        if one.starts_at < ends_at and one.ends_at > starts_at
    )
    if taken:
        found.append(RotaLane(LaneKind.OVERRIDES, '', taken))
    return [*found, RotaLane(LaneKind.RESULT, '', tuple(shifts(rotation, starts_at, ends_at, known)))]


def _said(part: Rotation, starts_at: float, ends_at: float, known: Known) -> tuple[Shift, ...]:
    return tuple(one for one in shifts(part, starts_at, ends_at, known) if one.person)
