"""Signing in through identity providers, and out: where the browser goes, and what happens when it comes back."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import structlog
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from domain.common.errors import DomainError
from domain.common.sealing import Seal
from domain.people.identities import CLOCKS_S, IdentityService
from domain.sign_in.model import Session, SignedInBrowser
from domain.sign_in.providers import Provider, ProviderFailure, ProviderRefusal
from ui.settings.providers import ProviderSettings
from ui.sign_in.attempts import Attempt, Attempts
from ui.sign_in.forms import EMAIL_COOKIE, HandOver, Secure, browser_of, read_form, safe_target
from ui.sign_in.guard import session_of
from ui.sign_in.openid_http import Outbound

if TYPE_CHECKING:
    from ui.sign_in.openid import RelyingParty

log = structlog.get_logger(__name__)
_FAREWELL_COOKIE = 'cellwarden_farewell'
"""Keeps the state of a sign-out at a provider, to know its answer by."""
_FAREWELL_S = 600


class Providers:
    """The providers of this process. ``public_url`` is where browsers find us; empty: as each request says."""

    def __init__(
        self,
        settings: Sequence[ProviderSettings],
        *,
        identities: IdentityService,
        seal: Seal,
        public_url: str = '',
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.outbound = Outbound()
        """To be entered for the length of the server's life."""
        self.parties = _parties(settings, self.outbound, clock)
        self.identities = identities
        self.attempts = Attempts(seal)
        self.clock = clock
        self._public_url = public_url

    @property
    def known(self) -> tuple[Provider, ...]:
        """What pages show of them."""
        return tuple(party.provider for party in self.parties.values())

    def for_email(self, email: str) -> Provider | None:
        """The provider that hands out addresses like this one."""
        return next((provider for provider in self.known if provider.speaks_for(email.strip())), None)

    def ours(self, request: Request, path: str) -> str:
        """The address of a path of ours, as browsers write it."""
        return (self._public_url or str(request.base_url).rstrip('/')) + path

    async def farewell(self, request: Request, session: Session, hand_over: HandOver) -> Response | None:
        """The answer that leads a browser on to sign out at its provider too; ``None`` when there is nowhere to go."""
        party = self.parties.get(session.provider)
        if party is None:
            return None
        back, state = f'/auth/logout/{party.provider.name}', secrets.token_urlsafe(32)
        try:
            url = await party.end_session_url(
                self.ours(request, back), state=state, token=self.identities.token(session)
            )
        except ProviderRefusal as refusal:
            log.warning('provider', provider=party.provider.name, because=refusal.because.value, detail=refusal.detail)
            return None
        if not url:
            return None
        response = onward(url)
        hand_over.cookie(request, response, _FAREWELL_COOKIE, state, path=back, lasts_s=_FAREWELL_S)
        return response


def _parties(
    settings: Sequence[ProviderSettings], outbound: Outbound, clock: Callable[[], float]
) -> 'Mapping[str, RelyingParty]':
    if not settings:
        return {}
    from ui.sign_in.openid import (
        RelyingParty,  # 14 MB of libraries, which an installation without providers does not need
    )

    return {one.name: RelyingParty(one, outbound=outbound, clock=clock) for one in settings}


def onward(url: str) -> Response:
    """Lead on with a page: after a form has been sent, browsers hold redirects to elsewhere to ``form-action`` of our CSP.

    The address stands in the page and not in a header: with an identity token it is longer than many proxies let headers be.
    """
    dark = '<meta name="color-scheme" content="light dark">'  # no white flash for whoever reads on dark
    place = escape(url)
    words = f'<!doctype html>{dark}<title>One moment</title><meta http-equiv="refresh" content="0;url={place}">'
    return HTMLResponse(f'{words}<p><a href="{place}">Go on</a></p>', headers={'cache-control': 'no-store'})


def register_providers(app: FastAPI, providers: Providers, *, secure: Secure, hand_over: HandOver) -> None:
    """Put the routes on ``app``, those of each provider under its name: other pages stand beside them."""
    for party in providers.parties.values():
        _register(app, providers, party, secure=secure, hand_over=hand_over)

    @app.post('/auth/begin', include_in_schema=False)
    async def begin(request: Request) -> Response:
        form = await read_form(request)
        target = quote(safe_target(form.get('next', '/')))
        email = form.get('email', '').strip()[:254]
        provider = providers.for_email(email)
        if provider is None:
            response: Response = RedirectResponse(f'/login?provider=unknown&next={target}', 303)
        else:
            response = onward(f'/login/{provider.name}?next={target}')
        hand_over.typed(request, response, email)
        return response


def _register(
    app: FastAPI, providers: Providers, party: 'RelyingParty', *, secure: Secure, hand_over: HandOver
) -> None:
    name = party.provider.name
    back = f'/auth/callback/{name}'

    @app.get(f'/login/{name}', include_in_schema=False)
    async def leave(request: Request) -> Response:
        target, session = safe_target(request.query_params.get('next', '/')), session_of(request)
        is_step_up = request.query_params.get('step_up') == '1'
        if session is None and is_step_up:
            return RedirectResponse(f'/login?next={quote(target)}', 303)
        if session is not None and not is_step_up:
            return RedirectResponse(target, 303)
        stepping = session.id if session is not None else ''
        typed = unquote(request.cookies.get(EMAIL_COOKIE, ''))[:254]
        attempt = providers.attempts.begin(name, target, now=providers.clock(), session=stepping)
        try:
            url = await party.authorization_url(
                providers.ours(request, back),
                state=attempt.state,
                nonce=attempt.nonce,
                verifier=attempt.verifier,
                anew=is_step_up,
                email=typed if party.provider.speaks_for(typed) else '',
            )
        except ProviderRefusal as refusal:
            return _refused(providers, party, request, refusal, target, session)
        response = RedirectResponse(url, 303, headers={'cache-control': 'no-store'})
        providers.attempts.keep(response, attempt, path=back, secure=secure(request))
        return response

    @app.get(back, include_in_schema=False)
    async def come_back(request: Request) -> Response:
        attempt = providers.attempts.find(request, name, now=providers.clock())
        try:
            if attempt is None:
                raise ProviderRefusal(ProviderFailure.NOT_BEGUN)
            opened = await _opened(request, attempt)
        except ProviderRefusal as refusal:
            target, stepping = (attempt.target, _stepping(request, attempt)) if attempt else ('/', None)
            response = _refused(providers, party, request, refusal, target, stepping)
        except DomainError as refusal:  # the session ended meanwhile, or the server is busy
            response = RedirectResponse(f'/login?refused={type(refusal).__name__}', 303)
        else:
            response = RedirectResponse(attempt.target, 303)
            hand_over.session(request, response, opened)
            response.delete_cookie(EMAIL_COOKIE, path='/login')
        response.headers['cache-control'] = 'no-store'
        providers.attempts.forget(request, response, path=back)
        return response

    async def _opened(request: Request, attempt: Attempt) -> SignedInBrowser:
        query = request.query_params
        await party.check_origin(query.get('iss'))
        if error := query.get('error'):
            declined = error in ('access_denied', 'login_required', 'interaction_required', 'consent_required')
            because = ProviderFailure.DECLINED if declined else ProviderFailure.PROVIDER_ERROR
            raise ProviderRefusal(because, f'the provider answers {error[:60]!r}')
        redirect_uri = providers.ours(request, back)
        claims = await party.redeem(query.get('code', ''), redirect_uri, nonce=attempt.nonce, verifier=attempt.verifier)
        if not attempt.session:
            return await providers.identities.sign_in(party.provider, claims, browser_of(request))
        session = _stepping(request, attempt)
        if session is None:
            raise ProviderRefusal(ProviderFailure.NOT_BEGUN)
        return await providers.identities.step_up(party.provider, claims, session, asked_at=attempt.began)

    @app.get(f'/auth/logout/{name}', include_in_schema=False)
    async def signed_out(request: Request) -> Response:
        begun, state = request.cookies.get(_FAREWELL_COOKIE, ''), request.query_params.get('state', '')
        is_answer = begun != '' and secrets.compare_digest(begun.encode(), state.encode())
        response = RedirectResponse('/login?news=signed-out' if is_answer else '/login', 303)
        response.delete_cookie(_FAREWELL_COOKIE, path=f'/auth/logout/{name}')
        return response

    @app.post(f'/auth/backchannel/{name}', include_in_schema=False)
    async def backchannel(request: Request) -> Response:
        headers = {'cache-control': 'no-store'}
        try:
            logout = await party.logout((await read_form(request)).get('logout_token', ''))
            ended = await providers.identities.end(
                party.provider, subject=logout.subject, session=logout.session, until=logout.at + CLOCKS_S
            )
        except DomainError as refusal:
            log.warning('logout token refused', provider=name, detail=refusal.detail)
            words = {'error': 'invalid_request', 'error_description': 'the logout token was not accepted'}
            return JSONResponse(words, 400, headers)
        party.carried_out(logout)
        log.info('signed out by provider', provider=name, sessions=ended)
        return Response(status_code=200, headers=headers)


def _stepping(request: Request, attempt: Attempt) -> Session | None:
    """The session whose person the attempt was to prove; ``None`` for a sign-in, or when it has ended meanwhile."""
    session = session_of(request)
    return session if session is not None and session.id == attempt.session else None


def _refused(
    providers: Providers,
    party: 'RelyingParty',
    request: Request,
    refusal: ProviderRefusal,
    target: str,
    stepping: Session | None,
) -> Response:
    """Tell the operator in the log, the auditor in the journal and the person on a page. Codes travel in the address, never words."""
    provider = party.provider
    log.info('sign-in refused', provider=provider.name, because=refusal.because.value, detail=refusal.detail)
    if refusal.because not in _AUDITED_BY_SERVICE and stepping is not None:
        providers.identities.refuse_step_up(provider, refusal.because, stepping)
    elif refusal.because not in _AUDITED_BY_SERVICE:
        providers.identities.refuse(provider, refusal.because, browser_of(request), claims=refusal.claims)
    return RedirectResponse(f'/login/{provider.name}/refused?because={refusal.because.value}&next={quote(target)}', 303)


_AUDITED_BY_SERVICE = frozenset(
    {
        ProviderFailure.NO_EMAIL,
        ProviderFailure.EMAIL_UNPROVEN,
        ProviderFailure.EMAIL_TAKEN,
        ProviderFailure.NO_MATCH,
        ProviderFailure.SUSPENDED,
        ProviderFailure.NOT_FRESH,
        ProviderFailure.ANOTHER_PERSON,
    }
)
"""What is found out about a person, whom the identity service names in the audit trail."""
