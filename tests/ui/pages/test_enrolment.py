"""Making an enrolment token: shown once, as a command, and only by somebody who may."""

from domain.access import Role
from domain.device_input import NewDevice
from domain.devices import Kind
from domain.tokens import TokenKind
from tests.ui.conftest import Console


async def test_the_command_carries_a_token_that_lets_one_device_in(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/devices')
    console.user.find(marker='enrol').click()
    await console.user.should_see(marker='make-token')
    console.user.find(marker='make-token').click()
    await console.user.should_see(marker='enrol-command')
    (line,) = console.user.find(marker='enrol-command').elements
    start, _, secret = line.props['text'].rpartition(' ')
    assert start == 'cellwarden agent --server http://test --enrol'
    (token,) = console.home.fleet.tokens.values()
    assert (token.kind, token.uses_left) == (TokenKind.ENROLMENT, 1)
    enrolled = await console.home.enrolments.enrol(secret, NewDevice(name='crane-117', kind=Kind.TABLET))
    assert enrolled.device.enterprise == console.home.enterprise


async def test_somebody_who_lost_the_permission_makes_no_token(console: Console) -> None:
    person = await console.sign_in(Role.OPERATOR)
    await console.user.open('/devices')
    console.user.find(marker='enrol').click()
    await console.user.should_see(marker='make-token')
    console.becomes(person, Role.VIEWER)
    console.user.find(marker='make-token').click()
    await console.user.should_see('Not allowed')
    assert not console.home.fleet.tokens
