"""What a browser keeps to search in: what its person may read, and nothing where nothing may be kept."""

from dataclasses import replace

from domain.access.enterprises import Enterprise
from domain.cellular.radio import Rat
from domain.changes.transaction import Transaction
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.ui.conftest import Console


async def test_devices_towers_and_alerts_are_kept_with_what_they_are_found_by(console: Console) -> None:
    application = console.application
    device = await application.device('Crane-117', labels={'site': 'Port'})
    cell = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=512)
    await application.towers.add(application.actor, NewTower(name='Maasvlakte', cells=[cell]))
    await console.sign_in()
    kept = (await console.client.get('/ui/kept')).json()
    found = {(thing['kind'], thing['name']): thing for thing in kept['things']}
    assert found['device', 'Crane-117']['text'] == 'crane-117\x1fsite=port'
    assert found['device', 'Crane-117']['href'] == f'/devices/{device.id}'
    assert found['tower', 'Maasvlakte']['cells'] == [512]


async def test_it_is_told_to_nobody_without_a_session_and_keeps_none_awake(console: Console) -> None:
    assert (await console.client.get('/ui/kept')).status_code == 401
    await console.sign_in()
    half = console.application.access.idle_s / 2 + 1
    console.application.clock.tick(half)
    assert (await console.client.get('/ui/kept')).status_code == 200
    assert (await console.client.get('/devices', headers={'x-cellwarden-keep': 'picture'})).status_code == 200
    console.application.clock.tick(half)
    assert (await console.client.get('/ui/kept')).status_code == 401


async def test_a_picture_for_keeping_is_no_page_and_says_whose_it_is(console: Console) -> None:
    await console.application.device('crane-117')
    await console.sign_in()
    answer = await console.client.get('/devices', headers={'x-cellwarden-keep': 'picture'})
    under = (await console.client.get('/ui/kept')).json()['under']
    assert f'<meta name="cellwarden-kept" content="{under}">' in answer.text
    assert ('crane-117' in answer.text, 'nicegui.js' in answer.text) == (True, False)


async def test_nothing_is_kept_where_the_enterprise_or_the_person_wants_it_so(console: Console) -> None:
    await console.sign_in()
    console.client.cookies.set('cellwarden_shared', '1')
    assert (await console.client.get('/ui/kept')).status_code == 404
    assert 'keptUnder:""' in (await console.client.get('/devices')).text
    console.client.cookies.delete('cellwarden_shared')
    assert (await console.client.get('/ui/kept')).status_code == 200

    def decide(tx: Transaction) -> None:
        tx.put(replace(console.application.fleet.enterprise, browsers_keep=False))

    await console.application.transactor.transact(decide)
    assert isinstance(console.application.fleet.enterprise, Enterprise)
    assert (await console.client.get('/ui/kept')).status_code == 404
    assert 'keptUnder:""' in (await console.client.get('/devices')).text
