"""What a browser sends of a desk, and what every page is told of it."""

import json
import re
from typing import Any

from domain.access.permissions import Role
from tests.ui.conftest import Console

VIEW = {'name': '</script><b>', 'list': 'devices', 'query': 'q=port', 'columns': ['name', 'rat']}


async def told(console: Console, path: str = '/devices') -> dict[str, Any]:
    page = (await console.client.get(path)).text
    found = re.search(r'desk:(\{.*?\})\};', page)
    assert found is not None, 'the page carries the desk'
    return dict(json.loads(found[1]))


async def test_what_is_set_is_there_on_every_page_before_anything_is_painted(console: Console) -> None:
    assert (await console.client.post('/ui/desk', json={'theme': 'dark'})).status_code == 401
    await console.sign_in(Role.VIEWER)
    assert (await told(console))['set'] is False
    answer = await console.client.post('/ui/desk', json={'theme': 'dark', 'columns': {'devices': ['name']}})
    assert (answer.status_code, answer.json()['theme'], answer.headers['cache-control']) == (200, 'dark', 'no-store')
    desk = await told(console, '/towers')
    assert (desk['set'], desk['theme'], desk['columns']) == (True, 'dark', {'devices': ['name']})


async def test_refusals_name_the_field(console: Console) -> None:
    await console.sign_in(Role.VIEWER)
    for path, body, field in (
        ('/ui/desk', {'zone': 'Mars/Phobos'}, 'zone'), ('/ui/views', {**VIEW, 'list': 'secrets'}, 'list'),
    ):  # fmt: skip
        answer = await console.client.post(path, json=body)
        assert (answer.status_code, answer.json()['field']) == (422, field)
    assert (await console.client.post('/ui/desk', content=b'[]')).status_code == 422
    assert (await console.client.post('/ui/views/none/remove')).status_code == 404
    away = {'origin': 'https://evil.example'}
    assert (await console.client.post('/ui/desk', json={'theme': 'dark'}, headers=away)).status_code == 403


async def test_a_view_is_saved_opened_at_the_beginning_and_taken_away(console: Console) -> None:
    await console.sign_in(Role.VIEWER)
    (view,) = (await console.client.post('/ui/views', json=VIEW)).json()['views']
    assert (view['href'], view['mine']) == (f'/devices?q=port&view={view["id"]}', True)
    page = (await console.client.get('/devices')).text
    assert '</script><b>' not in page, 'a name ends no script'
    assert (await told(console))['views'][0]['name'] == VIEW['name']
    await console.client.post('/ui/desk', json={'landing': view['id']})
    assert (await console.client.get('/')).headers['location'] == view['href']
    assert (await console.client.get('/?overview=1')).status_code == 200
    assert 'href="/?overview=1"' in (await console.client.get('/devices')).text
    await console.client.post(f'/ui/views/{view["id"]}/remove')
    assert (await console.client.get('/')).status_code == 200
