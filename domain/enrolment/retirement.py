"""Taking a device out, where everything that is open about it is closed in the same step; and bringing it back."""

from dataclasses import dataclass, replace

from domain.access.actors import Actor
from domain.changes.naming import named
from domain.changes.store import Store
from domain.changes.transaction import Transaction
from domain.common.errors import Conflict, NotFound
from domain.compliance.compiled import CompiledPolicies
from domain.compliance.evaluation import judge
from domain.devices.lookup import is_inside, need_device, with_identifiers
from domain.devices.model import Device, DeviceState, Reporting
from domain.enforcement.alerts import clear_command_alerts
from domain.enforcement.lifecycle import move
from domain.enforcement.locks import end_lock
from domain.enforcement.lookup import commands_of
from domain.enforcement.model import CommandState
from domain.enrolment.alerts import no_longer_contested
from domain.enrolment.events import DeviceRestored, DeviceRetired
from domain.enrolment.model import Credential
from domain.policies.model import Policy
from domain.towers.cells import Cells


def retire(tx: Transaction, book: CompiledPolicies, device: Device, by: str) -> Device:
    """The device as retired: its credential ends, its open violations, commands and alerts are closed, its history stays."""
    fleet = tx.fleet(device.enterprise)
    state = tx.find(DeviceState, device.enterprise, device.id)
    if state is not None:
        policies = [replace(policy, retired_at=tx.now) for policy in fleet[Policy].values()]
        tx.put_parts(judge(tx, fleet, book, device, replace(state, quarantined=False), policies), whole=True)
    # After the judgement: a violation that ends asks for a release, which a retired device cannot fetch either.
    for command in commands_of(tx, device.enterprise, device.id):
        move(tx, device, command, CommandState.CANCELLED, 'the device was retired', by)
    clear_command_alerts(tx, device)
    end_lock(tx, device)
    no_longer_contested(tx, device)
    retired = replace(device, retired_at=tx.now, version=device.version + 1)
    tx.put(retired)
    tx.note(DeviceRetired(**tx.about(device, by)))
    return retired


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What the store has of a device that may be retired: nothing of that is in the live picture."""

    device: Device
    state: DeviceState | None
    reporting: Reporting | None
    credential: Credential | None


async def left_of(store: Store, enterprise: str, device_id: str) -> Left:
    """What is kept of the device; ``NotFound`` for one that never was."""
    device = await store.get(Device, enterprise, device_id)
    if device is None:
        raise NotFound.of(Device, device_id)
    return Left(
        device=device,
        state=await store.get(DeviceState, enterprise, device_id),
        reporting=await store.get(Reporting, enterprise, device_id),
        credential=await store.get(Credential, enterprise, device_id),
    )


def restore(tx: Transaction, book: CompiledPolicies, actor: Actor, left: Left) -> Device:
    """The device as it was before its retirement, judged anew; what that had closed stays closed.

    Raises ``Conflict`` when it is not retired, and when another device has its IMEI or serial by now.
    """
    enterprise, fleet = left.device.enterprise, tx.fleet(left.device.enterprise)
    known = tx.find(Device, enterprise, left.device.id) or left.device
    if known.retired_at is None:
        need_device(tx, actor, known.id)
        raise Conflict(f'{named(tx, actor, known)} is not retired')
    for other in with_identifiers(tx, enterprise, known.identifiers):
        raise Conflict(f'{named(tx, actor, other)} has this IMEI or serial now', field='identifiers')
    device = replace(known, retired_at=None, version=known.version + 1)
    tx.put(device)
    state = left.state or DeviceState(device.id, enterprise)
    if tower := fleet.index(Cells).tower_of(state.radio):
        state = replace(state, tower=tower)
    tx.put_parts(state, whole=True)
    if not is_inside(tx, actor, device):
        raise NotFound.of(Device, device.id)
    if left.reporting is not None:
        tx.put(left.reporting)
    if left.credential is not None and left.credential.revoked_at is None:
        tx.put(left.credential)
    if state.last_seen is not None:
        tx.put_parts(judge(tx, fleet, book, device, state, fleet[Policy].values()), whole=True)
    tx.note(DeviceRestored(**tx.about(device, actor.name)))
    return device
