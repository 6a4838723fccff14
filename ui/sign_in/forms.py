"""What the ways to sign in share: forms, the session cookie, where to go on to, and where the person comes from."""

from collections.abc import Callable
from urllib.parse import parse_qs, quote

from fastapi import Request
from starlette.responses import Response

from domain.sign_in.authentication import AccessService
from domain.sign_in.known_browsers import KNOWN_S, KnownBrowsers
from domain.sign_in.model import Browser, SignedInBrowser
from ui.sign_in.guard import cookie_name, session_of
from ui.sign_in.kept import SHARED_COOKIE, is_shared

MOST_FORM_BYTES = 16_384
KNOWN_COOKIE = 'cellwarden_browser'
EMAIL_COOKIE = 'cellwarden_email'
"""Keeps the address that was typed for another try, so that it stands in no address bar, history or log."""
_EMAIL_S = 600
Secure = Callable[[Request], bool]
"""True when the request came over TLS, so that its cookies may be kept from plain HTTP."""


class HandOver:
    """Gives a browser its cookies, and takes them back; scripts can read none of them."""

    def __init__(self, *, access: AccessService, known: KnownBrowsers, secure: Secure) -> None:
        self._access = access
        self._known = known
        self._secure = secure

    def session(
        self, request: Request, response: Response, opened: SignedInBrowser, *, shared: bool | None = None
    ) -> None:
        """The cookie of a session, for as long as that lasts; one that is not pending makes the browser a known one of its account.

        ``shared`` says that others use this computer, so that the browser keeps nothing; by default as it was said before.
        """
        session = opened.session
        lasts_s = max(0.0, session.expires_at - self._access.now())
        self.cookie(request, response, self._name(request), opened.secret, path='/', lasts_s=lasts_s)
        self.shared(request, response, is_shared=is_shared(request) if shared is None else shared, lasts_s=lasts_s)
        if not session.pending:
            mark = self._known.mark(session.account)
            self.cookie(request, response, KNOWN_COOKIE, mark, path='/auth', lasts_s=KNOWN_S)

    def shared(self, request: Request, response: Response, *, is_shared: bool, lasts_s: float) -> None:
        """Say to the pages of a session whether its computer is shared."""
        if is_shared:
            self.cookie(request, response, SHARED_COOKIE, '1', path='/', lasts_s=lasts_s)
        elif SHARED_COOKIE in request.cookies:
            response.delete_cookie(SHARED_COOKIE, path='/')

    def take_back(self, request: Request, response: Response) -> None:
        """Let the browser forget its session."""
        secure = self._secure(request)
        self.shared(request, response, is_shared=False, lasts_s=0.0)
        response.delete_cookie(self._name(request), path='/', httponly=True, samesite='lax', secure=secure)

    def typed(self, request: Request, response: Response, email: str) -> None:
        """Keep an address for another try."""
        self.cookie(request, response, EMAIL_COOKIE, quote(email[:254]), path='/login', lasts_s=_EMAIL_S)

    def cookie(self, request: Request, response: Response, name: str, value: str, *, path: str, lasts_s: float) -> None:
        """A cookie for the requests below ``path``; ``value`` is of ours, or quoted, since anything else stands in no cookie."""
        response.set_cookie(
            name, value, max_age=int(lasts_s), path=path, httponly=True, samesite='lax', secure=self._secure(request)
        )

    def _name(self, request: Request) -> str:
        return cookie_name(secure=self._secure(request))


def browser_of(request: Request) -> Browser:
    """Where the person signs in from."""
    session = session_of(request)
    return Browser(
        address=request.client.host if request.client else '',
        agent=request.headers.get('user-agent', ''),
        session=session.id if session is not None else '',
        known=request.cookies.get(KNOWN_COOKIE, ''),
    )


def safe_target(target: str) -> str:
    """A path of our own to go on to; anything that could lead elsewhere becomes the overview."""
    if (
        not target.startswith('/')
        or target.startswith(('//', '/\\', '/login', '/auth/'))
        or '\\' in target
        or not target.isprintable()
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
