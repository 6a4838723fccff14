"""A command to a device and its life: requested, queued, delivered, confirmed | rejected | timed out | cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.access import Permission


class Action(StrEnum):
    """What a device can be told to do."""

    QUARANTINE = 'quarantine'
    RELEASE = 'release'
    LOCK = 'lock'
    UNLOCK = 'unlock'
    WIPE = 'wipe'


OPPOSITES: Mapping[Action, Action] = {
    Action.QUARANTINE: Action.RELEASE,
    Action.RELEASE: Action.QUARANTINE,
    Action.LOCK: Action.UNLOCK,
    Action.UNLOCK: Action.LOCK,
}
"""What undoes what; a wipe is not undone."""

PERMISSIONS: Mapping[Action, Permission] = {
    Action.QUARANTINE: Permission.COMMANDS_WRITE,
    Action.RELEASE: Permission.COMMANDS_WRITE,
    Action.LOCK: Permission.COMMANDS_LOCK,
    Action.UNLOCK: Permission.COMMANDS_LOCK,
    Action.WIPE: Permission.COMMANDS_WIPE,
}
"""What whoever asks for an action, or takes it back, must be allowed."""


class CommandState(StrEnum):
    """``requested`` waits for the interlock, ``queued`` for the device's next check-in, ``delivered`` for its answer."""

    REQUESTED = 'requested'
    QUEUED = 'queued'
    DELIVERED = 'delivered'
    CONFIRMED = 'confirmed'
    REJECTED = 'rejected'
    TIMED_OUT = 'timed_out'
    CANCELLED = 'cancelled'


OPEN_STATES = frozenset({CommandState.REQUESTED, CommandState.QUEUED, CommandState.DELIVERED})

_NEXT: dict[CommandState, frozenset[CommandState]] = {
    CommandState.REQUESTED: frozenset({CommandState.QUEUED, CommandState.CANCELLED, CommandState.TIMED_OUT}),
    CommandState.QUEUED: frozenset({CommandState.DELIVERED, CommandState.CANCELLED, CommandState.TIMED_OUT}),
    CommandState.DELIVERED: frozenset(
        {CommandState.CONFIRMED, CommandState.REJECTED, CommandState.TIMED_OUT, CommandState.CANCELLED}
    ),
    # A device may answer after we gave up on it or took the command back; its word then stands.
    CommandState.TIMED_OUT: frozenset({CommandState.CONFIRMED, CommandState.REJECTED}),
    CommandState.CANCELLED: frozenset({CommandState.CONFIRMED, CommandState.REJECTED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """``key`` makes it idempotent: one open command per key. ``because`` says why it stands where it stands, in plain words;
    ``deliveries`` how often the device was told.
    """

    id: str
    enterprise: str
    device: str
    action: Action
    key: str
    state: CommandState
    requested_at: float
    moved_at: float
    expires_at: float
    reason: str = ''
    because: str = ''
    policy: str | None = None
    violation: str | None = None
    requested_by: str = 'policy'
    delivered_at: float | None = None
    deliveries: int = 0

    @property
    def is_open(self) -> bool:
        """True until the device has answered, the time is up or somebody cancelled it."""
        return self.state in OPEN_STATES

    @property
    def holds(self) -> bool:
        """True while the device is on its way into quarantine by this command; what the interlock counts."""
        return self.action is Action.QUARANTINE and self.state in (CommandState.QUEUED, CommandState.DELIVERED)


def rivals(one: Action, other: Action) -> bool:
    """True when the newer of two commands has the say: they ask for the same, or for the opposite."""
    return one is other or OPPOSITES.get(one) is other


def accomplished(action: Action, *, quarantined: bool, locked: bool) -> bool:
    """True when the device is already as the action would leave it; a wipe may always be asked for again."""
    if action in (Action.QUARANTINE, Action.RELEASE):
        return quarantined is (action is Action.QUARANTINE)
    return action is not Action.WIPE and locked is (action is Action.LOCK)


def may_move(before: CommandState, after: CommandState) -> bool:
    """True when the lifecycle has that step."""
    return after in _NEXT.get(before, frozenset())
