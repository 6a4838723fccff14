"""Own alert rules by the API: written, previewed, changed, removed; refusals name their field."""

from domain.alerts.model import Alert
from domain.devices.facts import Battery, Facts
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


FACTS = {'name': 'Low', 'expression': 'device.battery.level < 10', 'over': 'facts', 'severity': 'major'}


async def test_a_rule_over_facts_is_asked_of_each_device(served: Served) -> None:
    program, application = await served.program(), served.application
    crane = await application.device('crane')
    await application.device('silent')
    await application.check_in(crane.id, facts=Facts(battery=Battery(4)))
    found = (await program.post('/own-alert-rules:preview', FACTS)).json()
    assert (found['now'], found['devices'], found['holds'], found['unknown']) == (True, 2, 1, 1)
    assert found['values'] == 'true of 1 of 2 devices: crane (battery.level 4); not known of 1'
    assert found['unanswered'][0].startswith('What devices reported before is not kept')
    made = await program.post('/own-alert-rules', FACTS)
    assert made.status_code == 201, made.text
    await application.own_rules.review(application.enterprise)
    shown = await program.get(f'/own-alert-rules/{made.json()["id"]}')
    assert (shown['holding'], shown['waiting'], shown['at_least'], shown['each']) == (1, 0, 1, False)
    (alert,) = application.fleet[Alert].values()
    assert (shown['alert_id'], alert.detail) == (alert.id, '1 device: crane (battery.level 4)')


async def test_what_a_rule_over_facts_cannot_mean_is_refused(served: Served) -> None:
    program = await served.program()
    for more, field, words in (
        ({'expression': 'device.battery.level > 100'}, 'expression', '100'),
        ({'expression': 'device.batery.level > 10'}, 'expression', 'did you mean'),
        ({'expression': 'device.kind == "boat"'}, 'expression', 'never'),
        ({'expression': 'true'}, 'expression', 'names no fact'),
        ({'expression': 'offline > 3'}, 'expression', ''),
        ({'each': True, 'at_least': 3}, 'at_least', 'must be 1'),
        ({'at_least': 0}, 'at_least', 'must be 1 to'),
        ({'over': 'counters', 'expression': 'offline > 3', 'each': True}, 'each', 'facts of devices'),
    ):
        refused = await program.post('/own-alert-rules', {**FACTS, **more})
        assert (refused.status_code, refused.json()['field']) == (422, field), (more, refused.text)
        assert words in refused.json()['detail'], refused.text
