"""What is done about a violation, said of one; :mod:`tests.domain.enforcement.listing.test_query` says the same of the column."""

from domain.devices.facts import Facts, Os
from domain.devices.model import DeviceState
from domain.enforcement.listing.responses import Response, response
from domain.enforcement.model import Command
from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from domain.policies.violations import Violation
from tests.fakes import RunningApplication, running_application

RULE = 'device.os.version != "9"'


async def test_a_policy_that_audits_records_and_one_that_enforces_waits_for_its_grace_and_then_asks() -> None:
    async with running_application() as application:
        await application.policies.add(application.actor, NewPolicy(name='Recorded', rule=RULE))
        new = NewPolicy(name='Patient', rule=RULE, mode=Mode.ENFORCE, grace_s=600)
        patient = await application.policies.add(application.actor, new)
        device = (await application.device('crane-1')).id
        await application.check_in(device, facts=Facts(os=Os(version='9')))
        said = {one.policy == patient.id: _said(application, one) for one in _open(application)}
        assert said == {True: Response.IN_GRACE, False: Response.NOT_ENFORCED}
        application.clock.tick(601)
        waiting = next(one for one in _open(application) if one.policy == patient.id)
        assert _said(application, waiting) is Response.DUE
        await application.enforcement.run_due(application.enterprise)
        waiting = next(one for one in _open(application) if one.policy == patient.id)
        assert _said(application, waiting) is Response.UNDER_WAY


async def test_a_cancelled_command_is_told_as_not_carried_out() -> None:
    async with running_application() as application:
        new = NewPolicy(name='At once', rule=RULE, mode=Mode.ENFORCE)
        await application.policies.add(application.actor, new)
        device = (await application.device('crane-1')).id
        await application.check_in(device, facts=Facts(os=Os(version='9')))
        (command,) = application.fleet[Command].values()
        await application.commands.cancel(application.actor, command.id)
        (one,) = _open(application)
        assert _said(application, one) is Response.NOT_CARRIED_OUT
        assert not application.fleet[DeviceState][device].quarantined


def _open(application: RunningApplication) -> list[Violation]:
    return list(application.fleet[Violation].values())


def _said(application: RunningApplication, one: Violation) -> Response:
    return response(application.fleet, one, application.clock())
