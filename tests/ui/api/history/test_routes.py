from domain.towers.model import Tower
from tests.domain.towers.test_service import answer
from tests.ui.api.served import Served


async def test_history_of_the_enterprise_is_read_by_the_minute_and_the_hour(served: Served) -> None:
    program, application = await served.program(), served.application
    for _ in range(8):
        application.clock.tick(10)
        await application.measurements.look(application.enterprise)
    found = await program.get('/history', series='presence/online')
    assert [(item['low'], item['mean'], item['high']) for item in found['items']] == [(0.0, 0.0, 0.0)]
    assert found['items'][0]['at'].endswith('Z')
    assert found['total'] == 1
    assert (await program.get('/history', series='checkins', step='hour'))['items'] == []
    refused = await program.send('GET', '/history', params={'series': 'presence/everybody'})
    assert (refused.status_code, refused.json()['field']) == (422, 'series')


async def test_latency_of_a_tower_is_read_by_who_sees_it(served: Served) -> None:
    program, application = await served.program(), served.application
    check = {'kind': 'tcp', 'host': '10.0.0.1', 'port': 5060}
    id = (await program.post('/towers', {'name': 'Europoort', 'checks': [check]})).json()['id']
    await answer(application, application.fleet[Tower][id], True)
    items = (await program.get(f'/towers/{id}/latency'))['items']
    assert [(item['mean'], item['count']) for item in items] == [(4.2, 1)]
    assert (await program.send('GET', '/towers/nobody/latency')).status_code == 404
