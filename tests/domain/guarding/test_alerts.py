"""A certificate that ends soon is one alert, until a newer one is shown."""

from domain.alerts.model import Alert
from domain.channels.model import Channel
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult
from domain.common.severity import Severity
from domain.guarding.alerts import DAY_S, own_certificate
from domain.towers.certificates import review_certificates
from domain.towers.input import NewTower
from tests.fakes import RunningApplication, running_application


def told(application: RunningApplication) -> list[tuple[str, Severity]]:
    return [(alert.problem, alert.severity) for alert in application.fleet[Alert].values()]


async def test_a_certificate_of_a_site_is_told_before_it_ends_and_worse_when_it_is_urgent() -> None:
    async with running_application() as application:
        check = Check(id='', target=TcpTarget('10.0.0.1', 443), max_attempts=1)
        tower = await application.towers.add(application.actor, NewTower(name='Delft', checks=[check]))
        until = application.clock() + 22 * DAY_S

        async def shown(until: float) -> None:
            result = CheckResult(tower.id, tower.checks[0].id, application.clock(), True, 1.0, certificate_until=until)
            await application.towers.record_check(application.enterprise, tower.id, result)

        await shown(until)
        assert told(application) == []
        application.clock.tick(2 * DAY_S)
        await shown(until)
        assert told(application) == [('A certificate of Delft ends soon', Severity.WARNING)]
        application.clock.tick(18 * DAY_S)
        await shown(until)
        assert told(application) == [('A certificate of Delft ends soon', Severity.MAJOR)]
        application.clock.tick(3 * DAY_S)
        await shown(until)
        assert told(application) == [('A certificate of Delft has ended', Severity.MAJOR)]
        await shown(application.clock() + 90 * DAY_S)
        assert told(application) == []
        await shown(application.clock() + DAY_S)
        _, version = tower, application.fleet.need(type(tower), tower.id).version
        await application.towers.change(application.actor, tower.id, version, NewTower(name='Delft'))
        await application.transactor.transact(lambda tx: review_certificates(tx, application.fleet))
        assert told(application) == [], 'the check that showed it is gone'


async def test_the_certificate_of_the_console_itself_is_told_to_every_enterprise() -> None:
    async with running_application() as application:
        owner, until = application.fleet.enterprise, application.clock() + DAY_S
        await application.transactor.transact(lambda tx: own_certificate(tx, owner, until, 'console.example'))
        (alert,) = application.fleet[Alert].values()
        assert (alert.object_kind, 'console.example' in alert.detail) == ('enterprise', True)
        assert not application.fleet[Channel]
