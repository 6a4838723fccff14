"""A new password for one's own account, in exchange for the one that counts now."""

from collections.abc import Callable

from nicegui import ui

from domain.accounts.passwords import LEAST, MOST
from domain.common.errors import DomainError
from domain.sign_in.own_account import MyAccountService
from ui.components.age import age
from ui.components.card import card, text
from ui.components.controls import button, complaint, field
from ui.durations import sentence
from ui.pages.page import guarded
from ui.sign_in import SignedIn


def password_card(my_account: MyAccountService, who: SignedIn) -> None:
    """The card on the page of an account."""
    with card('Password', body=True):
        changed = ui.element('p').classes('cw-prose')

        def tell_age() -> None:
            changed.clear()
            with changed:
                if at := who.account.password_at:
                    text('Set ')
                    age(at)
                    text('. ')
                text('A new one ends every other session.')

        tell_age()
        _form(my_account, who, tell_age)


def _form(my_account: MyAccountService, who: SignedIn, changed: Callable[[], None]) -> None:
    with ui.element('form').classes('cw-form cw-narrow-form').props('aria-label="Change password"'):
        email = ui.element('input').props('type=text name=email autocomplete=username readonly hidden')
        email.props['value'] = who.account.email  # password managers ask whose it is
        current = field('Current password', password=True, autocomplete='current-password').mark('current')
        hint = f'{LEAST} characters or more; several words make a good one.'
        new = field('New password', password=True, autocomplete='new-password', hint=hint).mark('new')
        again = field('New password, once more', password=True, autocomplete='new-password').mark('again')
        trouble = complaint()
        blamed = {'current': current, 'password': new}

        def refuse(refusal: DomainError) -> None:
            words = f'{sentence(refusal.detail)}.'
            if refusal.field in blamed:
                blamed[refusal.field].error = words
                blamed[refusal.field].run_method('focus')
            else:
                trouble.say(words)

        async def change() -> None:
            trouble.say('')
            for each in (current, new, again):
                each.error = None
            if new.value != again.value:
                again.error = 'This is not the same as above.'
                return
            old, wanted = str(current.value or ''), str(new.value or '')
            done = await guarded(
                who,
                lambda actor: my_account.change_password(who.session, old, wanted, address=actor.address),
                done='Your password is changed. Your other sessions have ended.',
                refused=refuse,
            )
            if done:
                for each in (current, new, again):
                    each.value = ''
                changed()

        for each in (current, new, again):
            each.props(f'maxlength={MOST}').on('keydown.enter', change)
        with ui.element('div'):
            button('Change password', change).props('data-testid=change-password').mark('change-password')
