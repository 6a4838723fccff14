"""Across tasks of TMF642 and its hub: a listener hears that a task was given and that it is done, as the task can be read."""

import json
from typing import Any

import pytest

from domain.alerts.announcements import News
from domain.alerts.model import Alert
from domain.channels.kinds.kind import HttpMessage
from domain.channels.model import Answered, Channel, Delivery, Outcome
from domain.towers.model import Tower
from tests.domain.test_root_cause import clock
from tests.domain.towers.test_service import answer
from tests.ui.api.alarm_tasks.test_routes import WHO, given
from tests.ui.api.alarms.standard import misfits
from tests.ui.api.alarms.test_routes import outage
from tests.ui.api.served import Served

CALLBACK = 'https://nms.example.com/listener'
OF_TASKS = (News.TASK_CREATED, News.TASK_CHANGED)


async def events(served: Served) -> list[dict[str, Any]]:
    """What listeners are sent of tasks, in the order in which it is sent; they take all that is due."""
    found = []
    while due := list(served.application.telling.due({})):
        for one in due:
            message = served.application.telling.write(one)
            if one.delivery.announcement.news in OF_TASKS and isinstance(message, HttpMessage):
                found.append(json.loads(message.body))
            await served.application.telling.record(one, Answered(outcome=Outcome.DELIVERED, said='HTTP 204'), 0.01)
    return found


@pytest.mark.parametrize('kind', ['ackAlarms', 'unAckAlarms', 'commentAlarms', 'groupAlarms', 'unGroupAlarms'])
async def test_a_listener_hears_that_a_task_was_given_and_is_done(served: Served, kind: str) -> None:
    program = await served.program()
    await program.post('/tmf642/hub', {'callback': CALLBACK})
    root, children = await outage(served.application)
    meant = [{'id': one} for one in children[:2]]
    if kind == 'unAckAlarms':
        await served.application.alerts.acknowledge(served.application.actor, children[0], '')
        await served.application.alerts.acknowledge(served.application.actor, children[1], '')
    body: dict[str, Any] = {**WHO, 'alarmPattern': meant}
    if kind == 'commentAlarms':
        body = {'comment': {'comment': 'a crew left', 'userId': 'jsmit', 'systemId': 'umbrella'}, 'alarmPattern': meant}
    elif kind in ('groupAlarms', 'unGroupAlarms'):
        parent = root if kind == 'unGroupAlarms' else children[1]
        body = {'sourceSystemId': 'umbrella', 'parentAlarm': {'id': parent}, 'correlatedAlarm': meant[:1]}
    task = await given(program, kind, body)
    created, done = await events(served)
    assert (created['eventType'], done['eventType']) == (
        f'{task["@type"]}CreateEvent',
        f'{task["@type"]}StateChangeEvent',
    )
    for event in (created, done):
        assert misfits(f'{task["@type"]}Event', event) == []
        assert event['event'] == {kind: task}, 'as it can be read'
        assert event['correlationId'] == task['id']
    assert created['eventId'] != done['eventId']


async def test_a_clearing_is_told_as_well(served: Served) -> None:
    program, application = await served.program(), served.application
    await program.post('/tmf642/hub', {'callback': CALLBACK})
    root, _ = await outage(application)
    for tower in {row.object_id for row in application.fleet[Alert].values()}:
        await answer(application, application.fleet[Tower][tower], True)
    await clock(application, 300)
    await clock(application, 2)
    task = await given(program, 'clearAlarms', {'clearUserId': 'jsmit', 'alarmPattern': [{'id': root}]})
    created, done = await events(served)
    assert (created['eventType'], done['eventType']) == ('ClearAlarmsCreateEvent', 'ClearAlarmsStateChangeEvent')
    assert done['event'] == {'clearAlarms': task}


async def test_what_a_task_was_refused_for_stands_in_its_events(served: Served) -> None:
    program = await served.program()
    await program.post('/tmf642/hub', {'callback': CALLBACK})
    root, children = await outage(served.application)
    await served.application.alerts.acknowledge(served.application.actor, root, '')
    task = await given(program, 'ackAlarms', {**WHO, 'alarmPattern': [{'id': root}, {'id': children[0]}]})
    (_, done) = await events(served)
    assert done['event']['ackAlarms'] == task
    assert done['event']['ackAlarms']['state'] == 'terminatedWithError'


async def test_a_listener_with_a_query_hears_of_tasks_with_an_alarm_that_it_was_told(served: Served) -> None:
    program, application = await served.program(), served.application
    await program.post('/tmf642/hub', {'callback': CALLBACK, 'query': 'perceivedSeverity=critical'})
    root, _ = await outage(application)
    told = {one.alert for one in application.store.rows.get(Delivery, {}).values()}
    await given(program, 'commentAlarms', {'comment': {'comment': 'x'}, 'alarmPattern': [{'id': root}]})
    assert bool(await events(served)) is (root in told)
    (channel,) = application.fleet[Channel].values()
    await program.post('/tmf642/hub', {'callback': f'{CALLBACK}/all'})
    await given(program, 'commentAlarms', {'comment': {'comment': 'y'}, 'alarmPattern': [{'id': root}]})
    kept = application.store.rows[Delivery].values()
    heard = {one.channel for one in kept if one.announcement.news in OF_TASKS}
    assert heard - {channel.id}, 'one without a query hears of all'


async def test_people_are_told_nothing_of_tasks_and_a_task_that_is_repeated_is_told_once(served: Served) -> None:
    program = await served.program()
    await program.post('/channels', {'name': 'x', 'kind': 'webhook', 'settings': {'url': CALLBACK}})
    root, _ = await outage(served.application)
    body = {'comment': {'comment': 'once'}, 'alarmPattern': [{'id': root}]}
    await given(program, 'commentAlarms', body, **{'idempotency-key': 'k1'})
    assert await events(served) == []
    await program.post('/tmf642/hub', {'callback': f'{CALLBACK}/2'})
    await given(program, 'commentAlarms', body, **{'idempotency-key': 'k1'})
    assert await events(served) == []
    assert served.application.fleet[Alert][root].is_open


async def test_an_event_that_no_listener_takes_is_told_on_no_other_channel(served: Served) -> None:
    program, application = await served.program(), served.application
    await program.post('/tmf642/hub', {'callback': CALLBACK})
    root, _ = await outage(application)
    await given(program, 'commentAlarms', {'comment': {'comment': 'x'}, 'alarmPattern': [{'id': root}]})
    alerts = set(application.fleet[Alert])
    for one in list(application.telling.due({})):
        if one.delivery.announcement.news in OF_TASKS:
            await application.telling.record(one, Answered(outcome=Outcome.REFUSED, said='HTTP 400', code=400), 0.01)
    assert set(application.fleet[Alert]) == alerts
