"""What the doors for people share: forms, the session cookie, where to go on to, and where somebody comes from."""

from collections.abc import Callable
from urllib.parse import parse_qs

from fastapi import Request
from starlette.responses import Response

from domain.services.access import PENDING_S, AccessService, Browser, SignedInBrowser
from domain.services.known_browsers import KNOWN_S, KnownBrowsers
from ui.auth.guard import COOKIE

MOST_FORM_BYTES = 16_384
KNOWN_COOKIE = 'cellwarden_browser'
Secure = Callable[[Request], bool]
"""True when the request came over TLS, so that its cookies may be kept from plain HTTP."""


class HandOver:
    """Gives a browser its cookies; scripts can read none of them."""

    def __init__(self, *, access: AccessService, known: KnownBrowsers, secure: Secure) -> None:
        self._access = access
        self._known = known
        self._secure = secure

    def session(self, request: Request, response: Response, opened: SignedInBrowser) -> None:
        """The cookie of a session; one that is no longer pending makes the browser a known one of its account."""
        session = opened.session
        lasts_s = PENDING_S if session.pending else self._access.session_s
        self.cookie(request, response, COOKIE, opened.secret, path='/', lasts_s=lasts_s)
        if not session.pending:
            mark = self._known.mark(session.account)
            self.cookie(request, response, KNOWN_COOKIE, mark, path='/auth', lasts_s=KNOWN_S)

    def cookie(self, request: Request, response: Response, name: str, value: str, *, path: str, lasts_s: float) -> None:
        """A cookie for the requests below ``path``."""
        response.set_cookie(
            name, value, max_age=int(lasts_s), path=path, httponly=True, samesite='lax', secure=self._secure(request)
        )


def browser_of(request: Request) -> Browser:
    """Where somebody signs in from."""
    address = request.client.host if request.client else ''
    known = request.cookies.get(KNOWN_COOKIE, '')
    return Browser(address=address, agent=request.headers.get('user-agent', ''), known=known)


def safe_target(target: str) -> str:
    """A path of our own to go on to; anything that could lead elsewhere becomes the overview."""
    if (
        not target.startswith('/')
        or target.startswith(('//', '/\\', '/login', '/auth/'))
        or any(c in target for c in '\\\r\n\t')
    ):
        return '/'
    return target


async def read_form(request: Request) -> dict[str, str]:
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
