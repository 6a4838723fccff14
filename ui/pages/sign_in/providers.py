"""Identity providers on the sign-in, and the page that says why one did not let a person in."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import ui

from domain.sign_in.providers import Provider, ProviderFailure
from ui.components.card import text
from ui.components.controls import door
from ui.components.native_form import doorway, hidden, native_input
from ui.frame import bare
from ui.sign_in import is_signed_in, safe_target, signed_in

_WORDS: dict[ProviderFailure, tuple[str, str]] = {
    ProviderFailure.UNREACHABLE: (
        '{label} does not answer.',
        'Try again in a minute. If it stays so, the people who run this server find the reason in its log.',
    ),
    ProviderFailure.NOT_BEGUN: (
        'This sign-in was not begun in this browser, or too long ago.',
        'Begin again, and finish within ten minutes in the same browser.',
    ),
    ProviderFailure.DECLINED: ('The sign-in was declined at {label}.', 'Begin again if you did not mean to.'),
    ProviderFailure.PROVIDER_ERROR: (
        '{label} reported an error instead of signing you in.',
        'Try again. If it stays so, the people who run this server find the reason in its log.',
    ),
    ProviderFailure.WRONG_ISSUER: (
        'The answer did not come from {label}, so it was not believed.',
        'Begin again. If this repeats, tell your security team: an attacker may be mixing up two sign-ins.',
    ),
    ProviderFailure.CODE: (
        '{label} signed you in, but would not confirm it to Cellwarden.',
        'Begin again: each answer counts once, and for a short time.',
    ),
    ProviderFailure.TOKEN: (
        '{label} signed you in, but its answer did not pass the checks.',
        'Begin again. If it stays so, the people who run this server find the reason in its log.',
    ),
    ProviderFailure.TOO_MANY_GROUPS: (
        '{label} signed you in, but you are in more groups than it sends.',
        'Ask the people who run it to send only the groups of Cellwarden, or app roles instead.',
    ),
    ProviderFailure.NO_EMAIL: (
        '{label} signed you in, but did not say your e-mail address.',
        'Ask the people who run it to add the address to your account, or to release it to Cellwarden.',
    ),
    ProviderFailure.EMAIL_UNPROVEN: (
        '{label} signed you in, but has not verified your e-mail address.',
        'Confirm the address there, then begin again.',
    ),
    ProviderFailure.EMAIL_TAKEN: (
        '{label} signed you in, but an account with your e-mail address already signs in another way.',
        'Sign in as you did before. To change that, ask an administrator of Cellwarden.',
    ),
    ProviderFailure.NO_MATCH: (
        '{label} signed you in, but none of your groups opens Cellwarden.',
        'Ask the people who manage your groups to add you to one that does, then begin again.',
    ),
    ProviderFailure.SUSPENDED: ('Your account in Cellwarden is suspended.', 'Ask an administrator of Cellwarden.'),
    ProviderFailure.NOT_FRESH: (
        '{label} did not ask you anew who you are.',
        'Begin again and give your password or code there. If it never asks, an administrator has to set it up.',
    ),
    ProviderFailure.ANOTHER_PERSON: (
        'Another person answered at {label} than is signed in here.',
        'Choose the same account there, or sign out here first.',
    ),
}
"""What happened, and what to do. Words never come from an address or from a provider."""


def register(*, providers: Sequence[Provider]) -> None:
    """Register ``/login/{name}/refused``, and where a fresh proof given in another tab ends."""

    @ui.page('/account/confirmed')
    def confirmed(request: Request) -> Response | None:
        if not signed_in(request).actor().recently_verified:
            return RedirectResponse('/account', 303)
        lead = 'You can close this tab. What you had begun in the other one goes on there by itself.'
        with bare('Confirmed'), doorway('It is confirmed that it is you', lead):
            door('Open my account', '/account')
        return None

    @ui.page('/login/{name}/refused')
    def refused(name: str, request: Request) -> Response | None:
        provider = next((one for one in providers if one.name == name), None)
        code = request.query_params.get('because', '')
        if provider is None or code not in set(ProviderFailure):
            return RedirectResponse('/login', 303)
        target = quote(safe_target(request.query_params.get('next', '/')))
        because = ProviderFailure(code)
        is_step_up = is_signed_in(request)  # a person who has a session goes to a provider for nothing else
        step_up = '&step_up=1' if is_step_up else ''
        happened, advice = _WORDS[because]
        title = 'Not confirmed' if is_step_up else 'Not signed in'
        with (
            bare(title),
            doorway(title),
            ui.element('section').classes('cw-card'),
            ui.element('div').classes('cw-providers'),
        ):
            text(happened.format(label=provider.label), 'p').classes('cw-refused').props('role=alert')
            text(advice, 'p').classes('cw-prose')
            door(f'Begin again at {provider.label}', f'/login/{name}?next={target}{step_up}', rank='primary')
            if is_step_up:
                door('Open my account', '/account')
            else:
                door('Sign in another way', f'/login?next={target}')
        return None


def provider_buttons(providers: Sequence[Provider], target: str, *, unknown: str | None) -> None:
    """Ways in through providers, for the sign-in page: a button each, and a field that finds the provider of an address.

    ``unknown`` is an address that was typed into it and belongs to no provider.
    """
    if not providers:
        return
    with ui.element('section').classes('cw-card cw-providers').props('aria-label="Sign in with your organisation"'):
        for provider in providers:
            door(f'Sign in with {provider.label}', f'/login/{provider.name}?next={quote(target)}')
        if len(providers) > 1 and any(provider.email_domains for provider in providers):
            _by_address(target, unknown)
    text('or with a password', 'p').classes('cw-aside cw-or')


def _by_address(target: str, unknown: str | None) -> None:
    is_unknown = unknown is not None
    with ui.element('details') as fold:
        if is_unknown:
            fold.props['open'] = True
        text('Not sure which? Find it by your e-mail address', 'summary')
        with ui.element('form').props('method=post action=/auth/begin aria-label="Find your organisation"'):
            words = 'No organisation is set up for that address. Use a button above, or your password.'
            native_input(
                'email', 'Work e-mail address', value=unknown or '', kind='email', autocomplete='email',
                focus=is_unknown, wrong=words if is_unknown else '',
            )  # fmt: skip
            hidden('next', target)
            text('Find my organisation', 'button').classes('cw-btn').props('type=submit')
