"""The row of a topic: its name, who may follow it, what makes it; and what several topics of a process share."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.access.permissions import Permission
from domain.devices.listing.cache import ListingCache
from domain.fleet.fleets import Fleets
from domain.measurements.service import MeasurementService
from domain.status_page.tower_days import TowerAvailabilityService
from ui.live.activity import Activity
from ui.live.channel import Topic
from ui.operator.story import Story
from ui.topics.kept_rows import KeptRows
from ui.topics.pacing import Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What there is once in a process, for the topics whose row takes it."""

    fleets: Fleets
    pace: Pace
    listing_cache: ListingCache
    kept_rows: KeptRows
    activity: Activity
    measurements: MeasurementService
    availability: TowerAvailabilityService
    story: Story | None = None


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic that can be followed.

    It is made with the fleet that the person may see, the store, the clock, the id and the query of its name, and with the parts of
    :class:`Shared` that ``takes`` names. ``whole`` is kept for the whole enterprise alone: it cannot be narrowed to what a role sees.
    """

    name: str
    permission: Permission
    make: Callable[..., Topic]
    takes: tuple[str, ...] = ()
    whole: bool = False
