"""Identity providers on the sign-in, and the page that says why one did not let a person in."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import ui

from domain.common.sealing import Seal
from domain.people.relinking import Vouched
from domain.sign_in.providers import Provider, ProviderFailure
from ui.components.card import link, text
from ui.components.controls import door
from ui.components.native_form import doorway, hidden, native_form, native_input, submit
from ui.frame import bare
from ui.pages.screen import bare_screen
from ui.pages.sign_in.waiting import waiting
from ui.sign_in import Vouching, is_signed_in, safe_target, signed_in

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
    ProviderFailure.UNREADABLE_GROUPS: (
        '{label} signed you in, but its claim “{groups_claim}”, which names your groups, cannot be read.',
        'Nothing was taken away from you. Show this to the people who run this server: its log says what stands in the claim, and '
        'docs/sign-on.md which forms can be read.',
    ),
    ProviderFailure.NO_EMAIL: (
        '{label} signed you in, but did not say your e-mail address: the claim “{email_claim}” has none.',
        'Ask the people who run it to release the address to Cellwarden. Where another claim has it, the people who run this server '
        'name that one with the setting “email_claim”.',
    ),
    ProviderFailure.GUEST: (
        'You are a guest at {label}, and your address is of another organisation.',
        'Sign in through your own organisation, or ask an administrator of Cellwarden for an invitation.',
    ),
    ProviderFailure.EMAIL_UNPROVEN: (
        '{label} signed you in, but has not verified your e-mail address.',
        'Confirm the address there, then begin again. Where {label} never says it, the people who run this server name the domains '
        'that it hands out with the setting “email_domains”.',
    ),
    ProviderFailure.EMAIL_TAKEN: (
        '{label} signed you in, but an account with your e-mail address already signs in another way.',
        'Sign in as you did before. If {label} was moved or rebuilt, an administrator of Cellwarden can forget your former identity '
        'under People. For all at once, the people who run this server let new identities take the place of the former ones, by '
        'verified address and until a date:',
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


_PROVE = (
    '{label} signed you in. There is an account with your e-mail address, which has not been opened through {label} before.',
    'Prove once that the account is yours. From then on {label} opens it.',
)
_WRONG = {  # nosec B105 - words, no password
    'password': 'The password is not right.',
    'link': 'This link is for another account, was used before, or is too old. Ask an administrator for another.',
    'code': 'The code is not right, or it was used before. Wait for the next one.',
    'Throttled': 'Too many wrong attempts. Nothing is looked at for now, right or wrong: try again in {wait}.',
}
"""By the field to blame, or the kind of the refusal."""


def register(*, providers: Sequence[Provider], seal: Seal) -> None:
    """Register ``/login/{name}/refused``, and where a fresh proof given in another tab ends."""

    @bare_screen('/account/confirmed')
    def confirmed(request: Request) -> Response | None:
        if not signed_in(request).actor().recently_verified:
            return RedirectResponse('/account', 303)
        lead = 'You can close this tab. What you had begun in the other one goes on there by itself.'
        with bare('Confirmed'), doorway('It is confirmed that it is you', lead):
            door('Open my account', '/account')
        return None

    @bare_screen('/login/{name}/refused')
    def refused(name: str, request: Request) -> Response | None:
        provider = next((one for one in providers if one.name == name), None)
        code = request.query_params.get('because', '')
        if provider is None or code not in set(ProviderFailure):
            return RedirectResponse('/login', 303)
        target = quote(safe_target(request.query_params.get('next', '/')))
        because = ProviderFailure(code)
        is_step_up = is_signed_in(request)  # a person who has a session goes to a provider for nothing else
        step_up = '&step_up=1' if is_step_up else ''
        vouched = Vouching(seal).find(request, name) if because is ProviderFailure.EMAIL_TAKEN else None
        if vouched is not None and not is_step_up:
            _ask_proof(provider, vouched, request)
            return None
        happened, advice = _WORDS[because]
        title = 'Not confirmed' if is_step_up else 'Not signed in'
        with (
            bare(title),
            doorway(title),
            ui.element('section').classes('cw-card'),
            ui.element('div').classes('cw-providers'),
        ):
            text(_said(happened, provider), 'p').classes('cw-refused').props('role=alert')
            text(_said(advice, provider), 'p').classes('cw-prose')
            if because is ProviderFailure.EMAIL_TAKEN:
                text(f'cellwarden user relink {name} --issuer-from ISSUER --until DATE', 'code').classes('cw-mono')
            door(f'Begin again at {provider.label}', f'/login/{name}?next={target}{step_up}', rank='primary')
            if is_step_up:
                door('Open my account', '/account')
            else:
                door('Sign in another way', f'/login?next={target}')
        return None


def _said(words: str, provider: Provider) -> str:
    return words.format(label=provider.label, groups_claim=provider.groups_claim, email_claim=provider.email_claim)


def _ask_proof(provider: Provider, vouched: Vouched, request: Request) -> None:
    """The form in which the owner of an account proves that it is theirs, so that the provider may open it."""
    target = safe_target(request.query_params.get('next', '/'))
    wrong = request.query_params.get('wrong', '')
    told = _WRONG.get(wrong, 'That did not work. Try again.').format(wait=waiting(request)) if wrong else ''
    blamed = {wrong: told} if wrong in ('password', 'link', 'code') else {}
    happened, lead = (_said(words, provider) for words in _PROVE)
    refused = '' if blamed else told
    with (
        bare('Connect your account'),
        doorway('Connect your account', happened, lead),
        native_form(f'/login/{provider.name}/link', 'Connect your account', refused=refused),
    ):
        native_input('email', 'E-mail address', value=vouched.email, autocomplete='username', fixed=True)
        native_input(
            'password', 'Password of the account', kind='password', autocomplete='current-password', most=1024,
            optional=True, focus=wrong in ('', 'password'), wrong=blamed.get('password', ''),
        )  # fmt: skip
        native_input(
            'code', 'Code (with two-step sign-in)', autocomplete='one-time-code', optional=True, plain=True, most=40,
            focus=wrong == 'code', wrong=blamed.get('code', ''),
        )  # fmt: skip
        native_input(
            'link', 'Or a one-time link, instead of the password', optional=True, plain=True, most=500,
            hint='An administrator of Cellwarden makes one under People. Paste it here without opening it.',
            focus=wrong == 'link', wrong=blamed.get('link', ''),
        )  # fmt: skip
        hidden('next', target)
        submit(f'Connect {provider.label}', 'connect')
        with ui.element('p').classes('cw-aside'):
            link('Sign in another way', f'/login?next={quote(target)}')


def provider_buttons(providers: Sequence[Provider], target: str, *, unknown: str | None, shared: bool = False) -> None:
    """Ways in through providers, for the sign-in page: a button each, and a field that finds the provider of an address.

    ``unknown`` is an address that was typed into it and belongs to no provider. On a ``shared`` computer the browser keeps nothing; a
    link says so, since buttons that lead away send no form.
    """
    if not providers:
        return
    with ui.element('section').classes('cw-card cw-providers').props('aria-label="Sign in with your organisation"'):
        for provider in providers:
            more = '&shared=1' if shared else ''
            door(f'Sign in with {provider.label}', f'/login/{provider.name}?next={quote(target)}{more}')
        if len(providers) > 1 and any(provider.email_domains for provider in providers):
            _by_address(target, unknown, shared)
        if shared:
            text('Nothing is kept in this browser.', 'p').classes('cw-hint').props('role=status')
        else:
            link('This computer is shared: keep nothing here', f'/login?shared=1&next={quote(target)}').props(
                'data-testid=shared-link'
            )
    text('or with a password', 'p').classes('cw-aside cw-or')


def _by_address(target: str, unknown: str | None, shared: bool) -> None:
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
            if shared:
                hidden('shared', '1')
            text('Find my organisation', 'button').classes('cw-btn').props('type=submit')
