"""The counters that a rule of one's own reads, each with what it counts, and their values of a fleet or of a part of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from domain.alerts.model import Alert
from domain.devices.compliance import Compliance
from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.counters import StatusCounters
from domain.devices.listing.query import DeviceQuery, matching
from domain.devices.listing.words import COMPLIANCES, PRESENCES
from domain.devices.model import DeviceKind, Presence
from domain.devices.unknown_cells.model import UnknownCell
from domain.devices.unknown_cells.surroundings import there_now
from domain.fleet.fleet import Fleet
from domain.measurements.model import Series
from domain.own_rules.alerts import OWN, OWN_DEVICE
from domain.own_rules.model import Counted
from domain.policies.model import Policy
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerStatus

NO_TOWER = '-'
"""An id that no tower has: of a region without towers no device is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetCounter:
    """A name in expressions. ``series`` is where its past is measured; ``most`` is the highest value that it can have, if there is one.

    A counter that is not ``parted`` counts the whole enterprise, whatever is selected.
    """

    name: str
    words: str
    series: Series | None = None
    most: float | None = None
    parted: bool = True


def _percent(name: str, of: str, series: Series | None = None) -> FleetCounter:
    return FleetCounter(name=f'{name}_percent', words=f'{of}, in per cent of the devices', series=series, most=100)


COUNTERS: tuple[FleetCounter, ...] = (
    FleetCounter(name='devices', words='devices'),
    FleetCounter(name='online', words='devices online', series=Series.ONLINE),
    FleetCounter(name='late', words='devices late', series=Series.LATE),
    FleetCounter(name='offline', words='devices offline', series=Series.OFFLINE),
    FleetCounter(name='never_seen', words='devices that never checked in', series=Series.NEVER_SEEN),
    FleetCounter(name='compliant', words='devices that comply', series=Series.COMPLIANT),
    FleetCounter(name='violating', words='devices that break a policy', series=Series.VIOLATING),
    FleetCounter(name='excused', words='devices excused', series=Series.EXCUSED),
    FleetCounter(name='undecided', words='devices of which it is not known', series=Series.UNKNOWN),
    FleetCounter(name='quarantined', words='devices in quarantine'),
    _percent('offline', 'devices offline', Series.OFFLINE),
    _percent('late', 'devices late', Series.LATE),
    _percent('violating', 'devices that break a policy', Series.VIOLATING),
    FleetCounter(name='unknown_cells', words='unknown cells with a device on them', parted=False),
    FleetCounter(name='towers', words='towers'),
    FleetCounter(name='towers_down', words='towers down'),
    FleetCounter(name='towers_unreachable', words='towers unreachable'),
    FleetCounter(name='towers_degraded', words='towers degraded'),
    FleetCounter(name='alerts', words='open alerts', parted=False),
)
BY_NAME: Mapping[str, FleetCounter] = {one.name: one for one in COUNTERS}
VIOLATIONS = 'violations'
"""By the name of a policy: ``violations["Encrypted"]`` counts the devices that break it, in the whole enterprise."""
_PRESENCE = {
    'online': Presence.ONLINE,
    'late': Presence.LATE,
    'offline': Presence.OFFLINE,
    'never_seen': Presence.NEVER_SEEN,
}
_COMPLIANCE = {
    'compliant': Compliance.COMPLIANT,
    'violating': Compliance.VIOLATING,
    'excused': Compliance.EXCUSED,
    'undecided': Compliance.UNKNOWN,
}


def values_of(fleet: Fleet, counted: Counted, names: frozenset[str]) -> dict[str, Any]:
    """The counters of these names, as an expression reads them."""
    found: dict[str, Any] = {}
    if names - {
        VIOLATIONS,
        'alerts',
        'unknown_cells',
        'towers',
        'towers_down',
        'towers_unreachable',
        'towers_degraded',
    }:
        found |= _devices(fleet, counted)
    if any(name.startswith('towers') for name in names):
        found |= _towers(fleet, counted)
    if 'alerts' in names:
        found['alerts'] = sum(not (OWN.is_of(alert) or OWN_DEVICE.is_of(alert)) for alert in fleet[Alert].values())
    if 'unknown_cells' in names:
        found['unknown_cells'] = sum(bool(there_now(fleet, cell)) for cell in fleet[UnknownCell].values())
    if VIOLATIONS in names:
        counts = fleet.index(StatusCounters).by_policy
        policies = fleet[Policy].values()
        found[VIOLATIONS] = {one.name: int(counts[one.id][Compliance.VIOLATING]) for one in policies}
    return {name: found[name] for name in names}


def with_percents(found: dict[str, Any]) -> dict[str, Any]:
    """With the parts of a hundred; of no device all are nought."""
    devices = found['devices']
    parts = {
        f'{name}_percent': 100.0 * found[name] / devices if devices else 0.0
        for name in ('offline', 'late', 'violating')
    }
    return {**found, **parts}


def _devices(fleet: Fleet, counted: Counted) -> dict[str, Any]:
    columns = fleet.index(DeviceColumns)
    query = DeviceQuery(
        labels=counted.labels,
        kind=frozenset(DeviceKind(kind) for kind in counted.kinds),
        tower=frozenset({one.id for one in _of_regions(fleet, counted)} | {NO_TOWER})
        if counted.regions
        else frozenset(),
    )
    rows = matching(fleet, query)
    presence = np.bincount(columns.word('presence')[rows], minlength=len(PRESENCES))
    compliance = np.bincount(columns.word('compliance')[rows], minlength=len(COMPLIANCES))
    found: dict[str, Any] = {'devices': len(rows)}
    found |= {name: int(presence[PRESENCES.index(value)]) for name, value in _PRESENCE.items()}
    found |= {name: int(compliance[COMPLIANCES.index(value)]) for name, value in _COMPLIANCE.items()}
    found['quarantined'] = int(np.count_nonzero(columns.quarantined[rows]))
    return with_percents(found)


def _towers(fleet: Fleet, counted: Counted) -> dict[str, Any]:
    states = [tower_state(fleet, tower.id).status for tower in _of_regions(fleet, counted)]
    by_name: Mapping[str, Callable[[TowerStatus], bool]] = {
        'towers': lambda _: True,
        'towers_down': lambda status: status is TowerStatus.DOWN,
        'towers_unreachable': lambda status: status is TowerStatus.UNREACHABLE,
        'towers_degraded': lambda status: status is TowerStatus.DEGRADED,
    }
    return {name: sum(map(fits, states)) for name, fits in by_name.items()}


def _of_regions(fleet: Fleet, counted: Counted) -> list[Tower]:
    return [tower for tower in fleet[Tower].values() if not counted.regions or tower.region in counted.regions]
