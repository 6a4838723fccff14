"""Where the person is signed in, and the way to end it."""

from collections.abc import Callable

from nicegui import ui

from domain.sign_in.authentication import AccessService
from domain.sign_in.model import Session
from domain.sign_in.own_account import MyAccountService
from ui.components.age import age
from ui.components.card import card, text
from ui.components.controls import ask, button
from ui.durations import counted
from ui.pages.page import guarded
from ui.sign_in import SignedIn
from ui.sign_in.user_agents import browser_name

_METHODS = {  # nosec B105 - words, no password
    '': 'a password',
    'password': 'a password',
    'password and code': 'a password and a code',
    'password and recovery code': 'a password and a recovery code',
    'invitation': 'an invitation',
    'set-up': 'the set-up link',
}
"""Ways in as people say them; any other is the name of an identity provider."""


def sessions_card(access: AccessService, my_account: MyAccountService, who: SignedIn) -> None:
    """The card on the page of an account."""
    with card('Where you are signed in', caption='ending a session closes its pages at once'):
        rows = ui.element('ul').classes('cw-entries').props('data-testid=sessions')
        foot = ui.element('div').classes('cw-entries-foot')

    def show() -> None:
        rows.clear()
        foot.clear()
        sessions = access.sessions_of(who.account.id)
        sessions.sort(key=lambda session: session.id != who.session.id)
        with rows:
            for session in sessions:
                _row(my_account, who, session, show)
        if (others := len(sessions) - 1) > 0:
            with foot:
                button('End other sessions…', lambda: _ask_others(my_account, who, others, show)).mark(
                    'end-others'
                ).props('data-testid=end-others')

    show()


def _row(my_account: MyAccountService, who: SignedIn, session: Session, after: Callable[[], None]) -> None:
    mine = session.id == who.session.id
    with ui.element('li').mark('session'):
        with ui.element('div').classes('what'):
            with ui.element('p'):
                text(browser_name(session.browser), 'b').props('data-testid=browser')
                if mine:
                    text('This browser').classes('cw-tag')
            with ui.element('p').classes('cw-quiet'):
                with _piece():
                    text(f'{session.address or "address not known"} · used ')
                    age(session.seen_at)
                text(' · ').classes('cw-dot')
                with _piece():
                    text('signed in ')
                    age(session.created_at)
                    text(f' with {_METHODS.get(session.method, session.method)}')
        if mine:
            with ui.element('form').props('method=post action=/auth/sign-out'):
                text('Sign out', 'button').classes('cw-btn').props('type=submit')
        else:
            button('End session…', lambda: _ask(my_account, who, session, after)).mark('end-session').props(
                'data-testid=end-session'
            )


def _piece() -> ui.element:
    """Words that stay together where the line is too short for all."""
    return ui.element('span').classes('piece')


def _ask(my_account: MyAccountService, who: SignedIn, session: Session, after: Callable[[], None]) -> None:
    async def end() -> None:
        await guarded(who, lambda _: my_account.end_session(who.session, session.id), done='The session has ended.')
        after()

    ask(
        f'End the session of {browser_name(session.browser)}?',
        ['Its open pages go to the sign-in at once. What was being typed there is lost.'],
        'End session',
        end,
        danger=True,
    )


def _ask_others(my_account: MyAccountService, who: SignedIn, others: int, after: Callable[[], None]) -> None:
    async def end() -> None:
        await guarded(who, lambda _: my_account.end_others(who.session), done='Your other sessions have ended.')
        after()

    ask(
        f'End {counted(others, "other session")}?',
        ['Every page you have open in another browser goes to the sign-in at once.', 'This browser stays signed in.'],
        'End other sessions',
        end,
        danger=True,
    )
