"""My account: who I am here, my password, where I am signed in, and the tokens of my programs."""

from fastapi import Request
from nicegui import ui

from domain.people import Account, Identity, Person
from ui.auth import SignedIn
from ui.components.card import card, grid, stack, text
from ui.pages.account_password import password_card
from ui.pages.account_sessions import sessions_card
from ui.pages.account_tokens import tokens_card
from ui.pages.second_factor import second_factor_card
from ui.pages.services import Services
from ui.pages.shell import page


def register(services: Services) -> None:
    """Register ``/account``."""

    @ui.page('/account')
    def account(request: Request) -> None:
        with page(request, services, 'My account', active='account') as (who, _), grid('two', top=True):
            with stack():
                _identity(services, who, who.account)
                if who.account.password_hash is not None:
                    password_card(services, who)
                    second_factor_card(services, who)
            with stack():
                sessions_card(services, who)
                tokens_card(services, who)


def _identity(services: Services, who: SignedIn, account: Account) -> None:
    with card('Who I am'), ui.element('dl').classes('cw-facts cw-named').props('data-testid=identity'):
        _fact('Name', account.name)
        _fact('E-mail address', account.email)
        for person in sorted(services.fleets.memberships(account.id).values(), key=lambda person: person.created_at):
            _membership(services, person, here=person.enterprise == who.person.enterprise)
        if account.owner:
            _fact('Installation', 'Owner')
        text('Signs in with', 'dt')
        with ui.element('dd'):
            text(', '.join(_ways(services, account)))


def _membership(services: Services, person: Person, *, here: bool) -> None:
    text(services.fleets.of(person.enterprise).enterprise.name, 'dt')
    with ui.element('dd'):
        text(person.role.capitalize() + (' of a part of it' if person.scope else ''))
        if here:
            text(' · where you are now').classes('cw-quiet')


def _ways(services: Services, account: Account) -> list[str]:
    ways = ['a password' + (' and a code' if account.totp else '')] if account.password_hash else []
    known = services.fleets.installation.table(Identity).values()
    theirs = {identity.provider for identity in known if identity.account == account.id}
    labels = {provider.name: provider.label for provider in services.providers}
    ways += sorted(labels.get(name, name) for name in theirs)
    return ways or ['nothing yet']


def _fact(label: str, value: str) -> None:
    text(label, 'dt')
    text(value, 'dd')
