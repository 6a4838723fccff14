"""A console as small as the fleet's contract with it: enrolments, check-ins, command results and towers, all in memory."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

Json = dict[str, Any]
PROBLEM = 'application/problem+json'
WITHIN_S = 30.0
"""Longest wait for what should take a second or two; the machine may be busy."""


@dataclass
class Record:
    """What the console knows of one device."""

    id: str
    enrolment: Json
    sequence: int = 0
    checkins: list[Json] = field(default_factory=list)
    commands: list[Json] = field(default_factory=list)
    facts: Json = field(default_factory=dict)


@dataclass
class Console:
    """``refuse`` may turn a request away: it gets the path and returns a status with headers, or None.

    While there is a ``portal`` it answers everything; ``shown`` is what it got to see as authorisation.
    """

    devices: dict[str, Record] = field(default_factory=dict)
    by_imei: dict[str, Record] = field(default_factory=dict)
    credentials: dict[str, Record] = field(default_factory=dict)
    towers: dict[str, Json] = field(default_factory=dict)
    results: dict[str, Json] = field(default_factory=dict)
    page: Json = field(default_factory=lambda: {'version': 0, 'components': [], 'public_slug': None})
    notices: list[Json] = field(default_factory=list)
    refuse: Callable[[str], tuple[int, dict[str, str]] | None] = lambda path: None
    portal: Callable[[], web.Response] | None = None
    shown: list[str] = field(default_factory=list)
    port: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    connections: set[Any] = field(default_factory=set)
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f'http://127.0.0.1:{self.port}'

    async def start(self) -> None:
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.post('/api/v1/enrolments', self._enrol),
                web.post('/api/v1/checkins', self._check_in),
                web.post('/api/v1/commands/{id}/result', self._result),
                web.get('/api/v1/towers', self._list_towers),
                web.post('/api/v1/towers', self._create_tower),
                web.get('/api/v1/towers/{id}', self._read_tower),
                web.patch('/api/v1/towers/{id}', self._change_tower),
                web.get('/api/v1/status-page', self._read_page),
                web.patch('/api/v1/status-page', self._change_page),
                web.post('/api/v1/status-page:publish', self._publish_page),
                web.post('/api/v1/status-page/notices', self._begin_notice),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, '127.0.0.1', self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def order(self, name: str, action: str, command: str) -> None:
        """Give a device a command with its next check-in."""
        record = next(record for record in self.devices.values() if record.enrolment['name'] == name)
        record.commands.append(
            {'id': command, 'action': action, 'reason': 'test', 'requested_at': '2026-11-22T08:00:00Z'}
        )

    def named(self, name: str) -> Record:
        return next(record for record in self.devices.values() if record.enrolment['name'] == name)

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Any:
        self.connections.add(request.transport)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.portal is not None:
                self.shown += request.headers.getall('Authorization', [])
                return self.portal()
            if 'Authorization' not in request.headers:
                return problem(401, 'send the header Authorization: Bearer, and the token')
            if (refusal := self.refuse(request.path)) is not None:
                return problem(refusal[0], 'refused', **refusal[1])
            return await handler(request)
        finally:
            self.in_flight -= 1

    async def _enrol(self, request: web.Request) -> web.Response:
        assert _token(request) == 'cwe_test'
        body = await request.json()
        imei = body['identifiers']['imei']
        known = imei in self.by_imei
        record = self.by_imei.setdefault(imei, Record(f'd{len(self.by_imei)}', body))
        self.devices[record.id] = record
        record.sequence = 0
        credential = f'cwd_{len(self.credentials)}'
        self.credentials = (
            {token: one for token, one in self.credentials.items() if one is not record} if known else self.credentials
        )
        self.credentials[credential] = record
        answer = {'device_id': record.id, 'credential': credential, 'interval_s': body['interval_s'], 'sequence': 0}
        return web.json_response(answer, status=200 if known else 201)

    async def _check_in(self, request: web.Request) -> web.Response:
        record = self.credentials.get(_token(request))
        if record is None:
            return problem(401, 'unknown credential')
        body = await request.json()
        accepted = 'duplicate' if body['sequence'] == record.sequence else 'current'
        if body['sequence'] > record.sequence:
            record.sequence = body['sequence']
            record.checkins.append(body)
            record.facts.update(body.get('facts') or {})
        answer = {'accepted': accepted, 'interval_s': record.enrolment['interval_s'], 'commands': record.commands}
        return web.json_response({**answer, 'received_at': datetime.now(UTC).isoformat()})

    async def _result(self, request: web.Request) -> web.Response:
        record = self.credentials[_token(request)]
        command = request.match_info['id']
        record.commands = [one for one in record.commands if one['id'] != command]
        self.results[command] = await request.json()
        return web.json_response({'id': command})

    async def _list_towers(self, request: web.Request) -> web.Response:
        start = int(request.query.get('cursor', 0))
        rows = list(self.towers.values())[
            start : start + 7
        ]  # small pages, whatever the limit: the cursor has to be followed
        more = start + 7 < len(self.towers)
        return web.json_response({'items': rows, 'next': str(start + 7) if more else None, 'total': len(self.towers)})

    async def _create_tower(self, request: web.Request) -> web.Response:
        assert _token(request) == 'cwt_test'
        tower = {**await request.json(), 'id': f't{len(self.towers)}', 'version': 1}
        self.towers[tower['id']] = tower
        _with_ids(tower)
        return web.json_response(tower, status=201, headers={'ETag': '"1"'})

    async def _read_tower(self, request: web.Request) -> web.Response:
        tower = self.towers[request.match_info['id']]
        return web.json_response(tower, headers={'ETag': f'"{tower["version"]}"'})

    async def _change_tower(self, request: web.Request) -> web.Response:
        tower = self.towers[request.match_info['id']]
        if request.headers.get('If-Match') != f'"{tower["version"]}"':
            return problem(412, 'stale')
        tower.update(await request.json())
        _with_ids(tower)
        tower['version'] += 1
        return web.json_response(tower)

    async def _read_page(self, request: web.Request) -> web.Response:
        return web.json_response(self.page)

    async def _change_page(self, request: web.Request) -> web.Response:
        self.page |= await request.json()
        self.page['components'] = [{**one, 'id': f'c{number}'} for number, one in enumerate(self.page['components'])]
        self.page['version'] += 1
        return web.json_response(self.page)

    async def _publish_page(self, request: web.Request) -> web.Response:
        if (await request.json())['version'] != self.page['version']:
            return problem(412, 'stale')
        self.page |= {'public_slug': self.page['slug'], 'version': self.page['version'] + 1}
        return web.json_response(self.page)

    async def _begin_notice(self, request: web.Request) -> web.Response:
        self.notices.append(await request.json())
        return web.json_response({'id': f'n{len(self.notices)}'}, status=201)


def problem(status: int, title: str, **headers: str) -> web.Response:
    body = {'type': 'urn:cellwarden:problem:of-a-test', 'title': title, 'status': status}
    return web.json_response(body, status=status, headers=headers, content_type=PROBLEM)


def _token(request: web.Request) -> str:
    return request.headers['Authorization'].removeprefix('Bearer ')


async def eventually(condition: Callable[[], object], within: float = WITHIN_S) -> None:
    """Wait until ``condition`` holds, looking again every few milliseconds; fails after ``within`` seconds."""
    deadline = asyncio.get_running_loop().time() + within
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, 'it did not happen in time'
        await asyncio.sleep(0.01)


_NUMBERS = itertools.count()


def _with_ids(tower: dict[str, Any]) -> None:
    """Checks that come without one get an id."""
    for check in tower['checks']:
        check.setdefault('id', f'c{next(_NUMBERS)}')
