"""What the journal tells of a device's way in and out."""

from dataclasses import dataclass
from typing import ClassVar

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEnrolled(Entry):
    """``waiting`` for an approval."""

    audited: ClassVar[bool] = True

    again: bool = False
    token: str = ''
    waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRetired(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceApproved(Entry):
    audited: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRefused(Entry):
    audited: ClassVar[bool] = True

    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRotated(Entry):
    audited: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRevoked(Entry):
    audited: ClassVar[bool] = True

    because: str = ''
