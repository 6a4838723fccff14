"""The actions of commands to a device: what they take to be asked for, and what undoes what."""

from collections.abc import Mapping
from enum import StrEnum

from domain.access.permissions import Permission


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
"""The permission it takes to ask for an action, or to take it back."""


def rivals(one: Action, other: Action) -> bool:
    """True when the newer of two commands has the say: they ask for the same, or for the opposite."""
    return one is other or OPPOSITES.get(one) is other


def accomplished(action: Action, *, quarantined: bool, locked: bool) -> bool:
    """True when the device is already as the action would leave it; a wipe may always be asked for again."""
    if action in (Action.QUARANTINE, Action.RELEASE):
        return quarantined is (action is Action.QUARANTINE)
    return action is not Action.WIPE and locked is (action is Action.LOCK)
