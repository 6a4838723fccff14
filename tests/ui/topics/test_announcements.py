"""What a screen reader is told of alerts, on whichever page."""

from typing import Any

from domain.alerts.lookup import open_alert
from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.alerts.raising import clear_alert, raise_alert
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.journal.model import Subject
from tests.domain.triage.test_service import person, raised
from tests.fakes import RunningApplication, running_application
from ui.live.channel import News
from ui.topics.announcements import AnnouncementsTopic


async def _stands(application: RunningApplication, severity: Severity, devices: int = 0) -> News:
    """An alert is raised, or changed, to this: the news of it."""

    def decide(tx: Transaction) -> Alert:
        return raise_alert(
            tx, key='down', enterprise=application.enterprise, subject=Subject('tower', 't', 'Noordzijde'),
            alarm_type=AlarmType.COMMUNICATIONS, severity=severity, cause=ProbableCause.LOSS_OF_SIGNAL,
            problem=f'Noordzijde is {"down" if severity is Severity.MAJOR else "degraded"}', devices=devices,
        )  # fmt: skip

    return News(ids={Alert: {(await application.transactor.transact(decide)).id}})


async def _clears(application: RunningApplication) -> News:
    def decide(tx: Transaction) -> str:
        alert = open_alert(tx, application.enterprise, 'down')
        assert alert is not None
        clear_alert(tx, alert)
        return alert.id

    return News(ids={Alert: {await application.transactor.transact(decide)}})


def _topic(application: RunningApplication) -> AnnouncementsTopic:
    return AnnouncementsTopic(fleet=application.fleet, store=application.store, clock=application.clock)


def _texts(state: dict[str, Any] | None) -> list[str] | None:
    return None if state is None else [said['text'] for said in state['raised']]


async def test_an_alert_is_announced_when_it_begins_to_wait_again_when_it_is_worse_and_anew_once_it_has_cleared() -> (
    None
):
    async with running_application() as application:
        topic = _topic(application)
        told = topic.patch(await _stands(application, Severity.MINOR))
        assert told is not None
        (first,) = told['raised']
        assert (first['severity'], first['before'], told['waiting']) == ('minor', None, 1)
        worse = topic.patch(await _stands(application, Severity.MAJOR))
        assert worse is not None
        assert (worse['raised'][-1]['severity'], worse['raised'][-1]['before']) == ('major', 'minor')
        assert topic.patch(await _stands(application, Severity.MAJOR, devices=17)) is None
        assert topic.patch(await _stands(application, Severity.MINOR)) is None
        assert topic.patch(await _stands(application, Severity.MAJOR)) is None
        assert topic.patch(await _clears(application)) == {'waiting': 0}
        application.clock.tick(1)
        told = topic.patch(await _stands(application, Severity.MAJOR))
        assert _texts(told) == ['Noordzijde is degraded', 'Noordzijde is down', 'Noordzijde is down']
        assert told is not None
        assert told['raised'][2]['at'] > told['raised'][1]['at']  # by which a page knows what it has said


async def test_an_alert_that_is_acknowledged_waits_no_more() -> None:
    async with running_application() as application:
        topic = _topic(application)
        topic.patch(await _stands(application, Severity.MAJOR))
        (alert,) = application.fleet[Alert].values()
        await application.alerts.acknowledge(application.actor, alert.id)
        assert topic.patch(News(ids={Alert: {alert.id}})) == {'waiting': 0}


async def test_an_alert_that_stood_before_anybody_looked_is_counted_and_not_announced() -> None:
    async with running_application() as application:
        await _stands(application, Severity.MAJOR)
        topic = _topic(application)
        assert topic.full() == {'waiting': 1, 'raised': []}
        assert topic.patch(await _stands(application, Severity.MAJOR, devices=17)) is None


async def test_who_is_mentioned_in_a_comment_is_told() -> None:
    async with running_application() as application:
        alert = await raised(application)
        ana = await person(application, 'Ana')
        topic = _topic(application)
        assert topic.full()['raised'] == []
        for text in ('nobody is meant', 'look here, @ana'):
            await application.alerts.comment(application.actor, alert.id, text)
        entries = application.store.journal[application.enterprise][-2:]
        told = topic.patch(News(ids={}, entries=entries))
        assert told is not None
        assert [(one['people'], one['by'], one['alert']) for one in told['mentions']] == [([ana.id], 'test', alert.id)]
