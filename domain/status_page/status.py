"""How a component of the status page stands: the one function from its members to the word that is shown."""

from dataclasses import dataclass
from enum import StrEnum

PARTIAL_SHARE = 0.2
DEGRADED_SHARE = 0.05
"""Of the devices of a label so many are offline before it is an outage, or worth a word; of towers a single one counts."""


class ComponentStatus(StrEnum):
    """The words of the Statuspage API for a component, and ``unknown`` where nothing was observed."""

    OPERATIONAL = 'operational'
    DEGRADED = 'degraded_performance'
    PARTIAL = 'partial_outage'
    MAJOR = 'major_outage'
    MAINTENANCE = 'under_maintenance'
    UNKNOWN = 'unknown'


WORST_FIRST = (
    ComponentStatus.MAJOR,
    ComponentStatus.PARTIAL,
    ComponentStatus.DEGRADED,
    ComponentStatus.MAINTENANCE,
    ComponentStatus.OPERATIONAL,
    ComponentStatus.UNKNOWN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCounts:
    """The towers or devices of a component by how they stand."""

    up: int = 0
    degraded: int = 0
    down: int = 0
    maintenance: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        """All members."""
        return self.observed + self.unknown

    @property
    def observed(self) -> int:
        """Those whose state is known."""
        return self.up + self.degraded + self.down + self.maintenance


def component_status(members: MemberCounts, *, by_share: bool = False) -> ComponentStatus:
    """How a component stands. ``by_share`` is for members that come and go by the hundred: a few of them are no outage."""
    watched = members.up + members.degraded + members.down
    if not watched:
        return ComponentStatus.MAINTENANCE if members.maintenance else ComponentStatus.UNKNOWN
    if members.down == watched:
        return ComponentStatus.MAJOR
    down = members.down / watched
    if down >= PARTIAL_SHARE if by_share else members.down:
        return ComponentStatus.PARTIAL
    if members.degraded or (by_share and down >= DEGRADED_SHARE):
        return ComponentStatus.DEGRADED
    return ComponentStatus.OPERATIONAL
