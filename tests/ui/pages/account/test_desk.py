"""The card on which a desk is set."""

from domain.desks.model import Theme
from domain.desks.service import desk_of
from tests.ui.conftest import Console


async def test_a_desk_is_saved_and_a_zone_that_is_none_is_said_at_its_field(console: Console) -> None:
    person = await console.sign_in()
    user = console.user
    await user.open('/account')
    user.find(marker='locale').type('nl-NL')
    user.find(marker='save-desk').click()
    await user.should_see('My desk')
    desk = desk_of(console.application.fleets, person)
    assert (desk.locale, desk.theme, desk.zone) == ('nl-NL', Theme.SYSTEM, 'browser')
