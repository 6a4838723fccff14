"""Unknown cells by the API: read, filtered, trusted, called false, listed at a tower."""

from dataclasses import replace

from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower
from tests.fakes import RunningApplication
from tests.ui.api.served import Served

OURS = Radio(Rat.LTE, '204', '08', 4417, 1, rsrp=-90.0)


async def strange(application: RunningApplication) -> Tower:
    """A device that came from a tower of ours to a cell that none lists."""
    cell = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1)
    new = NewTower(name='Delft', cells=(cell,), latitude=52.0, longitude=4.36)
    tower = await application.towers.add(application.actor, new)
    device = await application.device('crane')
    for radio in (OURS, replace(OURS, cell_id=666, rsrp=-60.0)):
        application.clock.tick(60)
        await application.check_in(device.id, radio=radio)
    return tower


async def test_a_cell_is_told_with_all_that_stands_around_it(served: Served) -> None:
    tower = await strange(served.application)
    program = await served.program()
    (listed,) = (await program.get('/unknown-cells', standing='unknown'))['items']
    assert (listed['cell'], listed['signal'], listed['neighbours']) == ('204-08-4417-0x29A', None, None)
    cell = await program.get(f'/unknown-cells/{listed["id"]}')
    assert (cell['basis'], cell['score'], cell['devices']) == ('strong', 0.6, 1)
    assert sum(part['points'] for part in cell['score_reasons']) == cell['score']
    assert cell['sightings'][0]['came_from'] == tower.id
    assert cell['signal'] == {'count': 1, 'devices': 1, 'weakest': -60.0, 'middle': -60.0, 'strongest': -60.0}
    assert [(one['name'], one['came']) for one in cell['neighbours']] == [('Delft', 1)]
    assert (cell['place']['latitude'], cell['place']['longitude']) == (52.0, 4.36)
    assert (await program.get('/unknown-cells', standing='trusted'))['items'] == []


async def test_what_is_said_of_a_cell_is_done_and_taken_back(served: Served) -> None:
    await strange(served.application)
    program, application = await served.program(), served.application
    path = f'/unknown-cells/{(await program.get("/unknown-cells"))["items"][0]["id"]}'
    refused = await program.post(f'{path}/trust', {'until': '2020-01-01T00:00:00Z', 'reason': 'x'})
    assert (refused.status_code, refused.json()['field']) == (422, 'until')
    trusted = await program.post(f'{path}/trust', {'until': '2027-02-01T00:00:00Z', 'reason': 'ours'})
    assert (trusted.status_code, trusted.json()['standing']) == (200, 'trusted')
    assert not application.fleet[Alert]
    stale = await program.send('POST', f'{path}/mark-rogue', json={'reason': 'x'}, headers={'if-match': '"1"'})
    assert stale.status_code == 412
    false = await program.post(f'{path}/mark-rogue', {'reason': 'seen at the gate'})
    assert (false.json()['standing'], false.json()['score']) == ('rogue', 1.0)
    assert (await program.post(f'{path}/take-back')).json()['standing'] == 'unknown'


async def test_a_cell_is_listed_at_a_tower(served: Served) -> None:
    tower = await strange(served.application)
    program = await served.program()
    path = f'/unknown-cells/{(await program.get("/unknown-cells"))["items"][0]["id"]}'
    listed = await program.post(f'{path}/list', {'tower_id': tower.id})
    assert (listed.json()['standing'], listed.json()['listed_at']) == ('listed', tower.id)
    assert (await program.post(f'{path}/list', {'tower_id': tower.id})).status_code == 409
