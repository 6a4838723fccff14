"""The hub of TMF642: a callback is registered, read and ended, and what it is told are events of the standard."""

import json
from ipaddress import ip_network

from domain.alerts.announcements import News
from domain.alerts.model import Alert
from domain.channels.kinds.kind import Dispatch, HttpMessage, Message
from domain.channels.kinds.tmf642 import KIND
from domain.channels.model import Channel, Delivery
from domain.common.severity import Severity
from jobs.notifications.http import HttpTransport
from jobs.notifications.sender import Sender, Transport
from jobs.polling.addresses import Targets
from tests.domain.channels.channels import outage, over
from tests.jobs.notifications.receiver import receiving
from tests.ui.api.alarms.standard import misfits
from tests.ui.api.served import Served

CALLBACK = 'https://nms.example.com/listener'


async def test_a_callback_is_registered_read_and_ended(served: Served) -> None:
    program = await served.program()
    made = await program.post('/tmf642/hub', {'callback': CALLBACK, 'query': 'perceivedSeverity=critical,major'})
    assert made.status_code == 201, made.text
    found = made.json()
    assert misfits('EventSubscription', found) == []
    assert made.headers['location'] == found['href']
    assert (found['callback'], found['query']) == (CALLBACK, 'perceivedSeverity=critical,major')
    (channel,) = served.application.fleet[Channel].values()
    assert (channel.kind, channel.least_severity) == ('tmf642', Severity.MAJOR)
    assert await program.get(f'/tmf642/hub/{found["id"]}') == found
    assert (await program.send('DELETE', f'/tmf642/hub/{found["id"]}')).status_code == 204
    assert (await program.send('GET', f'/tmf642/hub/{found["id"]}')).status_code == 404


async def test_what_cannot_be_asked_for_is_refused_by_its_name(served: Served) -> None:
    program = await served.program()
    for body, field in (
        ({'callback': 'ftp://example.com'}, 'callback'),
        ({'callback': CALLBACK, 'query': 'alarmType=x'}, 'query'),
        ({'callback': CALLBACK, 'query': 'perceivedSeverity=minor'}, 'query'),
        ({'callback': CALLBACK, 'query': 'perceivedSeverity'}, 'query'),
    ):
        refused = await program.post('/tmf642/hub', body)
        assert (refused.status_code, refused.json()['field']) == (422, field), body
    assert not served.application.fleet[Channel]


async def test_another_channel_is_no_registration(served: Served) -> None:
    program = await served.program()
    hook = {'name': 'x', 'kind': 'webhook', 'settings': {'url': CALLBACK}}
    id = (await program.post('/channels', hook)).json()['channel']['id']
    assert (await program.send('GET', f'/tmf642/hub/{id}')).status_code == 404
    assert (await program.send('DELETE', f'/tmf642/hub/{id}')).status_code == 404


async def test_a_listener_hears_of_what_people_do_with_an_alarm(served: Served) -> None:
    application, program = served.application, await served.program()
    await program.post('/tmf642/hub', {'callback': CALLBACK})
    await program.post('/channels', {'name': 'x', 'kind': 'webhook', 'settings': {'url': CALLBACK}})
    await outage(application)
    (id,) = application.fleet[Alert]
    await application.alerts.acknowledge(application.actor, id, 'I see to it')
    await application.alerts.comment(application.actor, id, 'a fuse')
    await application.alerts.unacknowledge(application.actor, id)
    kinds = {one.id: one.kind for one in application.fleet[Channel].values()}
    sent = [one for one in application.store.rows[Delivery].values() if one.announcement.news is News.CHANGED]
    assert {kinds[one.channel] for one in sent} == {'tmf642'}, 'people are told nothing'
    alarms = []
    for one in sent:
        message = KIND.write(Dispatch(key=one.id, announcement=one.announcement, settings={'url': CALLBACK}, now=0.0))
        assert isinstance(message, HttpMessage)
        event = json.loads(message.body)
        assert event['eventType'] == 'AlarmAttributeValueChangeEvent'
        assert misfits('AlarmEvent', event) == []
        alarms.append(event['event']['alarm'])
    name = application.actor.name
    assert [(one['ackState'], one.get('ackUserId')) for one in alarms] == [
        ('acknowledged', name),
        ('acknowledged', name),
        ('unacknowledged', None),
    ]
    assert [[said['comment'] for said in one['comment']] for one in alarms] == [['I see to it'], ['a fuse'], []]
    assert {one['state'] for one in alarms} == {'updated'}


async def test_a_listener_gets_the_events_of_an_alarm_in_their_order(served: Served) -> None:
    application, program = served.application, await served.program()
    targets = Targets(allow=(ip_network('127.0.0.0/8'),), threads=2)
    http = HttpTransport(targets=targets, clock=application.clock)
    transports: dict[type[Message], Transport] = {HttpMessage: http}
    sender = Sender(transactor=application.transactor, telling=application.telling, transports=transports)
    async with receiving() as receiver:
        await program.post('/tmf642/hub', {'callback': receiver.url})
        sender.open()
        try:
            for count, act in enumerate(
                (outage(application), outage(application, 'one', Severity.CRITICAL), over(application)), 1
            ):
                application.clock.tick(1)
                await act
                await sender.tick()
                await receiver.until(count)
        finally:
            await sender.close()
    got = [one.json for one in receiver.got]
    assert [misfits('AlarmEvent', one) for one in got] == [[], [], []]
    assert [one['eventType'] for one in got] == [
        'AlarmCreateEvent',
        'AlarmAttributeValueChangeEvent',
        'AlarmStateChangeEvent',
    ]
    assert [one['event']['alarm']['perceivedSeverity'] for one in got] == ['major', 'critical', 'cleared']
    assert [one['event']['alarm']['state'] for one in got] == ['raised', 'updated', 'cleared']
    assert got[-1]['event']['alarm']['peakSeverity'] == 'critical'
    assert len({one['correlationId'] for one in got}) == 1
    assert {one['eventId'] for one in got} == set(application.store.rows[Delivery])
