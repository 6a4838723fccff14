from typing import Any

import pytest

from domain.devices.model import Criticality, DeviceKind
from tests.fakes import identifiers
from tests.ui.api.served import Served, check_in

RADIO = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': 1712819, 'rsrp': -92}
NEW = {'name': 'crane-117', 'kind': 'tablet', 'labels': {'site': 'port-1'}, 'identifiers': {'serial': 'SN-1'}}


def names(found: Any) -> list[str]:
    return [item['name'] for item in found['items']]


async def test_a_device_is_added_by_hand_and_read(served: Served) -> None:
    program = await served.program()
    answer = await program.post('/devices', NEW)
    assert answer.status_code == 201
    device = answer.json()['device']
    assert answer.json()['credential'].startswith('cwd_')
    assert (answer.headers['etag'], answer.headers['location']) == ('"1"', f'/api/v1/devices/{device["id"]}')
    assert await program.get(f'/devices/{device["id"]}') == device
    assert (device['presence'], device['compliance'], device['last_seen']) == ('never_seen', 'unevaluated', None)


async def test_adding_the_same_serial_again_is_a_conflict(served: Served) -> None:
    program = await served.program()
    await program.post('/devices', NEW)
    answer = await program.post('/devices', NEW)
    assert (answer.status_code, answer.json()['field']) == (409, 'identifiers')


@pytest.mark.parametrize(
    ('body', 'field'),
    [
        ('{"name":"a","kind":"tablet","colour":"red"}', 'colour'),
        ('{"name":"a","kind":"tablet","identifiers":{"imie":"1"}}', 'identifiers.imie'),
        ('{"name":"a","kind":"tablet","name":"b"}', 'name'),
        ('{"name":"a","kind":"toaster"}', 'kind'),
        ('{"name":"a","kind":"tablet","criticality":"grave"}', 'criticality'),
        ('{"kind":"tablet"}', 'name'),
        ('{"name":"a","kind":"tablet","labels":{"a":1}}', 'labels'),
        ('{"name":"a\\u202eb","kind":"tablet"}', 'name'),
    ],
)
async def test_what_is_misspelt_said_twice_or_wrong_is_refused_by_its_field(
    served: Served, body: str, field: str
) -> None:
    answer = await (await served.program()).send('POST', '/devices', content=body.encode())
    assert (answer.status_code, answer.json()['field']) == (422, field)


async def test_everything_known_of_a_device_is_shown(served: Served) -> None:
    device, caller = await served.device()
    program = await served.program()
    tower = (
        await program.post(
            '/towers', {'name': 'Europoort', 'cells': [{k: RADIO[k] for k in ('rat', 'mcc', 'mnc', 'tac', 'cell_id')}]}
        )
    ).json()
    policy = (await program.post('/policies', {'name': 'Encrypted', 'rule': 'device.storage.encrypted'})).json()
    await caller.post('/checkins', check_in(1, facts={'storage': {'encrypted': False}}, radio=RADIO))
    found = await program.get(f'/devices/{device}')
    assert found['presence'] == 'online'
    assert found['last_seen'] == '2027-01-15T08:00:00.000Z'
    assert found['tower'] == {'id': tower['id'], 'name': 'Europoort'}
    assert found['radio']['rsrp'] == -92
    assert found['facts']['storage']['encrypted'] is False
    verdict = found['verdicts'][0]
    assert (verdict['policy']['id'], verdict['status']) == (policy['id'], 'violating')
    assert verdict['evidence'] == {'device.storage.encrypted': False}
    violations = await program.get(f'/devices/{device}/violations')
    assert [item['id'] for item in violations['items']] == [verdict['violation_id']]


async def test_lists_are_filtered_by_everything_there_is(served: Served) -> None:
    program = await served.program()
    await served.device('crane-1', labels={'site': 'a', 'team': 'x'})
    await served.device('crane-2', labels={'site': 'a', 'team': 'y'}, identifiers=identifiers(7))
    _, caller = await served.device(
        'meter-1', kind=DeviceKind.METER, labels={'site': 'b'}, criticality=Criticality.HIGH
    )
    await caller.post('/checkins', check_in(1, radio={'rat': 'NB-IoT'}))
    for params, expected in (
        ({}, ['crane-1', 'crane-2', 'meter-1']),
        ({'presence': 'online'}, ['meter-1']),
        ({'presence': ['online', 'never_seen']}, ['crane-1', 'crane-2', 'meter-1']),
        ({'compliance': 'violating'}, []),
        ({'kind': 'meter'}, ['meter-1']),
        ({'criticality': ['high', 'vital']}, ['meter-1']),
        ({'rat': 'NB-IoT'}, ['meter-1']),
        ({'tower': 'nowhere'}, []),
        ({'label': 'site=a'}, ['crane-1', 'crane-2']),
        ({'label': ['site=a', 'team=y']}, ['crane-2']),
        ({'quarantined': 'true'}, []),
        ({'q': 'SN-000007'}, ['crane-2']),
        ({'sort': '-name'}, ['meter-1', 'crane-2', 'crane-1']),
        ({'sort': '-criticality'}, ['meter-1', 'crane-1', 'crane-2']),
        ({'sort': '-last_seen', 'limit': 1}, ['meter-1']),
    ):
        found = await program.get('/devices', **params)
        assert names(found) == expected, params
    assert (await program.send('GET', '/devices', params={'label': 'site'})).json()['field'] == 'label'
    assert (await program.send('GET', '/devices', params={'sort': 'colour'})).json()['field'] == 'sort'


async def test_the_devices_that_break_a_policy_are_found_by_its_id(served: Served) -> None:
    program = await served.program()
    policy = (await program.post('/policies', {'name': 'Encrypted', 'rule': 'device.storage.encrypted'})).json()
    for name, encrypted in (('good', True), ('bad', False)):
        _, caller = await served.device(name)
        await caller.post('/checkins', check_in(1, facts={'storage': {'encrypted': encrypted}}))
    assert names(await program.get('/devices', policy=policy['id'])) == ['bad']


async def test_pages_follow_each_other_while_devices_come_and_go(served: Served) -> None:
    program = await served.program()
    ids = {f'crane-{n}': (await served.device(f'crane-{n}'))[0] for n in (1, 2, 3, 4, 5)}
    first = await program.get('/devices', limit=2)
    assert (names(first), first['total']) == (['crane-1', 'crane-2'], 5)
    await program.delete(f'/devices/{ids["crane-1"]}', 1)
    await served.device('crane-0')
    second = await program.get('/devices', limit=2, cursor=first['next'])
    third = await program.get('/devices', limit=2, cursor=second['next'])
    assert (names(second), names(third), third['next']) == (['crane-3', 'crane-4'], ['crane-5'], None)


@pytest.mark.parametrize('params', [{'limit': 0}, {'limit': 1001}, {'cursor': 'guess'}])
async def test_a_page_has_at_most_a_thousand_items_and_only_our_cursors(served: Served, params: dict[str, Any]) -> None:
    program = await served.program()
    for path in ('/devices', '/towers', '/policies', '/violations', '/alerts', '/commands'):
        answer = await program.send('GET', path, params=params)
        assert (answer.status_code, answer.json()['field']) == (422, next(iter(params))), path


async def test_a_change_is_a_merge_patch_of_the_version_that_was_read(served: Served) -> None:
    program = await served.program()
    device, _ = await served.device('crane-1', labels={'site': 'a', 'team': 'x'})
    answer = await program.patch(f'/devices/{device}', {'name': 'crane-9', 'labels': {'team': None, 'dock': '4'}}, 1)
    assert (answer.status_code, answer.headers['etag']) == (200, '"2"')
    found = answer.json()
    assert (found['name'], found['labels'], found['kind']) == ('crane-9', {'dock': '4', 'site': 'a'}, 'tablet')
    assert (await program.patch(f'/devices/{device}', {'name': 'other'}, 1)).status_code == 412
    assert (await program.patch(f'/devices/{device}', {'name': 'other'}, None)).status_code == 428
    everything = await program.send(
        'PATCH', f'/devices/{device}', json={'name': 'other'}, headers={'if-match': 'W/"7", *'}
    )
    assert everything.json()['name'] == 'other'


async def test_a_document_that_was_read_can_be_sent_back_with_one_change(served: Served) -> None:
    program = await served.program()
    device, _ = await served.device('crane-1')
    document = await program.get(f'/devices/{device}')
    answer = await program.patch(f'/devices/{device}', {**document, 'interval_s': 300}, 1)
    assert (answer.status_code, answer.json()['interval_s']) == (200, 300)


async def test_a_document_can_be_sent_back_although_the_device_has_spoken_since(served: Served) -> None:
    program = await served.program()
    device, caller = await served.device('crane-1')
    document = await program.get(f'/devices/{device}')
    await caller.post('/checkins', check_in(1, radio=RADIO))
    answer = await program.patch(f'/devices/{device}', {**document, 'interval_s': 300}, 1)
    assert (answer.status_code, answer.json()['presence'], answer.json()['interval_s']) == (200, 'online', 300)
    document = await program.get(f'/devices/{device}')
    answer = await program.patch(f'/devices/{device}', {**document, 'created_at': '2020-01-01T00:00:00.000Z'}, 2)
    assert (answer.status_code, answer.json()['field']) == (422, 'created_at')


@pytest.mark.parametrize(
    ('patch', 'field'),
    [
        ({'presence': 'online'}, 'presence'),
        ({'id': 'other'}, 'id'),
        ({'colour': 'red'}, 'colour'),
        ({'identifiers': {'imie': '1'}}, 'identifiers.imie'),
        ({'name': None}, 'name'),
        ({'interval_s': 'often'}, 'interval_s'),
    ],
)
async def test_what_cannot_be_changed_is_refused_by_its_field(
    served: Served, patch: dict[str, Any], field: str
) -> None:
    program = await served.program()
    device, _ = await served.device()
    answer = await program.patch(f'/devices/{device}', patch, 1)
    assert (answer.status_code, answer.json()['field']) == (422, field)
    assert (await program.send('PATCH', f'/devices/{device}', json=[1], headers={'if-match': '"1"'})).status_code == 422


async def test_a_retired_device_is_gone_from_the_list(served: Served) -> None:
    program = await served.program()
    device, _ = await served.device()
    assert (await program.delete(f'/devices/{device}', None)).status_code == 428
    assert (await program.delete(f'/devices/{device}', 7)).status_code == 412
    answer = await program.delete(f'/devices/{device}', 1)
    assert (answer.status_code, answer.content) == (204, b'')
    assert (await program.get('/devices'))['items'] == []
    assert (await program.send('GET', f'/devices/{device}')).status_code == 404


async def test_signal_history_comes_oldest_first_from_the_asked_span(served: Served) -> None:
    program = await served.program()
    device, caller = await served.device()
    for sequence, minute, rsrp in ((1, 10, -100), (2, 20, -95), (3, 30, -90)):
        said = check_in(
            sequence, f'2027-01-15T07:{minute}:00Z', sent_at='2027-01-15T08:00:00Z', radio={**RADIO, 'rsrp': rsrp}
        )
        await caller.post('/checkins', said)
    found = await program.get(f'/devices/{device}/samples')
    assert [item['radio']['rsrp'] for item in found['items']] == [-100, -95, -90]
    assert found['items'][0]['observed_at'] == '2027-01-15T07:10:00.000Z'
    part = await program.get(
        f'/devices/{device}/samples', since='2027-01-15T07:15:00Z', until='2027-01-15T08:25:00+01:00'
    )
    assert [item['radio']['rsrp'] for item in part['items']] == [-95]
    answer = await program.send('GET', f'/devices/{device}/samples', params={'since': '2027-01-15T07:15:00'})
    assert (answer.status_code, answer.json()['field']) == (422, 'since')


async def test_sims_are_told_in_check_ins_and_permitted_by_an_edit(served: Served) -> None:
    program = await served.program()
    device, caller = await served.device()
    path = f'/devices/{device}'
    sims = [{'iccid': f'893108641601804411{n}', 'imsi': None, 'msisdn': None} for n in (1, 2, 3)]
    for sequence, sim in enumerate(sims[:2], start=1):
        taken = await caller.post('/checkins', check_in(sequence, identifiers={'iccid': sim['iccid']}))
        assert taken.json()['accepted'] == 'current'
    found = await program.get(path)
    assert [{name: sim[name] for name in sims[0]} for sim in found['sims']] == sims[:2]
    assert (found['identifiers']['iccid'], found['sim_expected']) == (sims[1]['iccid'], False)
    changed = await program.patch(path, {'permitted_sims': [sims[1]['iccid'], sims[2]['iccid']]}, found['version'])
    assert changed.json()['sim_expected'] is True
    collector = {**check_in(3, identifiers=sims[2]), 'device': device}
    assert (await program.post('/checkins:batch', [collector])).json()['accepted'] == 1
    assert (await program.get(path))['sim_expected'] is True
    wrong = await program.patch(path, {'permitted_sims': ['12']}, changed.json()['version'] + 1)
    assert (wrong.status_code, wrong.json()['field']) == (422, 'permitted_sims')


async def test_a_program_that_does_not_know_the_criticality_leaves_it_as_it_is(served: Served) -> None:
    device, _ = await served.device('pump', criticality=Criticality.VITAL)
    program = await served.program()
    changed = (await program.patch(f'/devices/{device}', {'name': 'pump-1'}, 1)).json()
    assert (changed['name'], changed['criticality']) == ('pump-1', 'vital')
    changed = (await program.patch(f'/devices/{device}', {'criticality': 'low'}, 2)).json()
    assert (changed['criticality'], changed['version']) == ('low', 3)
    refused = await program.patch(f'/devices/{device}', {'criticality': 'grave'}, 3)
    assert (refused.status_code, refused.json()['field']) == (422, 'criticality')
