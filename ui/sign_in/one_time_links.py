"""One-time links: an invitation, a new password, the set-up of an empty installation.

Opening a link moves its secret into a short-lived cookie and goes on to ``/join`` without it, so that it stands in no history, referrer
or log of ours. Opening spends nothing: programs that look at links in messages do no harm.
"""

import json
import re
from http import HTTPStatus

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from domain.common.errors import DomainError, NotFound
from domain.common.sealing import Seal
from domain.installation.setup import SetupService
from domain.people.model import Link, LinkKind
from domain.people.one_time_links import LinkService
from domain.sign_in.authentication import AccessService
from domain.sign_in.model import SignedInBrowser
from ui.sign_in.forms import HandOver, browser_of, read_form
from ui.sign_in.guard import session_of

LINK_COOKIE = 'cellwarden_link'
SAID_COOKIE = 'cellwarden_said'
_LINK_S = 3600
_SECRET = re.compile(r'[A-Za-z0-9_-]{1,100}')
"""What a link's secret is written with; anything else is none, and must not stand in a cookie."""
_SAID_S = 300
_KEPT = ('name', 'email', 'enterprise', 'networks')
"""Fields that stand in the form again after a refusal; never the password."""
_SPELLED = {'plmn': 'networks'}
"""Fields that services call otherwise than the form."""


def register_joining(
    app: FastAPI, *, access: AccessService, links: LinkService, setup: SetupService, seal: Seal, hand_over: HandOver
) -> None:
    """Put the routes on ``app``."""

    @app.get('/join/{secret}', include_in_schema=False)
    async def open_link(request: Request, secret: str) -> Response:
        if not _SECRET.fullmatch(secret):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        response = RedirectResponse('/join', 303, {'referrer-policy': 'no-referrer', 'cache-control': 'no-store'})
        hand_over.cookie(request, response, LINK_COOKIE, secret, path='/join', lasts_s=_LINK_S)
        response.delete_cookie(SAID_COOKIE, path='/join')
        return response

    @app.post('/join', include_in_schema=False)
    async def take(request: Request) -> Response:
        secret = request.cookies.get(LINK_COOKIE, '')
        form: dict[str, str] = {}
        try:
            links.look(secret)  # before anything is read
            form = await read_form(request)
            response = await _taken(request, links.look(secret), secret, form)
        except NotFound:
            return RedirectResponse('/join', 303)  # says that the link is none any more
        except DomainError as refusal:
            response = RedirectResponse('/join?refused', 303)
            field = _SPELLED.get(refusal.field or '', refusal.field or '')
            said = {'words': refusal.detail, 'field': field, **{name: form.get(name, '')[:254] for name in _KEPT}}
            sealed = seal.seal(json.dumps(said))
            hand_over.cookie(request, response, SAID_COOKIE, sealed, path='/join', lasts_s=_SAID_S)
            return response
        for cookie in (LINK_COOKIE, SAID_COOKIE):
            response.delete_cookie(cookie, path='/join')
        return response

    async def _taken(request: Request, link: Link, secret: str, form: dict[str, str]) -> Response:
        if link.kind is LinkKind.RESET:
            await links.set_password(secret, form.get('password', ''))
            return RedirectResponse('/login?news=password', 303)
        response = RedirectResponse('/', 303)
        hand_over.session(request, response, await _opened(request, link, secret, form))
        return response

    async def _opened(request: Request, link: Link, secret: str, form: dict[str, str]) -> SignedInBrowser:
        name, password, browser = form.get('name', ''), form.get('password', ''), browser_of(request)
        if link.kind is LinkKind.SETUP:
            return await setup.set_up(
                secret,
                email=form.get('email', ''),
                name=name,
                password=password,
                enterprise=form.get('enterprise', ''),
                networks=form.get('networks', '').replace(',', ' ').split(),
                browser=browser,
            )
        session = session_of(request)
        if session is None:
            return await links.accept(secret, name=name, password=password, browser=browser)
        return await access.switch(session, await links.accept_as(secret, session))


def said(request: Request, seal: Seal) -> dict[str, str]:
    """Why the form was refused (``words``), the ``field`` to blame if it is one, and what was typed.

    Sealed, since words that another site can write must not be shown.
    """
    text = seal.open(request.cookies.get(SAID_COOKIE, ''), within_s=_SAID_S)
    found: dict[str, str] = json.loads(text) if text is not None and 'refused' in request.query_params else {}
    return found
