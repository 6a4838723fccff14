"""Which devices came back after an outage of their tower, and when its alert has waited for them long enough."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.changes.transaction import Transaction
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.devices.presence import offline_after
from domain.fleet.fleet import Fleet
from domain.towers.alerts import awaits_devices, devices_return, explains_others, held_for
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerState
from domain.towers.reach import LONGEST_CYCLE_S, below

MOST_HELD_S = 900.0
"""No device is waited for longer than this, however seldom it reports."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The devices that a tower served when it went down, by what was heard from them since, by id.

    ``back`` and ``elsewhere`` were heard from, ``unheard`` were not; ``silent`` were not heard from for so long before the outage
    already that it has nothing to do with it.
    """

    back: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def awaited(self) -> int:
        """How many it cut off, as far as can be known."""
        return len(self.back) + len(self.elsewhere) + len(self.unheard)


def returned(fleet: Fleet, state: TowerState) -> Returned:
    """Where the devices are that the last outage of a tower hurt. Contact counts, in whatever way and on whatever cell."""
    found: dict[str, list[str]] = {'back': [], 'elsewhere': [], 'unheard': [], 'silent': []}
    for id in state.lost:
        if (device := fleet[Device].get(id)) is not None:
            found[_where(fleet, state, device)].append(id)
    return Returned(**{name: tuple(ids) for name, ids in found.items()})


def _where(fleet: Fleet, state: TowerState, device: Device) -> str:
    now, down_at = state_of(fleet, device.id), state.down_at or 0.0
    if now.last_seen is not None and now.last_seen > down_at:
        return 'back' if now.tower == state.id else 'elsewhere'
    if now.last_seen is None or down_at - now.last_seen > offline_after(device.interval_s):
        return 'silent'
    return 'unheard'


def returned_below(fleet: Fleet, state: TowerState) -> Returned:
    """The same of the tower and of all that its outage cut off, each device once."""
    parts = [returned(fleet, state)]
    began = (
        state.down_at or 0.0
    ) - LONGEST_CYCLE_S  # those below may have been found out of reach before it was found down
    for id in below(fleet, state.id):
        under = fleet[TowerState].get(id)
        if under is not None and under.down_at is not None and under.down_at >= began:
            parts.append(returned(fleet, under))
    if len(parts) == 1:
        return parts[0]
    return Returned(
        **{
            name: tuple(dict.fromkeys(id for part in parts for id in getattr(part, name)))
            for name in ('back', 'elsewhere', 'unheard', 'silent')
        }
    )


def review_recoveries(tx: Transaction, fleet: Fleet) -> None:
    """Count the devices that towers which are up again wait for; end the alerts that need not wait any more. Run by the clock.

    A device is waited for as long as its silence alone would not make it offline, in time that this server has watched. What was cut
    off by the tower is waited for until it was asked again.
    """
    for tower_id in awaits_devices(fleet):
        tower = tx.find(Tower, fleet.enterprise.id, tower_id)
        if tower is None or tower.retired_at is not None or (held := held_for(tx, tower)) is None:
            continue
        now = returned_below(fleet, tx.find(TowerState, fleet.enterprise.id, tower_id) or tower_state(fleet, tower_id))
        patience = max(_patiences(fleet, now.unheard), default=0.0)
        is_over = not now.unheard or held > min(patience, MOST_HELD_S)
        devices_return(
            tx,
            tower,
            awaited=now.awaited,
            missing=len(now.unheard),
            is_over=is_over and (held > MOST_HELD_S or not explains_others(tx, tower)),
        )


def _patiences(fleet: Fleet, ids: tuple[str, ...]) -> Iterator[float]:
    return (offline_after(fleet[Device][id].interval_s) for id in ids)
