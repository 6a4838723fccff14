"""Who may do what, asked of a real server: every route, page, topic and socket × two enterprises × every caller, as in ``matrix.txt``."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from domain.access.permissions import ENTERPRISE_WIDE, PERMISSIONS, Permission, Role
from tests.page_line import EndedError
from tests.real.matrix import PEOPLE, PROGRAMS, TABLE, Cells, differences, read, written
from tests.real.routes import Routes, routes_of_the_application
from tests.real.server import PASSWORD, WITHIN_S, bearer
from tests.real.test_enterprises import BODIES, PAGES, filled
from tests.real.two import INSTALLATION_OWNER, NARROWED, Tenant, Two, two_enterprises
from ui.downloads.lists import ABOUT, LISTS
from ui.live.hub import MOST_TOPICS
from ui.sign_in import COOKIE
from ui.topics import TOPICS

pytestmark = pytest.mark.asyncio(loop_scope='module')

METRICS = 'the-token-for-measurements'
FROM_ELSEWHERE = {'x-forwarded-for': '192.0.2.1'}
"""Measurements are open to the machine itself, which a proxy's visitors are not."""
AT_ONCE = 8
ELSEWHERE = ' elsewhere'
"""Ends a row that is about a device which the narrowed operator does not see."""
COMMANDS = '/api/v1/devices/{device_id}/commands'
NEW_BODIES: dict[str, Any] = {
    **BODIES,
    **{
        f'/devices/{{device_id}}/commands {action}': {'action': action, 'reason': 'asked'}
        for action in ('quarantine', 'lock', 'wipe')
    },
    '/enrolments': {'name': 'newcomer', 'kind': 'tablet'},
    '/checkins': {'sequence': 1, 'observed_at': '2026-01-01T00:00:00Z'},
}
FORMS = {
    '/auth/switch': {'enterprise': '{enterprise}'},
    '/auth/step-up': {'password': PASSWORD},
}
QUERIES = {
    **dict.fromkeys(('/ui/search', '/ui/devices.csv', '/ui/violations.csv'), '?q={canary}'),
    **{f'/ui/lists/{name}.csv': '?columns=id:strong' for name in LISTS},
    **{f'/ui/lists/{name}/{{{kind}_id}}.csv': '?columns=id:strong' for name, kind in ABOUT.items()},
}
OBJECTS: dict[str, Any] = {
    '/ui/desk': {},
    '/ui/views': {'name': 'mine', 'list': 'devices'},
    '/ui/views/{view}/remove': {},
}
"""What a page sends as JSON instead of a form."""
LEADS_TO_THE_SIGN_IN = ('/login', '/join', '/auth/begin', '/auth/code', '/auth/sign-in', '/auth/sign-out')
"""Where that is an answer and no refusal."""
OF_THE_INSTALLATION = ('installation', 'enterprises', 'owners', 'metrics')
"""What tells of all enterprises by its nature: it may name them, and show nothing of what is theirs."""
KINDS = {
    'device': 'device_id', 'verdicts': 'device_id', 'signal': 'device_id', 'tower': 'tower_id', 'cells': 'tower_id',
    'checks': 'tower_id', 'latency': 'tower_id', 'policy': 'policy_id', 'alert': 'alert_id', 'witnesses': 'alert_id',
    **dict.fromkeys(('unknown_cell', 'sightings', 'score', 'neighbours', 'cell_map'), 'unknown_cell_id'),
    'acknowledgements': 'alert_id', 'service': 'person_id',
}  # fmt: skip
"""What the topics are about whose name goes on with an id."""
ASKED_ELSEWHERE = (
    ('GET', '/api/v1/devices/{device_id}'), ('PATCH', '/api/v1/devices/{device_id}'),
    ('DELETE', '/api/v1/devices/{device_id}'), ('GET', '/api/v1/devices/{device_id}/samples'),
    ('POST', '/api/v1/devices/{device_id}/notes'), ('POST', '/api/v1/devices/{device_id}/restore'),
    ('GET', '/api/v1/devices/{device_id}/violations'), ('GET', '/api/v1/violations/{violation_id}'),
    ('GET', '/api/v1/commands/{command_id}'), ('POST', '/api/v1/commands/{command_id}/cancel'),
    *(('POST', f'{COMMANDS} {action}') for action in ('quarantine', 'lock')),
)  # fmt: skip
REFUSALS = ('may not do this', 'for owners of the installation', 'for the whole enterprise alone')
"""How a topic says so."""
PAGE_ELSEWHERE = ('GET', '/devices/{id}')
TOPICS_ELSEWHERE = ('device', 'verdicts', 'signal')


@pytest_asyncio.fixture(scope='module', loop_scope='module')
async def two(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    folder = tmp_path_factory.mktemp('matrix') / 'data'
    async with two_enterprises(folder, CELLWARDEN_METRICS_TOKEN=METRICS) as found:
        yield found


async def test_every_caller_may_do_what_the_table_says_and_nothing_else(two: Two, tmp_path: Path) -> None:
    expected, routes = read(TABLE.read_text()), await routes_of_the_application(tmp_path)
    for mine, theirs in two.pairs:
        asked = Asked(two, mine, theirs, await tokens(two, mine), routes)
        found = await asked.everything()
        assert asked.leaks == [], '\n'.join(asked.leaks)
        assert asked.foreign > 150
        wrong = differences(expected, found)
        assert wrong == [], f'{mine.canary}, {len(wrong)} differ:\n' + '\n'.join(wrong) + '\n\n' + written(found)


async def test_what_is_not_written_down_what_is_gone_and_what_differs_are_told() -> None:
    table = read('asked for  anonymous  viewer\n# A remark\nGET /a  sign in  yes\nGET /gone  sign in  -\n')
    found = {'GET /a': {'anonymous': 'yes', 'viewer': 'yes'}, 'GET /new': {'anonymous': 'sign in', 'viewer': 'yes'}}
    assert differences(table, found) == [
        'GET /new: stands in no line of matrix.txt; say who may',
        'GET /gone: is not there any more',
        "GET /a, anonymous: should be 'sign in', is 'yes'",
    ]


async def tokens(two: Two, tenant: Tenant) -> dict[str, str]:
    """A token for each caller; a program has what its role has, and an owner's program no more than that: see ``TokenService``."""
    scopes = {role.value: PERMISSIONS[role] for role in Role} | {INSTALLATION_OWNER: PERMISSIONS[Role.VIEWER]}
    scopes |= {
        NARROWED: PERMISSIONS[Role.OPERATOR] - ENTERPRISE_WIDE,
        'collector': frozenset({Permission.CHECKINS_WRITE}),
    }
    made = {
        name: await two.server.operate('token api', enterprise=f'{tenant.canary} bv', name=f'{tenant.canary}-{name}',
                                       scopes=sorted(wanted), labels=[tenant.site] if name == NARROWED else [])
        for name, wanted in scopes.items()
    }  # fmt: skip
    return {
        **{name: answer['secret'] for name, answer in made.items()},
        'anonymous': '',
        'device': tenant.credential,
        'enrolment': tenant.enrolment,
        'metrics': METRICS,
    }


@dataclass(slots=True)
class Asked:
    """All that one enterprise's callers were answered."""

    two: Two
    mine: Tenant
    theirs: Tenant
    secrets: Mapping[str, str]
    routes: Routes
    cells: Cells = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    foreign: int = 0
    """How often an id of the other enterprise was asked for."""
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def everything(self) -> Cells:
        """Ask it all; what changes the caller's session comes last and in turn."""
        await self._each(self._program, await self._operations(), (*PEOPLE, *PROGRAMS))
        elsewhere = [(method, path + ELSEWHERE) for method, path in ASKED_ELSEWHERE]
        await self._each(self._program, elsewhere, (*PEOPLE, *PROGRAMS))
        await self._each(self._events, [('SOCKET', '/api/v1/events')], (*PEOPLE, *PROGRAMS))
        routes = [
            *(('GET', page) for page in PAGES), *self.routes.people, ('GET', '/ui/audit.{form}?trail=installation'),
        ]  # fmt: skip
        pages = [row for row in routes if row[0] == 'GET']
        await self._each(self._person, [*pages, (PAGE_ELSEWHERE[0], PAGE_ELSEWHERE[1] + ELSEWHERE)], PEOPLE)
        await asyncio.gather(*(self._topics(caller) for caller in PEOPLE))
        for caller in PEOPLE:
            await self._live(caller)
            for method, path in sorted(
                (row for row in routes if row[0] == 'POST'), key=lambda row: 'sign-out' in row[1]
            ):
                await self._person(method, path, caller)
        return self.cells

    async def _operations(self) -> list[tuple[str, str]]:
        document = (await self.two.client.get('/api/v1/openapi.json')).json()
        found = [(method.upper(), path) for path, item in document['paths'].items() for method in item]
        found += [row for row in self.routes.programs if row not in found]
        found.remove(('POST', COMMANDS))  # which permission it takes depends on what is ordered
        return [*found, *(('POST', f'{COMMANDS} {action}') for action in ('quarantine', 'lock', 'wipe'))]

    async def _each(
        self, ask: Callable[[str, str, str], Awaitable[None]], rows: list[tuple[str, str]], callers: tuple[str, ...]
    ) -> None:
        async def one(method: str, path: str, caller: str) -> None:
            async with self.gate:
                await ask(method, path, caller)

        await asyncio.gather(*(one(method, path, caller) for method, path in rows for caller in callers))

    async def _program(self, method: str, path: str, caller: str) -> None:
        row, place, mine = f'{method} {path}', path.partition(' ')[0], self._asked_of(path)
        more = program_request(method, path.removesuffix(ELSEWHERE))
        more['headers'] = {**more.get('headers', {}), **FROM_ELSEWHERE, **self._shown(caller)}
        own = await self.two.client.request(method, filled(place, mine), **more)
        cell = self._cell(own, caller, row, filled(place, mine))
        self._put(row, caller, cell, own, filled(place, mine))
        if cell == 'yes' and '{' in place:
            self.foreign += 1
            asked = filled(place, self.theirs)
            foreign = await self.two.client.request(method, asked, **more)
            self._compare(row, caller, foreign, asked)
            if foreign.status_code != 404:
                self.leaks.append(f'{row}, {caller}: {foreign.status_code} for an id of the other enterprise')

    async def _person(self, method: str, path: str, caller: str) -> None:
        row, mine = f'{method} {path}', self._asked_of(path)
        path = path.removesuffix(ELSEWHERE)
        place = path + QUERIES.get(path, '')
        own = await self._knock(method, path, place, caller, mine)
        cell = self._cell(own, caller, row, self._path(place, mine))
        leads = urljoin(self._path(place, mine), own.headers.get('location', ''))
        if 'location' in own.headers and leads.startswith('/login') and not path.startswith(LEADS_TO_THE_SIGN_IN):
            cell = 'sign in'
        self._put(row, caller, cell, own, self._path(place, mine))
        if cell == 'yes' and ('{' in place or path in FORMS):
            self.foreign += 1
            foreign = await self._knock(method, path, place, caller, self.theirs)
            self._compare(row, caller, foreign, self._path(place, self.theirs))
            if path == '/auth/switch' and COOKIE in foreign.cookies:
                self.leaks.append(f'{row}, {caller}: let into the other enterprise')

    async def _knock(self, method: str, path: str, place: str, caller: str, whose: Tenant) -> httpx.Response:
        form = {name: value.replace('{enterprise}', whose.id) for name, value in FORMS.get(path, {}).items()}
        headers = {'origin': self.two.server.address, 'cookie': f'{COOKIE}={self.mine.cookies.get(caller, "")}'}
        more: dict[str, Any] = {} if method == 'GET' else {'json': OBJECTS[path]} if path in OBJECTS else {'data': form}
        answer = await self.two.client.request(method, self._path(place, whose), headers=headers, **more)
        if fresh := answer.cookies.get(COOKIE):
            self.mine.cookies[caller] = fresh
        self.two.client.cookies.clear()
        return answer

    async def _live(self, caller: str) -> None:
        async with asyncio.timeout(WITHIN_S):
            try:
                async with self.two.live(self.mine, caller) as line:
                    await line.packet()
                cell = 'yes'
            except EndedError as ended:
                cell = ended.word
        self.cells.setdefault('SOCKET pages', {})[caller] = cell

    async def _events(self, method: str, path: str, caller: str) -> None:
        url = f'ws://127.0.0.1:{self.two.server.port}{path}?cursor=0'
        cell, told = 'yes', ''
        try:
            async with connect(url, additional_headers=self._shown(caller)) as socket, asyncio.timeout(WITHIN_S):
                newest = 0
                while newest < 5:
                    event = str(await socket.recv())
                    told, newest = told + event, json.loads(event)['sequence']
        except InvalidStatus as refused:
            cell = _of(refused)
        self.cells.setdefault(f'{method} {path}', {})[caller] = cell
        self.leaks += [f'{path}, {caller}: {mark}' for mark in self.theirs.traces(told)]

    async def _topics(self, caller: str) -> None:
        names = list(TOPICS)
        if caller == 'anonymous':  # the socket itself is not to be had, see ``SOCKET pages``
            for name in (*names, *(name + ELSEWHERE for name in TOPICS_ELSEWHERE)):
                self.cells.setdefault(f'TOPIC {name}', {})[caller] = 'sign in'
            return
        own = {with_id(name, self.mine): name for name in names}
        own |= {with_id(name, self._asked_of(ELSEWHERE)): name + ELSEWHERE for name in TOPICS_ELSEWHERE}
        for topic, said in (await self._follow(caller, set(own))).items():
            row, words = f'TOPIC {own[topic]}', json.dumps(said)
            refusal = said.get('error', '')
            is_refused = any(each in refusal for each in REFUSALS)
            is_outside = row.endswith(ELSEWHERE) or KINDS.get(own[topic]) == 'tower_id'
            is_none = caller == NARROWED and is_outside and not self.mine.shows_hidden(words, but=topic)
            cell = '-' if is_refused else 'none' if is_none else refusal or 'yes'
            self.cells.setdefault(row, {})[caller] = cell
            self._look(row, caller, words, topic)
        for topic, said in (await self._follow(caller, {with_id(name, self.theirs) for name in KINDS})).items():
            self.foreign += 1
            self._look(f'TOPIC {topic}', caller, json.dumps(said), topic)

    async def _follow(self, caller: str, wanted: set[str]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        names = sorted(wanted)
        for start in range(0, len(names), MOST_TOPICS):  # as many as one page may follow
            part = set(names[start : start + MOST_TOPICS])
            async with self.two.live(self.mine, caller) as line, asyncio.timeout(WITHIN_S):
                await line.say(*({'op': 'follow', 't': topic} for topic in part))
                while part - seen.keys():
                    for frame in await line.frames():
                        seen.setdefault(frame.pop('t'), frame)
        return {topic: seen[topic] for topic in wanted}

    def _asked_of(self, path: str) -> Tenant:
        """Whose ids a row is asked with."""
        return replace(self.mine, ids={**self.mine.ids, **self.mine.elsewhere}) if ELSEWHERE in path else self.mine

    def _cell(self, answer: httpx.Response, caller: str, row: str, asked: str) -> str:
        """What is outside is as good as none to the narrowed operator: it is not found, or the answer says nothing of it.

        Others are shown what is elsewhere, or the row would prove nothing.
        """
        is_outside = row.endswith(ELSEWHERE) and (caller == NARROWED or row.startswith('GET '))
        is_outside |= caller == NARROWED and ('{tower_id}' in row or '{handover_id}' in row)
        is_empty = answer.status_code == 200 and not self.mine.shows_hidden(answer.text, but=asked)
        if is_outside and (answer.status_code == 404 or is_empty):
            return 'none'
        return {401: 'sign in', 403: '-'}.get(answer.status_code, 'yes')

    def _shown(self, caller: str) -> dict[str, str]:
        return bearer(self.secrets[caller]) if self.secrets[caller] else {}

    def _path(self, place: str, whose: Tenant) -> str:
        known = place.replace('{form}', 'csv').replace('{name}', 'nobody').replace('{secret}', 'nothing')
        known = known.replace('{view}', 'none')
        return filled(known, whose, page=True)

    def _put(self, row: str, caller: str, cell: str, answer: httpx.Response, asked: str) -> None:
        self.cells.setdefault(row, {})[caller] = cell if answer.status_code < 500 else str(answer.status_code)
        self._compare(row, caller, answer, asked)

    def _compare(self, row: str, caller: str, answer: httpx.Response, asked: str) -> None:
        self._look(row, caller, f'{dict(answer.headers)}{answer.text}', asked)

    def _look(self, row: str, caller: str, said: str, asked: str) -> None:
        if caller == NARROWED:
            hidden = self.mine.shows_hidden(said, but=asked)
            self.leaks += [f'{row}, {caller}: shows {mark}, which is elsewhere' for mark in hidden]
        found = self.theirs.traces(said, but=asked)
        if any(word in row for word in OF_THE_INSTALLATION):
            found = [mark for mark in found if mark in self.theirs.ids.values()]
        self.leaks += [f'{row}, {caller}: shows {mark} of the other enterprise' for mark in found]


def _of(refused: InvalidStatus) -> str:
    status = refused.response.status_code
    return {401: 'sign in', 403: '-'}.get(status, str(status))


def program_request(method: str, path: str) -> dict[str, Any]:
    """Edits are of a version that no row has, so that a caller who may edit is told so and nothing is changed."""
    if method in ('PATCH', 'DELETE'):
        wanted = NEW_BODIES.get(path.removeprefix('/api/v1'), {'name': 'taken'})
        edit = {'json': wanted} if method == 'PATCH' else {}
        return {'headers': {'if-match': '"0"'}, **edit}
    return {'json': NEW_BODIES.get(path.removeprefix('/api/v1'))} if method == 'POST' else {}


def with_id(name: str, whose: Tenant) -> str:
    return f'{name}/{whose.ids[KINDS[name]]}' if name in KINDS else name
