"""Whose silence says nothing of the device: its tower cannot be heard through, or the device was put out of use."""

from dataclasses import dataclass

from domain.checks.model import CheckStatus
from domain.common.watch import Watch
from domain.devices.model import Device, DeviceState
from domain.devices.presence import late_after, offline_after
from domain.enforcement.model import Lock
from domain.enrolment.live import Credentials
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.silence.live import CameBack
from domain.towers.live import TalkingMeanwhile, checks_of, tower_state
from domain.towers.model import OUT, Tower, TowerStatus

_FROM_THE_FIRST = 0.0
_ANSWERING = frozenset({CheckStatus.OK, CheckStatus.DEGRADED})


@dataclass(frozen=True, slots=True)
class Way:
    """The way through one tower. Who may have gone after ``closed_since`` is excused; time offline counts from ``open_since`` on, in
    epoch seconds. ``is_doubtful`` while none of its checks answers and it has not been found down yet.
    """

    closed_since: float | None = None
    open_since: float = 0.0
    is_doubtful: bool = False


def way_through(fleet: Fleet, tower_id: str | None) -> Way:
    """How the devices that were last heard through this tower stand.

    One without checks is watched by nobody, so that its state excuses nobody. One that is down is heard through as long as devices
    check in through its cells.
    """
    tower = fleet[Tower].get(tower_id) if tower_id is not None else None
    if tower is None or tower_id is None:
        return Way()
    status = tower_state(fleet, tower_id).status
    if status is TowerStatus.MAINTENANCE or (status is TowerStatus.UNKNOWN and tower.checks):
        return Way(closed_since=_FROM_THE_FIRST)
    if status in OUT:
        talking = fleet.index(TalkingMeanwhile).devices(tower_id)
        heard = [state.last_seen or 0.0 for id in talking if (state := fleet[DeviceState].get(id)) is not None]
        # Who was gone before the last that was heard through these cells was gone for a reason of its own.
        return Way(closed_since=max(heard, default=_FROM_THE_FIRST))
    silent = bool(tower.checks) and not any(check.status in _ANSWERING for check in checks_of(fleet, tower))
    return Way(open_since=fleet.index(CameBack).since(tower_id), is_doubtful=silent)


def is_excused(way: Way, device: Device, state: DeviceState, watch: Watch) -> bool:
    """True while its silence is that of its tower, and while it has not had the time to report since that came back."""
    if way.open_since and watch.elapsed(way.open_since) <= offline_after(device.interval_s):
        return True
    gone_before = (state.last_seen or 0.0) + late_after(device.interval_s)
    return way.closed_since is not None and gone_before >= way.closed_since


def alone_for(way: Way, device: Device, state: DeviceState, watch: Watch) -> float:
    """Seconds that were watched in which it was offline by itself."""
    offline = watch.elapsed(state.presence_since or 0.0)
    if not way.open_since:
        return offline
    return min(offline, watch.elapsed(way.open_since) - offline_after(device.interval_s))


def is_out_of_use(fleets: Fleets, device: Device) -> bool:
    """True for a device that was wiped or whose credential was revoked: it cannot check in, and that was meant."""
    lock = fleets.of(device.enterprise)[Lock].get(device.id)
    if lock is not None and lock.wiped_at is not None:
        return True
    return fleets.index(Credentials).of(device.id) is None
