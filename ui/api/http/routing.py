"""How rows become routes: the caller is let in, the body is read, and what is described is what is served; what leads nowhere is said."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property, partial, update_wrapper
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any, get_args, get_origin

from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import Match, WebSocketRoute
from starlette.routing import Route as AsgiRoute
from starlette.types import Receive, Scope, Send

from domain.common.errors import Invalid
from ui.api.http.bearer import BearerAuth
from ui.api.http.bodies import body, body_of_device, json_object
from ui.api.http.conditional import ReadRoute
from ui.api.http.openapi import described, openapi
from ui.api.http.problems import HttpRefusal
from ui.api.http.route import PREFIX, Route


class RowRoute(AsgiRoute):
    """A row as a route. What FastAPI makes of it takes 2 ms, and there are well over a hundred: each is made when first asked for."""

    def __init__(self, row: Route, endpoint: Callable[..., Any], signature: Callable[[], inspect.Signature]) -> None:
        super().__init__(PREFIX + row.path, endpoint, name=row.name)
        self.methods = {row.method}  # HEAD is none of them
        self._row = row
        self._signature = signature

    @cached_property
    def made(self) -> APIRoute:
        """The route of FastAPI."""
        vars(self.endpoint)['__signature__'] = self._signature()
        kind = ReadRoute if self._row.method == 'GET' else APIRoute
        only_known = [Depends(only_known_parameters)]
        return kind(
            self.path, self.endpoint, methods=[self._row.method], dependencies=only_known, **described(self._row)
        )

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as FastAPI does."""
        scope['route'] = self.made
        await self.made.handle(scope, receive, send)


def row_routes(rows: Iterable[Route], handlers: object, auth: BearerAuth) -> list[RowRoute]:
    """The ``rows`` of the noun whose ``handlers`` these are; raises ``TypeError`` for a row that its handler does not fit."""
    rows = tuple(rows)
    for row in rows:
        if _takes_body(row.handler) is (row.body is None):
            raise TypeError(f'{row.method} {row.path}: the row and its handler differ on whether there is a body')
    return [
        RowRoute(row, update_wrapper(partial(row.handler, handlers), row.handler), partial(_signature, row, auth))
        for row in rows
    ]


@cache
def _takes_body(handler: Callable[..., Any]) -> bool:
    return 'body' in inspect.signature(handler).parameters


def described_only(rows: Iterable[Route]) -> list[RowRoute]:
    """The same for the description of ``rows`` that are served without FastAPI."""

    async def elsewhere() -> None:
        raise NotImplementedError

    return [RowRoute(row, elsewhere, inspect.Signature) for row in rows]


def _signature(row: Route, auth: BearerAuth) -> inspect.Signature:
    """What FastAPI is to give the handler: the caller comes first, since nothing is read for a stranger."""
    of_handler = inspect.signature(row.handler)
    _, caller, *rest = of_handler.parameters.values()  # the first is the instance
    parameters = [_given(caller, _caller(row, auth))]
    for parameter in rest:
        if parameter.name == 'body' and row.body is not None:
            parameter = _given(parameter, _reader(row, row.body.schema.kind))
        parameters.append(parameter)
    return of_handler.replace(parameters=parameters)


def _reader(row: Route, kind: type) -> Callable[..., Any]:
    if row.door == 'enrolment':
        return body_of_device(kind, 'identifiers')  # devices write numbers as they have them
    return body(kind) if row.patch is None else json_object


def _given(parameter: inspect.Parameter, dependency: Callable[..., Any]) -> inspect.Parameter:
    return parameter.replace(annotation=Annotated[parameter.annotation, Depends(dependency)])


def _caller(row: Route, auth: BearerAuth) -> Callable[..., Any]:
    if row.door == 'enrolment':
        return auth.enrolment
    if row.permission is None:
        return auth.enrolled if row.body is None else auth.enrolled_with_body
    return auth.may(row.permission, *row.alternatives)


async def only_known_parameters(request: Request) -> None:
    """A dependency: refuse a query parameter that the route does not have, since a misspelt filter would let everything through;
    or one that stands there twice, of which one would be forgotten."""
    route = request.scope['route']
    known = {parameter.alias: parameter for parameter in route.dependant.query_params}
    for name, values in _said(request).items():
        if name not in known:
            raise Invalid(
                f'there is no such parameter; known are {", ".join(sorted(known)) or "none"}', field=name[:80]
            )
        if len(values) > 1 and not _takes_several(known[name].field_info.annotation):
            raise Invalid('stands there more than once; which one is meant?', field=name)


def _takes_several(annotation: object) -> bool:
    return any(get_origin(one) in (list, tuple, frozenset) for one in (annotation, *get_args(annotation)))


def _said(request: Request) -> dict[str, list[str]]:
    return {name: request.query_params.getlist(name) for name in request.query_params}


def add_description(app: FastAPI, routes: Sequence[RowRoute], rows: Sequence[Route]) -> Callable[[], bytes]:
    """``/api/v1/openapi.json``, open without a credential; gives what it answers."""

    @cache
    def document() -> bytes:
        return openapi([route.made for route in routes], rows, _version())

    async def description() -> Response:
        return Response(document(), headers={'cache-control': 'public, no-cache'}, media_type='application/json')

    path = f'{PREFIX}/openapi.json'
    app.router.add_api_route(path, description, include_in_schema=False, route_class_override=ReadRoute)
    return document


def add_unknown(app: FastAPI, routes: Sequence[RowRoute]) -> None:
    """All other paths and methods under ``/api``: a problem document instead of a page for people."""
    sockets = frozenset(route.path for route in app.routes if isinstance(route, WebSocketRoute))
    others = (route for route in app.routes if isinstance(route, APIRoute) and route.path.startswith('/api/'))
    served = [*routes, *others]
    app.router.routes.append(AsgiRoute('/api/{rest:path}', _Unknown(served, sockets)))


class _Unknown:
    """405 where the path exists, 426 where a socket is, 404 elsewhere. An ASGI application, since a function is asked for GET alone."""

    def __init__(self, routes: Sequence[AsgiRoute], sockets: frozenset[str]) -> None:
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
