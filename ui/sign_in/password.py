"""Signing in with a local account, with a second factor or without, and out."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from domain.common.errors import DomainError, Throttled
from domain.sign_in.authentication import AccessService
from domain.sign_in.local_accounts import AccountService
from domain.sign_in.model import Session
from domain.sign_in.second_factor import SecondFactorService
from ui.sign_in.forms import EMAIL_COOKIE, HandOver, browser_of, read_form, safe_target
from ui.sign_in.guard import secret_of, session_of

Farewell = Callable[[Request, Session, HandOver], Awaitable[Response | None]]
"""Where a browser goes on to sign out at its identity provider too, if anywhere."""


def register_sign_in(
    app: FastAPI,
    *,
    access: AccessService,
    accounts: AccountService,
    second_factor: SecondFactorService,
    hand_over: HandOver,
    farewell: Farewell,
) -> None:
    """Put the routes on ``app``."""

    @app.post('/auth/sign-in', include_in_schema=False)
    async def sign_in(request: Request) -> Response:
        form = await read_form(request)
        target = safe_target(form.get('next', '/'))
        try:
            opened = await accounts.sign_in(form.get('email', ''), form.get('password', ''), browser_of(request))
        except DomainError as refusal:
            response = _again('/login', refusal, target)
            hand_over.typed(request, response, form.get('email', ''))
            return response
        if (before := session_of(request)) is not None:
            await access.sign_out(before)  # its cookie is about to be overwritten (OWASP ASVS 5.0, 7.2.4)
        response = RedirectResponse(f'/login/code?next={quote(target)}' if opened.session.pending else target, 303)
        hand_over.session(request, response, opened, shared='shared' in form)
        response.delete_cookie(EMAIL_COOKIE, path='/login')
        return response

    @app.post('/auth/code', include_in_schema=False)
    async def code(request: Request) -> Response:
        form = await read_form(request)
        target = safe_target(form.get('next', '/'))
        pending = access.pending(secret_of(request))
        if pending is None:
            return RedirectResponse(f'/login?refused=Ended&next={quote(target)}', 303)
        try:
            opened = await second_factor.complete(pending, form.get('code', ''), browser_of(request))
        except DomainError as refusal:
            return _again('/login/code', refusal, target)
        response = RedirectResponse(target, 303)
        hand_over.session(request, response, opened)
        return response

    @app.post('/auth/sign-out', include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        found = session_of(request)
        response: Response | None = None
        if found is not None:
            await access.sign_out(found)
            response = await farewell(request, found, hand_over)
        if response is not None:  # a page of ours that would clear what is kept does not follow (Clear Site Data, 3.1)
            response.headers['clear-site-data'] = '"storage"'
        response = response or RedirectResponse('/login?news=signed-out', 303)
        hand_over.take_back(request, response)
        return response


def _again(page: str, refusal: DomainError, target: str) -> Response:
    """Back to the form, which has the words for each kind of refusal."""
    wait = f'&wait={refusal.retry_after}' if isinstance(refusal, Throttled) else ''
    kind = 'Throttled' if isinstance(refusal, Throttled) else type(refusal).__name__
    return RedirectResponse(f'{page}?refused={kind}{wait}&next={quote(target)}', 303)
