"""A row or a journal entry of something that is visible in a part of a fleet, without what it says of what is not.

``part`` is a :class:`domain.fleet.scoped.ScopedFleet`.
"""

from dataclasses import replace

from domain.alerts.model import Alert, score_of, severity_of
from domain.devices.events import ServingTowerChanged
from domain.fleet.fleet import Fleet
from domain.journal.model import Entry
from domain.policies.events import PolicyRetired, PolicySaved, ViolationOpened
from domain.policies.violations import Violation
from domain.towers.events import TowerStatusChanged
from domain.towers.model import Tower
from domain.towers.outages import affected_devices


def violation_in(part: Fleet, violation: Violation) -> Violation:
    """The tower that served the device when it began may be out of sight by now."""
    return violation if _is_visible(part, violation.tower) else replace(violation, tower=None)


def tower_in(part: Fleet, tower: Tower) -> Tower:
    """A tower may hang on one that is out of sight."""
    return tower if _is_visible(part, tower.parent) else replace(tower, parent=None)


def sees_alert(part: Fleet, alert: Alert) -> bool:
    """By the device or the tower it is about, or a witness of an unknown cell; what is about a policy is the whole enterprise's."""
    if alert.is_about_cell:
        return any(part.shows('device', id) for id in alert.witnesses)
    return alert.object_kind in ('device', 'tower') and part.shows(alert.object_kind, alert.object_id)


def alert_in(part: Fleet, alert: Alert) -> Alert:
    """A visible alert with the visible devices concerned."""
    if alert.is_about_cell:
        return _stranger(part, alert)
    if alert.object_kind == 'tower' and not _is_ours(part, alert.object_id):
        return replace(alert, devices=affected_devices(part, alert.object_id))
    return alert


def entry_in(part: Fleet, entry: Entry) -> Entry | None:
    """An entry about a visible device or tower, or what was done to a policy; ``None`` for anything else."""
    subject = entry.subject
    if subject.kind == 'policy':
        return entry if isinstance(entry, PolicySaved | PolicyRetired) else None
    if not part.shows(subject.kind, subject.id):
        return None
    match entry:
        case TowerStatusChanged() if not _is_ours(part, subject.id):
            return replace(entry, devices=0)  # how many of them were visible nobody knows any more
        case ViolationOpened() if not _is_visible(part, entry.tower):
            return replace(entry, tower=None)
        case ServingTowerChanged():
            return _moved(part, entry)
    return entry


def _is_visible(part: Fleet, tower_id: str | None) -> bool:
    return tower_id is None or part.shows('tower', tower_id)


def _is_ours(part: Fleet, tower_id: str) -> bool:
    """True for a tower whose devices are all visible."""
    tower = part.towers.get(tower_id)
    return tower is not None and part.scope.rules(tower.region)


def _stranger(part: Fleet, alert: Alert) -> Alert:
    """An alert about an unknown cell as if the visible witnesses were all there are."""
    witnesses = tuple(id for id in alert.witnesses if part.shows('device', id))
    if len(witnesses) == len(alert.witnesses):
        return alert
    first = part.devices[witnesses[0]]
    score = score_of(len(witnesses))
    return replace(
        alert,
        object_id=first.id,
        object_name=first.name,
        severity=severity_of(score),
        witnesses=witnesses,
        devices=len(witnesses),
        # the signal is that of the newest witness
        detail=alert.detail if alert.witnesses[-1] in witnesses else alert.detail.partition(',')[0],
        score=score,
    )


def _moved(part: Fleet, entry: ServingTowerChanged) -> ServingTowerChanged:
    if not _is_visible(part, entry.before):
        entry = replace(entry, before=None, before_name=None)
    if not _is_visible(part, entry.after):
        entry = replace(entry, after='', after_name='another tower', cell=None)
    return entry
