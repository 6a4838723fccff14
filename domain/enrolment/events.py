"""What the journal tells of a device's way in and out."""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.journal.model import Entry, Part


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
class DeviceRestored(Entry):
    """It was retired, and is here again, with the credential that it had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityClaimed(Entry):
    """A machine asks to enrol with ``numbers`` of this device and others that are not its: it waits as the ``other`` device.

    The audit trail has the enrolment itself and what people decide.
    """

    numbers: str
    other: str
    other_name: str

    def told_to(self, part: Part) -> Entry | None:
        """A device that is out of sight goes without its name."""
        told = super(IdentityClaimed, self).told_to(part)
        if told is None or part.shows('device', self.other):
            return told
        return replace(self, other='', other_name='another device')


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceApproved(Entry):
    """``asked_as`` is the name of the device that waited, where people said that it is this one. ``told_apart`` says that its numbers
    name others too, and that it is none of them."""

    audited: ClassVar[bool] = True

    asked_as: str = ''
    told_apart: bool = False


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
