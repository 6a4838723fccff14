"""What is foretold is what happens."""

from domain.alerts.model import Alert
from domain.channels.model import Delivery
from domain.common.severity import Severity
from domain.oncall.forecast import HeldBy, Hindrance, forecast, held
from domain.oncall.matching import AlertFacts, facts_of
from domain.oncall.model import Conditions
from domain.oncall.silences.input import NewSilence
from tests.domain.channels.channels import outage, webhook
from tests.domain.oncall.desk import mail, minutes, open_alert, person, policy, route, step
from tests.fakes import running_application


async def test_the_forecast_names_each_message_and_the_end_as_they_then_come() -> None:
    async with running_application() as application:
        for name in ('ann', 'bob'):
            await person(application, name)
        await mail(application)
        desk, _ = await webhook(application)
        made = await policy(application, step('ann'), step('bob', wait_min=7), repeat=1)
        await route(application, policy=made.id, channels=(desk.id,))
        began = application.clock()
        await outage(application)
        routes, lines = forecast(application.fleet, facts_of(application.fleet, open_alert(application)), began)
        assert [one.name for one in routes] == ['All']
        await minutes(application, 40)
        happened = [(one.created_at, one.recipient, one.channel) for one in application.fleet[Delivery].values()]
        assert sorted(happened) == sorted((one.at, one.recipient, one.channel) for one in lines if not one.is_end)
        assert [one.at - began for one in lines if one.is_end] == [24 * 60]


async def test_without_a_route_it_names_the_channels_that_say_by_themselves() -> None:
    async with running_application() as application:
        desk, _ = await webhook(application)
        await webhook(application, 'off', enabled=False)
        await outage(application)
        facts = facts_of(application.fleet, open_alert(application))
        routes, lines = forecast(application.fleet, facts, application.clock())
        assert (routes, [one.channel for one in lines]) == ([], [desk.id])


async def test_it_says_what_keeps_people_from_hearing() -> None:
    async with running_application() as application:
        await outage(application)
        alert, now = open_alert(application), application.clock()

        def why(moment: float = now) -> Hindrance | None:
            newest = application.fleet[Alert][alert.id]
            return held(application.fleet, newest, facts_of(application.fleet, newest), moment)

        assert why() is None
        await application.alerts.acknowledge(application.actor, alert.id, until=now + 3600)
        assert why() == Hindrance(by=HeldBy.ACKNOWLEDGED, name=application.actor.name, until=now + 3600)
        assert why(now + 3600) is None, 'it has ended by then'
        works = NewSilence(reason='Works', conditions=Conditions(severity=Severity.MINOR), ends_at=now + 600)
        silence = await application.silences.save(application.actor, works)
        back = Hindrance(by=HeldBy.SILENCE, name=silence.owner_name, until=now + 600)
        assert why() == back
        facts = AlertFacts(severity=Severity.CRITICAL, type=alert.alarm_type)
        assert held(application.fleet, None, facts, now) == back, 'one that is thought of'
        assert held(application.fleet, None, facts, now + 600) is None
