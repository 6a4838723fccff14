"""Across nouns: to a narrowed role no topic, route, page, search or file shows what is outside, and nothing of it can be touched.

Generated over all topics, routes and pages that are there.
"""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from domain.access.permissions import ENTERPRISE_WIDE, OWNER, Role
from domain.access.scopes import EVERYWHERE, Scope
from domain.accounts.model import Person, PersonKind
from domain.changes.transactor import Changed
from domain.common.errors import NotAllowed, NotFound
from domain.journal.model import Recorded
from domain.tokens.model import Token, TokenKind
from tests.fakes import running_application
from tests.ui.api.served import Caller, serving
from tests.ui.api.test_enterprises import request
from tests.ui.conftest import PASSWORD, Console
from tests.ui.divided import CANARY, SCOPES, Divided, divided
from ui.live.channel import News
from ui.pages import PAGES as PAGE_ROWS
from ui.topics import TOPICS, resolver

PAGES = sorted(address for row in PAGE_ROWS for address in row.addresses)
OPEN = [row.name for row in TOPICS.values() if row.permission not in ENTERPRISE_WIDE and not row.whole]
"""Topics that a narrowed role may follow at all."""
LISTS = ('devices', 'towers', 'map', 'violations', 'commands', 'alerts', 'feed')
ONES = {
    'device': 'device_id',
    'tower': 'tower_id',
    'checks': 'tower_id',
    'alert': 'alert_id',
    'witnesses': 'stranger_id',
    'sightings': 'unknown_cell_id',
}
KINDS = ('device', 'tower', 'policy', 'violation', 'alert', 'command', 'stranger', 'ended')


@pytest.fixture(params=SCOPES)
def scope(request: pytest.FixtureRequest) -> Scope:
    return SCOPES[request.param]


@pytest.fixture
async def world() -> AsyncIterator[Divided]:
    async with running_application() as application:
        yield await divided(application)


def topics(world: Divided) -> list[str]:
    """Every topic, alone and with every id, filter and search that could lead outside."""
    found = []
    for name in OPEN:
        found += [name, f'{name}?q={CANARY}', f'{name}?state=open,acknowledged,cleared', f'{name}?open=false']
        for half in (world.inside, world.outside):
            found += [f'{name}/{id}' for id in half.ids.values()]
            found += [f'{name}?{kind}={half.ids[f"{kind}_id"]}' for kind in KINDS]
            found += [f'feed/{kind}/{half.ids[f"{kind}_id"]}' for kind in KINDS]
    outages = [f'devices?outage={half.ids["tower_id"]}' for half in (world.inside, world.outside)]
    return [*found, *outages, f'devices?label=site={CANARY}-site']


async def test_no_topic_tells_of_what_is_outside(world: Divided, scope: Scope) -> None:
    person, application = world.person(scope), world.application
    resolve, news, seen = resolver(transactor=application.transactor, store=application.store), News(), dict[str, Any]()

    def changed(what: Changed) -> None:
        for kind, ids in what.ids.items():
            news.ids.setdefault(kind, set()).update(ids)

    def committed(_: str, entries: list[Recorded]) -> None:
        news.entries.extend(entries)

    for name in topics(world):
        head, _, query = name.partition('?')
        make = resolve(person, head, dict([query.split('=', 1)]) if query else {})
        with suppress(
            NotFound
        ):  # only the signal of a device refuses to begin, in the same words for whichever is not there
            topic = seen[name] = make()
        if name not in seen:
            assert head.startswith('signal'), name
            continue
        await topic.open()
        assert world.outside.traces(_text(topic.full()), but=name) == [], name
    application.transactor.changed.subscribe(changed)
    application.transactor.committed.subscribe(committed)
    await world.stir()
    for name, topic in seen.items():
        said = _text(topic.patch(news)) + _text(topic.full())
        assert world.outside.traces(said, but=name) == [], name
    for name in LISTS:
        assert 'inside' in _text(seen[name].full()), f'{name} shows what is inside'


async def test_a_topic_of_what_is_outside_is_as_that_of_what_is_not_there(world: Divided, scope: Scope) -> None:
    resolve = resolver(transactor=world.application.transactor, store=world.application.store)
    person = world.person(scope)

    async def full(name: str, query: dict[str, str]) -> Any:
        try:
            topic = resolve(person, name, query)()
        except NotFound as refusal:
            return refusal.detail
        await topic.open()
        return topic.full()

    for head in OPEN:
        for kind in KINDS:
            foreign, nobody = world.outside.ids[f'{kind}_id'], world.unknown()[f'{kind}_id']
            if kind != 'policy':
                assert await full(f'{head}/{foreign}', {}) == await full(f'{head}/{nobody}', {}), (head, kind)
                assert await full(head, {kind: foreign}) == await full(head, {kind: nobody}), (head, kind)


async def test_a_topic_of_the_whole_enterprise_is_refused(world: Divided, scope: Scope) -> None:
    resolve = resolver(transactor=world.application.transactor, store=world.application.store)
    refused = [row.name for row in TOPICS.values() if row.permission in ENTERPRISE_WIDE - OWNER]
    assert {'audit', 'tokens', 'waiting', 'people'} <= set(refused)
    for name in refused:
        with pytest.raises(NotAllowed, match=r'part of the enterprise|which goes with the whole'):
            resolve(world.person(scope), name, {})


async def test_who_sees_everything_sees_it_there(world: Divided) -> None:
    resolve = resolver(transactor=world.application.transactor, store=world.application.store)
    for name in [*LISTS, *(f'{head}/{world.outside.ids[id]}' for head, id in ONES.items())]:
        topic = resolve(world.person(EVERYWHERE), name, {})()
        await topic.open()
        assert world.outside.traces(_text(topic.full())), name


async def test_what_is_counted_for_all_is_hidden_rather_than_wrong(world: Divided, scope: Scope) -> None:
    resolve = resolver(transactor=world.application.transactor, store=world.application.store)
    for name in (row.name for row in TOPICS.values() if row.whole):
        with pytest.raises(Exception, match='whole enterprise'):
            resolve(world.person(scope), name, {})
    held = resolve(world.person(scope), 'interlock', {})().full()
    assert (held['devices'], held['open'], 'limit' in held) == (1, 1, False)
    counters = resolve(world.person(scope), 'counters', {})().full()
    assert (counters['devices'], counters['towers'], counters['violations']) == (1, 1, 1)
    assert counters['commands'] == {'open': 1}
    assert counters['alerts']['open'] == 2  # the tower and the stranger; that of the policy is the whole enterprise's


async def test_no_route_answers_for_what_is_outside(world: Divided, scope: Scope) -> None:
    async with _served(world, scope) as (program, operations):
        kept = _kept(world)
        asked = 0
        for method, path, needed in operations:
            if '{' not in path or 'policy_id' in path:
                continue
            foreign, nobody = _fill(path, world.outside.ids), _fill(path, world.unknown())
            answer = await program.send(method, foreign, **request(method, path))
            # to take a shift one must see who has it
            is_whole = needed in ENTERPRISE_WIDE or path.startswith(('/rotations/', '/swap-offers/'))
            assert answer.status_code == (403 if is_whole else 404), (method, path, answer.text)
            missing = await program.send(method, nobody, **request(method, path))
            ids = re.compile('[0-9A-HJ-NP-TV-Z]{26}')
            assert ids.sub('', answer.text) == ids.sub('', missing.text), (method, path)
            assert needed
            asked += 1
        assert asked == 121
        assert _kept(world) == kept


def _kept(world: Divided) -> dict[type, dict[str, Any]]:
    """What is stored, but for when a token was last used: to the minute, and so many questions take longer."""
    return {kind: dict(rows) for kind, rows in world.application.store.rows.items() if kind is not Token}


async def test_no_list_of_the_api_tells_of_what_is_outside(world: Divided, scope: Scope) -> None:
    async with _served(world, scope) as (program, operations):
        for method, path, needed in operations:
            if method != 'GET':
                continue
            inside = _fill(path, world.inside.ids)
            answer = await program.send('GET', inside)
            # a shift is that of the whole enterprise, a task that of whose token it was
            if path == '/handovers/{handover_id}' or '_task_id}' in path:
                assert answer.status_code == 404
                continue
            if path.endswith('/history'):  # it was counted for all, and cannot be divided afterwards
                assert answer.status_code == 403
                continue
            if needed in ENTERPRISE_WIDE:
                assert answer.status_code == 403
                assert 'which goes with the whole enterprise' in answer.json()['detail']
                continue
            assert answer.status_code == 200, answer.text
            assert world.outside.traces(answer.text) == [], path
            for name in ('state', 'q', 'device', 'tower', 'policy', 'label', 'region', 'operator', 'object_id'):
                for value in ('all', 'closed', CANARY, f'site={CANARY}-site', *world.outside.ids.values()):
                    found = await program.send('GET', inside, params={name: value})
                    assert world.outside.traces(found.text, but=value) == [], (path, name, value)
        assert (await program.get('/devices'))['total'] == 1
        policy = await program.get(f'/policies/{world.policy}')
        assert sum(policy['devices'].values()) == policy['devices']['excused'] == 1
        preview = (await program.post('/policies:preview', {'rule': 'device.storage.encrypted'})).json()
        assert (preview['selected'], preview['towers'], preview['examples']) == (
            1,
            {'inside-tower': 1},
            ['inside-device'],
        )


async def test_the_same_ids_inside_are_answered(world: Divided, scope: Scope) -> None:
    async with _served(world, scope) as (program, operations):
        for method, path, needed in operations:
            if (
                method == 'GET'
                and '{' in path
                and needed not in ENTERPRISE_WIDE
                and not re.search('handover|_task_id', path)
            ):
                answer = await program.send('GET', _fill(path, world.inside.ids))
                assert answer.status_code == 200, (path, answer.text)


async def test_no_page_shows_what_is_outside(console: Console, scope: Scope) -> None:
    world = await divided(console.application)
    await _sign_in(console, scope)
    assert len(PAGES) >= 10
    for page in PAGES:
        paths = {
            _fill(page.replace('{id}', '{device_id}').replace('{person_id}', '{device_id}'), half.ids)
            for half in (world.inside, world.outside)
        }
        for path in paths:
            answer = await console.client.get(path)
            assert answer.status_code in (200, 303, 307, 403, 404), (path, answer.text)
            assert world.outside.traces(answer.text, but=path) == [], path
    page = (await console.client.get(f'/devices/{world.inside.device.id}')).text
    assert 'inside-device' in page
    assert 'Your role is narrowed to this' in page


async def test_a_foreign_device_and_an_unknown_one_have_the_same_page(console: Console, scope: Scope) -> None:
    world = await divided(console.application)
    await _sign_in(console, scope)
    for place, id in (('devices', 'device_id'), ('towers', 'tower_id'), ('alerts', 'alert_id')):
        for one in (world.outside.ids[id], '01JZZZZZZZZZZZZZZZZZZZZZZZ'):
            await console.missing(f'/{place}/{one}', place[:-1])


async def test_neither_the_finder_nor_the_file_of_devices_leads_outside(console: Console, scope: Scope) -> None:
    world = await divided(console.application)
    await _sign_in(console, scope)
    for text in (CANARY, 'device', 'tower', 'is down', '1002', world.outside.device.id):
        answer = await console.client.get('/ui/search', params={'q': text})
        assert world.outside.traces(answer.text) == [], text
    assert 'inside-device' in (await console.client.get('/ui/search', params={'q': 'device'})).text
    kept = await console.client.get('/ui/kept')
    assert ('inside-device' in kept.text, world.outside.traces(kept.text)) == (True, [])
    for query in ({}, {'q': CANARY}, {'tower': world.outside.tower.id}):
        answer = await console.client.get('/ui/devices.csv', params=query)
        assert world.outside.traces(answer.text) == [], query
    assert 'inside-device' in (await console.client.get('/ui/devices.csv')).text


@asynccontextmanager
async def _served(world: Divided, scope: Scope) -> AsyncIterator[tuple[Caller, list[tuple[str, str, str]]]]:
    """A program of a service account that is narrowed, and all that programs can do: method, path and permission."""
    owner = world.person(scope, PersonKind.SERVICE)
    async with serving(world.application) as served:
        _, secret = await world.application.tokens.issue(
            world.application.enterprise,
            TokenKind.API,
            'narrow',
            scopes=sorted(owner.actor().permissions),
            person=owner.id,
        )
        document = (await served.client.get('/api/v1/openapi.json')).json()
        operations = [
            (method.upper(), path.removeprefix('/api/v1'), found['security'][0]['program'][0])
            for path, item in document['paths'].items()
            for method, found in item.items()
            if 'program' in found['security'][0]
        ]
        yield Caller(served.client, secret), operations


async def _sign_in(console: Console, scope: Scope) -> Person:
    person = await console.application.people.add(
        console.application.enterprise, 'ops@example.com', 'Ops', Role.OPERATOR, PASSWORD, scope=scope
    )
    answer = await console.client.post('/auth/sign-in', data={'email': 'ops@example.com', 'password': PASSWORD})
    assert answer.headers['location'] == '/'
    return person


def _text(said: object) -> str:
    return json.dumps(said, default=str)


def _fill(path: str, ids: Any) -> str:
    return re.sub(r'\{(\w+)\}', lambda found: ids.get(found[1], 'nobody'), path)
