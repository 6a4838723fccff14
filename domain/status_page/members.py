"""Which towers or devices a component is made of, and how they stand now."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.labels import LabelIndex
from domain.devices.listing.words import PRESENCES
from domain.devices.model import Presence
from domain.fleet.fleet import Fleet
from domain.status_page.model import Component, ComponentKind, Notice, NoticeKind
from domain.status_page.status import MemberCounts
from domain.towers.live import tower_state
from domain.towers.model import FAILING, Tower, TowerStatus


def towers_of(fleet: Fleet, component: Component) -> Iterator[Tower]:
    """The towers of a component in service; those of a label are none."""
    if component.kind is ComponentKind.TOWER:
        if (tower := fleet.find(Tower, component.target)) is not None:
            yield tower
    elif component.kind is ComponentKind.REGION:
        yield from (tower for tower in fleet[Tower].values() if tower.region == component.target)


def members_of(fleet: Fleet, component: Component) -> MemberCounts:
    """How the members of a component stand."""
    if component.kind is ComponentKind.LABEL:
        return _devices(fleet, component.target)
    found = Counter(tower_state(fleet, tower.id).status for tower in towers_of(fleet, component))
    return MemberCounts(
        up=found[TowerStatus.UP],
        degraded=found[TowerStatus.DEGRADED],
        down=found[TowerStatus.DOWN] + found[TowerStatus.UNREACHABLE],
        maintenance=found[TowerStatus.MAINTENANCE],
        unknown=found[TowerStatus.UNKNOWN],
    )


def members_at(fleet: Fleet, component: Component, moment: float) -> MemberCounts:
    """The same; while a maintenance that was announced for the component is under way, all that is observed of it is in maintenance."""
    members = members_of(fleet, component)
    planned = any(
        notice.kind is NoticeKind.MAINTENANCE and component.id in notice.components and notice.is_under_way(moment)
        for notice in fleet[Notice].values()
    )
    return MemberCounts(maintenance=members.observed, unknown=members.unknown) if planned else members


def maintained_until(fleet: Fleet, component: Component) -> float | None:
    """When the last of its towers that are in maintenance comes back, as far as that is known."""
    ends = [
        tower.maintenance_until
        for tower in towers_of(fleet, component)
        if tower.maintenance_until is not None and tower_state(fleet, tower.id).status is TowerStatus.MAINTENANCE
    ]
    return max(ends, default=None)


def not_up(fleet: Fleet, component: Component) -> list[str]:
    """The names of its towers that are degraded or out, in order."""
    return sorted(tower.name for tower in towers_of(fleet, component) if tower_state(fleet, tower.id).status in FAILING)


def _devices(fleet: Fleet, label: str) -> MemberCounts:
    """A device counts as up until it is offline; one behind a tower in maintenance that is offline is in maintenance."""
    columns = fleet.index(DeviceColumns)
    rows = fleet.index(LabelIndex).rows(*label.split('=', 1)) if '=' in label else np.zeros(0, np.int64)
    presence = columns.presence[rows]
    of = {word: presence == place for place, word in enumerate(PRESENCES)}
    maintained = [
        number
        for tower, number in columns.tower_numbers.items()
        if tower_state(fleet, tower).status is TowerStatus.MAINTENANCE
    ]
    offline = of[Presence.OFFLINE]
    excused = int((offline & np.isin(columns.tower[rows], maintained)).sum())
    return MemberCounts(
        up=int((of[Presence.ONLINE] | of[Presence.LATE]).sum()),
        down=int(offline.sum()) - excused,
        maintenance=excused,
        unknown=int(of[Presence.NEVER_SEEN].sum()),
    )
