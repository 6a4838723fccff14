"""The status page over the API: as on its page, with problems that name the field."""

from typing import Any

from domain.access.permissions import Permission
from domain.towers.input import NewTower
from tests.ui.api.served import Served

INCIDENT = {'title': 'Radio is slow', 'text': 'We look into it.', 'impact': 'minor'}


async def content(served: Served) -> dict[str, Any]:
    tower = await served.application.towers.add(served.application.actor, NewTower(name='mast', region='North'))
    return {
        'slug': 'harbour',
        'title': 'Harbour radio',
        'components': [{'kind': 'tower', 'target': tower.id, 'name': 'West side'}],
    }


async def test_a_page_is_drafted_published_and_withdrawn(served: Served) -> None:
    program = await served.program()
    empty = await program.get('/status-page')
    assert (empty['version'], empty['public_slug'], empty['components']) == (0, None, [])
    draft = await program.patch('/status-page', await content(served), 0)
    assert draft.status_code == 200, draft.text
    page = draft.json()
    assert (page['public_slug'], page['differs'], draft.headers['etag']) == (None, True, '"1"')
    shown = await program.post('/status-page:publish', {'version': page['version']})
    assert (shown.status_code, shown.json()['public_slug'], shown.json()['differs']) == (200, 'harbour', False)
    assert (await program.post('/status-page:publish', {'version': 1})).status_code == 412
    kept = await program.patch('/status-page', {'components': shown.json()['components']}, 2)
    assert kept.json()['version'] == 2, 'what was read can be sent back and changes nothing'
    off = await program.post('/status-page:withdraw')
    assert (off.status_code, off.json()['public_slug'], off.json()['title']) == (200, None, 'Harbour radio')


async def test_what_is_wrong_is_a_problem_at_its_field(served: Served) -> None:
    program = await served.program()
    whole = await content(served)
    whole['components'].append({'kind': 'region', 'target': 'Nowhere', 'name': 'x'})
    refused = await program.patch('/status-page', whole, 0)
    assert (refused.status_code, refused.json()['field']) == (422, 'components.1.target')
    assert refused.headers['content-type'] == 'application/problem+json'
    assert (await program.patch('/status-page', {'title': 'x'}, None)).status_code == 428
    unfinished = await program.patch('/status-page', {'title': 'x'}, 0)
    refused = await program.post('/status-page:publish', {'version': unfinished.json()['version']})
    assert (refused.status_code, refused.json()['field']) == (422, 'slug')


async def test_an_incident_is_begun_updated_listed_and_removed(served: Served) -> None:
    program = await served.program()
    page = (await program.patch('/status-page', await content(served), 0)).json()
    about = [page['components'][0]['id']]
    begun = await program.post('/status-page/notices', {**INCIDENT, 'components': about})
    assert begun.status_code == 201, begun.text
    notice = begun.json()
    assert (notice['state'], notice['components'], notice['closed_at']) == ('investigating', about, None)
    path = f'/status-page/notices/{notice["id"]}'
    assert begun.headers['location'] == f'/api/v1{path}'
    updated = await program.post(f'{path}/updates', {'state': 'resolved', 'text': 'Over.'})
    assert (updated.status_code, [each['text'] for each in updated.json()['updates']]) == (
        201,
        ['We look into it.', 'Over.'],
    )
    assert await program.get(path) == updated.json()
    assert (await program.get('/status-page/notices', open='false'))['items'] == [updated.json()]
    assert (await program.get('/status-page/notices', open='true'))['items'] == []
    assert (await program.delete(path, 1)).status_code == 412
    assert (await program.delete(path, 2)).status_code == 204
    assert (await program.send('GET', path)).status_code == 404


async def test_a_maintenance_has_a_plan_with_an_offset(served: Served) -> None:
    program = await served.program()
    plan = {**INCIDENT, 'kind': 'maintenance', 'begins_at': '2027-01-15T22:00:00Z', 'ends_at': '2027-01-15T23:00:00Z'}
    planned = await program.post('/status-page/notices', plan)
    assert (planned.status_code, planned.json()['state']) == (201, 'scheduled')
    for wrong, field in (
        ({'begins_at': '2027-01-15T22:00:00'}, 'begins_at'),
        ({'ends_at': None}, 'ends_at'),
        ({'state': 'resolved'}, 'state'),
    ):
        refused = await program.post('/status-page/notices', {**plan, **wrong})
        assert (refused.status_code, refused.json()['field']) == (422, field)


async def test_a_program_that_writes_incidents_does_not_publish(served: Served) -> None:
    writer = await served.program(Permission.STATUS_READ, Permission.STATUS_WRITE)
    assert (await writer.post('/status-page/notices', INCIDENT)).status_code == 201
    assert (await writer.patch('/status-page', {'title': 'x'}, 0)).status_code == 403
    assert (await writer.post('/status-page:withdraw')).status_code == 403
