"""A device, what is known of its state, and the one function that says whether it is present."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.facts import NO_FACTS, Facts
from domain.identifiers import Identifiers
from domain.policies import Compliance, Verdict
from domain.radio import Radio


class Kind(StrEnum):
    """What sort of machine it is."""

    PHONE = 'phone'
    TABLET = 'tablet'
    LAPTOP = 'laptop'
    ROUTER = 'router'
    GATEWAY = 'gateway'
    CAMERA = 'camera'
    METER = 'meter'
    SENSOR = 'sensor'
    VEHICLE = 'vehicle'
    SERVER = 'server'
    OTHER = 'other'


class Presence(StrEnum):
    """Is it heard from as often as it promised?"""

    ONLINE = 'online'
    LATE = 'late'
    OFFLINE = 'offline'
    NEVER_SEEN = 'never_seen'


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What people say of a device. ``interval_s`` is how often it promised to check in, in seconds (a meter may say 86400)."""

    id: str
    enterprise: str
    name: str
    kind: Kind
    created_at: float
    labels: Mapping[str, str] = field(default_factory=dict)
    identifiers: Identifiers = Identifiers()
    interval_s: int = 60
    retired_at: float | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What the device last said and what follows from it. One row, replaced as a whole, never moved backwards.

    ``sequence`` is the newest check-in's; ``observed_at`` its moment by the device, corrected for a wrong clock; ``last_seen`` the
    newest proof of contact; ``tower`` the id of the serving tower; ``settled`` is false while a late check-in awaits evaluation.
    """

    id: str
    enterprise: str
    sequence: int = 0
    observed_at: float | None = None
    received_at: float | None = None
    last_seen: float | None = None
    presence: Presence = Presence.NEVER_SEEN
    presence_since: float | None = None
    radio: Radio | None = None
    tower: str | None = None
    facts: Facts = NO_FACTS
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    compliance: Compliance = Compliance.UNEVALUATED
    compliance_since: float | None = None
    quarantined: bool = False
    settled: bool = True


def late_after(interval_s: float) -> float:
    """Seconds of silence until a device is late: one and a half intervals and 5 s for jitter."""
    return interval_s * 1.5 + 5


def offline_after(interval_s: float) -> float:
    """Seconds of silence until a device is offline: three intervals and 10 s, so two lost check-ins alone do not page anybody."""
    return interval_s * 3 + 10


def presence(silence_s: float | None, interval_s: float) -> Presence:
    """The one answer to "is it there?", for lists, counters, API and alerts alike; ``silence_s`` is ``None`` for one never heard."""
    if silence_s is None:
        return Presence.NEVER_SEEN
    if silence_s > offline_after(interval_s):
        return Presence.OFFLINE
    return Presence.LATE if silence_s > late_after(interval_s) else Presence.ONLINE
