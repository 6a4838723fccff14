"""Commands that are under way can be taken back, by who may, and not twice."""

from domain.access.permissions import Role
from domain.devices.actions import Action
from domain.enforcement.model import Command
from tests.fakes import RunningApplication
from tests.ui.conftest import Console


async def test_a_command_under_way_is_cancelled_after_a_question(console: Console) -> None:
    command = await _command(console.application)
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/enforcement')
    _ask(console, command.id)
    await console.user.should_see('Cancel quarantine of crane-1?')
    assert command.id in console.application.fleet[Command]
    console.user.find(marker='confirm').click()
    await console.user.should_see('1 command cancelled')
    assert not console.application.fleet[Command]


async def test_a_command_that_ended_meanwhile_is_no_crash(console: Console) -> None:
    application = console.application
    command = await _command(application)
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/enforcement')
    _ask(console, command.id)
    await console.user.should_see('Cancel quarantine of crane-1?')
    await application.commands.cancel(application.actor, command.id)
    console.user.find(marker='confirm').click()
    await console.user.should_see('Nothing to cancel any more')


async def test_a_role_that_was_taken_away_cancels_nothing(console: Console) -> None:
    command = await _command(console.application)
    person = await console.sign_in(Role.OPERATOR)
    await console.user.open('/enforcement')
    console.becomes(person, Role.VIEWER)
    _ask(console, command.id)
    await console.user.should_see('Cancel quarantine of crane-1?')
    console.user.find(marker='confirm').click()
    await console.user.should_see('Not allowed')
    assert command.id in console.application.fleet[Command]


async def _command(application: RunningApplication) -> Command:
    device = await application.device('crane-1')
    return await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'stolen')


def _ask(console: Console, *ids: str) -> None:
    """What the table tells when a person acts on picked rows."""
    (table,) = console.user.find(marker='commands').elements
    listener = next(one for one in table._event_listeners.values() if one.type == 'bulk')
    table._handle_event({'listener_id': listener.id, 'args': {'action': 'cancel', 'ids': list(ids)}})
