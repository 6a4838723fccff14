"""The API as a person asks it from its page: the same routes and refusals, opened by the session instead of a token."""

from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.common.errors import DomainError, NotSignedIn
from ui.api.http.bearer import IN_PERSON
from ui.api.http.problems import render
from ui.api.http.route import PREFIX
from ui.sign_in.guard import signed_in_scope

_MOUNTED = '/ui/try'
_LEFT_OUT = frozenset({b'authorization', b'cookie', b'accept-encoding'})
"""What is not passed on: a token beside the session, the session's secret, and packing, see ``docs/caching.md``."""


def register_trial(app: FastAPI) -> None:
    """Register ``/ui/try/…`` on the parent app: ``/ui/try/devices`` asks ``/api/v1/devices`` in the name of the signed-in person.

    The guard has seen that a changing request comes from a page of ours. Devices' routes stay closed: a person is none.
    """
    app.router.routes.append(Route(_MOUNTED + '/{rest:path}', _Trial(app)))


class _Trial:
    """An ASGI application, since a function is asked for GET alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the API in the person's name, as they stand now."""
        try:
            who = signed_in_scope(scope)
            if who is None:
                raise NotSignedIn('your session has ended; sign in again')
            actor = who.actor()
        except DomainError as refusal:
            await render(refusal, scope)(scope, receive, send)
            return
        path = PREFIX + scope['path'].removeprefix(_MOUNTED)
        headers = [(name, value) for name, value in scope['headers'] if name not in _LEFT_OUT]
        asked = {**scope, 'path': path, 'raw_path': path.encode(), 'headers': headers, IN_PERSON: actor}
        await self._app(asked, receive, send)
