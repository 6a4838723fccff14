"""The live pictures of all enterprises of this process."""

from collections.abc import Iterator
from typing import Any

from domain.access import Credential, Session, Token
from domain.devices import Device, DeviceState
from domain.enterprises import Enterprise
from domain.errors import NotFound
from domain.fleet import Fleet


class Fleets:
    """All enterprises of this process, and what is looked up before the enterprise is known: sessions, tokens, credentials."""

    def __init__(self) -> None:
        self._fleets: dict[str, Fleet] = {}
        self.sessions: dict[str, Session] = {}
        self._tokens: dict[str, Token] = {}
        self._credentials: dict[bytes, Device] = {}
        self._digests: dict[str, bytes] = {}

    def __iter__(self) -> Iterator[Fleet]:
        return iter(self._fleets.values())

    def of(self, enterprise: str) -> Fleet:
        """The fleet of an enterprise, or ``NotFound``."""
        try:
            return self._fleets[enterprise]
        except KeyError:
            raise NotFound(f'there is no enterprise {enterprise[:40]!r}') from None

    def has(self, enterprise: str) -> bool:
        """True when that enterprise exists."""
        return enterprise in self._fleets

    def token(self, digest: str) -> Token | None:
        """The API or enrolment token with this digest."""
        return self._tokens.get(digest)

    def device_by_credential(self, digest: bytes) -> Device | None:
        """The device whose credential has this digest."""
        return self._credentials.get(digest)

    def apply(self, row: Any) -> None:
        """Take a committed row into the picture."""
        kind = type(row)
        if kind is DeviceState:
            self._fleets[row.enterprise].apply(row)
        elif kind is Enterprise:
            self._enterprise(row)
        elif kind is Session:
            self._session(row)
        elif kind is Credential:
            self._credential(row)
        else:
            if kind is Token:
                self._token(row)
            self._fleets[row.enterprise].apply(row)
            if kind is Device:
                self._device(row)

    def _enterprise(self, enterprise: Enterprise) -> None:
        fleet = self._fleets.get(enterprise.id)
        if fleet is None:
            self._fleets[enterprise.id] = Fleet(enterprise)
        else:
            fleet.enterprise = enterprise

    def _session(self, session: Session) -> None:
        if session.ended_at is None:
            self.sessions[session.id] = session
        else:
            self.sessions.pop(session.id, None)

    def _token(self, token: Token) -> None:
        if token.revoked_at is None:
            self._tokens[token.digest] = token
        else:
            self._tokens.pop(token.digest, None)

    def _device(self, device: Device) -> None:
        if device.retired_at is not None:
            self._credentials.pop(self._digests.pop(device.id, b''), None)
        elif (digest := self._digests.get(device.id)) is not None:
            self._credentials[digest] = device

    def _credential(self, credential: Credential) -> None:
        device = self._fleets[credential.enterprise].devices.get(credential.id)
        if device is None:
            return  # retired in the same group
        self._credentials.pop(self._digests.get(device.id, b''), None)
        # The device's own id and object: a hundred thousand copies of an id are 7.5 MB.
        self._digests[device.id] = credential.digest
        self._credentials[credential.digest] = device
