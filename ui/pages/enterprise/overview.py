"""What holds for the whole enterprise, and is set by those who decide over its people."""

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.installation.enterprises import EnterpriseService
from ui.components.card import Text, card, grid, stack
from ui.components.controls import button
from ui.components.looking import look_every
from ui.pages.enterprise.browsers import ask_browsers
from ui.pages.page import not_for_you, page
from ui.pages.screen import screen
from ui.sign_in import SignedIn

LOOK_S = 2.0


def register(*, fleets: Fleets, enterprises: EnterpriseService) -> None:
    """Register ``/enterprise``."""

    @screen('/enterprise')
    def enterprise_page(request: Request) -> None:
        with page(request, fleets, 'Enterprise', active='enterprise') as (who, fleet):
            if not who.may(Permission.PEOPLE_READ):
                not_for_you('what is set for the whole enterprise', who, fleet.enterprise.name)
                return
            with grid('two', top=True), stack():
                _browsers_card(enterprises, who, fleet)


def _browsers_card(enterprises: EnterpriseService, who: SignedIn, fleet: Fleet) -> None:
    with (
        card('What browsers keep', caption='of pages that people of the enterprise have open', body=True),
        ui.element('div').classes('cw-form'),
    ):
        said = Text('p', '')
        said.mark('browsers-keep').props('data-testid=browsers-keep')
        with ui.element('div'):
            change = None
            if who.may(Permission.PEOPLE_WRITE):
                change = button('', lambda: ask_browsers(enterprises, who, fleet.enterprise, show))
                change.mark('set-browsers').props('data-testid=set-browsers')

    def show() -> None:
        keep = fleet.enterprise.browsers_keep
        said.set_text(_KEEP if keep else _NOTHING)
        if change is not None:
            change.set_text('Keep nothing on browsers…' if keep else 'Let browsers keep pages…')

    show()
    look_every(LOOK_S, show)


_KEEP = (
    'For 24 hours a browser keeps the last picture of the pages that a person has seen, to show them and to search in them '
    'without a network. It goes at the sign-out, and when the role or scope of the person changes.'
)
_NOTHING = 'Browsers keep nothing of what pages show; without a network they do not open.'
