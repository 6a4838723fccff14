"""Taking a device out: whatever is open about it is closed in the same step."""

from dataclasses import replace

from domain.commands import CommandState
from domain.devices import Device, DeviceState
from domain.dispatch import move, settle
from domain.draft import Draft
from domain.enforcement import end_lock
from domain.evaluation import judge
from domain.journal import DeviceRetired, Subject
from domain.rulebook import RuleBook
from domain.security import no_longer_contested


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
