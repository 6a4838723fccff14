"""A known path with a method that it does not take is 405, not 404 (RFC 9110, 15.5.6)."""

from http import HTTPStatus

from fastapi import FastAPI
from nicegui import app as pages
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


def add_other_methods(app: FastAPI) -> None:
    """Refuse other methods of the paths that are registered so far; to be called before ``ui.run_with``, whose mount at ``/`` takes every
    path, so that the router would never come back to a route that has the path alone. Those of the API say so themselves."""
    routes = [route for route in app.router.routes if not getattr(route, 'path', '').startswith('/api/')]
    app.router.routes.append(_OtherMethods(routes))


class _OtherMethods(BaseRoute):
    """Stands behind the routes of which it speaks: what gets here was taken by none of them. Pages come later: one of them may take it."""

    def __init__(self, routes: list[BaseRoute]) -> None:
        self._routes = routes

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """A path of one of the routes."""
        return (Match.FULL if scope['type'] == 'http' and self._allowed(scope) else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, and name the methods that there are."""
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={'allow': ', '.join(sorted(self._allowed(scope)))})

    def _allowed(self, scope: Scope) -> set[str]:
        found: set[str] = set()
        for route in self._routes:
            if route.matches(scope)[0] is Match.PARTIAL:
                found |= getattr(route, 'methods', None) or set()
        is_page = found and any(route.matches(scope)[0] is Match.FULL for route in pages.router.routes)
        return set() if is_page else found
