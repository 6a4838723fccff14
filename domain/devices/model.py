"""A device: what it is, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, RadioSample
from domain.common.notes import Notes
from domain.common.reading import OddValue
from domain.common.rows import made_often
from domain.devices.compliance import Compliance, Verdict
from domain.devices.facts import NO_FACTS, Facts
from domain.journal.model import Subject


class DeviceKind(StrEnum):
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


class Criticality(StrEnum):
    """How much depends on it, from little to everything."""

    LOW = 'low'
    NORMAL = 'normal'
    HIGH = 'high'
    VITAL = 'vital'


class Presence(StrEnum):
    """Is it heard from as often as it promised?"""

    ONLINE = 'online'
    LATE = 'late'
    OFFLINE = 'offline'
    NEVER_SEEN = 'never_seen'


@dataclass(frozen=True, slots=True, kw_only=True)
class SimCard:
    """A SIM that a device has or had, ``since`` and ``until`` in epoch seconds, without ``until`` while it is in.

    An expected one was there at an enrolment, or was permitted when it came. Without numbers: the time in which no SIM was in.
    """

    iccid: str | None = None
    imsi: str | None = None
    msisdn: str | None = None
    since: float
    until: float | None = None
    is_expected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What people say of a device. ``interval_s`` is how often it promised to check in, in seconds (a meter may say 86400).

    ``permitted_sims`` are the ICCIDs that may be in it beside the one it enrolled with. ``sims`` are those it had, oldest first and the
    present one last; nothing is kept of a device whose SIM has never changed.
    """

    id: str
    enterprise: str
    name: str
    kind: DeviceKind
    created_at: float
    labels: Mapping[str, str] = field(default_factory=dict)
    identifiers: Identifiers = Identifiers()
    interval_s: int = 60
    criticality: Criticality = Criticality.NORMAL
    retired_at: float | None = None
    version: int = 1
    permitted_sims: tuple[str, ...] = ()
    sims: tuple[SimCard, ...] = ()
    notes: Notes = ()

    @property
    def subject(self) -> Subject:
        """As the journal names it."""
        return Subject('device', self.id, self.name)


@made_often(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Reporting:
    """How a device reports, for those of which there is something to say; ``id`` is the device's.

    ``odd`` are the values that were last left out of a check-in, at ``odd_at``, or why a whole one was ``refused``; ``is_odd`` until the
    device has checked in for :data:`ODD_FOR_S` without any. ``clock_offset_s`` is by how many seconds its clock is steadily ahead of ours
    (negative: behind) since ``clock_since``; one that stands still tells the moment ``clock_stands_at`` (epoch seconds) again and again.
    ``boot_id`` names its run as it says itself, ``run_high`` is the highest sequence of its
    earlier runs. ``radio_at`` is the moment since which it leaves its radio out. ``fell_from`` is the tower whose LTE or NR it last left
    for a GSM or UMTS cell that no tower lists, at ``fell_at``. ``numbers_at`` is when it last told of an IMEI that another device had.
    The numbers of an ``unordered`` one do not rise, so that the moments alone order what it says. The client certificate that it showed at
    its newest contact ends at ``certificate_until``, which is soon by the rule of its enterprise where ``certificate_ends``.
    """

    id: str
    enterprise: str
    odd: tuple[OddValue, ...] = ()
    odd_at: float | None = None
    refused: bool = False
    is_odd: bool = False
    clock_offset_s: float | None = None
    clock_since: float | None = None
    boot_id: str = ''
    run_high: int = 0
    radio_at: float | None = None
    fell_from: str | None = None
    fell_at: float | None = None
    numbers_at: float | None = None
    clock_stands_at: float | None = None
    unordered: bool = False
    certificate_until: float | None = None
    certificate_ends: bool = False


ODD_FOR_S = 86_400.0
"""So long after its newest odd value a device still counts among those that report some."""


class SignalStore(Protocol):
    """Signal history: a point for every radio that a device reported."""

    async def samples(self, enterprise: str, device: str, since: float, until: float, limit: int) -> list[RadioSample]:
        """Signal history, oldest first; when there are more than ``limit`` points, evenly thinned."""
