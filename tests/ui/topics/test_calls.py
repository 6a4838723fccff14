"""The calls for an alert as an open page follows them, and as they are read when it is over."""

from typing import Any

from domain.channels.model import Answered, Outcome
from tests.domain.channels.channels import outage, over
from tests.domain.oncall.desk import mail, minutes, open_alert, person, policy, route, step
from tests.fakes import RunningApplication, running_application
from ui.topics.calls import CallsTopic


async def shown(application: RunningApplication, alert: str) -> list[dict[str, Any]]:
    """The rows of a page that is opened now."""
    topic = CallsTopic(
        fleet=application.fleet, store=application.store, clock=application.clock, query={'alert': alert}
    )
    await topic.open()
    rows: list[dict[str, Any]] = topic.full()['rows']
    return rows


async def test_the_card_says_who_was_called_who_is_next_and_that_nobody_answered() -> None:
    async with running_application() as application:
        await mail(application)
        await person(application, 'ann')
        await person(application, 'bob')
        await route(application, policy=(await policy(application, step('ann'), step('bob'))).id)
        await outage(application)
        alert = open_alert(application)
        first, following = await shown(application, alert.id)
        assert (first['name'], first['state'], first['step']) == ('ann, by Mail', 'queued', 'Nights, step 1')
        assert (following['name'], following['state']) == ('bob, by Mail', 'next')
        assert following['then'] == application.clock() + 300
        assert following['said'] == 'Unless it is acknowledged before'
        for one in list(application.telling.due({})):
            await application.telling.record(one, Answered(outcome=Outcome.DELIVERED, said='250 queued'), 0.01)
        await minutes(application, 10)
        rows = await shown(application, alert.id)
        assert [(row['name'], row['state']) for row in rows] == [
            ('ann, by Mail', 'delivered'),
            ('bob, by Mail', 'queued'),
            ('Nobody has answered', 'unanswered'),
        ]
        assert rows[0]['said'] == '250 queued'
        await over(application)
        assert [row['state'] for row in await shown(application, alert.id)][-1] == 'unanswered'


async def test_an_alert_that_calls_nobody_has_no_rows() -> None:
    async with running_application() as application:
        await outage(application)
        assert await shown(application, open_alert(application).id) == []
