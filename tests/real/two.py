"""Two enterprises on one real server, each with one of everything, every text of which carries the enterprise's canary."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import httpx

from domain.access.permissions import OWNER, Permission, Role
from tests.domain.oncall.test_browsers import KEYS
from tests.page_line import PageLine, page_line
from tests.real.server import PASSWORD, Server, bearer, running_server
from ui.sign_in import COOKIE

CANARIES = ('kanarievogel', 'zeemeeuw')
INSTALLATION_OWNER = 'owner'
"""Who owns the installation and is a viewer of the enterprise, beside its roles."""
NARROWED = 'narrowed'
"""An operator of the devices with one label, which the first device has; ``elsewhere`` is a device that has it not."""


@dataclass(slots=True)
class Tenant:
    """An enterprise: its canary, what it owns by the names that paths use, its secrets, and a session cookie for each of its people.

    ``elsewhere`` holds the same of the device that the narrowed operator does not see, ``hidden`` all that they must not be shown.
    """

    canary: str
    id: str
    ids: Mapping[str, str]
    api: str
    credential: str
    enrolment: str
    cookies: dict[str, str]
    marks: frozenset[str] = field(default_factory=frozenset)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = field(default_factory=frozenset)

    @property
    def site(self) -> str:
        """The label of the narrowed operator."""
        return f'site={self.canary}-site'

    def shows_hidden(self, text: str, *, but: str = '') -> list[str]:
        """What of the tower and of the device elsewhere is in ``text``, apart from what the question itself had in it."""
        return [mark for mark in self.hidden if mark in text and mark not in but]

    def traces(self, text: str, *, but: str = '') -> list[str]:
        """What of this enterprise is in ``text``, apart from what the question itself (``but``) had in it."""
        return [mark for mark in self.marks if mark in text and mark not in but]


@dataclass(slots=True)
class Two:
    """The server, a client of it, and both enterprises."""

    server: Server
    client: httpx.AsyncClient
    tenants: tuple[Tenant, Tenant]

    @property
    def pairs(self) -> list[tuple[Tenant, Tenant]]:
        """Who asks, and whose things must not be seen."""
        return [self.tenants, self.tenants[::-1]]

    async def as_person(self, tenant: Tenant, role: str, method: str, path: str, **more: Any) -> httpx.Response:
        """A browser's request."""
        headers = {'cookie': f'{COOKIE}={tenant.cookies[role]}', 'origin': self.server.address}
        return await self.client.request(method, path, headers=headers, **more)

    @asynccontextmanager
    async def live(self, tenant: Tenant, role: str) -> AsyncIterator[PageLine]:
        """An open page's line; a role without a session may ask too, and is told so by an ``EndedError``."""
        headers = {'cookie': f'{COOKIE}={tenant.cookies.get(role, "")}', 'origin': self.server.address}
        async with (
            aiohttp.ClientSession(self.server.address, cookie_jar=aiohttp.DummyCookieJar()) as client,
            page_line(client, headers, '/account') as line,
        ):
            yield line

    async def stir(self) -> None:
        """Let something happen in both enterprises."""
        for tenant in self.tenants:
            number = self.tenants.index(tenant) + 1
            body = checkin(tenant.canary, number, encrypted=False)
            answer = await self.client.post('/api/v1/checkins', json=body, headers=bearer(tenant.credential))
            assert answer.status_code == 200, answer.text


@asynccontextmanager
async def two_enterprises(folder: Path, **environment: str) -> AsyncIterator[Two]:
    """Both, furnished."""
    async with (
        running_server(folder, **environment) as server,
        httpx.AsyncClient(base_url=server.address, timeout=20) as client,
    ):
        first, second = [await _furnish(server, client, canary, number) for number, canary in enumerate(CANARIES, 1)]
        yield Two(server, client, (first, second))


WINDOW = {'zone': 'UTC', 'starts_on': '2040-01-01T10:00', 'length_min': 60, 'regions': ['nowhere']}


def silence_end() -> str:
    """A moment of tomorrow."""
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


def checkin(canary: str, number: int, *, encrypted: bool) -> dict[str, Any]:
    """Out of policy, on an unknown cell, and a host name to leak."""
    cell = {'rat': 'LTE', 'mcc': '204', 'mnc': f'0{number}', 'tac': 7, 'cell_id': 990 + number, 'rsrp': -60}
    facts = {
        'storage': {'encrypted': encrypted},
        'network': {'hostname': f'{canary}-host'},
        'custom': {'note': f'{canary}-fact'},
    }
    now = datetime.now(UTC)
    return {'sequence': int(now.timestamp() * 1000), 'observed_at': now.isoformat(), 'facts': facts, 'radio': cell}


async def _furnish(server: Server, client: httpx.AsyncClient, canary: str, number: int) -> Tenant:
    async def made(path: str, body: object, secret: str, status: int = 201) -> Any:
        answer = await client.post(f'/api/v1{path}', json=body, headers=bearer(secret))
        assert answer.status_code == status, answer.text
        return answer.json()

    enterprise = await server.operate('enterprise add', name=f'{canary} bv', starter=False)
    scopes = [permission.value for permission in Permission if permission not in OWNER]
    made_token = await server.operate('token api', enterprise=f'{canary} bv', name=f'{canary}-token', scopes=scopes)
    api = made_token['secret']
    enrolment = (await server.operate('token enrolment', enterprise=f'{canary} bv', name=f'{canary}-enrol'))['secret']
    cell = {'rat': 'LTE', 'mcc': '204', 'mnc': f'0{number}', 'tac': 7, 'cell_id': 10 + number}
    check = {'kind': 'tcp', 'host': f'{canary}.invalid', 'port': 1, 'interval_s': 3600}
    tower = await made('/towers', {'name': f'{canary}-tower', 'region': f'{canary}-region', 'operator': f'{canary}-op',
                                   'cells': [cell], 'checks': [check]}, api)  # fmt: skip
    rule = {'name': f'{canary}-policy', 'rule': 'device.storage.encrypted', 'description': f'{canary} policy'}
    policy = await made('/policies', rule, api)
    device = {'name': f'{canary}-device', 'kind': 'tablet', 'labels': {'site': f'{canary}-site'},
              'identifiers': {'serial': f'{canary}-serial'}}  # fmt: skip
    enrolled = await made('/enrolments', device, enrolment)
    stray = checkin(canary, number, encrypted=False)
    stray = {**stray, 'sequence': 1, 'radio': {**stray['radio'], 'cell_id': 980 + number}}
    await made('/checkins', stray, enrolled['credential'], 200)
    await made('/checkins', checkin(canary, number, encrypted=False), enrolled['credential'], 200)
    third = await made(
        '/enrolments', {'name': f'{canary}-third', 'kind': 'tablet', 'labels': device['labels']}, enrolment
    )
    strange = {**stray, 'radio': {**stray['radio'], 'cell_id': 970 + number}}
    await made('/checkins', strange, third['credential'], 200)
    far: dict[str, Any] = {'name': f'{canary}-faraway', 'kind': 'tablet', 'labels': {'site': f'{canary}-elsewhere'}}
    faraway = await made('/enrolments', far, enrolment)
    await made('/checkins', {**checkin(canary, number, encrypted=False), 'radio': {**cell, 'rsrp': -60}},
               faraway['credential'], 200)  # fmt: skip
    quarantine = {'action': 'quarantine', 'reason': f'{canary}!'}
    command, far_command = [
        await made(f'/devices/{each["device_id"]}/commands', quarantine, api) for each in (enrolled, faraway)
    ]
    visitors = await made('/enrolment-tokens', {'name': f'{canary}-visitors', 'approval': True}, api)
    await made('/enrolments', {'name': f'{canary}-visitor', 'kind': 'tablet'}, visitors['secret'])
    invitation = await made('/invitations', {'email': f'guest@{canary}.example', 'role': Role.VIEWER}, api)
    of_service = {
        'account_id': made_token['account_id'],
        'name': f'{canary}-spare',
        'scopes': [Permission.DEVICES_READ],
    }
    spare = await made('/tokens', {**of_service, 'expires_in_s': 3600}, api)
    notice = await made('/status-page/notices', {'title': f'{canary}-notice', 'text': f'{canary} said'}, api)
    hook = {
        'name': f'{canary}-channel',
        'kind': 'webhook',
        'settings': {'url': f'https://{canary}.example/'},
        'enabled': False,
    }
    channel = (await made('/channels', hook, api))['channel']
    told = await made(f'/channels/{channel["id"]}/test', None, api)
    own = await made('/own-alert-rules', {'name': f'{canary}-own', 'expression': 'offline > 100000'}, api)
    hub = await made('/tmf642/hub', {'callback': f'https://{canary}.example/hub'}, api)
    handover = await made('/handovers', {'note': f'{canary} shift'}, api)
    alert_rule = (await client.get('/api/v1/alert-rules', headers=bearer(api))).json()['items'][0]['id']
    team = await made('/teams', {'name': f'{canary}-team'}, api)
    rotation = await made('/rotations', {'name': f'{canary}-rotation', 'zone': 'UTC'}, api)
    step = {'targets': [{'kind': 'channel', 'id': channel['id']}]}
    calls = await made('/escalation-policies', {'name': f'{canary}-escalation', 'steps': [step]}, api)
    route = await made('/alert-routes', {'name': f'{canary}-route', 'policy': calls['id'], 'enabled': False}, api)
    works = {'reason': f'{canary}-works', 'ends_at': silence_end(), 'conditions': {'labels': {'site': 'nowhere'}}}
    silence = await made('/silences', works, api)
    window = await made('/maintenance-windows', {**WINDOW, 'name': f'{canary}-window'}, api)
    component = {'kind': 'tower', 'target': tower['id'], 'name': f'{canary}-component'}
    page = {'slug': canary, 'title': f'{canary}-page', 'components': [component]}
    answer = await client.patch('/api/v1/status-page', json=page, headers={**bearer(api), 'if-match': '*'})
    assert answer.status_code == 200, answer.text
    broken = {
        each['device']['id']: each['id']
        for each in (await client.get('/api/v1/violations', headers=bearer(api))).json()['items']
    }
    cells = (await client.get('/api/v1/unknown-cells', headers=bearer(api))).json()['items']
    passed = next(each['id'] for each in cells if each['cell_id'] == 980 + number)
    await made(f'/unknown-cells/{passed}/trust', {'until': silence_end(), 'reason': f'{canary} knows it'}, api, 200)
    over = (await client.get('/api/v1/alerts?state=closed', headers=bearer(api))).json()['items'][0]
    alerts = (await client.get('/api/v1/alerts', headers=bearer(api))).json()['items']
    of = {'parentAlarm': {'id': alerts[0]['id']}, 'correlatedAlarm': [{'id': alerts[1]['id']}]}
    one = {'alarmPattern': [{'id': alerts[0]['id']}]}
    tasks = {
        f'{name}_task_id': (await made(f'/tmf642/{path}', body, api))['id']
        for name, path, body in (
            ('ack', 'ackAlarms', one),
            ('un_ack', 'unAckAlarms', one),
            ('clear', 'clearAlarms', {'alarmPattern': [{'id': over['id']}]}),
            ('comment', 'commentAlarms', {**one, 'comment': {'comment': f'{canary} crew'}}),
            ('group', 'groupAlarms', of),
            ('un_group', 'unGroupAlarms', of),
        )
    }
    link = {'title': f'{canary}-outage', 'label': f'{canary}-carrier', 'expires_at': silence_end()}
    link = (await made(f'/alerts/{alerts[0]["id"]}/incident-links', link, api))['link']
    ids = {
        **tasks,
        'unknown_cell_id': next(each['id'] for each in cells if each['id'] != passed),
        'hub_id': hub['id'],
        'own_rule_id': own['id'],
        'device_id': enrolled['device_id'],
        'tower_id': tower['id'],
        'policy_id': policy['id'],
        'violation_id': broken[enrolled['device_id']],
        'alert_id': alerts[0]['id'],
        'command_id': command['id'],
        'handover_id': handover['id'],
        'alert_rule_id': alert_rule,
        'incident_link_id': link['id'],
        'notice_id': notice['id'],
        'channel_id': channel['id'],
        'delivery_id': told['id'],
        'team_id': team['id'],
        'rotation_id': rotation['id'],
        'escalation_policy_id': calls['id'],
        'alert_route_id': route['id'],
        'silence_id': silence['id'],
        'maintenance_window_id': window['id'],
        'person_id': made_token['account_id'],
        'token_id': visitors['token']['id'],
        'api_token_id': spare['token']['id'],
        'invitation_id': invitation['invitation']['id'],
    }
    elsewhere = {
        'device_id': faraway['device_id'],
        'violation_id': broken[faraway['device_id']],
        'command_id': far_command['id'],
    }
    cookies: dict[str, str] = {}
    as_what = {INSTALLATION_OWNER: Role.VIEWER, NARROWED: Role.OPERATOR}
    site = [f'site={canary}-site']
    for role in (*Role, INSTALLATION_OWNER, NARROWED):
        email = f'{role}@{canary}.example'
        await server.operate('user add', enterprise=f'{canary} bv', email=email, name=f'{canary} {role}',
                             role=as_what.get(role, role), password=PASSWORD, owner=role == INSTALLATION_OWNER,
                             labels=site if role == NARROWED else [])  # fmt: skip
        answer = await client.post('/auth/sign-in', data={'email': email, 'password': PASSWORD})
        cookies[role] = answer.cookies[COOKIE]
        client.cookies.clear()
    people = (await client.get('/api/v1/people', headers=bearer(api))).json()['items']
    person = next(one['id'] for one in people if one['name'] == f'{canary} {Role.OPERATOR}')
    shift = {'person': person, 'starts_at': '2096-02-01T00:00:00Z', 'ends_at': '2096-02-02T00:00:00Z'}
    taken = await made(f'/rotations/{rotation["id"]}/overrides', shift, api)
    planned = {'name': f'{canary}-works', 'url': f'https://{canary}.example/works.ics'}
    ids['works_calendar_id'] = (await made('/maintenance-calendars', planned, api))['id']
    other = next(one['id'] for one in people if one['name'] == f'{canary} {Role.ADMIN}')
    gives = {'starts_at': shift['starts_at'], 'ends_at': shift['ends_at']}
    offer = {'asks': person, 'asked': other, 'gives': gives, 'note': f'{canary} asks'}
    over = await made(f'/rotations/{rotation["id"]}/swap-offers', offer, api)
    await made(
        f'/swap-offers/{over["id"]}/withdraw', None, api, 200
    )  # whose answer no caller can take away from another
    ids['swap_offer_id'] = over['id']
    await made(f'/rotations/{rotation["id"]}/swap-offers', offer, api)
    for path, said in (
        ('/ui/browsers/key', {}),
        ('/ui/browsers', {'endpoint': f'https://push.example.com/{canary}', 'keys': KEYS}),
    ):
        answer = await client.post(path, json=said, headers={'cookie': f'{COOKIE}={cookies[Role.OPERATOR]}'})
        assert answer.status_code == 200, answer.text
    ids['browser_id'] = answer.json()['id']
    feed = {'name': f'{canary}-calendar', 'url': f'https://{canary}.example/rota.ics'}
    ids['calendar_id'] = (await made(f'/rotations/{rotation["id"]}/calendars', feed, api))['id']
    ids['override_id'] = taken['overrides'][0]['id']
    marks = frozenset({canary, enterprise['id'], *ids.values(), *elsewhere.values()})
    hidden = frozenset({*elsewhere.values(), far['name'], far['labels']['site'], tower['id'], tower['name']})
    return Tenant(
        canary, enterprise['id'], ids, api, enrolled['credential'], enrolment, cookies, marks, elsewhere, hidden
    )
