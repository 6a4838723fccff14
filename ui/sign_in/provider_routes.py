"""The routes of identity providers: a browser that leaves for one, and what happens when it comes back."""

import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import structlog
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from domain.common.errors import DomainError, Throttled
from domain.people.identities import CLOCKS_S
from domain.people.relinking import LinkingService, Proof
from domain.sign_in.model import Session, SignedInBrowser
from domain.sign_in.providers import Provider, ProviderFailure, ProviderRefusal
from ui.sign_in.attempts import ATTEMPT_S, SignInAttempt
from ui.sign_in.forms import EMAIL_COOKIE, HandOver, Secure, browser_of, read_form, safe_target
from ui.sign_in.guard import session_of
from ui.sign_in.providers import FAREWELL_COOKIE, Providers, onward

if TYPE_CHECKING:
    from ui.sign_in.openid import RelyingParty

log = structlog.get_logger(__name__)


def register_providers(
    app: FastAPI, providers: Providers, *, linking: LinkingService, secure: Secure, hand_over: HandOver
) -> None:
    """Put the routes on ``app``, those of each provider under its name: other pages stand beside them."""
    for party in providers.parties.values():
        _Routes(providers, party, linking=linking, secure=secure, hand_over=hand_over).register(app)

    @app.post('/auth/begin', include_in_schema=False)
    async def begin(request: Request) -> Response:
        form = await read_form(request)
        target = quote(safe_target(form.get('next', '/')))
        email = form.get('email', '').strip()[:254]
        provider = providers.for_email(email)
        if provider is None:
            response: Response = RedirectResponse(f'/login?provider=unknown&next={target}', 303)
        else:
            shared = '&shared=1' if 'shared' in form else ''
            response = onward(f'/login/{provider.name}?next={target}{shared}')
        hand_over.typed(request, response, email)
        return response


class _Routes:
    """What the browser and the provider ask of us for one provider: out to it, back from it, and both ways of signing out."""

    def __init__(
        self,
        providers: Providers,
        party: 'RelyingParty',
        *,
        linking: LinkingService,
        secure: Secure,
        hand_over: HandOver,
    ) -> None:
        self._providers = providers
        self._linking = linking
        self._party = party
        self._name = party.provider.name
        self._back = f'/auth/callback/{self._name}'
        self._secure = secure
        self._hand_over = hand_over

    def register(self, app: FastAPI) -> None:
        """Put them on ``app``."""
        app.get(f'/login/{self._name}', include_in_schema=False)(self.leave)
        app.get(self._back, include_in_schema=False)(self.come_back)
        app.post(f'/login/{self._name}/link', include_in_schema=False)(self.link)
        app.get(f'/auth/logout/{self._name}', include_in_schema=False)(self.signed_out)
        app.post(f'/auth/backchannel/{self._name}', include_in_schema=False)(self.backchannel)

    async def leave(self, request: Request) -> Response:
        """Lead the browser to the provider, to sign in or to prove anew who the person is."""
        target, session = safe_target(request.query_params.get('next', '/')), session_of(request)
        is_step_up = request.query_params.get('step_up') == '1'
        if session is None and is_step_up:
            return RedirectResponse(f'/login?next={quote(target)}', 303)
        if session is not None and not is_step_up:
            return RedirectResponse(target, 303)
        stepping = session.id if session is not None else ''
        typed = unquote(request.cookies.get(EMAIL_COOKIE, ''))[:254]
        attempt = self._providers.attempts.begin(self._name, target, now=self._providers.clock(), session=stepping)
        try:
            url = await self._party.authorization_url(
                self._providers.ours(request, self._back),
                state=attempt.state,
                nonce=attempt.nonce,
                verifier=attempt.verifier,
                anew=is_step_up,
                email=typed if self._party.provider.speaks_for(typed) else '',
            )
        except ProviderRefusal as refusal:
            return _refused(self._providers, self._party, request, refusal, target, session)
        response = RedirectResponse(url, 303, headers={'cache-control': 'no-store'})
        if not is_step_up:
            shared = 'shared' in request.query_params
            self._hand_over.shared(request, response, is_shared=shared, lasts_s=ATTEMPT_S)
        self._providers.attempts.keep(response, attempt, path=self._back, secure=self._secure(request))
        return response

    async def come_back(self, request: Request) -> Response:
        """Take the answer of the provider that the browser brings: a session, or a page that says why not."""
        attempt = self._providers.attempts.find(request, self._name, now=self._providers.clock())
        try:
            if attempt is None:
                raise ProviderRefusal(ProviderFailure.NOT_BEGUN)
            opened = await self._opened(request, attempt)
        except ProviderRefusal as refusal:
            target, stepping = (attempt.target, _stepping(request, attempt)) if attempt else ('/', None)
            response = _refused(self._providers, self._party, request, refusal, target, stepping)
            if refusal.may_prove and refusal.claims is not None:
                secure = self._secure(request)
                self._providers.vouching.keep(response, self._name, refusal.claims, secure=secure)
            else:
                self._providers.vouching.forget(response, self._name)
        except DomainError as refusal:  # the session ended meanwhile, or the server is busy
            response = RedirectResponse(f'/login?refused={type(refusal).__name__}', 303)
        else:
            response = RedirectResponse(attempt.target, 303)
            self._hand_over.session(request, response, opened)
            response.delete_cookie(EMAIL_COOKIE, path='/login')
        response.headers['cache-control'] = 'no-store'
        self._providers.attempts.forget(request, response, path=self._back)
        return response

    async def _opened(self, request: Request, attempt: SignInAttempt) -> SignedInBrowser:
        query = request.query_params
        await self._party.check_origin(query.get('iss'))
        if error := query.get('error'):
            declined = error in ('access_denied', 'login_required', 'interaction_required', 'consent_required')
            because = ProviderFailure.DECLINED if declined else ProviderFailure.PROVIDER_ERROR
            raise ProviderRefusal(because, f'the provider answers {error[:60]!r}')
        redirect_uri = self._providers.ours(request, self._back)
        claims = await self._party.redeem(
            query.get('code', ''), redirect_uri, nonce=attempt.nonce, verifier=attempt.verifier
        )
        if not attempt.session:
            return await self._providers.identities.sign_in(self._party.provider, claims, browser_of(request))
        session = _stepping(request, attempt)
        if session is None:
            raise ProviderRefusal(ProviderFailure.NOT_BEGUN)
        return await self._providers.identities.step_up(self._party.provider, claims, session, asked_at=attempt.began)

    async def link(self, request: Request) -> Response:
        """Take the proof that an account is the person's whom the provider vouched for, and lead on there: the sign-in goes through now."""
        form = await read_form(request)
        target = safe_target(form.get('next', '/'))
        vouched = self._providers.vouching.find(request, self._name)
        secret = form.get('link', '').strip().rstrip('/').rpartition('/')[2]
        proof = Proof(password=form.get('password', ''), link=secret, code=form.get('code', ''))
        provider = self._party.provider
        try:
            if vouched is None:
                raise ProviderRefusal(ProviderFailure.NOT_BEGUN)
            await self._linking.link(provider, vouched, proof, browser_of(request))
        except ProviderRefusal as refusal:
            return RedirectResponse(_page(provider, refusal.because, target), 303)
        except DomainError as refusal:
            wait = f'&wait={refusal.retry_after}' if isinstance(refusal, Throttled) else ''
            wrong = 'Throttled' if isinstance(refusal, Throttled) else refusal.field or type(refusal).__name__
            return RedirectResponse(f'{_page(provider, ProviderFailure.EMAIL_TAKEN, target)}&wrong={wrong}{wait}', 303)
        log.info('identity linked by proof', provider=self._name)
        response = onward(f'/login/{self._name}?next={quote(target)}')
        self._providers.vouching.forget(response, self._name)
        return response

    async def signed_out(self, request: Request) -> Response:
        """The browser comes back from having signed out at the provider."""
        begun, state = request.cookies.get(FAREWELL_COOKIE, ''), request.query_params.get('state', '')
        is_answer = begun != '' and secrets.compare_digest(begun.encode(), state.encode())
        response = RedirectResponse('/login?news=signed-out' if is_answer else '/login', 303)
        response.delete_cookie(FAREWELL_COOKIE, path=f'/auth/logout/{self._name}')
        return response

    async def backchannel(self, request: Request) -> Response:
        """The provider says that it has ended sessions (OpenID Connect Back-Channel Logout)."""
        headers = {'cache-control': 'no-store'}
        try:
            logout = await self._party.logout((await read_form(request)).get('logout_token', ''))
            ended = await self._providers.identities.end(
                self._party.provider, subject=logout.subject, session=logout.session, until=logout.at + CLOCKS_S
            )
        except DomainError as refusal:
            log.warning('logout token refused', provider=self._name, detail=refusal.detail)
            words = {'error': 'invalid_request', 'error_description': 'the logout token was not accepted'}
            return JSONResponse(words, 400, headers)
        self._party.carried_out(logout)
        log.info('signed out by provider', provider=self._name, sessions=ended)
        return Response(status_code=200, headers=headers)


def _stepping(request: Request, attempt: SignInAttempt) -> Session | None:
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
    return RedirectResponse(_page(provider, refusal.because, target), 303)


def _page(provider: Provider, because: ProviderFailure, target: str) -> str:
    """The page that says why; a code and no words, since any site can write an address."""
    return f'/login/{provider.name}/refused?because={because.value}&next={quote(target)}'


_AUDITED_BY_SERVICE = frozenset(
    {
        ProviderFailure.NO_EMAIL,
        ProviderFailure.GUEST,
        ProviderFailure.EMAIL_UNPROVEN,
        ProviderFailure.EMAIL_TAKEN,
        ProviderFailure.NO_MATCH,
        ProviderFailure.SUSPENDED,
        ProviderFailure.NOT_FRESH,
        ProviderFailure.ANOTHER_PERSON,
    }
)
"""What is found out about a person, whom the identity service names in the audit trail."""
