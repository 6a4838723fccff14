"""My account: who I am here, my password, where I am signed in, and the tokens of my programs."""

from collections.abc import Callable, Sequence

from fastapi import Request
from nicegui import ui

from domain.access.scopes import words
from domain.accounts.live import Memberships
from domain.accounts.model import Account, Person
from domain.channels.telling import TellingService
from domain.desks.service import DeskService
from domain.fleet.fleets import Fleets
from domain.oncall.browsers import BrowserService
from domain.sign_in.authentication import AccessService
from domain.sign_in.model import Identity
from domain.sign_in.own_account import MyAccountService
from domain.sign_in.providers import Provider
from domain.sign_in.second_factor import SecondFactorService
from domain.tokens.service import TokenService
from ui.components.card import Text, card, grid, stack, text
from ui.components.controls import button
from ui.components.native_form import hidden
from ui.pages.account.browsers import browsers_card
from ui.pages.account.desk import desk_card
from ui.pages.account.password import password_card
from ui.pages.account.second_factor import second_factor_card
from ui.pages.account.sessions import sessions_card
from ui.pages.account.tokens import tokens_card
from ui.pages.page import page
from ui.pages.screen import screen
from ui.sign_in import SignedIn


def register(
    *,
    fleets: Fleets,
    access: AccessService,
    my_account: MyAccountService,
    second_factor: SecondFactorService,
    tokens: TokenService,
    desks: DeskService,
    browsers: BrowserService,
    telling: TellingService,
    providers: Sequence[Provider],
    clock: Callable[[], float],
) -> None:
    """Register ``/account``."""

    @screen('/account')
    def account(request: Request) -> None:
        with page(request, fleets, 'My account', active='account') as (who, _), grid('two', top=True):
            with stack():
                ways = _identity(fleets, providers, who, who.account)
                if who.account.password_hash is not None:
                    password_card(my_account, who)
                    second_factor_card(
                        fleets, second_factor, who, changed=lambda: ways.set_text(_ways(fleets, providers, who.account))
                    )
            with stack():
                desk_card(fleets, desks, who, request)
                browsers_card(browsers, telling, who)
                sessions_card(access, my_account, who)
                tokens_card(fleets, tokens, who, clock)
                _waiting_card()


def _waiting_card() -> None:
    with card('Actions that wait for the network', body=True):
        text('Acknowledgements and comments that you gave without a network, in this browser.', 'p').classes('cw-quiet')
        shows = button('Show what waits').props('data-testid=show-waiting')
        shows.on('click', js_handler='() => window.cellwarden.showWaiting()')


def _identity(fleets: Fleets, providers: Sequence[Provider], who: SignedIn, account: Account) -> Text:
    """Who it is; gives the words on how they sign in, which may change."""
    with card('Who I am'):
        with ui.element('dl').classes('cw-facts').props('data-testid=identity'):
            _fact('Name', account.name)
            _fact('E-mail address', account.email)
            ways = _fact('Signs in with', _ways(fleets, providers, account))
            if account.owner:
                _fact('Installation', 'Owner')
        with ui.element('ul').classes('cw-entries').props('aria-label="My enterprises"'):
            members = sorted(fleets.index(Memberships).of(account.id).values(), key=lambda person: person.created_at)
            for person in members:
                _membership(fleets, person, here=person.enterprise == who.person.enterprise, alone=len(members) == 1)
    return ways


def _membership(fleets: Fleets, person: Person, *, here: bool, alone: bool) -> None:
    with ui.element('li'):
        with ui.element('div').classes('what'):
            with ui.element('p'):
                text(fleets.of(person.enterprise).enterprise.name, 'b')
                if here and not alone:
                    text('Where you are now').classes('cw-tag')
            part = f' of {words(person.scope)}' if person.scope else ''
            text(person.role.capitalize() + part, 'p').classes('cw-quiet')
        if not here:
            with ui.element('form').props('method=post action=/auth/switch'):
                hidden('enterprise', person.enterprise)
                text('Switch enterprise', 'button').classes('cw-btn').props('type=submit')


def _ways(fleets: Fleets, providers: Sequence[Provider], account: Account) -> str:
    ways = ['a password' + (' and a code' if account.totp else '')] if account.password_hash else []
    known = fleets.installation[Identity].values()
    theirs = {identity.provider for identity in known if identity.account == account.id}
    labels = {provider.name: provider.label for provider in providers}
    ways += sorted(labels.get(name, name) for name in theirs)
    return ', '.join(ways) or 'nothing yet'


def _fact(label: str, value: str) -> Text:
    text(label, 'dt')
    return Text('dd', value)
