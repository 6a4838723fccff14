"""Alert rules over the API: listed, changed under a version, previewed, and refused by the field."""

from domain.access.permissions import Permission
from tests.ui.api.served import Served


async def test_a_rule_is_read_changed_and_is_as_delivered_again(served: Served) -> None:
    program = await served.program()
    listed = await program.get('/alert-rules')
    assert listed['total'] == 24
    rule = next(one for one in listed['items'] if one['rule'] == 'silent-together')
    assert (rule['version'], rule['enabled'], rule['changed_at'], rule['limits']['devices']) == (0, True, None, 5)
    path = f'/alert-rules/{rule["id"]}'
    changed = await program.patch(path, {'limits': {'devices': 10}, 'scope': {'labels': {'site': 'west'}}}, 0)
    assert changed.status_code == 200, changed.text
    assert (changed.json()['limits']['devices'], changed.json()['limits']['crowd']) == (10, 20)
    assert (changed.json()['scope']['labels'], changed.headers['etag']) == ({'site': 'west'}, '"1"')
    stale = await program.patch(path, {'after_s': 5}, 0)
    assert stale.status_code == 412
    by_key = '/alert-rules/silent-together'
    again = await program.patch(by_key, {'limits': {'devices': None}, 'scope': {'labels': {'site': None}}}, 1)
    assert (again.json()['limits']['devices'], again.json()['scope']['labels']) == (5, {})


async def test_what_is_wrong_is_refused_by_the_field(served: Served) -> None:
    program = await served.program()
    for body, field in (
        ({'enabled': False}, 'reason'),
        ({'limits': {'strong_dbm': 5}}, 'limits.strong_dbm'),
        ({'limits': {'kmh': 5}}, 'limits.kmh'),
        ({'scope': {'criticality': 'huge'}}, 'scope.criticality'),
        ({'name': 'x'}, 'name'),
    ):
        answer = await program.patch('/alert-rules/unknown-cell', body, 0)
        assert (answer.status_code, answer.json()['field']) == (422, field)
    assert (await program.patch('/alert-rules/nonsense', {}, 0)).status_code == 404


async def test_the_last_week_is_counted_and_previewed_by_those_who_read(served: Served) -> None:
    program = await served.program(Permission.RULES_READ)
    counted = await program.get('/alert-rules:counts')
    assert {(one['raised'], one['open']) for one in counted['items']} == {(0, 0)}
    seen = await program.post('/alert-rules/unknown-cell/preview', {'enabled': False, 'reason': 'x'})
    assert (seen.json()['raised'], seen.json()['raised_then'], seen.json()['closes']) == (0, 0, 0)
    assert (await program.patch('/alert-rules/unknown-cell', {'after_s': 5}, 0)).status_code == 403
