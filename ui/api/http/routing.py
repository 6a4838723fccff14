"""What all routes have in common: the description of them, misspelt parameters, and the answer for paths that lead nowhere."""

from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from domain.checkins.model import CheckIn
from domain.common.errors import Invalid
from domain.devices.input import NewDevice
from domain.policies.input import NewPolicy
from ui.api import shapes
from ui.api.alerts import routes as alerts
from ui.api.audit import routes as audit
from ui.api.checkins import routes as checkins
from ui.api.devices import routes as devices
from ui.api.enforcement import routes as commands
from ui.api.enrolment import routes as enrolments
from ui.api.enrolment import token_routes as enrolment_tokens
from ui.api.http.openapi import openapi
from ui.api.http.problems import HttpRefusal, Problem
from ui.api.journal import routes as journal
from ui.api.people import invitation_routes as invitations
from ui.api.people import routes as people
from ui.api.policies import routes as policies
from ui.api.tokens import routes as tokens
from ui.api.towers import routes as towers

DESCRIBED: tuple[type, ...] = (
    Problem,
    NewDevice,
    enrolments.EnrolmentAnswer,
    enrolments.RotationAnswer,
    enrolments.WaitingDevice,
    enrolments.EnrolmentApproval,
    enrolments.EnrolmentRefusal,
    enrolment_tokens.NewEnrolmentToken,
    enrolment_tokens.NewEnrolmentTokenAnswer,
    enrolment_tokens.EnrolmentToken,
    people.PersonBody,
    people.Person,
    invitations.NewInvitation,
    invitations.NewInvitationAnswer,
    invitations.Invitation,
    tokens.NewApiToken,
    tokens.NewApiTokenAnswer,
    tokens.ApiToken,
    CheckIn,
    checkins.CheckInAnswer,
    checkins.DeviceCheckIn,
    checkins.BatchAnswer,
    commands.CommandResult,
    commands.NewCommand,
    devices.NewDeviceAnswer,
    NewPolicy,
    policies.RuleText,
    policies.RuleChecked,
    policies.Draft,
    towers.TowerBody,
    alerts.Acknowledgement,
    journal.Event,
    audit.AuditEntry,
    shapes.DeviceDetail,
    shapes.Device,
    shapes.Command,
    shapes.Violation,
    shapes.Alert,
    shapes.Tower,
    shapes.CheckResult,
    shapes.Policy,
    shapes.PolicyPreview,
    shapes.Sample,
)


async def only_known_parameters(request: Request) -> None:
    """A dependency: refuse a query parameter that the route does not have, since a misspelt filter would let everything through."""
    route = request.scope['route']
    known = {parameter.alias for parameter in route.dependant.query_params}
    for name in request.query_params:
        if name not in known:
            raise Invalid(
                f'there is no such parameter; known are {", ".join(sorted(known)) or "none"}', field=name[:80]
            )


def add_description(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """``/api/v1/openapi.json``, open to everybody."""

    @cache
    def document() -> bytes:
        return openapi(routes, DESCRIBED, _version())

    @app.get('/api/v1/openapi.json', include_in_schema=False)
    async def description() -> Response:
        return Response(document(), media_type='application/json')


def add_unknown(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Whatever else is asked of ``/api``, with whatever method: a problem document instead of a page for people."""
    sockets = frozenset(route.path for route in app.routes if isinstance(route, WebSocketRoute))
    served = [
        route for route in (*routes, *app.routes) if isinstance(route, APIRoute) and route.path.startswith('/api/')
    ]
    app.router.routes.append(Route('/api/{rest:path}', _Unknown(served, sockets)))


class _Unknown:
    """405 where the path exists, 426 where a socket is, 404 elsewhere. An ASGI application, since a function is asked for GET alone."""

    def __init__(self, routes: Sequence[APIRoute], sockets: frozenset[str]) -> None:
        self._routes = routes
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse."""
        if scope['path'] in self._sockets:
            headers = {'upgrade': 'websocket', 'connection': 'upgrade'}
            raise HttpRefusal(HTTPStatus.UPGRADE_REQUIRED, 'this is a WebSocket', headers)
        allowed: set[str] = set()
        for route in self._routes:
            if route.matches(scope)[0] is Match.PARTIAL:
                allowed |= route.methods or set()
        if allowed:
            methods = ', '.join(sorted(allowed))
            raise HttpRefusal(HTTPStatus.METHOD_NOT_ALLOWED, f'this path takes {methods}', {'allow': methods})
        raise HttpRefusal(HTTPStatus.NOT_FOUND, 'there is nothing at this path; see /api/v1/openapi.json')


def _version() -> str:
    try:
        return version('cellwarden')
    except PackageNotFoundError:  # run from a checkout
        return '0'
