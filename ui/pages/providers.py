"""Identity providers on the sign-in, and the page that says why one did not let somebody in."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import ui

from domain.providers import Because, Provider
from ui.auth import safe_target
from ui.components.card import text
from ui.frame import MARK, bare
from ui.pages.services import Services

_WORDS: dict[Because, tuple[str, str]] = {
    Because.UNREACHABLE: (
        '{label} does not answer.',
        'Try again in a minute. If it stays so, whoever runs this server finds the reason in its log.',
    ),
    Because.NOT_BEGUN: (
        'This sign-in was not begun in this browser, or too long ago.',
        'Begin again, and finish within ten minutes in the same browser.',
    ),
    Because.DECLINED: ('The sign-in was declined at {label}.', 'Begin again if you did not mean to.'),
    Because.PROVIDER_ERROR: (
        '{label} reported an error instead of signing you in.',
        'Try again. If it stays so, whoever runs this server finds the reason in its log.',
    ),
    Because.WRONG_ISSUER: (
        'The answer did not come from {label}, so it was not believed.',
        'Begin again. If this repeats, tell your security team: somebody may be mixing up two sign-ins.',
    ),
    Because.CODE: (
        '{label} signed you in, but would not confirm it to Cellwarden.',
        'Begin again: each answer counts once, and for a short time.',
    ),
    Because.TOKEN: (
        '{label} signed you in, but its answer did not pass the checks.',
        'Begin again. If it stays so, whoever runs this server finds the reason in its log.',
    ),
    Because.TOO_MANY_GROUPS: (
        '{label} signed you in, but you are in more groups than it sends.',
        'Ask whoever runs it to send only the groups of Cellwarden, or app roles instead.',
    ),
    Because.NO_EMAIL: (
        '{label} signed you in, but did not say your e-mail address.',
        'Ask whoever runs it to add the address to your account, or to release it to Cellwarden.',
    ),
    Because.EMAIL_UNPROVEN: (
        '{label} signed you in, but has not verified your e-mail address.',
        'Confirm the address there, then begin again.',
    ),
    Because.EMAIL_TAKEN: (
        '{label} signed you in, but somebody with your e-mail address already comes in another way.',
        'Sign in as you did before. To change that, ask an administrator of Cellwarden.',
    ),
    Because.NO_MATCH: (
        '{label} signed you in, but none of your groups opens Cellwarden.',
        'Ask whoever manages your groups to add you to one that does, then begin again.',
    ),
    Because.SUSPENDED: ('Your account in Cellwarden is suspended.', 'Ask an administrator of Cellwarden.'),
    Because.NOT_FRESH: (
        '{label} did not ask you anew who you are.',
        'Begin again and give your password or code there. If it never asks, an administrator has to set it up.',
    ),
    Because.ANOTHER_PERSON: (
        'Somebody else answered at {label} than is signed in here.',
        'Choose the same account there, or sign out here first.',
    ),
}
"""What happened, and what to do. Words never come from an address or from a provider."""


def register(services: Services) -> None:
    """Register ``/login/{name}/refused``."""

    @ui.page('/login/{name}/refused')
    def refused(name: str, request: Request) -> Response | None:
        provider = next((one for one in services.providers if one.name == name), None)
        code = request.query_params.get('because', '')
        if provider is None or code not in set(Because):
            return RedirectResponse('/login', 303)
        target = quote(safe_target(request.query_params.get('next', '/')))
        because = Because(code)
        is_step_up = request.query_params.get('step_up') == '1'
        step_up = '&step_up=1' if is_step_up else ''
        happened, advice = _WORDS[because]
        with bare('Not confirmed' if is_step_up else 'Not signed in'), ui.element('div').classes('cw-door-in'):
            with ui.element('div').classes('mark'):
                ui.html(MARK, sanitize=False)
                text('Cellwarden', 'h1')
            with ui.element('section').classes('cw-card'), ui.element('div').classes('cw-providers'):
                text(happened.format(label=provider.label), 'p').classes('cw-refused').props('role=alert')
                text(advice, 'p').classes('cw-prose')
                _link(f'Begin again at {provider.label}', f'/login/{name}?next={target}{step_up}').classes('primary')
                _link('Go back' if is_step_up else 'Sign in another way', f'/login?next={target}')
        return None


def provider_buttons(providers: Sequence[Provider], target: str, query: Mapping[str, str]) -> None:
    """Ways in through providers, for the sign-in page: a button each, and a field that knows whose address is whose."""
    if not providers:
        return
    with ui.element('section').classes('cw-card cw-providers').props('aria-label="Sign in with your organisation"'):
        for provider in providers:
            _link(f'Sign in with {provider.label}', f'/login/{provider.name}?next={quote(target)}')
        if len(providers) > 1 and any(provider.email_domains for provider in providers):
            _by_address(target, is_unknown=query.get('provider') == 'unknown')
    text('or with a password', 'p').classes('cw-aside cw-or')


def _by_address(target: str, *, is_unknown: bool) -> None:
    with ui.element('form').props('method=post action=/auth/begin aria-label="Find your organisation"'):
        with ui.element('label'):
            text('Or find it by your e-mail address').classes('cw-label')
            field = ui.element('input').classes('cw-input')
            for name, value in (('name', 'email'), ('type', 'email'), ('required', 'required')):
                field.props[name] = value
            field.props['autocomplete'] = 'username'
            if is_unknown:
                field.props['aria-describedby'] = 'unknown-provider'
        if is_unknown:
            words = 'No organisation is set up for that address. Use a button above, or your password.'
            text(words, 'p').classes('cw-wrong').props('role=alert id=unknown-provider')
        hidden = ui.element('input')
        for name, value in (('type', 'hidden'), ('name', 'next'), ('value', target)):
            hidden.props[name] = value
        text('Find my organisation', 'button').classes('cw-btn').props('type=submit')


def _link(words: str, address: str) -> ui.element:
    link = text(words, 'a').classes('cw-btn')
    link.props['href'] = address
    return link
