"""The sign-in for people with a local account, and the code that follows when theirs has a second factor."""

from collections.abc import Sequence
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import ui

from domain.accounts.model import Account
from domain.fleet.fleets import Fleets
from domain.sign_in.authentication import AccessService
from domain.sign_in.providers import Provider
from domain.sign_in.sessions import BY_OWNER, OUTLIVED, UNUSED
from ui.components.card import link, text
from ui.components.native_form import doorway, hidden, native_check, native_form, native_input, submit
from ui.frame import bare
from ui.pages.screen import bare_screen
from ui.pages.sign_in.providers import provider_buttons
from ui.pages.sign_in.waiting import waiting
from ui.sign_in import is_signed_in, safe_target, secret_of
from ui.sign_in.forms import EMAIL_COOKIE

_WORDS = {
    'NotSignedIn': 'The e-mail address or the password is not right.',
    'Ended': 'That took too long. Begin again with your password.',
    'Unavailable': 'The server is busy and could not sign you in. Try again in a moment.',
}
"""By the name of the refusal: words that come in an address must not be shown, since any site can write an address."""
_CODE_WORDS = _WORDS | {'NotSignedIn': 'This code is not right, or it was used before. Wait for the next one.'}
_NEWS = {  # nosec B105 - words, no password
    'password': 'The new password counts from now on. Sign in with it.',
    'signed-out': 'You are signed out.',
}
_ENDED = {
    OUTLIVED: 'it was open for as long as a session may be',
    UNUSED: 'nothing was done in it for too long',
    BY_OWNER: 'you ended it in another browser',
}
"""Reasons of the journal in words for whose session it was; the others are plain enough."""
_NOBODY = 'Nobody has an account here yet. Open the one-time link that the server wrote into its log when it started.'


def register(*, fleets: Fleets, access: AccessService, providers: Sequence[Provider]) -> None:
    """Register ``/login`` and ``/login/code``."""

    @bare_screen('/login')
    def login(request: Request) -> Response | None:
        target = safe_target(request.query_params.get('next', '/'))
        if is_signed_in(request):
            return RedirectResponse(target, 303)
        email, refused = unquote(request.cookies.get(EMAIL_COOKIE, ''))[:254], _refused(request, _WORDS)
        news = '' if refused else _news(fleets, access, request)
        shared = 'shared' in request.query_params
        with bare('Sign in', strangers=True), doorway('Sign in to Cellwarden', news=news):
            unknown = request.query_params.get('provider') == 'unknown'
            provider_buttons(providers, target, unknown=email if unknown else None, shared=shared)
            with native_form('/auth/sign-in', 'Sign in', refused=refused):
                native_input(
                    'email', 'E-mail address', value=email, kind='email', autocomplete='username',
                    focus=not email and not unknown, blamed=bool(refused),
                )  # fmt: skip
                native_input(
                    'password', 'Password', kind='password', autocomplete='current-password',
                    focus=bool(email) and not unknown, blamed=bool(refused), most=1024,
                )  # fmt: skip
                native_check(
                    'shared',
                    'This computer is shared',
                    checked=shared,
                    hint='Keep nothing of the console in this browser.',
                )
                hidden('next', target)
                submit('Sign in', 'sign-in')
            _forgotten()
        return None

    @bare_screen('/login/code')
    def code(request: Request) -> Response | None:
        target, secret = safe_target(request.query_params.get('next', '/')), secret_of(request)
        if access.pending(secret) is None:
            late = 'refused=Ended&' if secret and not is_signed_in(request) else ''
            return RedirectResponse(f'/login?{late}next={quote(target)}', 303)
        refused = _refused(request, _CODE_WORDS)
        lead = 'Your password is right. Now the six digits that your authenticator app shows for Cellwarden.'
        with bare('Sign-in code'), doorway('Second step', lead):
            with native_form('/auth/code', 'Second step', refused=refused):
                native_input(
                    'code', 'Code', autocomplete='one-time-code', focus=True, blamed=bool(refused), plain=True, most=40,
                    hint='Without your phone? Type one of your recovery codes instead; each works once.',
                )  # fmt: skip
                hidden('next', target)
                submit('Sign in', 'send-code')
            with ui.element('p').classes('cw-aside'):
                link('Sign in as another person', f'/login?next={quote(target)}')
        return None


def _refused(request: Request, words: dict[str, str]) -> str:
    kind = request.query_params.get('refused')
    if kind is None:
        return ''
    if kind == 'Throttled':
        wait = waiting(request)
        return f'Too many wrong attempts. Nothing is looked at for now, right or wrong: try again in {wait}.'
    return words.get(kind, 'The sign-in did not work. Try again.')


def _news(fleets: Fleets, access: AccessService, request: Request) -> str:
    """What has just happened: by the word in the address, or by what became of the session whose cookie the browser still has."""
    if (told := _NEWS.get(request.query_params.get('news', ''))) is not None:
        return told
    if not fleets.installation[Account]:
        return _NOBODY
    because = access.ended_because(secret_of(request))
    return f'Your session has ended: {_ENDED.get(because, because)}. Sign in to go on.' if because else ''


def _forgotten() -> None:
    with ui.element('details').classes('cw-aside'):
        text('Forgotten your password?', 'summary')
        text('Ask an administrator of your company: under People they make a one-time link for a new one.', 'p')
        text('The people who run this server can do it too:', 'p')
        text('cellwarden user reset you@example.com --link', 'code').classes('cw-mono')
