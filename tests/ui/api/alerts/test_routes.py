from domain.checks.model import CheckResult
from domain.towers.model import Tower
from tests.fakes import RunningApplication
from tests.ui.api.served import Served, furnish


async def recover(application: RunningApplication, tower: str) -> None:
    check = application.fleet[Tower][tower].checks[0].id
    await application.towers.record_check(
        application.enterprise, tower, CheckResult(tower, check, application.clock(), True, 2.0)
    )


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
    await recover(served.application, owned.tower)
    assert (await program.get('/alerts'))['total'] == 0
    closed = await program.get('/alerts', state='closed', object_id=owned.tower, severity='major')
    assert [alert['id'] for alert in closed['items']] == [owned.alert]
    assert closed['items'][0]['cleared_at'] is not None
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
