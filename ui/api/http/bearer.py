"""How programs and devices are let in: by a bearer token on every request. The cookie of a browser opens nothing here."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from fastapi import Request
from starlette.types import Scope

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.common.errors import NotFound, NotSignedIn
from domain.common.secrets import digest
from domain.devices.model import Device
from domain.enrolment.service import EnrolmentService
from domain.fleet.fleet import Fleet
from domain.sign_in.authentication import AccessService
from ui.server.client_certificates import CERTIFICATE
from ui.server.http_limits import PER_DEVICE
from ui.server.places import vouch

Headers = Iterable[tuple[bytes, bytes]]
IN_PERSON = 'cellwarden.in_person'
"""Where a scope names the ``Actor`` of a person who asks from the page of the API. No header can: this process alone puts it there."""


def bearer(headers: Headers) -> str:
    """The token of the Authorization header (RFC 6750, 2.1), or ``NotSignedIn``."""
    for name, value in headers:
        if name == b'authorization':
            scheme, _, token = value.decode('latin-1').partition(' ')
            if scheme.lower() == 'bearer' and token.strip():
                return token.strip()
            break
    raise NotSignedIn('send the header Authorization: Bearer, and the token')


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A device that wants in: its enrolment token, the fingerprint of its client certificate (or nothing), where it comes from."""

    token: str
    fingerprint: str
    address: str


@dataclass(frozen=True, slots=True)
class EnrolledDevice:
    """A device with its fleet and the credential that it showed."""

    fleet: Fleet
    device: Device
    credential: str


class BearerAuth:
    """Who asks? Each method answers for one kind of token."""

    def __init__(self, access: AccessService, enrolments: EnrolmentService) -> None:
        self._access = access
        self._enrolments = enrolments

    def may(self, *permissions: Permission) -> Callable[[Request], Awaitable[Actor]]:
        """A dependency: the program behind the API token, if its scopes include one of these; the service asks for the right one."""

        # a plain function would be sent to a thread
        async def program(request: Request) -> Actor:
            actor = self.known(request.scope)
            if not any(actor.may(permission) for permission in permissions):
                actor.require(permissions[0])
            return actor

        return program

    def program(self, scope: Scope, permission: Permission) -> Actor:
        """The program behind the API token; ``NotSignedIn`` or ``NotAllowed``."""
        actor = self.known(scope)
        actor.require(permission)
        return actor

    def known(self, scope: Scope) -> Actor:
        """The program behind the API token, whatever it may do, or ``NotSignedIn``; or the person who asks from the page of the API."""
        person: Actor | None = scope.get(IN_PERSON)
        if person is not None:
            return person
        actor = self._access.program(bearer(scope['headers']), address=_address(scope))
        vouch(scope, 'program', actor.id)
        return actor

    @property
    def revision(self) -> int:
        """See :attr:`AccessService.revision`."""
        return self._access.revision

    def device(self, scope: Scope) -> tuple[Fleet, Device]:
        """The device behind the credential and its fleet, or ``NotSignedIn``."""
        try:
            found = self._access.device(bearer(scope['headers']), fingerprint=scope.get(CERTIFICATE, ''))
        except NotFound:
            raise NotSignedIn('this device was retired; enrol it again') from None
        vouch(scope, 'device', found[1].id, most=PER_DEVICE)
        return found

    async def enrolled(self, request: Request) -> EnrolledDevice:
        """A dependency: the device behind the credential."""
        fleet, device = self.device(request.scope)
        return EnrolledDevice(fleet, device, bearer(request.scope['headers']))

    async def enrolled_with_body(self, request: Request) -> EnrolledDevice:
        """The same, asked before the body is read, and when it is in."""
        await self.enrolled(request)
        await request.body()
        return await self.enrolled(request)

    async def enrolment(self, request: Request) -> Newcomer:
        """A dependency: who comes with an enrolment token; the service judges it again when the device is decided on."""
        scope = request.scope
        token = bearer(scope['headers'])
        self._enrolments.look(token)
        vouch(scope, 'enrolment', digest(token).hex())
        return Newcomer(token, scope.get(CERTIFICATE, ''), _address(scope))


def _address(scope: Scope) -> str:
    client = scope.get('client')
    return client[0] if client else ''
