"""Taking a device out: everything that is open about it is closed in the same step."""

from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.compliance.compiled import CompiledPolicies
from domain.compliance.evaluation import judge
from domain.devices.model import Device, DeviceState
from domain.enforcement.alerts import clear_command_alerts
from domain.enforcement.lifecycle import move
from domain.enforcement.locks import end_lock
from domain.enforcement.lookup import commands_of
from domain.enforcement.model import CommandState
from domain.enrolment.alerts import no_longer_contested
from domain.enrolment.events import DeviceRetired
from domain.policies.model import Policy


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
