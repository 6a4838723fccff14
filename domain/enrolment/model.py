"""A device's credential, and what its enrolment answers."""

from dataclasses import dataclass
from enum import StrEnum

from domain.common.reading import OddValue
from domain.devices.model import Device


@dataclass(frozen=True, slots=True)
class Credential:
    """A device's own secret as SHA-256 digest; ``id`` is the device's: a new enrolment replaces the old secret.

    ``previous`` is the digest of the secret before a rotation; it opens until the new one was used once, so that a lost answer locks no
    device out. ``fingerprint`` pins a client certificate (hex SHA-256). One that is not ``approved`` opens nothing yet; its
    ``previous`` then is that of the device in use, as which a machine asks to enrol.
    """

    id: str
    enterprise: str
    digest: bytes
    created_at: float
    previous: bytes | None = None
    fingerprint: str | None = None
    approved: bool = True
    revoked_at: float | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The device, its credential (given this once), whether it had been here before, whether it has to be approved first, and what of
    its word was left out: identifiers that cannot be read, names that there are not."""

    device: Device
    credential: str
    again: bool
    waiting: bool = False
    ignored: tuple[OddValue, ...] = ()


class Place(StrEnum):
    """What a device that waits asks for: a new place, one that was in use before, one that is in use, or one of several.

    The last shows numbers that name several devices: people say which it is.
    """

    NEW = 'new'
    KNOWN = 'known'
    IN_USE = 'in_use'
    AMBIGUOUS = 'ambiguous'
