"""The card that turns two-step sign-in on and off."""

import pyotp
from nicegui import ui

from domain.accounts.model import Account
from tests.ui.conftest import Console
from tests.ui.until import until

PAGE = '/account'


async def test_it_is_turned_on_with_a_code_and_shows_the_recovery_codes_once(console: Console) -> None:
    await console.sign_in()
    await console.user.open(PAGE)
    console.user.find(marker='turn-on').click()
    await console.user.should_see(marker='totp-secret')
    (command,) = console.user.find(marker='totp-secret').elements
    secret = command.props['text']
    console.user.find(marker='first-code').type('000000')
    console.user.find(marker='confirm-code').click()
    (field,) = console.user.find(kind=ui.input, marker='first-code').elements
    await until(lambda: 'This is not the code' in (field.error or ''))
    field.value = pyotp.TOTP(secret).at(int(console.application.clock()))
    console.user.find(marker='confirm-code').click()
    await console.user.should_see(marker='recovery-code')
    assert len(console.user.find(marker='recovery-code').elements) == 10
    console.user.find(marker='kept').click()
    await console.user.open(PAGE)
    await console.user.should_see('10 of 10 recovery codes are left.')
    await console.user.should_not_see(marker='recovery-code')


async def test_turning_it_off_is_asked_first_and_needs_a_fresh_proof(console: Console) -> None:
    person, service = await console.sign_in(), console.application.second_factor
    actor = person.actor(recently_verified=True)
    secret = service.propose(actor).secret
    await service.turn_on(actor, secret, pyotp.TOTP(secret).at(int(console.application.clock())))
    await console.user.open(PAGE)
    console.user.find(marker='turn-off').click()
    await console.user.should_see('Your password alone lets you in again.')
    console.application.clock.tick(600)
    console.user.find(marker='confirm').click()
    await console.user.should_see('10 of 10 recovery codes are left.')
    (account,) = console.application.fleets.installation[Account].values()
    assert account.totp is not None
    await service.turn_off(actor)
    await console.user.open(PAGE)
    await console.user.should_see('Turn on two-step sign-in')
