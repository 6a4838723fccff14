"""What keeps commands back: too many at once, or a device behind a dead tower."""

from domain.changes.transaction import Transaction
from domain.devices.actions import Action
from domain.devices.model import Device, DeviceState
from domain.enforcement.live import Held
from domain.enforcement.model import Command
from domain.fleet.fleet import Fleet
from domain.maintenance.covering import works_on
from domain.towers.model import Tower, TowerState
from domain.towers.status import excused


def interlock(tx: Transaction, fleet: Fleet, device: Device, action: Action, state: DeviceState | None = None) -> str:
    """Why the command must wait, in plain words; empty when it may go. Only what policies can ask for is ever held back.

    ``state`` is the device's in the midst of a check-in, which the transaction does not hold yet.
    """
    if action is not Action.QUARANTINE:
        return ''
    if (works := works_on(fleet, device.labels)) is not None:
        return f'parked: planned works, {works.name}'
    state = state or tx.find(DeviceState, device.enterprise, device.id)
    if state is not None and state.tower:
        tower = tx.find(Tower, device.enterprise, state.tower)
        rolled_up = tx.find(TowerState, device.enterprise, state.tower)
        if rolled_up is not None and excused(tower, rolled_up, state.observed_at):
            return f'parked: its serving tower is {rolled_up.status}'
    most = limit(fleet)
    # a group holds devices of several enterprises
    coming = {command.device for command in tx.pending(Command, 'holds').get(True, {}).values()}
    held = len(fleet.index(Held).devices) + sum(
        1 for id in coming if id in fleet[Device] and id not in fleet.index(Held).devices
    )
    if device.id not in fleet.index(Held).devices and held >= most:
        return 'parked: as many devices are held as the limit allows'  # how many, a reader with a narrowed role may not know
    return ''


def limit(fleet: Fleet) -> int:
    """How many devices policies may hold at once."""
    enterprise = fleet.enterprise
    return max(enterprise.quarantine_least, int(enterprise.quarantine_share * len(fleet[Device])))
