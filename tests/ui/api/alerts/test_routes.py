from datetime import UTC, datetime

from domain.alerts.model import Alert
from domain.checks.model import CheckResult
from domain.common.severity import Severity
from domain.devices.alerts import CLOCK
from domain.devices.recovery import review_recoveries
from domain.towers.model import Tower
from tests.domain.parts import there
from tests.fakes import RunningApplication
from tests.ui.api.served import Served, furnish


async def recover(application: RunningApplication, tower: str) -> None:
    check = application.fleet[Tower][tower].checks[0].id
    await application.towers.record_check(
        application.enterprise, tower, CheckResult(tower, check, application.clock(), True, 2.0)
    )


async def heard_again(application: RunningApplication, device: str) -> None:
    application.clock.tick(1)
    await application.check_in(device)
    await application.transactor.transact(lambda tx: review_recoveries(tx, application.fleet), application.enterprise)


async def test_an_alert_is_listed_read_and_acknowledged_once(served: Served) -> None:
    program = await served.program()
    owned = await furnish(served.application, served.application.enterprise, 1)
    found = await program.get('/alerts')
    assert [alert['id'] for alert in found['items']] == [owned.alert]
    alert = found['items'][0]
    assert alert['object'] == {'kind': 'tower', 'id': owned.tower, 'name': 'tower-1'}
    assert await program.get(f'/alerts/{owned.alert}') == alert
    seen = await program.post(f'/alerts/{owned.alert}/acknowledge', {'comment': 'crew is on its way'})
    assert (seen.json()['acknowledged_by'], seen.json()['comment']) == ('program', 'crew is on its way')
    assert (await program.post(f'/alerts/{owned.alert}/acknowledge', {})).status_code == 409


async def test_a_cleared_alert_is_history_and_cannot_be_acknowledged(served: Served) -> None:
    program = await served.program()
    owned = await furnish(served.application, served.application.enterprise, 1)
    served.application.clock.tick(74)
    await recover(served.application, owned.tower)
    held = await program.get(f'/alerts/{owned.alert}')
    assert (held['recovery'], held['cleared_at'], held['lasted_s']) == ('up', None, None)
    await heard_again(served.application, owned.device)
    assert (await program.get('/alerts'))['total'] == 0
    closed = await program.get('/alerts', state='closed', object_id=owned.tower, severity='major')
    assert [alert['id'] for alert in closed['items']] == [owned.alert]
    assert closed['items'][0]['cleared_at'] is not None
    told = {name: closed['items'][0][name] for name in ('peak_severity', 'peak_devices', 'lasted_s', 'missing')}
    assert told == {'peak_severity': 'major', 'peak_devices': 1, 'lasted_s': 75.0, 'missing': 0}
    assert (await program.post(f'/alerts/{owned.alert}/acknowledge', {})).status_code == 409


async def test_alerts_are_filtered(served: Served) -> None:
    program = await served.program()
    await furnish(served.application, served.application.enterprise, 1)
    assert (await program.get('/alerts', severity='major', alarm_type='communicationsAlarm'))['total'] == 1
    assert (await program.get('/alerts', severity='warning'))['total'] == 0
    assert (await program.get('/alerts', object_kind='device'))['total'] == 0


async def test_an_acknowledgement_may_be_silent_and_is_given_once(served: Served) -> None:
    program = await served.program()
    owned = await furnish(served.application, served.application.enterprise, 1)
    answer = await program.send('POST', f'/alerts/{owned.alert}/acknowledge')
    assert (answer.status_code, answer.json()['acknowledged_by'], answer.json()['comment']) == (200, 'program', '')
    assert (await program.send('POST', f'/alerts/{owned.alert}/acknowledge')).status_code == 409


async def test_the_history_has_pages_of_all_there_is_and_is_asked_for_a_time(served: Served) -> None:
    application, program, moments = served.application, await served.program(), []
    for number in range(5):
        device = await application.device(f'crane-{number}')
        moments.append(application.clock.tick(60))
        await application.transactor.transact(
            lambda tx, device=device: there(CLOCK.raise_for(tx, device, severity=Severity.MAJOR))  # type: ignore[misc]
        )
        application.clock.tick(5)
        if number < 4:
            await application.transactor.transact(lambda tx, device=device: CLOCK.clear_for(tx, device))  # type: ignore[misc]
    names, cursor = [], None
    while True:
        found = await program.get('/alerts', state='closed', limit=3, **({'cursor': cursor} if cursor else {}))
        names += [alert['object']['name'] for alert in found['items']]
        if (cursor := found['next']) is None:
            break
    assert names == ['crane-3', 'crane-2', 'crane-1', 'crane-0']
    since, until = (datetime.fromtimestamp(moments[number] + 1, UTC).isoformat() for number in (1, 2))
    found = await program.get('/alerts', state='all', since=since, until=until)
    assert [alert['object']['name'] for alert in found['items']] == ['crane-2', 'crane-1']
    found = await program.get('/alerts', q='CRANE-4')
    assert ([alert['lasted_s'] for alert in found['items']], found['total']) == ([None], 1)
    assert (await program.send('GET', '/alerts', params={'since': 'yesterday'})).status_code == 422
    assert (await program.send('GET', '/alerts', params={'state': 'closed', 'cursor': 'x'})).status_code == 422


async def test_a_rise_sets_the_acknowledgement_back_and_keeps_whose_it_was(served: Served) -> None:
    application, program = served.application, await served.program()
    device = await application.device()

    async def raised(severity: Severity) -> Alert:
        return await application.transactor.transact(lambda tx: there(CLOCK.raise_for(tx, device, severity=severity)))

    alert = await raised(Severity.MINOR)
    seen = await program.post(f'/alerts/{alert.id}/acknowledge', {'comment': 'later'})
    assert seen.json()['ack_state'] == 'acknowledged'
    await raised(Severity.CRITICAL)
    now = await program.get(f'/alerts/{alert.id}')
    assert (now['ack_state'], now['acknowledged_by'], now['comment']) == ('unacknowledged', None, '')
    (former,) = now['acknowledgements']
    assert (former['by'], former['severity'], former['comment']) == ('program', 'minor', 'later')
    assert (await program.post(f'/alerts/{alert.id}/acknowledge', {})).status_code == 200


async def test_what_was_read_before_another_change_is_refused_and_what_is_sent_again_is_done_once(
    served: Served,
) -> None:
    program = await served.program()
    owned = await furnish(served.application, served.application.enterprise, 1)
    path, headers = f'/alerts/{owned.alert}', {'Idempotency-Key': 'press-1', 'If-Match': '"1"'}
    assert (await program.post(f'{path}/comments', {'text': 'look here'})).json()['version'] == 2
    stale = await program.post(f'{path}/acknowledge', {}, headers=headers)
    assert (stale.status_code, stale.json()['title']) == (412, 'Changed meanwhile')
    headers['If-Match'] = stale_tag = (await program.send('GET', path)).headers['etag']
    for _ in range(2):  # the answer to the first was lost on its way
        seen = await program.post(f'{path}/acknowledge', {'comment': 'crew'}, headers=headers)
        assert (seen.status_code, seen.json()['version'], seen.headers['etag']) == (200, 3, '"3"')
    assert stale_tag.startswith('"2')
    assert (await program.post(f'{path}/unacknowledge', None)).json()['ack_state'] == 'unacknowledged'
    assert [one['text'] for one in (await program.get(path))['comments']] == ['look here']


async def test_the_alert_of_an_own_rule_names_its_rule_its_expression_and_what_it_read(served: Served) -> None:
    program = await served.program()
    application = served.application
    await application.device()
    rule = await program.post('/own-alert-rules', {'name': 'Never came', 'expression': 'never_seen >= 1'})
    await application.own_rules.review(application.enterprise)
    (alert,) = (await program.get('/alerts'))['items']
    assert alert['condition'] == {
        'rule_id': rule.json()['id'],
        'name': 'Never came',
        'expression': 'never_seen >= 1',
        'for_s': 0.0,
        'values': 'never_seen 1',
    }
