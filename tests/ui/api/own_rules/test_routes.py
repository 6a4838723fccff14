"""Own alert rules by the API: written, previewed, changed, removed; refusals name their field."""

from domain.alerts.model import Alert
from tests.ui.api.served import Served

NEW = {'name': 'Nobody came', 'expression': 'never_seen > 0', 'severity': 'major', 'text': 'Ask them'}


async def test_a_rule_is_written_previewed_changed_and_removed(served: Served) -> None:
    program, application = await served.program(), served.application
    made = await program.post('/own-alert-rules', NEW)
    assert made.status_code == 201, made.text
    rule = made.json()
    path = f'/own-alert-rules/{rule["id"]}'
    await application.device('crane')
    await application.own_rules.review(application.enterprise)
    (alert,) = application.fleet[Alert].values()
    assert (await program.get(path))['alert_id'] == alert.id
    found = (await program.post('/own-alert-rules:preview', NEW)).json()
    assert (found['now'], found['values'], found['steps']) == (True, 'never_seen 1', 0)
    later = await program.patch(path, {'for_s': 600}, rule['version'])
    assert (later.json()['for_s'], later.json()['alert_id']) == (600, None)
    assert [one['name'] for one in (await program.get('/own-alert-rules'))['items']] == ['Nobody came']
    assert (await program.delete(path, later.json()['version'])).status_code == 204
    assert (await program.get('/own-alert-rules'))['items'] == []


async def test_what_can_never_be_meant_is_refused(served: Served) -> None:
    program = await served.program()
    for expression in ('offline < 0', 'ofline > 1', 'offline', 'offline > "x"'):
        refused = await program.post('/own-alert-rules', {**NEW, 'expression': expression})
        assert (refused.status_code, refused.json()['field']) == (422, 'expression'), expression


async def test_what_can_be_counted_is_listed(served: Served) -> None:
    program = await served.program()
    names = {one['id'] for one in (await program.get('/own-alert-rules:counters'))['items']}
    assert {'offline', 'towers_down', 'unknown_cells', 'offline_percent'} <= names
