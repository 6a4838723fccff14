"""What the doors for people share: forms, the session cookie, where to go on to, and where somebody comes from."""

from collections.abc import Callable
from urllib.parse import parse_qs

from fastapi import Request
from starlette.responses import Response

from domain.services.access import Browser, SignedInBrowser
from ui.auth.guard import COOKIE

MOST_FORM_BYTES = 16_384
Secure = Callable[[Request], bool]
"""True when the request came over TLS, so that its cookies may be kept from plain HTTP."""


def hand_over(response: Response, opened: SignedInBrowser, *, secure: bool, lasts_s: float) -> None:
    """Give the browser its session cookie."""
    response.set_cookie(
        COOKIE, opened.secret, max_age=int(lasts_s), path='/', httponly=True, samesite='lax', secure=secure
    )


def browser_of(request: Request) -> Browser:
    """Where somebody signs in from."""
    address = request.client.host if request.client else ''
    return Browser(address=address, agent=request.headers.get('user-agent', ''))


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
