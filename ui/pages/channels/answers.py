"""Whether messages to one person have a link that acknowledges: said to all who see channels, set by those who decide over people."""

from nicegui import ui

from domain.access.permissions import Permission
from domain.fleet.fleet import Fleet
from domain.installation.enterprises import EnterpriseService
from ui.components.card import card, text
from ui.components.controls import ask, button
from ui.pages.page import guarded
from ui.sign_in import SignedIn

ON = (
    'Messages that go to one person (mail, SMS, a private chat) have a link “I have it”. It acknowledges the alert as that person, once, '
    'within twelve hours, without a sign-in.'
)
OFF = 'Messages have no link that acknowledges: people sign in for it.'


def links_card(enterprises: EnterpriseService, who: SignedIn, fleet: Fleet) -> None:
    """The card, with the button that changes it for those who may."""
    with card('Links in messages', body=True):
        place = ui.element('div').classes('cw-lines')

    def show() -> None:
        place.clear()
        is_on = fleet.enterprise.links_answer
        with place:
            text(ON if is_on else OFF, 'p').props('data-testid=links-answer')
            if who.may(Permission.PEOPLE_WRITE):
                verb = 'Take links out…' if is_on else 'Let links acknowledge…'
                with ui.element('div'):
                    button(verb, sure).props('data-testid=set-links').mark('set-links')

    def sure() -> None:
        wanted = not fleet.enterprise.links_answer

        async def go() -> None:
            await guarded(
                who, lambda actor: enterprises.let_links_answer(actor, actor.enterprise, wanted), done=_DONE[wanted]
            )
            show()

        ask(_TITLE[wanted], _LINES[wanted], _VERB[wanted], go, danger=not wanted)

    show()


_TITLE = {True: 'Let links in messages acknowledge?', False: 'Take links out of messages?'}
_VERB = {True: 'Let links acknowledge', False: 'Take links out'}
_DONE = {True: 'New messages have a link.', False: 'Links in messages acknowledge no more.'}
_LINES = {
    True: [
        'The holder of such a message can acknowledge one alert, once, in the name of the person it was sent to.',
        'It is in the audit trail as that person, by a link. Programs that only look at links acknowledge nothing.',
    ],
    False: ['Those that are out do nothing from now on. People sign in to acknowledge.'],
}
