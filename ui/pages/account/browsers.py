"""The browsers in which the person is notified of alerts, and the way to begin and end it."""

from collections.abc import Callable

from nicegui import ui

from domain.access.permissions import Permission
from domain.channels.model import NotifiedBrowser
from domain.channels.telling import TellingService
from domain.oncall.browsers import BrowserService
from ui.components.age import age
from ui.components.card import card, text
from ui.components.controls import ask, button
from ui.pages.channels.tried import say_what_came
from ui.pages.page import guarded
from ui.sign_in import SignedIn


def browsers_card(browsers: BrowserService, telling: TellingService, who: SignedIn) -> None:
    """The card on the page of an account; nothing for a person who may not read alerts."""
    if not who.may(Permission.ALERTS_READ):
        return
    with card('Notifications in browsers', caption='when you are called for an alert'):
        rows = ui.element('ul').classes('cw-entries').props('data-testid=notified')
        with ui.element('div').classes('cw-entries-foot'):
            begin = button('Notify this browser').mark('notify').props('data-testid=notify')
            begin.on('click', js_handler='(event) => window.cellwarden.notifyHere(event.currentTarget)')
            begin.props('data-asks="browser notifications"')

    def show() -> None:
        rows.clear()
        with rows:
            for browser in browsers.of(who.actor()):
                _row(browsers, telling, who, browser, show)
            if not browsers.of(who.actor()):
                with ui.element('li'):
                    text(
                        'In none yet. It works with the console closed, and becomes the first of the ways in which you are reached.',
                        'p',
                    ).classes('cw-quiet')

    show()


def _row(
    browsers: BrowserService,
    telling: TellingService,
    who: SignedIn,
    browser: NotifiedBrowser,
    after: Callable[[], None],
) -> None:
    async def test() -> None:
        sent = await guarded(who, lambda actor: browsers.test(actor, browser.id))
        if sent is not None:
            await say_what_came(lambda: telling.own_delivery(who.actor(), sent.id), sent, browser.name)
            after()

    with ui.element('li').mark('notified-browser'):
        with ui.element('div').classes('what'):
            text(browser.name, 'b').props('data-testid=notified-name')
            with ui.element('p').classes('cw-quiet'):
                text('since ')
                age(browser.created_at)
                if browser.delivered_at is not None:
                    text(' · last arrived ')
                    age(browser.delivered_at)
        button('Send a test', test).mark('test-browser').props('data-testid=test-browser')
        button('Remove…', lambda: _ask(browsers, who, browser, after)).mark('remove-browser')


def _ask(browsers: BrowserService, who: SignedIn, browser: NotifiedBrowser, after: Callable[[], None]) -> None:
    async def remove() -> None:
        await guarded(
            who, lambda actor: browsers.remove(actor, browser.id), done='You are not notified there any more.'
        )
        after()

    lines = ['You are told of alerts in your other ways alone.']
    ask(f'Notify you in {browser.name} no more?', lines, 'Remove', remove)
