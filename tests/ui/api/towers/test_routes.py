import pytest

from domain.checks.kinds import KINDS
from domain.checks.kinds.kind import CheckKind
from domain.checks.model import CheckResult
from domain.towers.model import Tower
from tests.domain.towers.test_service import TCP, answer, tower
from tests.ui.api.served import Served, check_in
from ui.api.towers.checks import example

CELL = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': 1712819}
NEW = {
    'name': 'Europoort',
    'region': 'Rotterdam',
    'latitude': 51.95,
    'longitude': 4.14,
    'cells': [CELL],
    'checks': [{'kind': 'tcp', 'host': '10.0.0.1', 'port': 5060}],
    'maintenance_until': None,
}


async def test_a_tower_is_added_with_its_cells_and_checks(served: Served) -> None:
    program = await served.program()
    answer = await program.post('/towers', NEW)
    assert (answer.status_code, answer.headers['etag']) == (201, '"1"')
    tower = answer.json()
    assert await program.get(f'/towers/{tower["id"]}') == tower
    assert tower['status'] == 'unknown'
    assert tower['checks'][0]['id'] == tower['check_states'][0]['id'] != ''
    assert tower['check_states'][0]['label'] == 'TCP 10.0.0.1:5060'


async def test_it_counts_the_devices_it_serves(served: Served) -> None:
    program = await served.program()
    tower = (await program.post('/towers', NEW)).json()
    device, caller = await served.device()
    await caller.post('/checkins', check_in(1, radio=CELL))
    assert (await program.get(f'/towers/{tower["id"]}'))['devices'] == 1
    assert [item['id'] for item in (await program.get('/devices', tower=tower['id']))['items']] == [device]


async def test_a_fault_inside_a_list_is_named_by_its_place(served: Served) -> None:
    program = await served.program()
    for change, field in (
        ({'cells': [CELL, {**CELL, 'rat': '6G'}]}, 'cells.1.rat'),
        ({'cells': [{'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 1}]}, 'cells.0.cell_id'),
        ({'cells': [{**CELL, 'azimut': 3}]}, 'cells.0.azimut'),
        ({'cells': [CELL, CELL]}, 'cells.1'),
        ({'checks': [{'kind': 'tcp', 'host': '10.0.0.1'}]}, 'checks.0.port'),
        ({'maintenance_until': '2027-01-15T08:00:00'}, 'maintenance_until'),
        ({'parent_id': 'nobody'}, 'parent_id'),
    ):
        answer = await program.post('/towers', {**NEW, **change})
        assert (answer.status_code, answer.json()['field']) == (422, field), change


@pytest.mark.parametrize('kind', KINDS.values(), ids=lambda kind: kind.key)
async def test_a_check_of_each_kind_is_taken_and_may_be_sent_back_as_it_was_read(
    served: Served, kind: CheckKind
) -> None:
    program = await served.program()
    tower = (await program.post('/towers', {**NEW, 'checks': [example(kind)]})).json()
    (check,) = tower['checks']
    assert example(kind).items() <= check.items()
    assert check['expect_status'] == 200  # of every kind: programs have read it from the beginning
    assert tower['check_states'][0]['label'].startswith(f'{kind.label} ')
    again = (await program.patch(f'/towers/{tower["id"]}', {'checks': [check], 'operator': 'Delta'}, 1)).json()
    assert again['checks'] == [check]


async def test_a_word_that_is_none_of_a_list_is_answered_with_the_list(served: Served) -> None:
    program = await served.program()
    rats = 'it is one of GSM, UMTS, LTE, LTE-M, NB-IoT, NR'
    for path, body, words in (
        ('/towers', {**NEW, 'cells': [{**CELL, 'rat': 'lte'}]}, rats),
        ('/towers', {**NEW, 'checks': [{'kind': 'icmp'}]}, f'it is one of {", ".join(KINDS)}'),
        ('/devices', {'name': 'a', 'kind': 'toaster'}, 'it is one of phone, tablet'),
    ):
        assert words in (await program.post(path, body)).json()['detail']
    _, caller = await served.device()
    ignored = (await caller.post('/checkins', check_in(1, radio={'rat': '6G'}))).json()['ignored']
    assert [(each['field'], each['detail']) for each in ignored] == [
        ('radio.rat', f"is one of {rats.removeprefix('it is one of ')}, not '6G'")
    ]


async def test_a_cell_of_another_tower_is_a_conflict(served: Served) -> None:
    program = await served.program()
    await program.post('/towers', NEW)
    answer = await program.post('/towers', {**NEW, 'name': 'Other'})
    assert (answer.status_code, answer.json()['field']) == (409, 'cells.0')


async def test_maintenance_begins_and_ends_by_a_patch(served: Served) -> None:
    program = await served.program()
    tower = (await program.post('/towers', NEW)).json()
    path = f'/towers/{tower["id"]}'
    begun = await program.patch(path, {'maintenance_until': '2027-01-15T10:00:00+01:00'}, 1)
    assert (begun.json()['status'], begun.json()['maintenance_until']) == ('maintenance', '2027-01-15T09:00:00.000Z')
    assert begun.json()['checks'] == tower['checks']
    ended = await program.patch(path, {'maintenance_until': None}, 2)
    assert (ended.json()['status'], ended.headers['etag']) == ('unknown', '"3"')
    assert (await program.patch(path, {'name': 'x'}, 1)).status_code == 412
    assert (await program.patch(path, {'status': 'up'}, 3)).json()['field'] == 'status'


async def test_a_retired_tower_is_gone(served: Served) -> None:
    program = await served.program()
    tower = (await program.post('/towers', NEW)).json()
    path = f'/towers/{tower["id"]}'
    assert (await program.delete(path, None)).status_code == 428
    assert (await program.delete(path, 1)).status_code == 204
    assert (await program.send('GET', path)).status_code == 404


async def test_check_history_comes_oldest_first(served: Served) -> None:
    program = await served.program()
    tower = (await program.post('/towers', NEW)).json()
    check = tower['checks'][0]['id']
    now = served.application.clock()
    for age, ok in ((20, True), (10, False)):
        result = CheckResult(tower['id'], check, now - age, ok, 3.5 if ok else None, '' if ok else 'refused')
        await served.application.towers.record_check(served.application.enterprise, tower['id'], result)
    found = await program.get(f'/towers/{tower["id"]}/checks')
    assert [(item['at'], item['ok'], item['error']) for item in found['items']] == [
        ('2027-01-15T07:59:40.000Z', True, ''),
        ('2027-01-15T07:59:50.000Z', False, 'refused'),
    ]
    assert (await program.get(f'/towers/{tower["id"]}'))['check_states'][0]['status'] == 'soft'
    newer = await program.get(f'/towers/{tower["id"]}/checks', since='2027-01-15T07:59:45Z')
    assert len(newer['items']) == 1


async def test_towers_are_filtered_sorted_and_paged(served: Served) -> None:
    program = await served.program()
    for name, region in (('b', 'north'), ('A', 'south'), ('c', 'south')):
        await program.post('/towers', {'name': name, 'region': region})
    first = await program.get('/towers', limit=2)
    assert ([tower['name'] for tower in first['items']], first['total']) == (['A', 'b'], 3)
    second = await program.get('/towers', limit=2, cursor=first['next'])
    assert ([tower['name'] for tower in second['items']], second['next']) == (['c'], None)
    backwards = await program.get('/towers', sort='-name', limit=2)
    assert [tower['name'] for tower in backwards['items']] == ['c', 'b']
    rest = await program.get('/towers', sort='-name', limit=2, cursor=backwards['next'])
    assert [tower['name'] for tower in rest['items']] == ['A']
    assert [tower['name'] for tower in (await program.get('/towers', region='south', q='C'))['items']] == ['c']
    assert (await program.get('/towers', status='down'))['total'] == 0
    wrong = await program.send('GET', '/towers', params={'sort': 'devices', 'cursor': first['next']})
    assert (wrong.status_code, wrong.json()['field']) == (422, 'cursor')


async def test_availability_has_both_numbers_by_span_and_by_day(served: Served) -> None:
    application, program = served.application, await served.program()
    site = await tower(application, 'Mast', checks=(TCP,))
    assert (await program.get(f'/towers/{site.id}/availability'))['days'] == []
    application.clock.tick(120)
    for number in range(60):
        await answer(application, site, number < 30)
        result = CheckResult(site.id, site.checks[0].id, application.clock(), number < 30, 4.2, '')
        application.store.kept_results.append(result)
    found = await program.get(f'/towers/{site.id}/availability')
    assert [one['days'] for one in found['spans']] == [7, 30, 90]
    week, (day,) = found['spans'][0], found['days']
    assert 0.4 < week['available'] < 0.6
    assert week['available'] == week['available_with_works'] == day['available']
    assert (day['observed_s'], day['down_s']) == (week['observed_s'], week['down_s'])
    assert (await program.send('GET', '/towers/nothing/availability')).status_code == 404


async def test_how_available_all_towers_were_is_listed_by_name_a_page_at_a_time(served: Served) -> None:
    application, program = served.application, await served.program()
    for name, region in (('Mast', 'West'), ('Crane', 'West'), ('Quay', 'East')):
        await program.post('/towers', {**NEW, 'name': name, 'region': region, 'cells': []})
    site = next(one for one in application.fleet[Tower].values() if one.name == 'Mast')
    application.clock.tick(120)
    for number in range(60):
        await answer(application, site, number < 30)
        result = CheckResult(site.id, site.checks[0].id, application.clock(), number < 30, 4.2, '')
        application.store.kept_results.append(result)
    first = await program.get('/towers:availability', days=7, limit=1, region='West')
    assert ([one['tower']['name'] for one in first['items']], first['total']) == (['Crane'], 2)
    assert first['items'][0]['available'] is None, 'nothing was observed of it'
    (second,) = (await program.get('/towers:availability', days=7, limit=1, region='West', cursor=first['next']))[
        'items'
    ]
    of_page = (await program.get(f'/towers/{site.id}/availability'))['spans'][0]
    assert second == {'tower': {'id': site.id, 'name': 'Mast'}, **of_page}
    for name, value in (('days', 0), ('days', 91), ('limit', 51)):
        refused = await program.send('GET', '/towers:availability', params={name: value})
        assert (refused.status_code, refused.json()['field']) == (422, name)
