"""A command to a device and its life: requested, queued, delivered, confirmed | rejected | timed out | cancelled."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What a device can be told to do."""

    QUARANTINE = 'quarantine'
    RELEASE = 'release'


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
    """``key`` makes it idempotent: one open command per key. ``because`` says why it stands where it stands, in plain words."""

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


def may_move(before: CommandState, after: CommandState) -> bool:
    """True when the lifecycle has that step."""
    return after in _NEXT.get(before, frozenset())
