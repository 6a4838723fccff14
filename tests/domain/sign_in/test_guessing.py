"""Many refused sign-ins are one alert, from their source or at their account, until it is quiet."""

from domain.access.permissions import Role
from domain.accounts.live import Accounts
from domain.alerts.model import Alert
from domain.sign_in.guessing import Refusal, guessing_in
from domain.sign_in.model import Browser
from domain.sign_in.refused_sign_ins import refuse_sign_in
from tests.fakes import RunningApplication, running_application

PASSWORD = 'four words that nobody guesses'


async def refused(application: RunningApplication, email: str, *addresses: str) -> None:
    account = application.fleets.index(Accounts).of(email)
    for address in addresses:
        application.clock.tick(1)
        refuse_sign_in(application.transactor, account, Browser(address=address), 'wrong password')
    await application.transactor.transact(lambda tx: None)
    await application.guessing.review(application.enterprise)


def told(application: RunningApplication) -> list[tuple[str, str]]:
    return [(alert.problem, alert.detail) for alert in application.fleet[Alert].values()]


async def test_one_source_at_several_accounts_is_one_alert_that_ends_when_it_is_quiet() -> None:
    async with running_application() as application:
        for name in ('ana', 'bo'):
            await application.people.add(application.enterprise, f'{name}@example.com', name, Role.VIEWER, PASSWORD)
        await refused(application, 'ana@example.com', *['203.0.113.7'] * 9)
        assert told(application) == []
        await refused(application, 'bo@example.com', '203.0.113.7')
        assert told(application) == [('Guessing at the door from 203.0.113.7', '10 refused in 15 min, at ana, bo')]
        application.clock.tick(1200)
        await application.guessing.review(application.enterprise)
        assert len(told(application)) == 1
        application.clock.tick(1200)
        await application.guessing.review(application.enterprise)
        assert told(application) == []


async def test_one_account_guessed_at_from_many_places_is_one_alert() -> None:
    async with running_application() as application:
        await application.people.add(application.enterprise, 'ana@example.com', 'ana', Role.VIEWER, PASSWORD)
        await refused(application, 'ana@example.com', *[f'203.0.113.{number}' for number in range(10)])
        ((problem, detail),) = told(application)
        assert problem == 'Guessing at the door at the account of ana'
        assert detail == '10 refused in 15 min, from 10 addresses'


async def test_a_restart_forgets_no_guess() -> None:
    async with running_application() as application:
        await application.people.add(application.enterprise, 'ana@example.com', 'ana', Role.VIEWER, PASSWORD)
        await refused(application, 'ana@example.com', *['203.0.113.7'] * 9)
        async with running_application(store=application.store, clock=application.clock) as later:
            await refused(later, 'ana@example.com', '203.0.113.7')
            assert len(told(later)) == 1


def test_what_a_loud_source_guesses_is_not_told_twice() -> None:
    refusals = [Refusal(1.0, '203.0.113.7', 'P1', 'Ana')] * 10 + [Refusal(1.0, '203.0.113.8', 'P1', 'Ana')] * 4
    assert [one.on for one in guessing_in(refusals, 10, 15)] == ['source/203.0.113.7']
