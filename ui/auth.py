"""The door for people: a cookie that names a session, asked on every page and socket; signing in and out.

Programs and devices never come through here: ``/api/v1`` takes bearer tokens only and looks at no cookie.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote

from fastapi import FastAPI, Request, WebSocket
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.access import Actor, Permission, Person, Session
from domain.errors import DomainError, NotSignedIn
from domain.services.access import SESSION_S, AccessService
from ui.assets import BASE
from ui.live import Live

COOKIE = 'cellwarden_session'
MOST_FORM_BYTES = 16_384
_OPEN = (
    '/login',
    '/auth/',
    '/healthz',
    '/readyz',
    '/metrics',
    '/api/',
    '/_nicegui/',
    '/_nicegui_ws/',
    '/ui/search',  # answers 401 itself: a redirect would reach a script as a page
    BASE,
    '/favicon.ico',
)
_SAFE = frozenset({'GET', 'HEAD', 'OPTIONS'})
_KEY = 'cellwarden.signed_in'


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever looks at a page. Ask :meth:`actor` again at every action: the session may have ended, the role may have changed."""

    session: Session
    person: Person
    access: AccessService

    def actor(self) -> Actor:
        """The person as they stand now, or ``NotSignedIn``."""
        standing = self.access.standing(self.session)
        if standing is None:
            raise NotSignedIn('your session has ended; sign in again')
        return standing[1].actor()

    def may(self, permission: Permission) -> bool:
        """What to show; what is allowed is asked again when it is done."""
        return self.person.actor().may(permission)


def signed_in(request: Request) -> SignedIn:
    """Whoever asks for this page; the guard has let nobody else through."""
    found: SignedIn = request.scope[_KEY]
    return found


def is_signed_in(request: Request) -> bool:
    """True when somebody asks who has a session; for the doors that are open to all."""
    return _KEY in request.scope


class Guard:
    """Lets only signed-in people to pages and sockets, and only our own pages to anything that changes something."""

    def __init__(self, app: ASGIApp, *, access: AccessService) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, redirect to the sign-in, or refuse."""
        if scope['type'] not in ('http', 'websocket') or scope['path'].startswith('/api/'):
            await self._app(scope, receive, send)
            return
        headers = {
            name: value
            for name, value in scope['headers']
            if name in (b'host', b'origin', b'cookie', b'sec-fetch-site')
        }
        if not self._from_us(scope, headers):
            await self._refuse(scope, receive, send)
            return
        secret = _cookie(headers.get(b'cookie', b'').decode('latin-1'))
        standing = self._access.session(secret) if secret else None
        if standing is not None:
            scope[_KEY] = SignedIn(standing[0], standing[1], self._access)
        elif scope['type'] == 'http' and not scope['path'].startswith(_OPEN):
            query = scope['query_string'].decode('latin-1')
            here = scope['path'] + (f'?{query}' if query else '')
            target = '/login' if here == '/' else f'/login?next={quote(here)}'
            await RedirectResponse(target, 303)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _from_us(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Same origin for every socket and every changing request (a browser always says where those come from)."""
        if scope['type'] == 'http' and scope['method'] in _SAFE:
            return True
        origin = headers.get(b'origin')
        if origin is not None:
            return origin.decode('latin-1').partition('://')[2] == headers.get(b'host', b'').decode('latin-1')
        return headers.get(b'sec-fetch-site', b'same-origin') in (b'same-origin', b'none')

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] == 'websocket':
            await WebSocket(scope, receive, send).close(1008)
        else:
            await Response('This request came from another site.', 403, media_type='text/plain')(scope, receive, send)


def register_auth(
    app: FastAPI, *, access: AccessService, live: Live, secure_cookies: Callable[[Request], bool]
) -> None:
    """Sign-in, sign-out and the live socket, all on the parent app."""

    @app.post('/auth/sign-in', include_in_schema=False)
    async def sign_in(request: Request) -> Response:
        form = await _form(request)
        target = safe_target(form.get('next', '/'))
        address = request.client.host if request.client else ''
        try:
            opened = await access.sign_in(
                form.get('email', ''),
                form.get('password', ''),
                address=address,
                browser=request.headers.get('user-agent', ''),
            )
        except DomainError as refusal:
            kept = f'&email={quote(form.get("email", "")[:254])}&next={quote(target)}'
            return RedirectResponse(f'/login?refused={type(refusal).__name__}{kept}', 303)
        response = RedirectResponse(target, 303)
        response.set_cookie(
            COOKIE,
            opened.secret,
            max_age=SESSION_S,
            path='/',
            httponly=True,
            samesite='lax',
            secure=secure_cookies(request),
        )
        return response

    @app.post('/auth/sign-out', include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        found = request.scope.get(_KEY)
        if found is not None:
            await access.sign_out(found.session)
        response = RedirectResponse('/login', 303)
        response.delete_cookie(COOKIE, path='/')
        return response

    @app.websocket('/live')
    async def live_socket(socket: WebSocket) -> None:
        found: SignedIn | None = socket.scope.get(_KEY)
        if found is None:
            await socket.accept()  # a close code reaches the page only after the handshake
            await socket.close(4401)
            return
        await live.serve(socket, found.session, found.person)


def safe_target(target: str) -> str:
    """A path of our own to go on to; anything that could lead elsewhere becomes the overview."""
    if (
        not target.startswith('/')
        or target.startswith(('//', '/\\', '/login', '/auth/'))
        or any(c in target for c in '\\\r\n\t')
    ):
        return '/'
    return target


def _cookie(header: str) -> str | None:
    """Our cookie among whatever else the host has set; ``http.cookies`` would give up at the first odd one."""
    return cookie_parser(header).get(COOKIE)


async def _form(request: Request) -> dict[str, str]:
    """A short form; one that is longer than any of ours is not read to its end, and counts as empty."""
    body = b''
    async for part in request.stream():
        body += part
        if len(body) > MOST_FORM_BYTES:
            return {}
    try:
        found = parse_qs(body.decode('utf-8', 'replace'), max_num_fields=20)
    except ValueError:  # more fields than any form of ours
        return {}
    return {name: values[0] for name, values in found.items()}
