"""Policies and violations by the API."""

import pytest

from domain.policies.input import NewPolicy
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.rules.language import Rule
from tests.ui.api.served import Served, check_in

NEW = {
    'name': 'Disk encryption on',
    'rule': 'device.storage.encrypted',
    'severity': 'major',
    'selector': {'kinds': ['tablet'], 'labels': {'site': 'a'}},
    'mode': 'audit',
    'grace_s': 60,
}


async def test_a_policy_is_saved_and_says_what_it_finds(served: Served) -> None:
    program = await served.program()
    for name, encrypted in (('good', True), ('bad', False)):
        _, caller = await served.device(name, labels={'site': 'a'})
        await caller.post('/checkins', check_in(1, facts={'storage': {'encrypted': encrypted}}))
    _, silent = await served.device('silent', labels={'site': 'a'})
    await silent.post('/checkins', check_in(1))
    answer = await program.post('/policies', NEW)
    assert (answer.status_code, answer.headers['etag']) == (201, '"1"')
    policy = answer.json()
    assert policy['devices'] == {'compliant': 1, 'violating': 1, 'excused': 0, 'unknown': 1, 'not_applicable': 0}
    assert policy['selector'] == {'kinds': ['tablet'], 'labels': {'site': 'a'}}
    assert await program.get(f'/policies/{policy["id"]}') == policy
    assert (await program.get('/policies', mode='audit'))['items'] == [policy]
    assert (await program.get('/policies', mode='enforce'))['items'] == []


async def test_a_broken_rule_is_refused_with_line_and_column(served: Served) -> None:
    program = await served.program()
    for path, body in (
        ('/policies:check', {'rule': 'true &&\n device.os.nmae == ""'}),
        ('/policies', {**NEW, 'rule': 'true &&\n device.os.nmae == ""'}),
    ):
        answer = await program.post(path, body)
        assert answer.status_code == 422
        problem = answer.json()
        assert (problem['field'], problem['line'], problem['column']) == ('rule', 2, 2)
        assert 'did you mean device.os.name?' in problem['detail']


async def test_a_sound_rule_is_told_what_it_reads(served: Served) -> None:
    program = await served.program()
    answer = await program.post('/policies:check', {'rule': 'device.os.patch_age_days <= 60'})
    assert answer.json() == {'ok': True, 'fields': ['device.os.patch_age_days'], 'timed': True}


async def test_a_preview_tells_whom_it_would_hit_and_changes_nothing(served: Served) -> None:
    program = await served.program()
    _, caller = await served.device('bad')
    await caller.post('/checkins', check_in(1, facts={'storage': {'encrypted': False}}))
    found = await program.post('/policies:preview', {'rule': 'device.storage.encrypted', 'mode': 'enforce'})
    assert found.json() == {
        'selected': 1,
        'asked': 1,
        'devices': {'compliant': 0, 'violating': 1, 'excused': 0, 'unknown': 0, 'not_applicable': 0},
        'towers': {'no known tower': 1},
        'examples': ['bad'],
        'commands': 1,
        'warning': None,
    }
    assert (await program.get('/policies'))['total'] == 0
    assert (await program.get('/violations'))['total'] == 0


async def test_a_preview_warns_when_all_devices_get_one_answer(served: Served) -> None:
    program = await served.program()
    for name in ('a', 'b'):
        await (await served.device(name))[1].post('/checkins', check_in(1, radio={'rat': 'LTE'}))
    found = (await program.post('/policies:preview', {'rule': 'device.radio.rat != "GSM"'})).json()
    assert found['warning'].startswith('All 2 devices get one answer, compliant')


@pytest.mark.parametrize('path', ['/policies', '/policies:check', '/policies:preview'])
@pytest.mark.parametrize(
    ('rule', 'column', 'words'),
    [
        ('device.os.version >= "12"', 19, 'write version(device.os.version) >= version("12")'),
        ('device.radio.rat != "2G"', 21, '"GSM", "UMTS", "LTE", "LTE-M", "NB-IoT" or "NR"'),
        ('device.radio.plmn == "20408"', 22, 'did you mean "204-08"?'),
    ],
)
async def test_what_cannot_be_compared_is_refused_with_the_choices(
    served: Served, path: str, rule: str, column: int, words: str
) -> None:
    program = await served.program()
    answer = await program.post(path, {'rule': rule, **({'name': 'x'} if path == '/policies' else {})})
    problem = answer.json()
    assert (answer.status_code, problem['field'], problem['line'], problem['column']) == (422, 'rule', 1, column)
    assert words in problem['detail']


async def test_a_policy_of_an_earlier_version_is_shown_as_doubtful(served: Served) -> None:
    application, program = served.application, await served.program()
    sound = (await program.post('/policies', NEW)).json()
    assert sound['doubtful'] is None
    old = Policy(
        id='old',
        enterprise=application.enterprise,
        name='Old',
        rule='device.os.version >= "12"',
        created_at=0.0,
        changed_at=0.0,
    )
    await application.transactor.transact(lambda tx: tx.put(old))
    assert (await program.get('/policies/old'))['doubtful'].startswith('line 1, column 19: >= compares versions')
    assert [one['id'] for one in (await program.get('/policies', doubtful='true'))['items']] == ['old']
    assert [one['id'] for one in (await program.get('/policies', doubtful='false'))['items']] == [sound['id']]
    assert (await program.patch('/policies/old', {'name': 'Older'}, 1)).json()['name'] == 'Older'


async def test_a_custom_value_of_another_kind_is_no_violation(served: Served) -> None:
    program = await served.program()
    device, caller = await served.device('boat')
    await program.post(
        '/policies', {'name': 'Secure boot', 'rule': 'device.custom.secure_boot == true', 'severity': 'major'}
    )
    await caller.post('/checkins', check_in(1, facts={'custom': {'secure_boot': 'true'}}))
    verdict = (await program.get(f'/devices/{device}'))['verdicts'][0]
    assert (verdict['status'], verdict['reason']) == (
        'unknown',
        'device.custom.secure_boot is reported as text, not as true or false',
    )
    assert (await program.get('/violations'))['total'] == 0


async def test_a_policy_is_changed_by_a_merge_patch_of_the_version_that_was_read(served: Served) -> None:
    program = await served.program()
    policy = (await program.post('/policies', NEW)).json()
    path = f'/policies/{policy["id"]}'
    changed = await program.patch(path, {'mode': 'enforce', 'selector': {'labels': {'site': None}}}, 1)
    assert (changed.json()['mode'], changed.json()['selector'], changed.json()['rule']) == (
        'enforce',
        {'kinds': ['tablet'], 'labels': {}},
        NEW['rule'],
    )
    assert (await program.patch(path, {'mode': 'audit'}, 1)).status_code == 412
    assert (await program.patch(path, {'mode': 'audit'}, None)).status_code == 428
    assert (await program.patch(path, {'devices': {}}, 2)).json()['field'] == 'devices'


async def test_a_retired_policy_ends_its_violations(served: Served) -> None:
    program = await served.program()
    device, caller = await served.device(labels={'site': 'a'})
    await caller.post('/checkins', check_in(1, facts={'storage': {'encrypted': False}}))
    policy = (await program.post('/policies', NEW)).json()
    assert (await program.get('/violations', policy=policy['id']))['total'] == 1
    assert (await program.delete(f'/policies/{policy["id"]}', 1)).status_code == 204
    assert (await program.get('/violations'))['total'] == 0
    closed = (await program.get('/violations', state='closed', device=device))['items'][0]
    assert closed['cleared_at'] is not None
    assert closed['policy'] == {'id': policy['id'], 'name': None}
    assert (await program.send('GET', f'/policies/{policy["id"]}')).status_code == 404


async def test_two_policies_do_not_share_a_name(served: Served) -> None:
    program = await served.program()
    await program.post('/policies', NEW)
    answer = await program.post('/policies', {**NEW, 'name': NEW['name'].upper()})  # type: ignore[attr-defined]
    assert (answer.status_code, answer.json()['field']) == (409, 'name')


async def test_a_policy_whose_rule_took_too_long_tells_its_trouble(served: Served) -> None:
    application, program = served.application, await served.program()
    policy = await application.policies.add(
        application.actor, NewPolicy(name='Slow', rule='device.os.name == "Android"')
    )
    assert (await program.get(f'/policies/{policy.id}'))['trouble'] is None
    rule = application.book.rule(application.fleet, policy)
    assert isinstance(rule, Rule)
    rule.suspend()
    await application.reevaluator.background(application.enterprise)
    assert 'took too long' in (await program.get(f'/policies/{policy.id}'))['trouble']


ENCRYPTED = {'storage': {'encrypted': True}}
PLAIN = {'storage': {'encrypted': False}}


async def test_open_violations_are_listed_and_cleared_ones_on_request(served: Served) -> None:
    program = await served.program()
    application = served.application
    policy = await application.policies.add(
        application.actor, NewPolicy(name='Encrypted', rule='device.storage.encrypted')
    )
    callers = [await served.device(name) for name in ('a', 'b', 'c')]
    for _, caller in callers:
        await caller.post('/checkins', check_in(1, facts=PLAIN))
    await callers[0][1].post('/checkins', check_in(2, facts=ENCRYPTED))
    found = await program.get('/violations')
    assert ({item['device']['name'] for item in found['items']}, found['total']) == ({'b', 'c'}, 2)
    assert found['items'][0]['evidence'] == {'device.storage.encrypted': False}
    assert found['items'][0]['policy'] == {'id': policy.id, 'name': 'Encrypted'}
    closed = await program.get('/violations', state='closed')
    assert ([item['device']['name'] for item in closed['items']], closed['total']) == (['a'], None)
    one = await program.get('/violations', device=callers[1][0], policy=policy.id, severity='minor')
    assert [item['device']['name'] for item in one['items']] == ['b']
    cleared = closed['items'][0]
    assert await program.get(f'/violations/{cleared["id"]}') == cleared
    assert (await program.get(f'/devices/{callers[0][0]}/violations'))['items'] == [cleared]
    assert (await program.get(f'/devices/{callers[0][0]}/violations', state='open'))['items'] == []


@pytest.mark.parametrize('state', ['open', 'all'])
async def test_pages_go_from_the_newest_to_the_oldest(served: Served, state: str) -> None:
    program = await served.program()
    application = served.application
    await application.policies.add(application.actor, NewPolicy(name='Encrypted', rule='device.storage.encrypted'))
    for name in ('a', 'b', 'c'):
        await (await served.device(name))[1].post('/checkins', check_in(1, facts=PLAIN))
    first = await program.get('/violations', state=state, limit=2)
    rest = await program.get('/violations', state=state, limit=2, cursor=first['next'])
    ids = [item['id'] for item in (*first['items'], *rest['items'])]
    assert (ids, rest['next']) == (sorted(application.fleet[Violation], reverse=True), None)
