"""The doors for programs and devices: a bearer token on every request. The cookie of a browser opens nothing here."""

from collections.abc import Awaitable, Callable, Iterable

from fastapi import Request
from starlette.types import Scope

from domain.access import Actor, Permission
from domain.devices import Device
from domain.errors import NotFound, NotSignedIn
from domain.fleet import Fleet
from domain.services.access import AccessService

Headers = Iterable[tuple[bytes, bytes]]


def bearer(headers: Headers) -> str:
    """The token of the Authorization header (RFC 6750, 2.1), or ``NotSignedIn``."""
    for name, value in headers:
        if name == b'authorization':
            scheme, _, token = value.decode('latin-1').partition(' ')
            if scheme.lower() == 'bearer' and token.strip():
                return token.strip()
            break
    raise NotSignedIn('send the header Authorization: Bearer, and the token')


class Doors:
    """Who asks? Each method answers for one kind of token."""

    def __init__(self, access: AccessService) -> None:
        self._access = access

    def may(self, permission: Permission) -> Callable[[Request], Awaitable[Actor]]:
        """A dependency: the program behind the API token, if its scopes include ``permission``."""

        # a plain function would be sent to a thread
        async def program(request: Request) -> Actor:
            return self.program(request.scope, permission)

        return program

    def program(self, scope: Scope, permission: Permission) -> Actor:
        """The program behind the API token; ``NotSignedIn`` or ``NotAllowed``."""
        client = scope.get('client')
        actor = self._access.program(bearer(scope['headers']), address=client[0] if client else '')
        actor.require(permission)
        return actor

    def device(self, headers: Headers) -> tuple[Fleet, Device]:
        """The device behind the credential and its fleet, or ``NotSignedIn``."""
        try:
            return self._access.device(bearer(headers))
        except NotFound:
            raise NotSignedIn('this device was retired; enrol it again') from None

    async def enrolled(self, request: Request) -> tuple[Fleet, Device]:
        """A dependency: the device behind the credential and its fleet."""
        return self.device(request.scope['headers'])

    async def enrolment(self, request: Request) -> str:
        """A dependency: the enrolment token itself, which the service will judge."""
        return bearer(request.scope['headers'])
