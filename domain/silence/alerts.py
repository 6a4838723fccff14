"""The alerts of silence: one for a device that stays offline, one for many that fell silent together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.access.enterprises import Enterprise
from domain.alerts.catalogue import DEVICE_OFFLINE, SILENT_TOGETHER
from domain.alerts.correlation import attach
from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.alerts.raising import clear_alert
from domain.alerts.rule import AlertRule, Named
from domain.changes.transaction import Transaction
from domain.devices.model import Device, DeviceState, Presence
from domain.fleet.fleet import Fleet
from domain.silence.grouping import Group, Silent, Trait
from domain.towers.model import Tower

OFFLINE = AlertRule(
    key='offline/{}',
    object='device',
    type=AlarmType.COMMUNICATIONS,
    cause=ProbableCause.LOSS_OF_SIGNAL,
    problem='{name} is offline',
    tuned=DEVICE_OFFLINE,
    past=('is', 'was'),
)
BEHIND_TOWER = AlertRule(
    key='silence-tower/{}',
    object='tower',
    type=AlarmType.COMMUNICATIONS,
    cause=ProbableCause.LOSS_OF_SIGNAL,
    problem='Devices behind {name} fell silent together',
    tuned=SILENT_TOGETHER,
)
TOGETHER = AlertRule(
    key='silence/{}',
    object='enterprise',
    type=AlarmType.COMMUNICATIONS,
    cause=ProbableCause.LOSS_OF_SIGNAL,
    problem='Devices {which} fell silent together',
    tuned=SILENT_TOGETHER,
)
"""Its key is what the devices have in common: ``label:site=north``, ``region:North``, ``network:204-08``
(that serves them), ``home:204-08`` (that their SIMs are of), ``kind:meter``, ``fleet:``."""
_WHICH = {
    'tower': '',
    'label': 'labelled {}',
    'region': 'of region {}',
    'network': 'on network {}',
    'home': 'with SIMs of {}',
    'kind': 'of kind {}',
    'fleet': 'of the whole fleet',
}
MOST_NAMED = 500
"""Devices of a group that are kept with its alert: by these a narrowed role sees it."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a review has found: the groups, the devices that are alone and due, and the ids of all whose silence counts.

    ``may_raise`` is false while the fault may be ours; what is open stays open then, and what has ended ends.
    """

    groups: Sequence[Group]
    alone: Sequence[Silent]
    silent: Collection[str]
    may_raise: bool = True


def standing(fleet: Fleet) -> dict[Trait, Alert]:
    """The open alerts of many, by what the devices have in common."""
    found: dict[Trait, Alert] = {('tower', id): alert for id, alert in BEHIND_TOWER.all_in(fleet)}
    for on, alert in TOGETHER.all_in(fleet):
        kind, _, value = on.partition(':')
        found[kind, value] = alert
    return found


def offline_alerts(fleet: Fleet) -> dict[str, Alert]:
    """The open alerts of single devices, by device."""
    return dict(OFFLINE.all_in(fleet))


def differs(fleet: Fleet, found: Findings) -> bool:
    """True when the alerts do not say yet what was found."""
    open_, groups = offline_alerts(fleet), standing(fleet)
    if any(id not in found.silent for id in open_) or groups.keys() - {group.trait for group in found.groups}:
        return True
    if any(
        _moved(fleet, groups.get(group.trait), group)
        for group in found.groups
        if found.may_raise or group.trait in groups
    ):
        return True
    return found.may_raise and any(_louder(fleet, open_.get(one.id), one) for one in found.alone)


def take_down(tx: Transaction, enterprise: Enterprise, found: Findings) -> int:
    """Raise, bring up to date and clear; how many alerts were raised."""
    fleet, raised = tx.fleet(enterprise.id), 0
    open_, groups = offline_alerts(fleet), standing(fleet)
    for trait, alert in groups.items():
        if trait not in {group.trait for group in found.groups}:
            _clear(tx, alert)
    for id, alert in open_.items():
        if id not in found.silent or not _is_offline(tx, enterprise.id, id):
            _clear(tx, alert)
    for group in found.groups:
        if found.may_raise or group.trait in groups:
            raised += group.trait not in groups
            _tell(tx, enterprise, group, open_)
    for one in found.alone if found.may_raise else ():
        device = tx.find(Device, enterprise.id, one.id)
        if device is not None and _louder(fleet, open_.get(one.id), one) and _is_offline(tx, enterprise.id, one.id):
            raised += one.id not in open_
            OFFLINE.raise_for(tx, device, severity=one.severity, detail=_alone(device), devices=1)
    return raised


def _tell(tx: Transaction, enterprise: Enterprise, group: Group, alone: Mapping[str, Alert]) -> None:
    kind, value = group.trait
    about: Named | None = tx.find(Tower, enterprise.id, value) if kind == 'tower' else enterprise
    if about is None:  # the tower was taken out meanwhile
        return
    rule = BEHIND_TOWER if kind == 'tower' else TOGETHER
    root = rule.raise_for(
        tx,
        about,
        on=value if kind == 'tower' else f'{kind}:{value}',
        which=_WHICH[kind].format(value),
        severity=group.severity,
        detail=_detail(group),
        devices=len(group.members),
        witnesses=_named(group),
    )
    if root is None:  # the rule is off
        return
    for one in group.members:
        known = tx.find(Alert, enterprise.id, alone[one.id].id) if one.id in alone else None
        if known is not None and known.is_open and known.parent is None:
            attach(tx, known, root)


def _alone(device: Device) -> str:
    return f'{device.criticality} {device.kind}, expected every {device.interval_s} s'


def _detail(group: Group) -> str:
    """Of a tower without numbers and names: its journal is read by all who see one of its devices."""
    if group.trait[0] == 'tower':
        return 'its checks say nothing of it'
    names = [one.name for one in group.members[:3]]
    more = len(group.members) - len(names)
    named = f'{", ".join(names)} and {more} more' if more else ', '.join(names)
    return f'{len(group.members)} of {max(group.size, len(group.members))}: {named}'


def _named(group: Group) -> tuple[str, ...]:
    return tuple(one.id for one in group.members[:MOST_NAMED])


def _moved(fleet: Fleet, alert: Alert | None, group: Group) -> bool:
    said = (TOGETHER.severity_in(fleet, group.severity), _detail(group), len(group.members), _named(group))
    return alert is None or (alert.severity, alert.detail, alert.devices, alert.witnesses) != said


def _louder(fleet: Fleet, alert: Alert | None, one: Silent) -> bool:
    return alert is None or alert.severity is not OFFLINE.severity_in(fleet, one.severity)


def _is_offline(tx: Transaction, enterprise: str, id: str) -> bool:
    state = tx.find(DeviceState, enterprise, id)
    return state is not None and state.presence is Presence.OFFLINE


def _clear(tx: Transaction, alert: Alert) -> None:
    known = tx.find(Alert, alert.enterprise, alert.id)
    if known is not None and known.is_open:
        clear_alert(tx, known)
