"""The card on which a desk is set."""

from nicegui import ui

from domain.desks.model import Loud, Theme
from domain.desks.service import desk_of
from tests.ui.conftest import Console
from tests.ui.until import until


async def test_a_desk_is_saved_and_what_is_no_locale_is_said_at_its_field(console: Console) -> None:
    person, fleets = await console.sign_in(), console.application.fleets
    await console.user.open('/account')
    console.user.find(marker='locale').clear().type('Dutch!')
    console.user.find(marker='save-desk').click()
    await console.user.should_see('Must be a language tag')
    assert desk_of(fleets, person).locale == ''
    console.user.find(marker='locale').clear().type('nl-NL')
    console.user.find(marker='save-desk').click()
    await until(lambda: desk_of(fleets, person).locale)
    desk = desk_of(fleets, person)
    assert (desk.locale, desk.theme, desk.zone) == ('nl-NL', Theme.SYSTEM, 'browser')


async def test_which_alerts_an_open_page_tells_of_is_chosen_there(console: Console) -> None:
    person, fleets = await console.sign_in(), console.application.fleets
    await console.user.open('/account')
    (loud,) = console.user.find(kind=ui.select, marker='loud').elements
    (sound,) = console.user.find(kind=ui.checkbox, marker='sound').elements
    assert (loud.value, sound.value) == ('major', False)
    loud.value, sound.value = 'warning', True
    console.user.find(marker='save-desk').click()
    await until(lambda: desk_of(fleets, person).sound)
    assert desk_of(fleets, person).loud is Loud.WARNING
