"""What every request passes: too large bodies stop here, and a client that leaves in the middle of one is no failure of ours. Under
``/api/`` every exception raised behind it becomes a problem document, and HEAD gets what GET would get, without the body (RFC 9110,
9.3.2).

Pure ASGI, since it stands before every check-in.
"""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.http.problems import HttpRefusal, render

PREFIX = '/api/'
LIMIT = 256 * 1024
FORM_LIMIT = 64 * 1024
"""For everything else: forms, which are shorter still, and the messages of pages that poll, see ``ui/server/process.py``."""
LIMITS: Mapping[str, int] = {
    '/api/v1/checkins': 64 * 1024,
    '/api/v1/checkins:batch': 2 * 1024 * 1024,
}
_ANY_LENGTH = 10**16
"""For a length that is too long to be read."""


class RequestLimits:
    """``limits`` are the most bytes of a body by path, ``limit`` is for all others."""

    def __init__(self, app: ASGIApp, *, limits: Mapping[str, int] = LIMITS, limit: int = LIMIT) -> None:
        self._app = app
        self._limits = limits
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, count its bytes, and answer when a handler behind fails."""
        if scope['type'] != 'http':
            await self._app(scope, receive, send)
            return
        if not scope['path'].startswith(PREFIX):
            await self._elsewhere(scope, receive, send)
            return
        started = False
        bodiless = scope['method'] == 'HEAD'
        if bodiless:
            scope = {**scope, 'method': 'GET'}

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            if bodiless and message['type'] == 'http.response.body':
                message = {**message, 'body': b''}
            await send(message)

        try:
            await self._app(scope, self._bounded(scope, receive, self._limits.get(scope['path'], self._limit)), sending)
        except ClientDisconnect:
            return  # the client is gone
        except Exception as error:  # the caller must get an answer; render logs what was not meant to be raised
            if started:
                raise
            await render(error, scope)(scope, receive, sending)

    async def _elsewhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pages, forms and NiceGUI's own routes, which answer for themselves.

        To them a body that is too large looks like one whose sender has left: they know what to do about that. What they raise then,
        wrapped or not, is no failure.
        """
        started = left = False
        over: HttpRefusal | None = None

        async def sending(message: Message) -> None:
            nonlocal started
            if over is None or started:
                started = True
                await send(message)

        async def receiving() -> Message:
            nonlocal left, over
            if over is not None:
                return {'type': 'http.disconnect'}
            try:
                message = await bounded()
            except HttpRefusal as refusal:
                over = refusal
                return {'type': 'http.disconnect'}
            left = left or message['type'] == 'http.disconnect'
            return message

        try:
            bounded = self._bounded(scope, receive, FORM_LIMIT)
        except HttpRefusal as refusal:
            await render(refusal, scope)(scope, receive, send)
            return
        try:
            await self._app(scope, receiving, sending)
        except Exception:  # what is raised to a sender who is still there is passed on
            if over is None and not left:
                raise
        if over is not None and not started:
            await render(over, scope)(scope, receive, send)

    def _bounded(self, scope: Scope, receive: Receive, most: int) -> Receive:
        length = _announced(scope)
        if length is not None:
            if length > most:
                raise _too_large(most)
            return receive  # the server itself cuts a body at the length it announced
        got = 0

        async def counting() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get('body', b''))
            if got > most:
                raise _too_large(most)
            return message

        return counting


def look_at_whole(scope: Scope, body: bytes) -> None:
    """Raise what :class:`RequestLimits` would of a request whose body is here."""
    for name, value in scope['headers']:
        if name == b'content-encoding':
            _look_at_encoding(value)
    if len(body) > (most := LIMITS.get(scope['path'], LIMIT)):
        raise _too_large(most)


def _announced(scope: Scope) -> int | None:
    """The length of the body as the head says it; raises for one that is encoded."""
    length = None
    for name, value in scope['headers']:
        if name == b'content-length':
            length = (int(value) if len(value) < 16 else _ANY_LENGTH) if value.isdigit() else None
        elif name == b'content-encoding':
            _look_at_encoding(value)
    return length


def _look_at_encoding(value: bytes) -> None:
    if value.lower() != b'identity':
        raise HttpRefusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            'send the body without content encoding',
            # RFC 9110, 12.5.3: this is how a client tells it from a wrong media type
            {'accept-encoding': 'identity'},
        )


def _too_large(most: int) -> HttpRefusal:
    return HttpRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f'a body has at most {most // 1024} KiB here')
