"""Which routes take an alert."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from domain.alerts.model import EVERYTHING, AlarmType, Alert, RuleScope
from domain.common.severity import RANK, Severity
from domain.devices.live import state_of
from domain.devices.model import Criticality, Device, DeviceState
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Find
from domain.journal.model import Subject
from domain.oncall.model import AlertRoute, Conditions
from domain.oncall.rota import is_within
from domain.towers.live import OnTower, tower_state
from domain.towers.model import Tower

_CRITICALITY = {level: rank for rank, level in enumerate(Criticality)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFacts:
    """What routes look at. ``devices`` has the labels and the criticality of each device that is concerned; ``channel`` and ``route``
    are the ids of the channel and of the route that the alert is about."""

    severity: Severity
    type: AlarmType
    region: str = ''
    operator: str = ''
    tower: str = ''
    devices: tuple[tuple[Mapping[str, str], Criticality], ...] = ()
    channel: str = ''
    route: str = ''


def facts_of(fleet: Fleet, alert: Alert, severity: Severity | None = None, *, with_devices: bool = True) -> AlertFacts:
    """Those of an alert, of the ``severity`` that it was announced with. Its tower is the one it is about, or that serves its device.
    ``with_devices`` is false where no condition looks at devices: a tower may serve thousands."""
    tower = ''
    ids: Iterable[str] = alert.witnesses
    if alert.object_kind == 'device':
        ids, tower = {alert.object_id, *alert.witnesses}, state_of(fleet, alert.object_id).tower or ''
    elif alert.object_kind == 'tower':
        tower = alert.object_id
        ids = {*alert.witnesses, *devices_of(fleet, tower)} if with_devices else ()
    devices = tuple(
        (row.labels, row.criticality)
        for id in (ids if with_devices else ())
        if (row := fleet.find(Device, id)) is not None
    )
    found = about_tower(
        fleet,
        tower,
        severity=severity or alert.severity,
        type=alert.alarm_type,
        devices=devices,
        channel=alert.object_id if alert.object_kind == 'channel' else '',
    )
    return replace(found, route=alert.object_id) if alert.object_kind == 'alert_route' else found


def about_tower(
    fleet: Fleet,
    tower_id: str,
    *,
    severity: Severity,
    type: AlarmType,
    devices: tuple[tuple[Mapping[str, str], Criticality], ...],
    channel: str = '',
) -> AlertFacts:
    """Facts with the region and the operator of a tower, where there is one."""
    tower = fleet.find(Tower, tower_id) if tower_id else None
    return AlertFacts(
        severity=severity,
        type=type,
        region=tower.region if tower is not None else '',
        operator=tower.operator if tower is not None else '',
        tower=tower_id,
        devices=devices,
        channel=channel,
    )


def devices_of(fleet: Fleet, tower_id: str) -> set[str]:
    """Ids of the devices that a tower serves, or served when it went down."""
    return {*fleet.index(OnTower).devices(tower_id), *tower_state(fleet, tower_id).lost}


def concerns(fleet: Fleet, find: Find, scope: RuleScope, subject: Subject, witnesses: Collection[str]) -> bool:
    """True for a device or tower that the scope of an alert rule takes in, and for many of which one is; ``find`` has their rows.

    What is said of devices must hold of one that is concerned, what is said of the place of the tower that serves it.
    """
    if scope == EVERYTHING:
        return True
    when = Conditions(
        labels=scope.labels,
        criticality=Criticality(scope.criticality) if scope.criticality else None,
        regions=scope.regions,
        operators=scope.operators,
        towers=scope.towers,
    )
    if subject.kind not in ('device', 'tower'):
        return any(_takes(find, when, '', (id,)) for id in witnesses)
    if subject.kind == 'tower':
        return _takes(find, when, subject.id, {*witnesses, *devices_of(fleet, subject.id)})
    return _takes(find, when, '', (subject.id, *witnesses))


def _takes(find: Find, when: Conditions, tower_id: str, ids: Collection[str]) -> bool:
    """Of devices without a ``tower_id`` the tower is the one that serves the first of them."""
    if not tower_id:
        state = next((state for id in ids if (state := find(DeviceState, id)) is not None), None)
        tower_id = (state.tower if state is not None else None) or ''
    tower = find(Tower, tower_id) if tower_id else None
    facts = AlertFacts(
        severity=Severity.CRITICAL,
        type=AlarmType.OPERATIONAL,
        region=tower.region if tower is not None else '',
        operator=tower.operator if tower is not None else '',
        tower=tower_id,
        devices=tuple((row.labels, row.criticality) for id in ids if (row := find(Device, id)) is not None),
    )
    return fits(when, facts, 0.0)


def routes_for(fleet: Fleet, facts: AlertFacts, moment: float) -> list[AlertRoute]:
    """The routes that take it, in order: the first that fits, and those after it as long as each goes on. What is wrong with a route is
    told by the others."""
    found = []
    for route in in_order(fleet):
        if (
            route.enabled
            and route.id != facts.route
            and _is_told(route, facts)
            and fits(route.conditions, facts, moment)
        ):
            found.append(route)
            if not route.go_on:
                break
    return found


def _is_told(route: AlertRoute, facts: AlertFacts) -> bool:
    """False for what is of no severity yet (X.733 ``indeterminate``), unless the route asks for that: a route that says nothing of severity
    takes warnings and worse, and calls nobody at night for what can wait for the page and the report."""
    return facts.severity is not Severity.INDETERMINATE or route.conditions.severity is Severity.INDETERMINATE


def in_order(fleet: Fleet) -> list[AlertRoute]:
    """All routes as they are asked."""
    return sorted(fleet[AlertRoute].values(), key=lambda route: (route.position, route.id))


def looks_at_devices(when: Conditions) -> bool:
    """True when devices are asked."""
    return bool(when.labels) or when.criticality is not None


def fits(when: Conditions, facts: AlertFacts, moment: float) -> bool:
    """True when all conditions hold."""
    if when.severity is not None and RANK[facts.severity] > RANK[when.severity]:
        return False
    if when.types and facts.type not in when.types:
        return False
    places = ((when.regions, facts.region), (when.operators, facts.operator), (when.towers, facts.tower))
    if any(wanted and found not in wanted for wanted, found in places):
        return False
    if when.hours and not is_within(when.hours, when.zone, moment):
        return False
    if not looks_at_devices(when):
        return True
    least = _CRITICALITY[when.criticality] if when.criticality is not None else 0
    return any(
        _CRITICALITY[criticality] >= least and when.labels.items() <= labels.items()
        for labels, criticality in facts.devices
    )
