"""The live pictures of all enterprises of this process."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.access.actors import Actor
from domain.access.enterprises import INSTALLATION, Enterprise
from domain.accounts.model import Account, Person
from domain.common.errors import NotFound
from domain.common.watch import Watch
from domain.devices.model import Device, DeviceState
from domain.enrolment.model import Credential
from domain.fleet.fleet import Fleet
from domain.fleet.scoped import ScopedFleet
from domain.people.model import Link
from domain.sign_in.model import Session
from domain.tokens.model import Token

MOST_SIGHTS = 100
_MOST_OVER = 1000
"""Sessions that have ended and are remembered, so that their pages can tell why."""


class Fleets:
    """All enterprises of this process, and what is looked up before the enterprise is known: accounts, sessions, tokens …"""

    def __init__(self) -> None:
        self._fleets: dict[str, Fleet] = {}
        self._sights: dict[tuple[object, ...], ScopedFleet] = {}
        self.watch = Watch()
        """How time has passed since the picture was loaded."""
        self.installation = Fleet(Enterprise(id=INSTALLATION, name='Installation', created_at=0.0))
        """What belongs to no single enterprise; it has no devices and is in no list of enterprises."""
        self.sessions: dict[str, Session] = {}
        self._session_of: dict[str, str] = {}
        self._over: dict[str, str] = {}
        self._accounts: dict[str, str] = {}
        self._links: dict[str, Link] = {}
        self._memberships: dict[str, dict[str, Person]] = {}
        self._tokens: dict[str, Token] = {}
        self._credentials: dict[bytes, Device] = {}
        self._digests: dict[str, bytes] = {}
        self.pinned: dict[str, str] = {}
        """Devices that must show a client certificate, with its fingerprint; few have one, so it is kept apart."""
        self.rotating: dict[str, Credential] = {}
        """Devices with two secrets that may be shown: the former one opens until the new one is used, or is approved."""

    def __iter__(self) -> Iterator[Fleet]:
        return iter(self._fleets.values())

    def of(self, enterprise: str) -> Fleet:
        """The fleet of an enterprise, or ``NotFound``."""
        try:
            return self._fleets[enterprise]
        except KeyError:
            if enterprise == INSTALLATION:
                return self.installation
            raise NotFound(f'there is no enterprise {enterprise[:40]!r}') from None

    def seen_by(self, who: Actor | Person) -> Fleet:
        """What somebody may see of their enterprise: its fleet, or for a narrowed role a :class:`ScopedFleet` of it."""
        fleet = self.of(who.enterprise)
        if not who.scope:
            return fleet
        key = (who.enterprise, *who.scope.key)
        sight = self._sights.get(key)
        if sight is None:
            if len(self._sights) >= MOST_SIGHTS:
                self._sights.clear()  # they are made again when somebody looks
            sight = self._sights[key] = ScopedFleet(fleet, who.scope)
        return sight

    def has(self, enterprise: str) -> bool:
        """True when that enterprise exists."""
        return enterprise in self._fleets

    @property
    def accounts(self) -> Mapping[str, Account]:
        """All accounts by id."""
        return self.installation.table(Account)

    def account_of(self, email: str) -> Account | None:
        """The account with this e-mail address (in lower case)."""
        return self.accounts.get(self._accounts.get(email, ''))

    def memberships(self, account: str) -> Mapping[str, Person]:
        """What an account is, by enterprise."""
        return self._memberships.get(account, {})

    def session_by(self, digest: str) -> Session | None:
        """The session whose cookie has this digest."""
        return self.sessions.get(self._session_of.get(digest, ''))

    def ended_because(self, digest: str) -> str:
        """Why the session whose cookie has this digest has ended; empty when it has not, or when that is long ago."""
        return self._over.get(digest, '')

    def sessions_of(self, account: str) -> list[Session]:
        """An account's open sessions, the newest last."""
        return [session for session in self.sessions.values() if session.account == account]

    def link(self, digest: str) -> Link | None:
        """The unspent one-time link with this digest."""
        return self._links.get(digest)

    def token(self, digest: str) -> Token | None:
        """The API or enrolment token with this digest."""
        return self._tokens.get(digest)

    def device_by_credential(self, digest: bytes) -> Device | None:
        """The device whose credential has this digest."""
        return self._credentials.get(digest)

    def credential(self, device_id: str) -> Credential | None:
        """The device's credential, open or waiting. Of one at rest only the digest is held: it reads as made with the device."""
        if (rotating := self.rotating.get(device_id)) is not None:
            return rotating
        digest = self._digests.get(device_id)
        device = self._credentials.get(digest) if digest is not None else None
        if device is None or digest is None:
            return None
        waiting = self._fleets[device.enterprise].waiting.get(device_id)
        pinned = self.pinned.get(device_id)
        return waiting or Credential(device_id, device.enterprise, digest, device.created_at, fingerprint=pinned)

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
            elif kind is Person:
                self._person(row)
            elif kind is Account:
                self._accounts[row.email] = row.id
            elif kind is Link:
                self._link(row)
            self.of(row.enterprise).apply(row)
            if kind is Device:
                self._device(row)

    def _enterprise(self, enterprise: Enterprise) -> None:
        fleet = self._fleets.get(enterprise.id)
        if fleet is None:
            self._fleets[enterprise.id] = Fleet(enterprise)
        else:
            fleet.enterprise = enterprise

    def _session(self, session: Session) -> None:
        before = self.sessions.pop(session.id, None)
        if before is not None:
            self._session_of.pop(before.digest, None)
        if session.ended_at is None:
            self.sessions[session.id] = session
            self._session_of[session.digest] = session.id
        elif not session.pending:
            self._over[session.digest] = session.ended_because
        if len(self._over) > _MOST_OVER:
            del self._over[next(iter(self._over))]

    def _link(self, link: Link) -> None:
        if link.spent_at is None:
            self._links[link.digest] = link
        else:
            self._links.pop(link.digest, None)

    def _person(self, person: Person) -> None:
        if not person.account:
            return
        memberships = self._memberships.setdefault(person.account, {})
        if person.disabled_at is None:
            memberships[person.enterprise] = person
        elif (known := memberships.get(person.enterprise)) is not None and known.id == person.id:
            del memberships[person.enterprise]

    def _token(self, token: Token) -> None:
        if token.revoked_at is None:
            self._tokens[token.digest] = token
        else:
            self._tokens.pop(token.digest, None)

    def _device(self, device: Device) -> None:
        if device.retired_at is not None:
            self._forget(device.enterprise, device.id)
        else:
            for digest in self._opening(device.id):
                self._credentials[digest] = device

    def _credential(self, credential: Credential) -> None:
        fleet = self._fleets[credential.enterprise]
        device = fleet.devices.get(credential.id)
        self._forget(credential.enterprise, credential.id)
        if device is None or credential.revoked_at is not None:
            return  # a device may be retired in the same group
        # The device's own id and object: a hundred thousand copies of an id are 7.5 MB.
        self._digests[device.id] = credential.digest
        if credential.previous is not None:
            self.rotating[device.id] = credential
        for digest in self._opening(device.id):
            self._credentials[digest] = device
        if credential.fingerprint is not None:
            self.pinned[device.id] = credential.fingerprint
        if not credential.approved:
            fleet.waiting[device.id] = credential

    def _opening(self, device_id: str) -> Iterator[bytes]:
        """The digests of the secrets that open this device: its newest, and during a rotation the one before."""
        if (digest := self._digests.get(device_id)) is not None:
            yield digest
        if (rotating := self.rotating.get(device_id)) is not None and rotating.previous is not None:
            yield rotating.previous

    def _forget(self, enterprise: str, device_id: str) -> None:
        for digest in self._opening(device_id):
            self._credentials.pop(digest, None)
        self._digests.pop(device_id, None)
        self.pinned.pop(device_id, None)
        self._fleets[enterprise].waiting.pop(device_id, None)
        self.rotating.pop(device_id, None)
