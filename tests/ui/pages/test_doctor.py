"""The doctor's page: the enterprise for people who read its audit trail, the installation for its owners."""

from dataclasses import replace

from domain.access.permissions import Role
from domain.accounts.model import Account
from domain.devices.model import Reporting
from tests.ui.conftest import Console


async def test_an_administrator_sees_the_enterprise_and_not_the_machine(console: Console) -> None:
    application = console.application
    device = await application.device()
    await application.check_in(device.id)
    wrong = Reporting(device.id, application.enterprise, clock_offset_s=-21_600.0, clock_since=application.clock())
    await application.transactor.transact(lambda tx: tx.put(wrong))
    await console.sign_in()
    await console.user.open('/doctor')
    await console.user.should_see('Port of Delft')
    await console.user.should_see('clock 6 h behind')
    await console.user.should_see('What they say is moved to our time')
    await console.user.should_not_see('cellwarden doctor --file')


async def test_a_viewer_sees_none_of_it(console: Console) -> None:
    await console.sign_in(Role.VIEWER)
    await console.refused('/doctor', 'Your role does not include this page')


async def test_an_owner_sees_the_machine_and_of_enterprises_numbers_alone(console: Console) -> None:
    ana = await console.sign_in(Role.VIEWER)
    account = console.application.fleets.installation[Account][ana.account]
    await console.application.transactor.transact(lambda tx: tx.put(replace(account, owner=True)))
    await console.user.open('/doctor')
    await console.user.should_see('cellwarden doctor --file report.json')
    await console.user.should_not_see('devices and policies of the enterprise')
