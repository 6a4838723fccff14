"""Commands in JSON."""

from enum import StrEnum

from msgspec import Struct

from domain.devices.actions import Action
from domain.enforcement import model
from domain.fleet.fleet import Fleet
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.refs import DEVICE_REF, POLICY_REF, Ref, device_ref, policy_ref
from ui.api.http.schema import Schema


class Command(Struct, kw_only=True, frozen=True):
    """A command and where it stands; ``because`` says why in plain words, ``deliveries`` how often the device was told."""

    id: str
    device: Ref
    action: Action
    state: model.CommandState
    reason: str
    because: str
    policy: Ref | None
    violation_id: str | None
    requested_by: str
    requested_at: Time
    moved_at: Time
    expires_at: Time
    delivered_at: Time | None
    deliveries: int


COMMAND = Schema(
    Command,
    {
        'id': '01KAPX8D3GM7P1V5W0Z4B6R3EH',
        'device': DEVICE_REF,
        'action': 'quarantine',
        'state': 'delivered',
        'reason': 'breaks Disk encryption on',
        'because': 'waits for the answer of the device',
        'policy': POLICY_REF,
        'violation_id': '01KAPX9E4HN8Q2W6X1A5C7S4FJ',
        'requested_by': 'policy',
        'requested_at': '2026-11-22T07:58:12.431Z',
        'moved_at': '2026-11-22T08:00:01.118Z',
        'expires_at': '2026-11-22T08:05:01.118Z',
        'delivered_at': '2026-11-22T08:00:01.118Z',
        'deliveries': 1,
    },
)


def command(fleet: Fleet, row: model.Command) -> Command:
    """A command as people and programs see it."""
    return Command(
        id=row.id,
        device=device_ref(fleet, row.device),
        action=row.action,
        state=row.state,
        reason=row.reason,
        because=row.because,
        policy=policy_ref(fleet, row.policy) if row.policy else None,
        violation_id=row.violation,
        requested_by=row.requested_by,
        requested_at=time_text(row.requested_at),
        moved_at=time_text(row.moved_at),
        expires_at=time_text(row.expires_at),
        delivered_at=maybe_time(row.delivered_at),
        deliveries=row.deliveries,
    )


class NewCommand(Struct, frozen=True):
    """What a device shall do, and why."""

    action: Action
    reason: str


NEW_COMMAND = Schema(NewCommand, {'action': 'quarantine', 'reason': 'reported stolen'})


class Outcome(StrEnum):
    """What a device says of a command."""

    CONFIRMED = 'confirmed'
    REJECTED = 'rejected'


class CommandResult(Struct, frozen=True):
    """The device's answer; ``detail`` says why it was rejected."""

    outcome: Outcome
    detail: str = ''


COMMAND_RESULT = Schema(CommandResult, {'outcome': 'rejected', 'detail': 'no hook for quarantine'})
