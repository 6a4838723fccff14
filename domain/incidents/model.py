"""An outage as one matter: its alerts as a tree, whom it hurt, what happened and who was told."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.alerts.model import Alert
from domain.channels.model import Attempt
from domain.devices.model import Criticality, Device
from domain.journal.model import Recorded
from domain.status_page.days import DayShares


@dataclass(frozen=True, slots=True)
class Branch:
    """An alert of the tree; the root has depth 0. ``devices`` are the ids of those that it is about, or that its tower lost, as far as
    that is known still."""

    depth: int
    alert: Alert
    devices: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hurt:
    """A device that the incident hurt. ``silent_s`` is how long it has not been heard from since, ``None`` for one that was, or that is in
    contact as far as is known; ``lost_s`` how long an outage cut it off so far, as well as that is known."""

    id: str
    name: str
    criticality: Criticality
    labels: Mapping[str, str]
    silent_s: float | None
    lost_s: float = 0.0
    back_at: float | None = None
    """When it was back, of one that was cut off and is, as well as that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An attempt to tell people, on the ``channel`` of that name; the name of the ``person`` it went to, where it went to one, and
    ``through`` which step and rotation that person was called."""

    attempt: Attempt
    channel: str
    person: str = ''
    through: str = ''

    @property
    def to(self) -> str:
        """``Ana, by Web push (Nights, step 2)``, or the channel where that was told by itself."""
        whom = f'{self.person}, by {self.channel}' if self.person else self.channel
        return f'{whom} ({self.through})' if self.through else whom


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """``began_at`` and ``ended_at`` are those of the root, epoch seconds. ``before`` is what people changed in the hour before it,
    ``timeline`` what happened to its towers and devices from then on, both oldest first; ``told`` is each attempt to tell people.
    ``cuts_off`` is true where any of its alerts says that devices or towers lost contact.
    A reader without the right to the audit trail or to channels finds nothing in ``before`` or ``told``."""

    root: Alert
    tree: tuple[Branch, ...]
    hurt: tuple[Hurt, ...]
    before: tuple[Recorded, ...]
    timeline: tuple[Recorded, ...]
    told: tuple[Telling, ...]
    now: float
    cuts_off: bool

    @property
    def lasted_s(self) -> float:
        """Seconds from its beginning to its end, or until now."""
        return max(0.0, (self.root.cleared_at or self.now) - self.root.raised_at)

    @property
    def missing(self) -> tuple[Hurt, ...]:
        """Devices that were not heard from since, the most critical first; where nothing is cut off, those that became late meanwhile."""
        return tuple(one for one in self.hurt if one.silent_s is not None)

    @property
    def silent_minutes(self) -> float:
        """Device-minutes lost so far by those that are not back."""
        return sum(one.lost_s for one in self.missing) / 60

    @property
    def lost_minutes(self) -> float:
        """Device-minutes lost so far by all of them, those that are back too."""
        return sum(one.lost_s for one in self.hurt) / 60

    def by_criticality(self) -> dict[Criticality, int]:
        """How many devices it hurt, the most critical first; levels of which there is none are left out."""
        counts = {level: sum(one.criticality is level for one in self.hurt) for level in reversed(Criticality)}
        return {level: count for level, count in counts.items() if count}

    def by_label(self, most: int = 20) -> dict[str, int]:
        """How many devices it hurt by ``key=value`` of their labels, the most frequent first."""
        counts: dict[str, int] = {}
        for one in self.hurt:
            for key, value in one.labels.items():
                counts[f'{key}={value}'] = counts.get(f'{key}={value}', 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most])


@dataclass(frozen=True, slots=True)
class WorsePolicy:
    """A policy that ``devices`` break now which did not when the report begins."""

    id: str
    name: str
    devices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAvailability:
    """How available a tower that failed was in the last seven days, outside of planned works, and with works counted as down."""

    id: str
    name: str
    shares: DayShares


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What began since then (epoch seconds). ``outages`` are the roots of towers that were down or of many that failed together,
    ``degraded`` those of towers that worked in part at their worst, ``others`` those of anything else, the oldest first;
    ``gone`` are devices that fell silent and are, the most critical first; ``away`` those of them that are not back yet, since their tower
    is out, or they had no time to come back since it was. ``is_whole`` is false where there was more than is read. The report of a week
    has the ``sites`` that failed, the least available first."""

    since: float
    now: float
    outages: tuple[Alert, ...]
    degraded: tuple[Alert, ...]
    others: tuple[Alert, ...]
    gone: tuple[Device, ...]
    away: tuple[Device, ...]
    worse: tuple[WorsePolicy, ...]
    is_whole: bool
    sites: tuple[SiteAvailability, ...] = ()
