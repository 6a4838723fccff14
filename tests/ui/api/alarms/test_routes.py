"""Alerts in TMF642's own shape: names, filters, fields, pages."""

from tests.domain.test_root_cause import alert_of, clock, hub_and_masts
from tests.domain.towers.test_service import answer
from tests.fakes import RunningApplication
from tests.ui.api.alarms.standard import misfits
from tests.ui.api.served import Served
from ui.api.alarms.schemas import ALARM, HREF


async def outage(application: RunningApplication) -> tuple[str, list[str]]:
    """A hub and three masts behind it are out; the ids of their alerts."""
    hub, masts, _ = await hub_and_masts(application, 3)
    await answer(application, hub, False, False, False)
    for mast in masts:
        await answer(application, mast, False)
    await clock(application, 10)
    return alert_of(application, hub).id, sorted(alert_of(application, mast).id for mast in masts)


async def test_an_alarm_has_the_names_of_tmf642_and_tells_what_hangs_on_it(served: Served) -> None:
    program = await served.program()
    root, children = await outage(served.application)
    found = await program.get(f'/tmf642/alarm/{root}')
    assert found.keys() == ALARM.example.keys()
    assert misfits('Alarm', found) == []
    assert (found['@type'], found['isRootCause'], found['parentAlarm']) == ('Alarm', True, [])
    assert (found['perceivedSeverity'], found['ackState'], found['specificProblem']) == (
        'major',
        'unacknowledged',
        'Hub is down',
    )
    assert sorted(one['id'] for one in found['correlatedAlarm']) == children
    child = await program.get(f'/tmf642/alarm/{children[0]}')
    assert child['parentAlarm'] == [{'id': root, 'href': f'{HREF}/{root}', '@type': 'AlarmRef'}]
    assert 'alarmReportingTime' not in child, 'people were not told of it, and the standard knows no null'


async def test_filters_fields_and_pages_are_those_of_tmf630(served: Served) -> None:
    program = await served.program()
    root, children = await outage(served.application)
    assert [one['id'] for one in await program.get('/tmf642/alarm', isRootCause='true')] == [root]
    below = await program.get('/tmf642/alarm', **{'parentAlarm.id': root})
    assert sorted(one['id'] for one in below) == children
    assert await program.get('/tmf642/alarm', perceivedSeverity='major', fields='specificProblem') == [
        {'id': root, 'href': f'{HREF}/{root}', 'specificProblem': 'Hub is down'}
    ]
    part = await program.send('GET', '/tmf642/alarm?offset=1&limit=2')
    assert (part.status_code, part.headers['x-total-count'], part.headers['x-result-count']) == (206, '4', '2')
    for asked in ('fields=colour', 'state=lost', 'alarmType=loud'):
        refused = await program.send('GET', f'/tmf642/alarm?{asked}')
        assert refused.status_code == 422, asked
    assert (await program.send('GET', '/tmf642/alarm/nothing')).status_code == 404


async def test_what_is_over_is_asked_for_by_its_state_and_keeps_its_worst_and_what_hung_on_it(served: Served) -> None:
    program, application = await served.program(), served.application
    hub, masts, _ = await hub_and_masts(application, 2)
    for one, tries in ((hub, 3), *((mast, 1) for mast in masts)):
        await answer(application, one, *[False] * tries)
    await clock(application, 10)
    for one in (hub, *masts):
        await answer(application, one, True)
    await clock(application, 300)
    await clock(application, 2)
    assert await program.get('/tmf642/alarm') == []
    (root,) = await program.get('/tmf642/alarm', state='cleared', isRootCause='true')
    assert (root['state'], root['perceivedSeverity'], root['peakSeverity']) == ('cleared', 'cleared', 'major')
    assert (root['correlatedCount'], root['peakAffectedDevices'], root['missingDevices']) == (2, 2, 2)
    assert len((await program.get(f'/tmf642/alarm/{root["id"]}'))['correlatedAlarm']) == 2


async def test_a_program_acknowledges_comments_and_takes_it_back(served: Served) -> None:
    program = await served.program()
    root, _ = await outage(served.application)
    update = {'ackState': 'acknowledged', 'comment': [{'comment': 'a crew is on its way'}, {'comment': 'two hours'}]}
    done = await program.send('PATCH', f'/tmf642/alarm/{root}', json=update)
    assert done.status_code == 200, done.text
    found = done.json()
    assert (found['ackState'], found['ackSystemId']) == ('acknowledged', 'cellwarden')
    assert [one['comment'] for one in found['comment']] == ['a crew is on its way', 'two hours']
    again = await program.send('PATCH', f'/tmf642/alarm/{root}', json={'ackState': 'acknowledged'})
    assert (again.status_code, again.json()['ackUserId']) == (200, found['ackUserId'])
    back = await program.send('PATCH', f'/tmf642/alarm/{root}', json={'ackState': 'unacknowledged'})
    assert back.json()['ackState'] == 'unacknowledged'


async def test_what_follows_from_the_network_cannot_be_changed(served: Served) -> None:
    program = await served.program()
    root, _ = await outage(served.application)
    refused = await program.send('PATCH', f'/tmf642/alarm/{root}', json={'perceivedSeverity': 'minor'})
    assert (refused.status_code, refused.json()['field']) == (422, 'perceivedSeverity')


async def test_an_update_may_say_whom_it_is_for_as_the_standard_has_it(served: Served) -> None:
    program = await served.program()
    root, _ = await outage(served.application)
    said = {
        'comment': 'seen',
        'userId': 'jsmit',
        'systemId': 'umbrella',
        'time': '2027-01-15T08:00:00Z',
        '@type': 'Comment',
    }
    update = {
        '@type': 'Alarm',
        'ackState': 'acknowledged',
        'ackUserId': 'jsmit',
        'ackSystemId': 'umbrella',
        'comment': [said],
    }
    done = (await program.send('PATCH', f'/tmf642/alarm/{root}', json=update)).json()
    assert misfits('Alarm', done) == []
    assert 'jsmit at umbrella' in done['comment'][0]['comment']
    assert done['ackUserId'] == (await program.get(f'/alerts/{root}'))['acknowledged_by'], 'who asked, not who is named'


async def test_more_attributes_are_filters(served: Served) -> None:
    program = await served.program()
    root, children = await outage(served.application)
    await program.post(f'/alerts/{root}/acknowledge', {})

    async def found(**asked: str) -> list[str]:
        return sorted(one['id'] for one in await program.get('/tmf642/alarm', **asked))

    assert await found(ackState='acknowledged') == [root]
    assert await found(ackState='unacknowledged') == children
    assert len(await found(ackState='unacknowledged,acknowledged')) == 4
    assert len(await found(alarmedObjectType='tower')) == 4
    assert await found(alarmedObjectType='device') == []
    cause = (await program.get(f'/tmf642/alarm/{root}'))['probableCause']
    assert root in await found(probableCause=cause)
    for asked in ('ackState=perhaps', 'probableCause=rain', 'ackState=acknowledged&state=cleared'):
        assert (await program.send('GET', f'/tmf642/alarm?{asked}')).status_code == 422, asked


async def test_a_refusal_is_an_error_of_the_standard_too(served: Served) -> None:
    program = await served.program()
    for path, status in (
        ('/tmf642/alarm/nothing', 404),
        ('/tmf642/alarm?state=lost', 422),
        ('/tmf642/alarm?limit=x', 422),
    ):
        refused = await program.send('GET', path)
        assert refused.status_code == status
        said = refused.json()
        assert misfits('Error', {name: said[name] for name in ('code', 'reason')}) == []
        assert (said['reason'], said['type']) == (said['detail'], f'urn:cellwarden:problem:{said["code"]}')
    assert 'code' not in (await program.send('GET', '/alerts/nothing')).json()
