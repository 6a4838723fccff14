"""A command on its way, and the lock that it left on a device."""

from dataclasses import dataclass
from enum import StrEnum

from domain.devices.actions import Action


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
    ``deliveries`` how often it was sent to the device.
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
        """True until the device has answered, the time is up or it was cancelled."""
        return self.state in OPEN_STATES

    @property
    def holds(self) -> bool:
        """True while the device is on its way into quarantine by this command; what the interlock counts."""
        return self.action is Action.QUARANTINE and self.state in (CommandState.QUEUED, CommandState.DELIVERED)


def may_move(before: CommandState, after: CommandState) -> bool:
    """True when the lifecycle has that step."""
    return after in _NEXT.get(before, frozenset())


@dataclass(frozen=True, slots=True)
class Lock:
    """The device's confirmed word, ``id`` is the device's: since when it is locked, when it was wiped.

    Few devices have one, so it is a row of its own: 100,000 device states stay as small as they are. It ends when nothing of it
    stands any more: the device was unlocked, or it came back after a reset.
    """

    id: str
    enterprise: str
    locked_at: float | None = None
    wiped_at: float | None = None
    ended_at: float | None = None


def is_locked(lock: Lock | None) -> bool:
    """True while a lock stands."""
    return lock is not None and lock.ended_at is None and lock.locked_at is not None
