"""My account: who I am here, my password, where I am signed in, and the tokens of my programs."""

from fastapi import Request
from nicegui import ui

from domain.passwords import LEAST
from domain.people import Account, Identity, Person
from ui.auth import SignedIn
from ui.components.age import age
from ui.components.card import card, grid, stack, text
from ui.components.controls import button, complaint, field
from ui.pages.account_sessions import sessions_card
from ui.pages.account_tokens import tokens_card
from ui.pages.second_factor import second_factor_card
from ui.pages.services import Services
from ui.pages.shell import guarded, page
from ui.spans import sentence


def register(services: Services) -> None:
    """Register ``/account``."""

    @ui.page('/account')
    def account(request: Request) -> None:
        with page(request, services, 'My account', active='account') as (who, _), grid('two', top=True):
            with stack():
                _identity(services, who, who.account)
                if who.account.password_hash is not None:
                    _password(services, who)
                    second_factor_card(services, who)
            with stack():
                sessions_card(services, who)
                tokens_card(services, who)


def _identity(services: Services, who: SignedIn, account: Account) -> None:
    with card('Who I am'), ui.element('dl').classes('cw-facts').props('data-testid=identity'):
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
    ways += sorted({identity.provider for identity in known if identity.account == account.id})
    return ways or ['nothing yet']


def _fact(label: str, value: str) -> None:
    text(label, 'dt')
    text(value, 'dd')


def _password(services: Services, who: SignedIn) -> None:
    with card('Password'), ui.element('div').classes('body'):
        changed = ui.element('p').classes('cw-prose')

        def tell_age() -> None:
            changed.clear()
            with changed:
                at = who.account.password_at
                text('Set ' if at else 'A new password ends every other session.')
                if at:
                    age(at)
                    text('. A new one ends every other session.')

        tell_age()
        with ui.element('div').classes('cw-form').style('margin-top: 12px'):
            current = field('Current password', password=True, autocomplete='current-password').mark('current')
            new = field(
                'New password',
                password=True,
                autocomplete='new-password',
                hint=f'{LEAST} characters or more; several words make a good one.',
            ).mark('new')
            again = field('New password, once more', password=True, autocomplete='new-password').mark('again')
            trouble = complaint()

            async def change() -> None:
                trouble.say('')
                if new.value != again.value:
                    trouble.say('The new password is not the same both times.')
                    return
                old, wanted = str(current.value or ''), str(new.value or '')
                done = await guarded(
                    who,
                    lambda actor: services.my_account.change_password(who.session, old, wanted, address=actor.address),
                    done='Your password is changed. Your other sessions have ended.',
                    refused=lambda refusal: trouble.say(f'{sentence(refusal.detail)}.'),
                )
                if done:
                    for each in (current, new, again):
                        each.value = ''
                    tell_age()

            again.on('keydown.enter', change)
            with ui.element('div'):
                button('Change password', change).props('data-testid=change-password').mark('change-password')
