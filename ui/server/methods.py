"""A known path with a method that it does not take is 405, not 404 (RFC 9110, 15.5.6)."""

from http import HTTPStatus

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Receive, Scope, Send


def add_other_methods(app: FastAPI) -> None:
    """Refuse other methods of the paths that are registered so far; to be called before ``ui.run_with``, whose mount at ``/`` takes every
    path, so that the router would never come back to a route that has the path alone. Those of the API say so themselves."""
    routes = [route for route in app.router.routes if not getattr(route, 'path', '').startswith('/api/')]
    app.router.routes.append(_OtherMethods(app, routes))


class _OtherMethods(BaseRoute):
    """Stands behind the routes of which it speaks: what gets here was taken by none of them.

    A path may be a form of the parent and a page of the mount (``/join``): what a mount has a route for is left to it.
    """

    def __init__(self, app: FastAPI, routes: list[BaseRoute]) -> None:
        self._app = app
        self._routes = routes

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """A path of one of the routes."""
        is_mine = scope['type'] == 'http' and self._allowed(scope) and not self._is_of_a_mount(scope)
        return (Match.FULL if is_mine else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, and name the methods that there are."""
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={'allow': ', '.join(sorted(self._allowed(scope)))})

    def _is_of_a_mount(self, scope: Scope) -> bool:
        for mount in self._app.router.routes:
            if isinstance(mount, Mount):
                match, inner = mount.matches(scope)
                asked = {**scope, **inner}
                if match is Match.FULL and any(
                    isinstance(route, Route) and route.matches(asked)[0] is Match.FULL for route in mount.routes
                ):
                    return True
        return False

    def _allowed(self, scope: Scope) -> set[str]:
        found: set[str] = set()
        for route in self._routes:
            if route.matches(scope)[0] is Match.PARTIAL:
                found |= getattr(route, 'methods', None) or set()
        return found
