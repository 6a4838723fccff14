"""What the journal tells of a device's way in and out."""

from dataclasses import dataclass

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEnrolled(Entry):
    """``waiting`` for somebody's approval."""

    again: bool = False
    token: str = ''
    waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRetired(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceApproved(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRefused(Entry):
    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRotated(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRevoked(Entry):
    because: str = ''
