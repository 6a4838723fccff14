"""Taking a device out: whatever is open about it is closed in the same step."""

from dataclasses import replace

from domain.changes.transaction import Draft
from domain.compliance.compiled import RuleBook
from domain.compliance.evaluation import judge
from domain.devices.model import Device, DeviceState
from domain.enforcement.alerts import settle
from domain.enforcement.lifecycle import move
from domain.enforcement.locks import end_lock
from domain.enforcement.model import CommandState
from domain.enrolment.alerts import no_longer_contested
from domain.enrolment.events import DeviceRetired
from domain.journal.model import Subject


def retire(draft: Draft, book: RuleBook, device: Device, by: str) -> Device:
    """The device as retired: its credential ends, its open violations, commands and alerts are closed, its history stays."""
    fleet = draft.fleet(device.enterprise)
    state = draft.find(DeviceState, device.enterprise, device.id)
    if state is not None:
        policies = [replace(policy, retired_at=draft.now) for policy in fleet.policies.values()]
        draft.put_state(judge(draft, fleet, book, device, replace(state, quarantined=False), policies), whole=True)
    # After the judgement: a violation that ends asks for a release, which a retired device cannot fetch either.
    for command in draft.commands_of(device.enterprise, device.id):
        move(draft, device, command, CommandState.CANCELLED, 'the device was retired', by)
    settle(draft, device)
    end_lock(draft, device)
    no_longer_contested(draft, device)
    retired = replace(device, retired_at=draft.now, version=device.version + 1)
    draft.put(retired)
    subject = Subject('device', device.id, device.name)
    draft.note(DeviceRetired(at=draft.now, enterprise=device.enterprise, subject=subject, by=by))
    return retired
