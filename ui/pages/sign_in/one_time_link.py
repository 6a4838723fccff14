"""Where a one-time link leads: join an enterprise, set a new password, set up an empty installation."""

from collections.abc import Mapping

from fastapi import Request

from domain.accounts.live import Accounts
from domain.accounts.model import Account
from domain.accounts.passwords import LEAST, MOST
from domain.common.errors import NotFound
from domain.common.sealing import Seal
from domain.fleet.fleets import Fleets
from domain.people.model import Link, LinkKind
from domain.people.one_time_links import LinkService
from ui.components.controls import door
from ui.components.native_form import doorway, native_form, native_input, submit
from ui.durations import sentence
from ui.frame import bare
from ui.pages.screen import bare_screen
from ui.sign_in import is_signed_in, signed_in
from ui.sign_in.one_time_links import LINK_COOKIE, said

_HINT = f'{LEAST} characters or more. Several words that have nothing to do with each other are good, and easy to type.'
_FIELDS = ('enterprise', 'networks', 'name', 'email', 'password')


def register(*, fleets: Fleets, links: LinkService, seal: Seal) -> None:
    """Register ``/join``."""

    @bare_screen('/join')
    def join(request: Request) -> None:
        try:
            link = links.look(request.cookies.get(LINK_COOKIE, ''))
        except NotFound:
            _gone(is_in=is_signed_in(request))
            return
        before = _Before(said(request, seal))
        if link.kind is LinkKind.RESET:
            _reset(fleets, link, before)
        elif link.kind is LinkKind.SETUP:
            _setup(before)
        elif is_signed_in(request):
            _accept(fleets, link, signed_in(request).person.email, before)
        elif fleets.index(Accounts).of(link.email) is not None:
            _sign_in_first(fleets, link)
        else:
            _invitation(fleets, link, before)


class _Before:
    """What was typed before, and what it was refused for: said at the field that is to blame, above the form when none is."""

    def __init__(self, said: Mapping[str, str]) -> None:
        self.typed = said
        words, field = sentence(said.get('words', '')), said.get('field', '')
        self.wrong = {field: f'{words}.'} if field in _FIELDS else {}
        self.refused = f'{words}.' if words and not self.wrong else ''

    def ask(
        self, name: str, label: str, *, value: str = '', kind: str = 'text', autocomplete: str = 'off', hint: str = '',
        focus: bool = False, optional: bool = False, fixed: bool = False, most: int = 254, least: int = 0,
    ) -> None:  # fmt: skip
        """A field of the form; the focus goes to what is wrong, and where nothing is, to the field with ``focus``."""
        native_input(
            name, label, value=value if fixed else self.typed.get(name, value), kind=kind, autocomplete=autocomplete, hint=hint, most=most,
            focus=name in self.wrong if self.wrong else focus, wrong=self.wrong.get(name, ''),
            optional=optional, fixed=fixed, least=least,
        )  # fmt: skip

    def ask_password(self, *, focus: bool) -> None:
        """The field for the new password."""
        hint = '' if 'password' in self.wrong else _HINT  # what is wrong says it too
        self.ask(
            'password', 'Choose a password', kind='password', autocomplete='new-password', hint=hint, focus=focus, most=MOST, least=LEAST
        )  # fmt: skip


def _gone(*, is_in: bool) -> None:
    lead = 'It was used before, is too old, or a newer one took its place. Ask the person who sent it for another.'
    with bare('Link no longer works'), doorway('This link no longer works', lead):
        door('Open the overview' if is_in else 'Go to the sign-in', '/' if is_in else '/login')


def _invitation(fleets: Fleets, link: Link, before: _Before) -> None:
    title, lead = f'Join {_company(fleets, link)}', f'You will be {_a(link.role)} there.'
    with bare('Join'), doorway(title, lead), native_form('/join', 'Join', refused=before.refused):
        before.ask('email', 'E-mail address', value=link.email, autocomplete='username', fixed=True)
        before.ask('name', 'Your name', value=link.name, autocomplete='name', focus=not link.name, most=80)
        before.ask_password(focus=bool(link.name))
        submit('Create my account', 'join')


def _accept(fleets: Fleets, link: Link, email: str, before: _Before) -> None:
    company = _company(fleets, link)
    with bare('Join'), doorway(f'Join {company}', f'You will be {_a(link.role)} there, beside what you are elsewhere.'):
        if email == link.email:
            with native_form('/join', 'Join', refused=before.refused):
                submit(f'Join {company}', 'join')
            return
        words = f'This invitation is for {link.email}, and you are signed in as {email}. Sign out, then open the link again.'
        with native_form('/auth/sign-out', 'Sign out', refused=words):
            submit('Sign out', 'sign-out')


def _sign_in_first(fleets: Fleets, link: Link) -> None:
    lead = f'There is an account for {link.email}. Sign in with it to accept the invitation.'
    with bare('Join'), doorway(f'Join {_company(fleets, link)}', lead):
        door('Sign in to accept', '/login?next=/join', rank='primary')


def _reset(fleets: Fleets, link: Link, before: _Before) -> None:
    account = fleets.installation[Account][link.account]
    lead = 'Wherever you are signed in with the old one, you are signed out.'
    with (
        bare('New password'),
        doorway('Set a new password', lead),
        native_form('/join', 'Set a new password', refused=before.refused),
    ):
        before.ask('email', 'E-mail address', value=account.email, autocomplete='username', fixed=True)
        before.ask_password(focus=True)
        submit('Set the password', 'reset')


def _setup(before: _Before) -> None:
    lead = 'Nobody is here yet. You become the owner of this installation and the admin of its first company.'
    with (
        bare('Set up'),
        doorway('Set up Cellwarden', lead),
        native_form('/join', 'Set up Cellwarden', refused=before.refused),
    ):
        before.ask('enterprise', 'Company', autocomplete='organization', focus=True, most=80)
        before.ask(
            'networks', 'Home networks (optional)', optional=True,
            hint='As MCC-MNC, such as 204-08, 204-16. A starter policy then watches for foreign networks.',
        )  # fmt: skip
        before.ask('name', 'Your name', autocomplete='name', most=80)
        before.ask('email', 'Your e-mail address', kind='email', autocomplete='username')
        before.ask_password(focus=False)
        submit('Set up Cellwarden', 'set-up')


def _company(fleets: Fleets, link: Link) -> str:
    return fleets.of(link.enterprise).enterprise.name


def _a(role: str) -> str:
    return f'an {role}' if role in ('admin', 'operator') else 'in security' if role == 'security' else f'a {role}'
