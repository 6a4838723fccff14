"""Two enterprises on a real server: no route, page, topic or event socket shows a caller of one the rows of the other."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urljoin

import aiohttp
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from domain.access.permissions import Role
from tests.page_line import EndedError, connected, query_of
from tests.real.server import WITHIN_S, bearer
from tests.real.two import WINDOW, Tenant, Two, silence_end, two_enterprises
from ui.live.hub import MOST_TOPICS
from ui.pages import PAGES as PAGE_ROWS
from ui.topics import TOPICS

pytestmark = pytest.mark.asyncio(loop_scope='module')

SILENCE = {'reason': 'taken', 'ends_at': silence_end(), 'conditions': {'labels': {'site': 'nowhere'}}}
SPAN = {'starts_at': '2027-02-01T00:00:00Z', 'ends_at': '2027-02-02T00:00:00Z'}
SHIFT = {'person': 'x', 'starts_at': '2027-02-01T00:00:00Z', 'ends_at': '2027-02-02T00:00:00Z'}
LINK = {'title': 'taken', 'label': 'taken', 'expires_at': silence_end(), 'parts': ['cause']}
SAY_NOTHING_OF_ANYBODY = (
    '/api/v1/history',
    '/api/v1/own-alert-rules:counters',
    '/api/v1/contact-limits',
    '/api/v1/audit/unwatched',
)
"""Numbers alone, and words of ours."""
MEANT = {'alarmPattern': [{'id': 'mine'}]}
GROUPED = {'parentAlarm': {'id': 'mine'}, 'correlatedAlarm': [{'id': 'mine'}]}
BODIES: dict[str, Any] = {
    '/devices': {'name': 'taken', 'kind': 'tablet'},
    '/devices:labels': {'devices': ['x'], 'labels': {'site': 'mine'}},
    '/devices/{device_id}/commands': {'action': 'quarantine', 'reason': 'mine now'},
    '/devices/{device_id}/notes': {'text': 'mine now'},
    '/devices/{device_id}/restore': None,
    '/towers/{tower_id}/notes': {'text': 'mine now'},
    '/towers/{tower_id}/restore': None,
    '/policies': {'name': 'taken', 'rule': 'true'},
    '/bounces': {'letter': 'no report'},
    '/policies:check': {'rule': 'true'},
    '/policies:preview': {'rule': '!device.storage.encrypted'},
    '/towers': {'name': 'taken'},
    '/enterprise:browsers': {'keep': True},
    '/enterprise:links': {'answer': True},
    '/alerts/{alert_id}/incident-links': LINK,
    '/alerts/{alert_id}/acknowledge': {'comment': 'mine now'},
    '/alerts/{alert_id}/comments': {'text': 'mine now'},
    '/alerts/{alert_id}/unacknowledge': None,
    '/alerts/{alert_id}/assign': {'person_id': None},
    '/alerts/{alert_id}/take': None,
    '/alerts/{alert_id}/release': {'person_id': None},
    '/alerts/{alert_id}/snooze': {'until': '2099-01-01T00:00:00Z'},
    '/alerts/{alert_id}/wake': None,
    '/alerts/{alert_id}/mark-false': {'reason': 'mine now'},
    '/alerts/{alert_id}/unmark-false': None,
    '/alerts/{alert_id}/merge': {'into': 'mine'},
    '/alerts/{alert_id}/separate': None,
    '/handovers': {'note': 'mine now'},
    '/alert-rules/{alert_rule_id}/preview': {},
    '/handovers/{handover_id}/take': None,
    '/incident-links/{incident_link_id}/revoke': None,
    '/commands/{command_id}/cancel': None,
    '/commands/{command_id}/result': {'outcome': 'confirmed'},
    '/unknown-cells/{unknown_cell_id}/trust': {'until': silence_end(), 'reason': 'mine now'},
    '/unknown-cells/{unknown_cell_id}/mark-rogue': {'reason': 'mine now'},
    '/unknown-cells/{unknown_cell_id}/take-back': None,
    '/unknown-cells/{unknown_cell_id}/list': {'tower_id': 'mine'},
    **dict.fromkeys(('/tmf642/ackAlarms', '/tmf642/unAckAlarms', '/tmf642/clearAlarms'), MEANT),
    '/tmf642/commentAlarms': {'comment': {'comment': 'mine'}, 'alarmPattern': [{'id': 'mine'}]},
    **dict.fromkeys(('/tmf642/groupAlarms', '/tmf642/unGroupAlarms'), GROUPED),
    '/tmf642/hub': {'callback': 'https://example.com/taken'},
    '/tmf642/alarm/{alert_id}': {'comment': [{'comment': 'mine'}]},
    '/own-alert-rules': {'name': 'taken', 'expression': 'offline > 1'},
    '/own-alert-rules:preview': {'name': 'taken', 'expression': 'offline > 1'},
    '/checkins:batch': [],
    '/enrolments/{device_id}/approve': None,
    '/enrolments/{device_id}/refuse': {},
    '/channels': {'name': 'taken', 'kind': 'webhook', 'settings': {'url': 'https://example.com/'}},
    '/channels/{channel_id}/forget-bounces': None,
    '/people/{person_id}/contact/forget-bounces': None,
    '/channels/{channel_id}/rotate-secret': None,
    '/channels/{channel_id}/test': None,
    '/teams': {'name': 'taken'},
    '/rotations': {'name': 'taken', 'zone': 'UTC'},
    '/rotations/{rotation_id}/overrides': SHIFT,
    '/rotations/{rotation_id}/overrides/{override_id}/give-back': None,
    '/rotations/{rotation_id}/swaps': {'one': SHIFT, 'other': SHIFT},
    '/rotations/{rotation_id}/swap-offers': {'asked': 'y', 'gives': SPAN},
    '/swap-offers/{swap_offer_id}/accept': None,
    '/swap-offers/{swap_offer_id}/decline': {},
    '/swap-offers/{swap_offer_id}/withdraw': None,
    '/notified-browsers/{browser_id}/forget': None,
    '/rotations/{rotation_id}/feed': None,
    '/rotations/{rotation_id}/calendars': {'name': 'taken', 'url': 'https://calendar.example/'},
    '/rotations/{rotation_id}/calendars/{calendar_id}/read': None,
    '/escalation-policies': {'name': 'taken', 'steps': [{'targets': [{'kind': 'team', 'id': 'x'}]}]},
    '/alert-routes': {'name': 'taken', 'policy': 'x'},
    '/alert-routes/test': {},
    '/maintenance-windows': {**WINDOW, 'name': 'taken'},
    '/maintenance-calendars': {'name': 'taken', 'url': 'https://calendar.example/'},
    '/maintenance-calendars/{works_calendar_id}/leave-out': {'key': 'taken'},
    '/maintenance-calendars/{works_calendar_id}/read': None,
    '/maintenance-windows/{maintenance_window_id}/begin': None,
    '/maintenance-windows/{maintenance_window_id}/extend': {'until': silence_end()},
    '/maintenance-windows/{maintenance_window_id}/end': None,
    '/silences': SILENCE,
    '/silences/preview': SILENCE,
    '/silences/{silence_id}/end': None,
    '/status-page:publish': {'version': 1},
    '/status-page:withdraw': None,
    '/status-page/notices': {'title': 'taken', 'text': 'mine now'},
    '/status-page/notices/{notice_id}/updates': {'state': 'resolved', 'text': 'mine now'},
    '/enrolment-tokens': {'name': 'taken'},
    '/enrolment-tokens/{token_id}/revoke': None,
    '/people': {'name': 'taken', 'role': 'viewer'},
    '/invitations': {'email': 'taken@example.com', 'role': 'viewer'},
    '/invitations/{invitation_id}/withdraw': None,
    '/tokens': {'account_id': 'nobody', 'name': 'taken', 'scopes': ['devices:read'], 'expires_in_s': 60},
    '/tokens/{api_token_id}/revoke': None,
}
PAGES = sorted(address for row in PAGE_ROWS for address in row.addresses)
PEOPLE_ONLY = [page for page in PAGES if not page.startswith(('/login', '/join'))] + [
    '/ui/search?q={canary}',
    '/ui/alerts.csv?state=open,acknowledged,cleared',
    '/ui/devices.csv',
    '/ui/devices.csv?q={canary}',
    '/ui/violations.csv',
    '/ui/violations.csv?q={canary}',
]
_ID_IN = {
    'device': 'device_id',
    'tower': 'tower_id',
    'policy': 'policy_id',
    'violation': 'violation_id',
    'alert': 'alert_id',
}


@pytest_asyncio.fixture(scope='module', loop_scope='module')
async def two(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    async with two_enterprises(tmp_path_factory.mktemp('two') / 'data') as found:
        yield found


async def operations(two: Two, door: str) -> list[tuple[str, str, list[str]]]:
    """Method, path and names of query parameters of everything that comes through a door of the API."""
    document = (await two.client.get('/api/v1/openapi.json')).json()
    return [
        (method.upper(), path, [each['name'] for each in found.get('parameters', ()) if each['in'] == 'query'])
        for path, item in document['paths'].items()
        for method, found in item.items()
        if door in found['security'][0]
    ]


def filled(path: str, owner: Tenant, page: bool = False) -> str:
    """The path with the ids of ``owner``; pages may call an id just ``id``, which is then a device's."""
    ids = {
        **owner.ids,
        'alarm_id': owner.ids['alert_id'],
        'canary': owner.canary,
        **({'id': owner.ids['device_id']} if page else {}),
    }
    return re.sub(r'\{(\w+)\}', lambda found: ids[found[1]], path)


def request(method: str, path: str) -> dict[str, Any]:
    short = path.removeprefix('/api/v1')
    if method in ('PATCH', 'DELETE'):
        return {
            'headers': {'if-match': '*'},
            **({'json': BODIES.get(short, {'name': 'taken'})} if method == 'PATCH' else {}),
        }
    return {'json': BODIES[short]} if method == 'POST' else {}


async def test_foreign_ids_are_as_good_as_none_on_every_route(two: Two) -> None:
    asked = 0
    for mine, theirs in two.pairs:
        for door, secret in (('program', mine.api), ('device', mine.credential)):
            for method, path, _ in await operations(two, door):
                if '{' not in path:
                    continue
                more = request(method, path)
                more['headers'] = {**more.get('headers', {}), **bearer(secret)}
                answer = await two.client.request(method, filled(path, theirs), **more)
                assert answer.status_code == 404, (method, path, answer.text)
                assert theirs.traces(answer.text, but=filled(path, theirs)) == []
                asked += 1
    assert asked >= 2 * 28


async def test_lists_show_ones_own_and_no_filter_reaches_further(two: Two) -> None:
    for mine, theirs in two.pairs:
        for method, path, parameters in await operations(two, 'program'):
            if method != 'GET' or '{' in path:
                continue
            plain = await two.client.get(path, headers=bearer(mine.api))
            assert plain.status_code == 200, plain.text
            if path not in SAY_NOTHING_OF_ANYBODY:
                assert mine.traces(plain.text), f'{path} shows nothing of the enterprise that asks'
            assert theirs.traces(plain.text) == [], path
            for name in parameters:
                for value in (*theirs.ids.values(), theirs.canary, theirs.id):
                    answer = await two.client.get(path, params={name: value}, headers=bearer(mine.api))
                    assert answer.status_code in (200, 422), answer.text
                    assert theirs.traces(answer.text, but=value) == [], (path, name)


async def test_own_ids_are_answered_so_that_the_404s_mean_something(two: Two) -> None:
    for mine, theirs in two.pairs:
        for method, path, _ in await operations(two, 'program'):
            if method == 'GET' and '{' in path:
                answer = await two.client.get(filled(path, mine), headers=bearer(mine.api))
                assert answer.status_code == 200, (path, answer.text)
                assert theirs.traces(answer.text) == []


async def test_what_one_writes_cannot_touch_the_others(two: Two) -> None:
    for mine, theirs in two.pairs:
        item = {'device': theirs.ids['device_id'], 'sequence': 2**50, 'observed_at': '2026-01-01T00:00:00Z'}
        answer = await two.client.post('/api/v1/checkins:batch', json=[item], headers=bearer(mine.api))
        assert (answer.json()['accepted'], answer.json()['rejected'][0]['title']) == (0, 'Not found')
        same = {'name': 'twin', 'kind': 'tablet', 'identifiers': {'serial': f'{theirs.canary}-serial'}}
        answer = await two.client.post('/api/v1/enrolments', json=same, headers=bearer(mine.enrolment))
        assert answer.status_code == 201, 'a serial of another enterprise must not be known here'
        twin = answer.json()['device_id']
        assert twin != theirs.ids['device_id']
        gone = await two.client.delete(f'/api/v1/devices/{twin}', headers={**bearer(mine.api), 'if-match': '*'})
        assert gone.status_code == 204
        parent = {'name': 'child', 'parent_id': theirs.ids['tower_id']}
        answer = await two.client.post('/api/v1/towers', json=parent, headers=bearer(mine.api))
        assert answer.status_code in (404, 422), answer.text
        assert theirs.traces(answer.text, but=theirs.ids['tower_id']) == []


@pytest.mark.parametrize('shown', ['', 'nonsense', 'cwt_nonsense', 'credential', 'enrolment', 'cookie'])
async def test_every_route_wants_its_own_kind_of_token(two: Two, shown: str) -> None:
    mine = two.tenants[0]
    secret = {'credential': mine.credential, 'enrolment': mine.enrolment}.get(shown, shown)
    headers = {'cookie': f'cellwarden_session={mine.cookies[Role.ADMIN]}'} if shown == 'cookie' else bearer(secret)
    for method, path, _ in await operations(two, 'program'):
        more = request(method, path)
        answer = await two.client.request(
            method, filled(path, mine), **{**more, 'headers': {**more.get('headers', {}), **headers}}
        )
        assert answer.status_code == 401, (method, path, answer.text)
        assert mine.traces(answer.text, but=filled(path, mine)) == []


async def test_the_event_socket_tells_of_ones_own_alone(two: Two) -> None:
    for mine, theirs in two.pairs:
        url = f'ws://127.0.0.1:{two.server.port}/api/v1/events?cursor=0'
        async with connect(url, additional_headers=bearer(mine.api)) as socket, asyncio.timeout(WITHIN_S):
            await two.stir()
            newest = (await two.client.get('/api/v1/journal?limit=1', headers=bearer(mine.api))).json()['newest']
            told: list[str] = []
            while not told or json.loads(told[-1])['sequence'] < newest:
                told.append(str(await socket.recv()))
        assert mine.traces(''.join(told))
        assert theirs.traces(''.join(told)) == []
        for nobody in ('', theirs.credential, mine.enrolment):
            with pytest.raises(InvalidStatus) as refused:
                await connect(url, additional_headers=bearer(nobody))
            assert refused.value.response.status_code == 401


def topics_about(owner: Tenant) -> list[str]:
    """Every topic there is, alone and with every id, filter and search that could lead to ``owner``."""
    found = []
    for name in TOPICS:
        found += [name, f'{name}?q={owner.canary}']
        found += [f'{name}/{id}' for id in owner.ids.values()]
        found += [f'{name}?{kind}={owner.ids[key]}' for kind, key in _ID_IN.items()]
    found += [f'feed/{kind}/{owner.ids[key]}' for kind, key in _ID_IN.items()]
    found += ['alerts?state=open,acknowledged,cleared', f'devices?label=site={owner.canary}-site', 'pulse/checkins']
    return found


@pytest.mark.parametrize('role', [Role.ADMIN, Role.VIEWER])
async def test_no_topic_shows_the_other_enterprise(two: Two, role: Role) -> None:
    for mine, theirs in two.pairs:
        wanted = topics_about(theirs)
        seen = await follow_all(two, mine, role, wanted)
        assert sorted(seen) == sorted(set(wanted)), 'every topic answers'
        for topic, said in seen.items():
            assert theirs.traces(said) == [], (topic, said[:500])
        own = await follow_all(
            two, mine, role, ['devices', 'towers', 'policies', 'alerts', 'violations', 'commands', 'feed']
        )
        assert [topic for topic, said in own.items() if not mine.traces(said)] == []


async def follow_all(two: Two, mine: Tenant, role: Role, wanted: list[str]) -> dict[str, str]:
    """Follow them, let something happen in both enterprises, and give all that was said of each (refusals without the name asked for)."""
    parts = [set(wanted[start : start + MOST_TOPICS]) for start in range(0, len(wanted), MOST_TOPICS)]
    seen: dict[str, str] = {}
    for found in await asyncio.gather(*(follow(two, mine, role, part) for part in parts)):
        seen |= found
    return seen


async def follow(two: Two, mine: Tenant, role: Role, part: set[str]) -> dict[str, str]:
    """The same for as many as one page may follow."""
    seen: dict[str, str] = {}
    async with two.live(mine, role) as line, asyncio.timeout(WITHIN_S):
        await line.say(*({'op': 'follow', 't': topic} for topic in part))
        stirred, beats = False, 0
        while beats < 2:
            for frame in await line.frames():
                topic = frame.pop('t')
                if topic == 'beat':
                    beats += stirred
                else:
                    seen[topic] = seen.get(topic, '') + json.dumps(frame).replace(topic, '')
            if not stirred and not part - seen.keys():
                await two.stir()
                stirred = True
    return seen


async def test_no_page_shows_the_other_enterprise(two: Two) -> None:
    """To whom most is shown; the same is asked for every role by ``test_matrix``."""
    assert len(PAGES) >= 10
    for mine, theirs in two.pairs:
        for page in PEOPLE_ONLY:
            path = filled(page, theirs, page=True)
            answer = await two.as_person(mine, Role.ADMIN, 'GET', path)
            assert answer.status_code in (200, 303, 403, 404), (path, answer.status_code, answer.text[:500])
            assert theirs.traces(answer.text, but=path) == [], path
        answer = await two.as_person(mine, Role.ADMIN, 'GET', filled('/devices/{id}', mine, page=True))
        assert mine.traces(answer.text)


async def test_without_a_session_every_page_leads_to_the_sign_in(two: Two) -> None:
    mine = two.tenants[0]
    for cookie in ('', 'cellwarden_session=', 'cellwarden_session=nonsense', f'cellwarden_session={mine.api}'):
        for page in PEOPLE_ONLY:
            path = filled(page, mine, page=True)
            answer = await two.client.get(path, headers={'cookie': cookie})
            if path.startswith('/ui/search'):
                assert (answer.status_code, answer.text) == (401, '[]')
            else:
                where = urljoin(path, answer.headers['location']).partition('?')[0]
                assert (answer.status_code, where) == (303, '/login'), path
            assert mine.traces(answer.text) == []
        client = aiohttp.ClientSession(two.server.address, cookie_jar=aiohttp.DummyCookieJar())
        headers = {'cookie': cookie, 'origin': two.server.address}
        async with client:
            opened = await two.as_person(mine, Role.ADMIN, 'GET', '/devices')
            with pytest.raises(EndedError, match='Implicit handshake failed'):
                async with connected(client, query_of(opened.text), headers):
                    pass


async def test_another_site_can_neither_act_nor_listen(two: Two) -> None:
    cookie = f'cellwarden_session={two.tenants[0].cookies[Role.ADMIN]}'
    evil = {'cookie': cookie, 'origin': 'https://evil.example'}
    answer = await two.client.post('/auth/sign-out', headers=evil)
    assert answer.status_code == 403
    for transport in ('polling', 'websocket'):
        path = f'/_nicegui_ws/socket.io/?EIO=4&transport={transport}'
        assert (await two.client.get(path, headers=evil)).status_code == 403
    with pytest.raises(InvalidStatus) as refused:
        await connect(f'ws://127.0.0.1:{two.server.port}{path}', additional_headers=evil)
    assert refused.value.response.status_code == 403
    answer = await two.client.get('/api/v1/devices', headers={'cookie': cookie})
    assert answer.status_code == 401
