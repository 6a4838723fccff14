"""Across nouns: two enterprises, and programs of every scope; none sees or touches what is not its own."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.access.permissions import Permission
from domain.devices.live import state_of
from domain.triage.alarm_tasks import TaskKind
from tests.fakes import running_application
from tests.ui.api.served import Belongings, Caller, Served, check_in, furnish, serving

SILENCE = {'reason': 'x', 'ends_at': '2027-01-16T00:00:00Z', 'conditions': {'labels': {'site': 'nowhere'}}}
WINDOW = {'zone': 'UTC', 'starts_on': '2040-01-01T10:00', 'length_min': 60, 'regions': ['nowhere']}
SPAN = {'starts_at': '2027-02-01T00:00:00Z', 'ends_at': '2027-02-02T00:00:00Z'}
SHIFT = {'person': 'x', 'starts_at': '2027-02-01T00:00:00Z', 'ends_at': '2027-02-02T00:00:00Z'}
LINK = {'title': 'x', 'label': 'x', 'expires_at': '2027-01-16T00:00:00Z', 'parts': ['cause']}
MEANT = {'alarmPattern': [{'id': 'x'}]}
GROUPED = {'parentAlarm': {'id': 'x'}, 'correlatedAlarm': [{'id': 'x'}]}
BODIES: dict[str, Any] = {
    '/devices': {'name': 'x', 'kind': 'tablet'},
    '/devices/{device_id}/commands': {'action': 'quarantine', 'reason': 'x'},
    '/devices/{device_id}/notes': {'text': 'mine'},
    '/towers/{tower_id}/notes': {'text': 'mine'},
    '/policies': {'name': 'x', 'rule': 'true'},
    '/policies:check': {'rule': 'true'},
    '/policies:preview': {'rule': 'true'},
    '/towers': {'name': 'x'},
    '/devices:labels': {'devices': ['x'], 'labels': {'site': 'mine'}},
    '/alerts/{alert_id}/acknowledge': {},
    '/alerts/{alert_id}/comments': {'text': 'mine'},
    '/alerts/{alert_id}/assign': {},
    '/alerts/{alert_id}/release': {},
    '/alerts/{alert_id}/snooze': {'until': '2099-01-01T00:00:00Z'},
    '/alerts/{alert_id}/mark-false': {'reason': 'x'},
    '/alerts/{alert_id}/merge': {'into': 'x'},
    '/handovers': {'note': 'mine'},
    '/alert-rules/{alert_rule_id}/preview': {},
    '/unknown-cells/{unknown_cell_id}/trust': {'until': '2027-01-16T00:00:00Z', 'reason': 'x'},
    '/unknown-cells/{unknown_cell_id}/mark-rogue': {'reason': 'x'},
    '/unknown-cells/{unknown_cell_id}/list': {'tower_id': 'x'},
    **dict.fromkeys(('/tmf642/ackAlarms', '/tmf642/unAckAlarms', '/tmf642/clearAlarms'), MEANT),
    '/tmf642/commentAlarms': {**MEANT, 'comment': {'comment': 'mine'}},
    **dict.fromkeys(('/tmf642/groupAlarms', '/tmf642/unGroupAlarms'), GROUPED),
    '/tmf642/hub': {'callback': 'https://example.com/'},
    '/tmf642/alarm/{alert_id}': {'comment': [{'comment': 'mine'}]},
    '/own-alert-rules': {'name': 'x', 'expression': 'offline > 1'},
    '/own-alert-rules:preview': {'name': 'x', 'expression': 'offline > 1'},
    '/checkins:batch': [],
    '/enrolments/{device_id}/approve': {},
    '/enrolments/{device_id}/refuse': {},
    '/enrolment-tokens': {'name': 'x'},
    '/channels': {'name': 'x', 'kind': 'webhook', 'settings': {'url': 'https://example.com/'}},
    '/teams': {'name': 'x'},
    '/rotations': {'name': 'x', 'zone': 'UTC'},
    '/rotations/{rotation_id}/overrides': SHIFT,
    '/rotations/{rotation_id}/calendars': {'name': 'x', 'url': 'https://calendar.example/'},
    '/rotations/{rotation_id}/swaps': {'one': SHIFT, 'other': SHIFT},
    '/rotations/{rotation_id}/swap-offers': {'asks': 'x', 'asked': 'y', 'gives': SPAN},
    '/swap-offers/{swap_offer_id}/decline': {},
    '/escalation-policies': {'name': 'x', 'steps': [{'targets': [{'kind': 'team', 'id': 'x'}]}]},
    '/alert-routes': {'name': 'x', 'policy': 'x'},
    '/alert-routes/test': {},
    '/maintenance-windows': {**WINDOW, 'name': 'x'},
    '/maintenance-calendars': {'name': 'x', 'url': 'https://calendar.example/'},
    '/maintenance-calendars/{works_calendar_id}/leave-out': {'key': 'x'},
    '/maintenance-windows/{maintenance_window_id}/extend': {'until': '2027-01-16T00:00:00Z'},
    '/silences': SILENCE,
    '/silences/preview': SILENCE,
    '/status-page:publish': {'version': 1},
    '/status-page/notices': {'title': 'x', 'text': 'x'},
    '/status-page/notices/{notice_id}/updates': {'state': 'resolved', 'text': 'x'},
    '/enterprise:browsers': {'keep': True},
    '/enterprise:links': {'answer': True},
    '/alerts/{alert_id}/incident-links': LINK,
    '/people': {'name': 'x', 'role': 'viewer'},
    '/invitations': {'email': 'x@example.com', 'role': 'viewer'},
}
NAMED_BY = {
    '/status-page': 'title',
    '/silences/{silence_id}': 'reason',
    '/alert-rules/{alert_rule_id}': 'reason',
    '/contact-limits': 'longest_min',
}
NAMED_BY_NO_ROUTE = {Permission.COMMANDS_LOCK, Permission.COMMANDS_WIPE, Permission.INSTALLATION_WRITE}
"""The first two depend on what is ordered; an owner of the installation works on pages and by command."""
WANTS_ANOTHER_STATE = (
    '/maintenance-calendars/{works_calendar_id}/leave-out',
    '/handovers/{handover_id}/take',
    *(f'/tmf642/{kind}' for kind in TaskKind),
    *(f'/alerts/{{alert_id}}/{act}' for act in ('take', 'snooze', 'wake', 'merge', 'separate')),
    '/devices:labels',
    '/devices/{device_id}/commands',
    '/devices/{device_id}/restore',
    '/towers/{tower_id}/restore',
    '/enrolments/{device_id}/approve',
    '/enrolments/{device_id}/refuse',
    '/status-page:publish',
    '/rotations/{rotation_id}/overrides',
    '/rotations/{rotation_id}/swaps',
    '/rotations/{rotation_id}/swap-offers',
    '/swap-offers/{swap_offer_id}/decline',
    '/swap-offers/{swap_offer_id}/accept',
    '/escalation-policies',
    '/alert-routes',
    '/people/{person_id}/contact',
    '/unknown-cells/{unknown_cell_id}/list',
    '/contact-limits',
)
"""A quarantine is under way already, device and tower are not retired, the device does not wait for approval, no page was written,
and devices, people, teams and policies are named by ids."""


class Two:
    """Our enterprise with a program that may do everything, and theirs with one of everything."""

    def __init__(self, served: Served, program: Caller, ours: Belongings, theirs: Belongings) -> None:
        self.served = served
        self.program = program
        self.ours = ours
        self.theirs = theirs

    async def operations(self) -> list[tuple[str, str, str | None]]:
        """Method, path below the prefix, and scope of everything that programs can do."""
        document = (await self.served.client.get('/api/v1/openapi.json')).json()
        return [
            (method.upper(), path.removeprefix('/api/v1'), found['security'][0]['program'][0])
            for path, item in document['paths'].items()
            for method, found in item.items()
            if 'program' in found['security'][0]
        ]


@pytest.fixture
async def two() -> AsyncIterator[Two]:
    async with running_application() as application, serving(application) as served:
        other = await application.enterprises.add('Harbour of Ghent')
        ours = await furnish(application, application.enterprise, 1)
        theirs = await furnish(application, other.id, 2)
        yield Two(served, await served.program(), ours, theirs)


def request(method: str, path: str, account: str = '') -> dict[str, Any]:
    if path == '/tokens' and method == 'POST':
        wanted = {'account_id': account, 'name': 'x', 'scopes': ['devices:read'], 'expires_in_s': 60}
        return {'json': wanted}
    if method == 'PATCH':
        wanted = BODIES.get(path, {NAMED_BY.get(path, 'name'): 'taken over'})
        return {'json': wanted, 'headers': {'if-match': '*'}}
    if method == 'DELETE':
        return {'headers': {'if-match': '*'}}
    return {'json': BODIES.get(path)} if method == 'POST' else {}


def fill(path: str, owned: Belongings) -> str:
    return re.sub(r'\{(\w+)\}', lambda found: owned.ids()[found[1]], path)


async def test_an_id_of_another_enterprise_is_as_good_as_none(two: Two) -> None:
    await two.program.get('/devices')
    await two.served.application.transactor.transact(
        lambda tx: None
    )  # that the program's token was used is written down
    kept = {kind: dict(rows) for kind, rows in two.served.application.store.rows.items()}
    asked = 0
    for method, path, _ in await two.operations():
        if '{' in path:
            answer = await two.program.send(method, fill(path, two.theirs), **request(method, path))
            assert answer.status_code == 404, (method, path, answer.text)
            asked += 1
    assert asked == 127
    assert {kind: dict(rows) for kind, rows in two.served.application.store.rows.items()} == kept


async def test_the_same_requests_succeed_on_ones_own(two: Two) -> None:
    last = {
        'DELETE': 6,
        '/commands/{command_id}/cancel': 2,
        '/alerts/{alert_id}/unacknowledge': 2,
        '/silences/{silence_id}/end': 2,
    }
    last |= {f'/alerts/{{alert_id}}/{act}': at for at, act in enumerate(('mark-false', 'unmark-false', 'release'), 3)}
    last |= dict.fromkeys(('/enrolment-tokens/{token_id}/revoke', '/tokens/{api_token_id}/revoke'), 2)
    windows = enumerate(('begin', 'extend', 'end'), 2)
    last |= {f'/maintenance-windows/{{maintenance_window_id}}/{act}': at for at, act in windows}
    operations = await two.operations()
    for method, path, _ in sorted(operations, key=lambda each: last.get(each[0], last.get(each[1], 0))):
        if path in WANTS_ANOTHER_STATE:
            continue
        answer = await two.program.send(method, fill(path, two.ours), **request(method, path, two.ours.person))
        assert answer.status_code in (200, 201, 204), (method, path, answer.text)


async def test_no_list_and_no_journal_shows_anything_of_another_enterprise(two: Two) -> None:
    secrets = [*two.theirs.ids().values(), two.theirs.enterprise, 'Ghent', 'device-2', 'tower-2', 'policy-2',
               'service-2', 'enrolment-2', 'person-2']  # fmt: skip
    for method, path, _ in await two.operations():
        if method == 'GET':
            for params in ({}, {'state': 'all'}):
                answer = await two.program.send('GET', fill(path, two.ours), params=params)
                for secret in secrets:
                    assert secret not in answer.text, (path, params)
    for params in ({'tower': two.theirs.tower}, {'policy': two.theirs.policy}, {'q': 'device-2'}):
        assert (await two.program.get('/devices', **params))['total'] == 0
    for state in ('open', 'closed', 'all'):
        for path in ('/violations', '/commands'):
            assert (await two.program.get(path, state=state, device=two.theirs.device))['items'] == []


async def test_every_operation_needs_its_own_scope_and_a_token(two: Two) -> None:
    operations = await two.operations()
    assert {scope for _, _, scope in operations} == set(Permission) - NAMED_BY_NO_ROUTE
    for scope in Permission:
        others = await two.served.program(*(set(Permission) - {scope}))
        for method, path, needed in operations:
            if needed == scope:
                answer = await others.send(method, fill(path, two.ours), **request(method, path, two.ours.person))
                assert answer.status_code == 403, (method, path)
                nobody = await two.served.client.request(
                    method, f'/api/v1{fill(path, two.ours)}', **request(method, path, two.ours.person)
                )
                assert nobody.status_code == 401, (method, path)


async def test_a_device_cannot_speak_for_or_answer_in_another_enterprise(two: Two) -> None:
    device = Caller(two.served.client, two.ours.credential)
    answer = await device.post(f'/commands/{two.theirs.command}/result', {'outcome': 'confirmed'})
    assert answer.status_code == 404
    said = [{'device': two.theirs.device, **check_in(2)}]
    found = (await two.program.post('/checkins:batch', said)).json()
    assert (found['accepted'], found['rejected'][0]['field'], found['commands']) == (0, 'device', {})
    assert state_of(two.served.application.fleets.of(two.theirs.enterprise), two.theirs.device).sequence == 1


async def test_a_parent_tower_of_another_enterprise_is_unknown(two: Two) -> None:
    answer = await two.program.post('/towers', {'name': 'x', 'parent_id': two.theirs.tower})
    assert (answer.status_code, answer.json()['field']) == (422, 'parent_id')
