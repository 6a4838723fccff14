"""A device that an incident hurt, in JSON."""

from collections.abc import Mapping

from msgspec import Struct

from domain.incidents.model import Hurt
from ui.api.http.fields import Time, maybe_time

MOST_HURT = 500
"""Devices that are named."""


class HurtDevice(Struct, kw_only=True, frozen=True):
    """A device that was hurt. ``silent_s`` is how long it has not been heard from, null for one that was; ``back_at`` when one that was
    cut off was back, null while it is not, and where it was in contact all the while; ``lost_minutes`` how long it was cut off so far."""

    id: str
    name: str
    criticality: str
    labels: Mapping[str, str]
    silent_s: float | None
    back_at: Time | None
    lost_minutes: float


def hurt_device(one: Hurt) -> HurtDevice:
    """One of them."""
    return HurtDevice(
        id=one.id,
        name=one.name,
        criticality=one.criticality,
        labels=one.labels,
        silent_s=one.silent_s,
        back_at=maybe_time(one.back_at),
        lost_minutes=round(one.lost_s / 60, 1),
    )
