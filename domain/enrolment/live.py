"""Credentials of devices by their digest, before the enterprise is known, and devices that wait for an approval."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.devices.live import of_visible_devices
from domain.devices.model import Device
from domain.enrolment.model import Credential
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.fleet.kinds import Index, Kind, SharedIndex
from domain.fleet.scoped import ScopedFleet


class Waiting(Index):
    """Devices that wait for an approval, with the credential that opens nothing yet."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._credentials: dict[str, Credential] = {}

    def moved(self, before: Any, after: Any) -> None:
        """Follow a device or a credential."""
        if isinstance(after, Credential):
            self._credentials.pop(after.id, None)
            if after.revoked_at is None and not after.approved and after.id in self._fleet[Device]:
                self._credentials[after.id] = after
        elif after is None:
            self._credentials.pop(before.id, None)

    @property
    def credentials(self) -> Mapping[str, Credential]:
        """By device."""
        return self._credentials

    def narrowed(self, part: ScopedFleet) -> 'Waiting':
        """Of visible devices."""
        return _VisibleWaiting(part)


class _VisibleWaiting(Waiting):
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    @property
    def credentials(self) -> Mapping[str, Credential]:
        found = self._part.whole.index(Waiting).credentials
        return {id: found[id] for id in of_visible_devices(found, self._part)}


class Credentials(SharedIndex):
    """Devices by the digest of a secret that opens them. Of a credential at rest only the digest is held."""

    def __init__(self, fleets: Fleets) -> None:
        self._fleets = fleets
        self._devices: dict[bytes, Device] = {}
        self._digests: dict[str, bytes] = {}
        self.pinned: dict[str, str] = {}
        """Devices that must show a client certificate, with its fingerprint; few have one, so it is kept apart."""
        self.rotating: dict[str, Credential] = {}
        """Devices with two secrets that may be shown: the former one opens until the new one is used, or is approved."""

    def moved(self, before: Any, after: Any) -> None:
        """Follow a device or a credential."""
        if isinstance(after, Credential):
            self._credential(after)
        elif after is None:
            self._forget(before.id)
        else:
            for digest in self._opening(after.id):
                self._devices[digest] = after

    def device(self, digest: bytes) -> Device | None:
        """The device whose credential has this digest."""
        return self._devices.get(digest)

    def of(self, device_id: str) -> Credential | None:
        """The device's credential, open or waiting. Of one at rest only the digest is held: it reads as made with the device."""
        if (rotating := self.rotating.get(device_id)) is not None:
            return rotating
        digest = self._digests.get(device_id)
        device = self._devices.get(digest) if digest is not None else None
        if device is None or digest is None:
            return None
        waiting = self._fleets.of(device.enterprise).index(Waiting).credentials.get(device_id)
        pinned = self.pinned.get(device_id)
        return waiting or Credential(device_id, device.enterprise, digest, device.created_at, fingerprint=pinned)

    def _credential(self, credential: Credential) -> None:
        device = self._fleets.of(credential.enterprise)[Device].get(credential.id)
        self._forget(credential.id)
        if device is None or credential.revoked_at is not None:
            return  # a device may be retired in the same group
        # The device's own id and object: a hundred thousand copies of an id are 7.5 MB.
        self._digests[device.id] = credential.digest
        if credential.previous is not None:
            self.rotating[device.id] = credential
        for digest in self._opening(device.id):
            self._devices[digest] = device
        if credential.fingerprint is not None:
            self.pinned[device.id] = credential.fingerprint

    def _opening(self, device_id: str) -> Iterator[bytes]:
        """The digests of the secrets that open this device: its newest, and during a rotation the one before."""
        if (digest := self._digests.get(device_id)) is not None:
            yield digest
        if (rotating := self.rotating.get(device_id)) is not None and rotating.previous is not None:
            yield rotating.previous

    def _forget(self, device_id: str) -> None:
        for digest in self._opening(device_id):
            self._devices.pop(digest, None)
        self._digests.pop(device_id, None)
        self.pinned.pop(device_id, None)
        self.rotating.pop(device_id, None)


KINDS: tuple[Kind[Any], ...] = (Kind(of=Credential, is_kept=False, indexes=(Waiting,), shared=(Credentials,)),)
FOLLOWING: tuple[tuple[type, type[Index] | type[SharedIndex]], ...] = ((Device, Waiting), (Device, Credentials))
