"""Where a one-time link leads: join an enterprise, set a new password, set up an empty installation."""

from fastapi import Request
from nicegui import ui

from domain.errors import NotFound
from domain.passwords import LEAST, MOST
from domain.people import Link, LinkKind
from ui.auth import is_signed_in, signed_in
from ui.auth.joining import LINK_COOKIE, said
from ui.components.card import text
from ui.components.controls import door
from ui.components.native_form import doorway, native_form, native_input, submit
from ui.frame import bare
from ui.pages.services import Services

_HINT = f'{LEAST} characters or more. Several words that have nothing to do with each other are good, and easy to type.'


def register(services: Services) -> None:
    """Register ``/join``."""

    @ui.page('/join')
    def join(request: Request) -> None:
        try:
            link = services.links.look(request.cookies.get(LINK_COOKIE, ''))
        except NotFound:
            _gone()
            return
        before = said(request, services.seal)
        refused = sentence(before.get('words', ''))
        if link.kind is LinkKind.RESET:
            _reset(services, link, refused)
        elif link.kind is LinkKind.SETUP:
            _setup(before, refused)
        elif is_signed_in(request):
            _accept(services, link, signed_in(request).person.email, refused)
        elif services.fleets.account_of(link.email) is not None:
            _sign_in_first(services, link)
        else:
            _invitation(services, link, before, refused)


def sentence(words: str) -> str:
    """What a service says, as a sentence."""
    return f'{words[:1].upper()}{words[1:]}.' if words else ''


def _gone() -> None:
    lead = 'It was used before, is too old, or a newer one took its place. Ask whoever sent it for another.'
    with bare('Link'), doorway('This link works no more', lead):
        door('Go to the sign-in', '/login')


def _invitation(services: Services, link: Link, before: dict[str, str], refused: str) -> None:
    title, lead = f'Join {_company(services, link)}', f'You will be {_a(link.role)} there.'
    with bare('Join'), doorway(title, lead), native_form('/join', 'Join', refused=refused):
        native_input('email', 'E-mail address', value=link.email, autocomplete='username', fixed=True)
        name = before.get('name', link.name)
        native_input('name', 'Your name', value=name, autocomplete='name', wrong=bool(refused), most=80)
        _new_password('Choose a password', refused)
        submit('Create my account', 'join')


def _accept(services: Services, link: Link, email: str, refused: str) -> None:
    company = _company(services, link)
    with bare('Join'), doorway(f'Join {company}', f'You will be {_a(link.role)} there, beside what you are elsewhere.'):
        if email == link.email:
            with native_form('/join', 'Join', refused=refused):
                submit(f'Join {company}', 'join')
            return
        words = f'This invitation is for {link.email}, and you are signed in as {email}. Sign out, then open the link again.'
        text(words, 'p').classes('cw-refused')
        with native_form('/auth/sign-out', 'Sign out'):
            submit('Sign out', 'sign-out')


def _sign_in_first(services: Services, link: Link) -> None:
    lead = f'There is an account for {link.email}. Sign in with it to accept the invitation.'
    with bare('Join'), doorway(f'Join {_company(services, link)}', lead):
        door('Sign in to accept', '/login?next=/join', rank='primary')


def _reset(services: Services, link: Link, refused: str) -> None:
    account = services.fleets.accounts[link.account]
    lead = 'Wherever you are signed in with the old one, you are signed out.'
    with (
        bare('New password'),
        doorway('Set a new password', lead),
        native_form('/join', 'Set a new password', refused=refused),
    ):
        native_input('email', 'E-mail address', value=account.email, autocomplete='username', fixed=True)
        _new_password('Choose a password', refused)
        submit('Set the password', 'reset')


def _setup(before: dict[str, str], refused: str) -> None:
    lead = 'Nobody is here yet. You become the owner of this installation and the admin of its first company.'
    with bare('Set up'), doorway('Set up Cellwarden', lead), native_form('/join', 'Set up Cellwarden', refused=refused):
        wrong = bool(refused)
        native_input(
            'enterprise', 'Company', value=before.get('enterprise', ''), autocomplete='organization',
            focus=not refused, wrong=wrong, most=80,
        )  # fmt: skip
        native_input(
            'networks', 'Home networks (optional)', value=before.get('networks', ''), optional=True, wrong=wrong,
            hint='As MCC-MNC, such as 204-08, 204-16. A starter policy then watches for foreign networks.',
        )  # fmt: skip
        native_input('name', 'Your name', value=before.get('name', ''), autocomplete='name', wrong=wrong, most=80)
        native_input(
            'email', 'Your e-mail address', value=before.get('email', ''), kind='email', autocomplete='username',
            wrong=wrong,
        )  # fmt: skip
        _new_password('Choose a password', refused)
        submit('Set up Cellwarden', 'set-up')


def _new_password(label: str, refused: str) -> None:
    native_input(
        'password', label, kind='password', autocomplete='new-password', hint=_HINT, focus=bool(refused),
        wrong=bool(refused), most=MOST,
    )  # fmt: skip


def _company(services: Services, link: Link) -> str:
    return services.fleets.of(link.enterprise).enterprise.name


def _a(role: str) -> str:
    return f'an {role}' if role in ('admin', 'operator') else 'in security' if role == 'security' else f'a {role}'
