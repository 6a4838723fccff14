"""The sign-in for people with a local account."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import ui

from ui.auth import is_signed_in, safe_target
from ui.components.card import text
from ui.frame import MARK, bare
from ui.pages.providers import provider_buttons
from ui.pages.services import Services

_WORDS = {
    'NotSignedIn': 'The e-mail address or the password is not right.',
    'Unavailable': 'The server is busy and could not sign you in. Try again in a moment.',
}
"""By the name of the refusal: words that come in an address must not be shown, anybody can write an address."""


def register(services: Services) -> None:
    """Register ``/login``."""

    @ui.page('/login')
    def login(request: Request) -> Response | None:
        query = request.query_params
        target = safe_target(query.get('next', '/'))
        if is_signed_in(request):
            return RedirectResponse(target, 303)
        refused, email = query.get('refused'), query.get('email', '')[:254]
        with bare('Sign in'), ui.element('div').classes('cw-door-in'):
            with ui.element('div').classes('mark'):
                ui.html(MARK, sanitize=False)
                text('Cellwarden', 'h1')
            provider_buttons(services.providers, target, query)
            _form(target, email, refused)
            text('Forgotten your password? Whoever runs this server can give you a new one:', 'p').classes('cw-aside')
            text(f'cellwarden user reset {email or "you@example.com"}', 'code').classes('cw-mono cw-aside')
        return None


def _form(target: str, email: str, refused: str | None) -> None:
    card = ui.element('section').classes('cw-card')
    with card, ui.element('form').props('method=post action=/auth/sign-in aria-label="Sign in"'):
        if refused is not None:
            words = _WORDS.get(refused, 'The sign-in did not work. Try again.')
            text(words, 'p').classes('cw-refused').props('role=alert data-testid=refused id=refused')
        _input('email', 'E-mail address', email, focus=not email, wrong=refused is not None)
        _input('password', 'Password', '', focus=bool(email), wrong=refused is not None)
        _field('input', type='hidden', name='next', value=target)
        text('Sign in', 'button').classes('cw-btn primary').props('type=submit data-testid=sign-in').mark('sign-in')


def _input(name: str, label: str, value: str, *, focus: bool, wrong: bool) -> None:
    with ui.element('label'):
        text(label).classes('cw-label')
        field = _field('input', name=name, type=name, value=value, required='required').classes('cw-input')
        field.props['autocomplete'] = 'username' if name == 'email' else 'current-password'
        field.props['data-testid'] = name
        if wrong:
            field.props['aria-describedby'] = 'refused'
        if focus:
            field.props['autofocus'] = 'autofocus'
            field.on('vue:mounted', js_handler='(vnode) => vnode.el.focus()')  # autofocus is for pages that come whole


def _field(tag: str, **attributes: str) -> ui.element:
    element = ui.element(tag)
    for name, value in attributes.items():
        element.props[name] = value
    return element
