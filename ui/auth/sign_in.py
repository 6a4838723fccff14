"""Signing in with a local account, and out."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from domain.errors import DomainError
from domain.services.access import AccessService
from domain.services.accounts import AccountService
from domain.sessions import Session
from ui.auth.forms import Secure, browser_of, hand_over, read_form, safe_target
from ui.auth.guard import COOKIE, session_of

Farewell = Callable[[Request, Session], Awaitable[Response | None]]
"""Where a browser goes on to sign out at its identity provider too, if anywhere."""


def register_sign_in(
    app: FastAPI, *, access: AccessService, accounts: AccountService, secure: Secure, farewell: Farewell
) -> None:
    """Put the routes on ``app``."""

    @app.post('/auth/sign-in', include_in_schema=False)
    async def sign_in(request: Request) -> Response:
        form = await read_form(request)
        target = safe_target(form.get('next', '/'))
        try:
            opened = await accounts.sign_in(form.get('email', ''), form.get('password', ''), browser_of(request))
        except DomainError as refusal:
            kept = f'&email={quote(form.get("email", "")[:254])}&next={quote(target)}'
            return RedirectResponse(f'/login?refused={type(refusal).__name__}{kept}', 303)
        response = RedirectResponse(target, 303)
        hand_over(response, opened, secure=secure(request), lasts_s=access.session_s)
        return response

    @app.post('/auth/sign-out', include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        found = session_of(request)
        response: Response | None = None
        if found is not None:
            await access.sign_out(found)
            response = await farewell(request, found)
        response = response or RedirectResponse('/login', 303)
        response.delete_cookie(COOKIE, path='/')
        return response
