"""The guard before every page and socket: a cookie that names a session. Programs and devices never come through here:

``/api/v1`` takes bearer tokens only and looks at no cookie.
"""

from dataclasses import dataclass, field
from urllib.parse import quote

from fastapi import Request, WebSocket
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.access.actors import Actor
from domain.access.permissions import OWNER, Permission
from domain.accounts.model import Account, Person
from domain.common.errors import NotAllowed
from domain.sign_in.authentication import AccessService
from domain.sign_in.model import Session
from ui.server.assets import BASE
from ui.server.offline import OPEN as OFFLINE
from ui.server.places import CrowdedError, vouch
from ui.server.prefetching import is_prefetch
from ui.sign_in.arrivals import Arrivals
from ui.sign_in.origins import origin_of
from ui.sign_in.strangers import StrangersInTurn

COOKIE = 'cellwarden_session'
"""The session's cookie; over TLS its name has a prefix, see :func:`cookie_name`."""
SECRET_ADDRESSES = ('/answer/', '/incident/')
"""The address itself is the proof, and no cookie is looked at. Their pages send no referrer, so a browser says ``null`` as the origin of
what they send (Fetch, 3.1), and there is nothing that another site could do with the cookies of its reader."""
_OPEN = (
    '/login',
    '/join',
    '/auth/',
    '/healthz',
    '/readyz',
    '/metrics',
    '/api/',
    '/_nicegui/',
    '/_nicegui_ws/',
    '/ui/search',  # answers 401 itself: a redirect would reach a script as a page
    '/ui/try/',  # likewise
    '/ui/desk',
    '/ui/views',
    '/ui/kept',
    *SECRET_ADDRESSES,
    '/calendars/',  # the address holds a secret: calendar programs have no sign-in
    BASE,
    '/favicon.ico',
    *OFFLINE,
)
_SAFE = frozenset({'GET', 'HEAD', 'OPTIONS'})
_NOTED_READS = ('/_nicegui_ws/', '/ui/audit.')
"""A GET that does more than show: the handshake of a socket by polling, an export that is an entry of the audit trail."""
_ASKS_BY_ITSELF = ('/_nicegui_ws/', '/ui/kept')
"""An open page that polls does so without its reader: it keeps no session awake. What they press does, see :meth:`SignedIn.actor`."""
_KEY = 'cellwarden.signed_in'


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person who looks at a page. Ask :meth:`actor` again at every action: the session may have ended, the role may have changed."""

    session: Session
    person: Person
    access: AccessService
    owner: bool = field(init=False)
    """Whether their account was an owner of the installation when the page was asked for."""
    keeps: bool = field(init=False)
    """Whether browsers might keep what pages show then."""

    def __post_init__(self) -> None:
        object.__setattr__(self, 'owner', self.access.is_owner(self.session))
        object.__setattr__(self, 'keeps', self.access.browsers_keep(self.person.enterprise))

    def actor(self) -> Actor:
        """The person as they stand now, or ``NotSignedIn``.

        ``NotAllowed`` on a page that was built for another enterprise than the session has switched to since, in another tab.
        """
        actor = self.access.actor(self.session)
        if actor.enterprise != self.person.enterprise:
            raise NotAllowed('you have switched to another enterprise; nothing was done, load this page again')
        return actor

    @property
    def account(self) -> Account:
        """Their account as it stands now, or ``NotSignedIn``."""
        return self.access.account(self.session)

    def stands(self) -> bool:
        """True while the page they look at is the one they would get now; else it is to be loaded again."""
        same = (
            self.access.is_owner(self.session) is self.owner
            and self.access.browsers_keep(self.person.enterprise) is self.keeps
        )
        return same and self.access.holds(self.session, self.person)

    def may(self, permission: Permission) -> bool:
        """What to show; what is allowed is asked again when it is done."""
        if permission in OWNER:
            return self.access.is_owner(self.session)
        return self.person.actor().may(permission)


def signed_in(request: Request) -> SignedIn:
    """The person who asks for this page; the guard lets only signed-in people through."""
    found: SignedIn = request.scope[_KEY]
    return found


def is_signed_in(request: Request) -> bool:
    """True when the request comes with a session; for the addresses that are open to all."""
    return _KEY in request.scope


def session_of(request: Request) -> Session | None:
    """The session that the request came with, if it stands."""
    found = signed_in_scope(request.scope)
    return found.session if found is not None else None


def signed_in_scope(scope: Scope) -> SignedIn | None:
    """The person that a request or socket came from."""
    found: SignedIn | None = scope.get(_KEY)
    return found


class Guard:
    """Lets only signed-in people to pages and sockets, and only our own pages to anything that changes something."""

    def __init__(self, app: ASGIApp, *, access: AccessService, arrivals: Arrivals | None = None) -> None:
        self._app = app
        self._access = access
        self._arrivals = arrivals or Arrivals()
        self._origins = self._arrivals.origins
        self._strangers = StrangersInTurn(app)

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
        secure = scope.get('scheme') in ('https', 'wss')
        secret = session_cookie(headers.get(b'cookie', b'').decode('latin-1'), secure=secure)
        standing = self._access.session(secret) if secret else None
        if standing is not None:
            if scope['type'] == 'http' and not scope['path'].startswith(_ASKS_BY_ITSELF) and not is_prefetch(scope):
                self._access.touch(standing[0])
            try:
                vouch(scope, 'session', standing[0].id)
            except CrowdedError as crowded:
                await self._turn_away(scope, receive, send, crowded)
                return
            scope[_KEY] = SignedIn(standing[0], standing[1], self._access)
            self._arrivals.note(scope, headers.get(b'host', b''))
        elif scope['type'] == 'http' and not scope['path'].startswith(_OPEN):
            query = scope['query_string'].decode('latin-1')
            here = scope['path'] + (f'?{query}' if query else '')
            # relative: behind a proxy that strips a path it leads to the sign-in, which says what is wrong
            target = 'login' if here == '/' else f'login?next={quote(here)}'
            up = '../' * (scope['path'].count('/') - 1)
            await RedirectResponse(up + target, 303)(scope, receive, send)
            return
        elif self._strangers.takes(scope):
            await self._strangers(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _from_us(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Same origin for every socket and every changing request: a browser always says where those come from.

        So are reads that leave a trace, :data:`_NOTED_READS`. What comes without either header comes from no browser
        (an identity provider, a program), and carries no cookie that another site put there.
        """
        if scope['type'] == 'http' and scope['method'] in _SAFE and not scope['path'].startswith(_NOTED_READS):
            return True
        if scope['type'] == 'http' and scope['path'].startswith(SECRET_ADDRESSES):
            return True
        origin = origin_of(headers)
        if origin is not None:
            host = headers.get(b'host', b'').decode('latin-1')
            return self._origins.is_ours(origin, host, encrypted=scope['scheme'] in ('https', 'wss'))
        return headers.get(b'sec-fetch-site', b'same-origin') in (b'same-origin', b'none')

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send, crowded: CrowdedError) -> None:
        if scope['type'] == 'websocket':
            await WebSocket(scope, receive, send).close(1013)
        else:
            later = {'retry-after': str(crowded.retry_after)}
            answer = Response(f'{crowded.detail}\n', 429, headers=later, media_type='text/plain')
            await answer(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] == 'websocket':
            await WebSocket(scope, receive, send).close(1008)
        else:
            await Response('This request came from another site.', 403, media_type='text/plain')(scope, receive, send)


def session_cookie(header: str, *, secure: bool) -> str | None:
    """Our cookie among all that the host has set; ``http.cookies`` would give up at the first odd one."""
    return cookie_parser(header).get(cookie_name(secure=secure))


def secret_of(request: Request) -> str:
    """The secret of the session that the request came with, pending and ended ones too; empty for none."""
    header = request.headers.get('cookie', '')
    return session_cookie(header, secure=request.url.scheme == 'https') or ''


def cookie_name(*, secure: bool) -> str:
    """Over TLS the name says that no other host may have set it and no plain HTTP (RFC 6265bis, 4.1.3.2: ``__Host-``),

    so that a neighbour in the domain cannot plant a session of their own. Browsers refuse that name over plain HTTP.
    """
    return f'__Host-{COOKIE}' if secure else COOKIE
