"""Any list as a file: what its page shows, to people who may see it."""

import csv
import io

from domain.access.permissions import Role
from domain.cellular.radio import Rat
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.ui.conftest import Console
from ui.downloads.lists import LISTS

CELL = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1712819)


async def rows(console: Console, path: str, **query: str) -> list[list[str]]:
    answer = await console.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.content.decode('utf-8-sig'))))


async def test_a_list_is_written_in_its_order_with_the_columns_that_are_shown(console: Console) -> None:
    for name in ('Waalhaven', '=HYPERLINK("x")', 'Europoort'):
        await console.application.towers.add(console.application.actor, NewTower(name=name))
    await console.sign_in(Role.VIEWER)
    found = await rows(console, '/ui/lists/towers.csv', columns='name:strong,status:state', sort='-name')
    assert [row[0] for row in found] == ['name', 'Waalhaven', 'Europoort', '\'=HYPERLINK("x")']
    found = await rows(console, '/ui/lists/towers.csv', columns='name:strong', q='euro')
    assert found == [['name'], ['Europoort']]


async def test_moments_are_iso_and_what_may_not_be_seen_is_refused(console: Console) -> None:
    await console.sign_in(Role.VIEWER)
    refused = await console.client.get('/ui/lists/people.csv', params={'columns': 'name:strong'})
    assert refused.status_code == 403
    for query in ({}, {'columns': 'name'}, {'columns': 'na me:strong'}):
        assert (await console.client.get('/ui/lists/towers.csv', params=query)).status_code == 422
    assert (await console.client.get('/ui/lists/feed.csv', params={'columns': 'name:strong'})).status_code == 404


async def test_a_field_that_the_list_does_not_have_is_named(console: Console) -> None:
    await console.application.towers.add(console.application.actor, NewTower(name='Waalhaven'))
    await console.sign_in(Role.VIEWER)
    refused = await console.client.get('/ui/lists/towers.csv', params={'columns': 'name:strong,nmae:strong'})
    assert refused.status_code == 422
    assert refused.headers['content-type'] == 'application/problem+json'
    assert refused.json()['field'] == 'columns'
    assert refused.json()['detail'].startswith('nmae is no field of this list; there are ')


async def test_more_than_a_page_is_written(console: Console) -> None:
    for number in range(510):
        await console.application.towers.add(console.application.actor, NewTower(name=f'tower-{number}'))
    await console.sign_in(Role.VIEWER)
    found = await rows(console, '/ui/lists/towers.csv', columns='name:strong,id:mono', sort='name')
    assert [row[0] for row in found[1:]] == [f'tower-{number}' for number in range(510)]
    assert len({row[1] for row in found[1:]}) == 510


async def test_a_label_is_no_formula_either_where_semicolons_part_cells(console: Console) -> None:
    await console.sign_in()
    new = {'name': 'cranes', 'labels': {'note': ';=HYPERLINK("x")'}}
    assert (await console.client.post('/ui/try/enrolment-tokens', json=new)).status_code == 201
    found = await rows(console, '/ui/lists/enrolment_tokens.csv', columns='name:strong,labels:labels,order:number')
    assert ';=' not in found[1][1]
    assert ";'=HYPERLINK" in found[1][1]
    assert found[1][2].startswith('-')  # a number stays one


async def test_lists_beside_the_main_one_of_a_page_are_written_as_well(console: Console) -> None:
    application = console.application
    await console.sign_in()
    await application.people.add_service(application.actor, 'collector', Role.OPERATOR)
    assert await rows(console, '/ui/lists/services.csv', columns='name:strong') == [['name'], ['collector']]
    for number in range(3):
        application.clock.tick(1)
        await application.handovers.give(application.actor, note=f'night {number}')
    found = await rows(console, '/ui/lists/handovers.csv', columns='note:text,at:time', sort='-at')
    assert [row[0] for row in found] == ['note', 'night 2', 'night 1', 'night 0']
    for name in sorted(LISTS - {'enterprises', 'owners'}):  # those are the installation's
        answer = await console.client.get(f'/ui/lists/{name}.csv', params={'columns': 'id:text'})
        assert answer.status_code == 200, (name, answer.text)


async def test_a_list_on_the_page_of_one_thing_is_written_for_that_thing(console: Console) -> None:
    application = console.application
    tower = await application.towers.add(application.actor, NewTower(name='Waalhaven', cells=[CELL]))
    other = await application.towers.add(application.actor, NewTower(name='Europoort'))
    await console.sign_in(Role.VIEWER)
    path = f'/ui/lists/cells/{tower.id}.csv'
    assert [row[0] for row in await rows(console, path, columns='cell:mono')] == ['cell', '204-08-4417-0x1A22B3']
    assert await rows(console, f'/ui/lists/cells/{other.id}.csv', columns='cell:mono') == [['cell']]
    assert (await console.client.get('/ui/lists/device/x.csv', params={'columns': 'cell:mono'})).status_code == 404


async def test_labels_and_lists_are_written_as_people_write_them(console: Console) -> None:
    await console.sign_in()
    new = {'name': 'cranes', 'labels': {'site': 'north', 'quay': '7'}}
    assert (await console.client.post('/ui/try/enrolment-tokens', json=new)).status_code == 201
    found = await rows(console, '/ui/lists/enrolment_tokens.csv', columns='labels:labels')
    assert sorted(found[1][0].split()) == ['quay=7', 'site=north']
