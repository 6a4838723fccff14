"""What pages show of shifts."""

from typing import Any

from domain.alerts.model import Alert
from domain.alerts.raising import clear_alert
from tests.domain.triage.test_service import person, raised
from tests.fakes import RunningApplication, running_application
from ui.topics.handovers import NEWEST, HandedTopic, HandoversTopic, HandoverTopic


async def test_the_newest_shift_is_followed_by_its_name_until_it_is_taken() -> None:
    async with running_application() as application:
        assert _shown(application, HandoverTopic, NEWEST) == {'gone': True, 'waits': False}
        ana = await person(application, 'Ana')
        first = await application.handovers.give(ana.actor(), 'first')
        application.clock.tick(1)
        await application.handovers.give(ana.actor(), 'second')
        shown = _shown(application, HandoverTopic, NEWEST)
        assert (shown['note'], shown['by'], shown['waits']) == ('second', 'Ana', True)
        await application.handovers.take(ana.actor(), first.id)
        assert _shown(application, HandoverTopic, first.id)['waits'] is False
        assert [row['note'] for row in _shown(application, HandoversTopic)['rows']] == ['second', 'first']


async def test_the_alerts_of_a_shift_are_those_of_then_and_say_which_are_over() -> None:
    async with running_application() as application:
        alert = await raised(application)
        given = await application.handovers.give(application.actor)
        (row,) = _shown(application, HandedTopic, given.id)['rows']
        assert (row['id'], row['state'], row['now']) == (alert.id, 'open', 'open')
        await application.transactor.transact(lambda tx: clear_alert(tx, application.fleet[Alert][alert.id]))
        (row,) = _shown(application, HandedTopic, NEWEST)['rows']
        assert (row['state'], row['now']) == ('open', 'cleared')


def _shown(application: RunningApplication, topic: Any, id: str = '') -> dict[str, Any]:
    made = topic(fleet=application.fleet, store=application.store, clock=application.clock, id=id)
    return dict(made.full())
