"""Whom an incident hurt: the devices that its alerts are about, and what is known of their contact."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from domain.alerts.model import Alert, ProbableCause
from domain.devices.listing.counters import StatusCounters
from domain.devices.live import state_of
from domain.devices.model import Criticality, Device, Presence
from domain.fleet.fleet import Fleet
from domain.incidents.model import Hurt
from domain.policies.alerts import BROKEN
from domain.towers.live import tower_state
from domain.towers.model import OUT
from domain.towers.together.alerts import TOGETHER

BEFORE_S = 3600.0
"""What was changed so long before an outage may have to do with it."""
_LEVELS = list(Criticality)


def cuts_off(alert: Alert) -> bool:
    """True for an alert which says that devices or towers lost contact; a broken policy or an unknown cell says nothing of that."""
    return alert.probable_cause is ProbableCause.LOSS_OF_SIGNAL or TOGETHER.is_of(alert)


def hurt_by(fleet: Fleet, alerts: Iterable[Alert], now: float) -> Iterator[Hurt]:
    """The devices that these alerts are about now, and those that their towers lost; the most critical first, then by name."""
    return hurt_in(fleet, ((alert, concerned(fleet, alert)) for alert in alerts), now)


def hurt_in(fleet: Fleet, parts: Iterable[tuple[Alert, Iterable[str]]], now: float) -> Iterator[Hurt]:
    """As :func:`hurt_by`, of alerts and the ids of the devices that each is about."""
    of: dict[str, list[Alert]] = {}
    for alert, ids in parts:
        for id in ids:
            of.setdefault(id, []).append(alert)
    devices = [device for id in of if (device := fleet[Device].get(id)) is not None]
    devices.sort(key=lambda one: (-_LEVELS.index(one.criticality), one.name, one.id))
    for device in devices:
        losses = [alert for alert in of[device.id] if cuts_off(alert)]
        yield _lost(fleet, device, losses, now) if losses else _fallen_silent(fleet, device, of[device.id], now)


def _lost(fleet: Fleet, device: Device, losses: Collection[Alert], now: float) -> Hurt:
    """Of a device whose contact these alerts say is lost. One that is not late yet when they are over is no case of silence."""
    state, since = state_of(fleet, device.id), min(alert.raised_at for alert in losses)
    is_heard = state.last_seen is not None and state.last_seen >= since
    is_due = state.presence is not Presence.ONLINE or any(alert.is_open for alert in losses)
    if is_due and not is_heard:
        return _hurt(device, now - since, now - since)
    lost_s = max(0.0, _cut_off_s(fleet, device.id, losses, since, now))
    return replace(_hurt(device, None, lost_s), back_at=since + lost_s if lost_s else None)


def _fallen_silent(fleet: Fleet, device: Device, alerts: Collection[Alert], now: float) -> Hurt:
    """Of a device that these alerts are about, which say nothing of its contact: silent when it became late after they had begun."""
    state, since = state_of(fleet, device.id), min(alert.raised_at for alert in alerts)
    is_silent = state.presence in (Presence.LATE, Presence.OFFLINE) and (state.presence_since or 0.0) > since
    return _hurt(device, now - max(state.last_seen or since, since) if is_silent else None, 0.0)


def _hurt(device: Device, silent_s: float | None, lost_s: float) -> Hurt:
    silent_s = max(0.0, silent_s) if silent_s is not None else None
    return Hurt(device.id, device.name, device.criticality, device.labels, silent_s, max(0.0, lost_s))


def _cut_off_s(fleet: Fleet, id: str, alerts: Collection[Alert], since: float, now: float) -> float:
    """How long a device that is back was away: until it was online again. One that had not become late until its tower was up."""
    state = state_of(fleet, id)
    if state.presence is Presence.ONLINE and state.presence_since is not None and state.presence_since > since:
        over = max(alert.cleared_at if alert.cleared_at is not None else now for alert in alerts)
        return min(state.presence_since, over) - since
    return max(_over_at(fleet, alert, since) for alert in alerts) - since


def _over_at(fleet: Fleet, alert: Alert, since: float) -> float:
    """When its tower was up again; ``since`` while it is not: who was heard from nevertheless has another way."""
    state = tower_state(fleet, alert.object_id) if alert.object_kind == 'tower' else None
    is_newest = state is not None and state.down_at is not None and state.down_at >= alert.raised_at - BEFORE_S
    if state is not None and state.since is not None and is_newest and state.status not in OUT and state.since > since:
        return min(state.since, alert.cleared_at if alert.cleared_at is not None else state.since)
    return alert.cleared_at if alert.cleared_at is not None else since


def concerned(fleet: Fleet, alert: Alert) -> Iterable[str]:
    """Ids of the devices that an alert is about, of those that its tower lost, and of those that break its policy now."""
    if alert.is_open and BROKEN.is_of(alert):
        return _breaking(fleet, alert.object_id)
    if alert.object_kind == 'device':
        return (alert.object_id, *alert.witnesses)
    if alert.object_kind != 'tower' or not cuts_off(alert):
        return alert.witnesses
    state = tower_state(fleet, alert.object_id)
    is_this = state.down_at is not None and alert.raised_at - BEFORE_S <= state.down_at <= (
        alert.cleared_at or state.down_at
    )
    return (*alert.witnesses, *(state.lost if is_this else ()))


def _breaking(fleet: Fleet, policy: str) -> Iterator[str]:
    """An alert of a policy counts the devices that break it and keeps no list of them."""
    for id in fleet.index(StatusCounters).not_compliant.get(policy, ()):
        verdict = state_of(fleet, id).verdicts.get(policy)
        if verdict is not None and verdict.violation is not None:
            yield id
