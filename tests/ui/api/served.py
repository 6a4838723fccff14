"""The API on an application of services, and callers who knock at it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from domain.access.actors import Actor, system
from domain.access.permissions import Permission, Role
from domain.accounts.model import Person
from domain.alerts.model import Alert
from domain.alerts.tuning import id_of
from domain.cellular.radio import Radio, Rat
from domain.changes.transaction import Transaction
from domain.channels.input import NewChannel
from domain.channels.model import NotifiedBrowser
from domain.checkins.model import CheckIn
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult
from domain.devices.actions import Action
from domain.devices.facts import Facts, Storage
from domain.devices.input import NewDevice
from domain.devices.model import DeviceKind
from domain.devices.unknown_cells.model import CellBasis, UnknownCell
from domain.incidents.links.service import NewIncidentLink
from domain.journal.model import Subject
from domain.maintenance.calendars.input import NewWorksCalendar
from domain.maintenance.input import NewMaintenanceWindow
from domain.oncall.calendars.model import CalendarUse
from domain.oncall.input import NewAlertRoute, NewEscalationPolicy, NewRotation, NewTeam
from domain.oncall.model import CallTarget, Conditions, EscalationStep, TargetKind
from domain.oncall.silences.input import NewSilence
from domain.own_rules.input import NewOwnRule
from domain.policies.input import NewPolicy
from domain.policies.violations import Violation
from domain.status_page.input import NewNotice
from domain.tokens.model import TokenKind
from domain.towers.input import NewTower
from domain.towers.model import Cell
from domain.triage.alarm_tasks import TaskKind
from domain.triage.events import AlarmTaskRun
from tests.fakes import RunningApplication, identifiers
from ui.api import Metrics, register_api
from ui.server.bare import WebApplication

PLAIN = Facts(storage=Storage(encrypted=False))


@dataclass(slots=True)
class Caller:
    """A caller with a bearer token. Paths are below ``/api/v1``."""

    client: httpx.AsyncClient
    token: str

    async def send(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """Any request."""
        shown = {'authorization': f'Bearer {self.token}', **(headers or {})}
        return await self.client.request(method, f'/api/v1{path}', headers=shown, **more)

    async def get(self, path: str, **params: Any) -> Any:
        """What a GET answers, which must be 200."""
        answer = await self.send('GET', path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, json: object = None, **more: Any) -> httpx.Response:
        """A POST."""
        return await self.send('POST', path, json=json, **more)

    async def patch(self, path: str, json: object, version: int | None) -> httpx.Response:
        """A PATCH of a version that was read."""
        headers = {} if version is None else {'if-match': f'"{version}"'}
        return await self.send('PATCH', path, json=json, headers=headers)

    async def delete(self, path: str, version: int | None) -> httpx.Response:
        """A DELETE of a version that was read."""
        return await self.send('DELETE', path, headers={} if version is None else {'if-match': f'"{version}"'})


@dataclass(slots=True)
class Belongings:
    """One of everything that an enterprise can have."""

    enterprise: str
    device: str
    credential: str
    tower: str
    policy: str
    violation: str
    alert: str
    command: str
    person: str
    api_token: str
    enrolment_token: str
    invitation: str
    notice: str
    channel: str
    delivery: str
    handover: str
    alert_rule: str
    incident_link: str
    team: str
    rotation: str
    override: str
    escalation_policy: str
    alert_route: str
    silence: str
    window: str
    unknown_cell: str
    hub: str
    own_rule: str
    calendar: str
    works_calendar: str
    swap_offer: str
    browser: str
    tasks: Mapping[str, str]

    def ids(self) -> Mapping[str, str]:
        """By the names that the paths of the API use."""
        return {
            'device_id': self.device,
            'tower_id': self.tower,
            'policy_id': self.policy,
            'violation_id': self.violation,
            'alert_id': self.alert,
            'command_id': self.command,
            'person_id': self.person,
            'api_token_id': self.api_token,
            'token_id': self.enrolment_token,
            'invitation_id': self.invitation,
            'notice_id': self.notice,
            'channel_id': self.channel,
            'delivery_id': self.delivery,
            'handover_id': self.handover,
            'incident_link_id': self.incident_link,
            'alert_rule_id': self.alert_rule,
            'team_id': self.team,
            'rotation_id': self.rotation,
            'override_id': self.override,
            'escalation_policy_id': self.escalation_policy,
            'alert_route_id': self.alert_route,
            'silence_id': self.silence,
            'unknown_cell_id': self.unknown_cell,
            'hub_id': self.hub,
            'own_rule_id': self.own_rule,
            'maintenance_window_id': self.window,
            'calendar_id': self.calendar,
            'works_calendar_id': self.works_calendar,
            'swap_offer_id': self.swap_offer,
            'browser_id': self.browser,
            **self.tasks,
        }


@dataclass(slots=True)
class Served:
    """An app with the API on it, and the application behind it."""

    application: RunningApplication
    app: FastAPI
    client: httpx.AsyncClient
    metrics: Metrics
    missing: list[str] = field(default_factory=list)

    async def program(self, *scopes: Permission, enterprise: str | None = None) -> Caller:
        """A program with these scopes, or with all there are."""
        _, secret = await self.application.tokens.issue(
            enterprise or self.application.enterprise, TokenKind.API, 'program', scopes=scopes or tuple(Permission)
        )
        return Caller(self.client, secret)

    async def device(self, name: str = 'crane-1', **more: Any) -> tuple[str, Caller]:
        """A new device: its id, and itself as a caller."""
        new = NewDevice(name=name, kind=more.pop('kind', DeviceKind.TABLET), **more)
        added = await self.application.enrolments.add(self.application.actor, new)
        return added.device.id, Caller(self.client, added.credential)


@asynccontextmanager
async def serving(
    application: RunningApplication, *, metrics_token: str = '', heartbeat_s: float = 15.0
) -> AsyncIterator[Served]:
    """The API as the composition root builds it."""
    app = WebApplication(openapi_url=None)
    missing: list[str] = []
    metrics = Metrics(fleets=application.fleets)
    register_api(
        app,
        application,
        metrics=metrics,
        metrics_token=metrics_token,
        ready=lambda: missing[0] if missing else None,
        heartbeat_s=heartbeat_s,
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=('203.0.113.7', 40_000))
    async with httpx.AsyncClient(transport=transport, base_url='http://test') as client:
        yield Served(application, app, client, metrics, missing)


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[int]:
    """A real server for ``app`` on a free port of this machine."""
    config = uvicorn.Config(app, host='127.0.0.1', port=0, log_config=None, lifespan='off', timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serve = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(30):
            while not server.started:
                await asyncio.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serve


def check_in(sequence: int = 1, observed_at: str = '2027-01-15T08:00:00Z', **more: Any) -> dict[str, Any]:
    """A check-in; the application's clock stands at that very second."""
    return {'sequence': sequence, 'observed_at': observed_at, **more}


async def on_duty(application: RunningApplication, actor: Actor, number: int, channel: str) -> dict[str, Any]:
    """Ids of what alerts and duty have one of, by the names of :class:`Belongings`."""
    now = application.clock()
    person, other = [
        Person(
            id=f'{name}-{number}',
            enterprise=actor.enterprise,
            account='',
            email='',
            name=f'{name.removeprefix("on-")}-{number}',
            role=Role.OPERATOR,
            created_at=now,
        )
        for name in ('on-duty', 'off-duty')
    ]
    for one in (person, other):
        await application.transactor.transact(partial(Transaction.put, row=one), actor.enterprise)
    team = await application.on_call.save_team(actor, NewTeam(name=f'team-{number}'))
    rotation = await application.on_call.save_rotation(actor, NewRotation(name=f'rotation-{number}', zone='UTC'))
    taken = await application.duty.take(actor, rotation.id, person.id, now, now + 60)
    offer = await application.swaps.ask(actor, rotation.id, other.id, (now, now + 60), asks=person.id)
    browser = NotifiedBrowser(
        id=f'browser-{number}',
        enterprise=actor.enterprise,
        person=person.id,
        session='',
        name=f'browser-{number}',
        digest=f'{number}',
        sealed='',
        created_at=now,
    )
    await application.transactor.transact(lambda tx: tx.put(browser), actor.enterprise)
    step = EscalationStep(targets=(CallTarget(kind=TargetKind.CHANNEL, id=channel),))
    policy = await application.on_call.save_policy(
        actor, NewEscalationPolicy(name=f'escalation-{number}', steps=(step,))
    )
    new = NewAlertRoute(name=f'route-{number}', channels=(channel,))
    route = await application.on_call.save_route(actor, new)
    works = NewSilence(
        reason=f'silence-{number}', conditions=Conditions(labels={'site': 'nowhere'}), ends_at=now + 3600
    )
    silence = await application.silences.save(actor, works)
    planned = NewMaintenanceWindow(
        name=f'window-{number}', zone='UTC', starts_on='2040-01-01T10:00', length_min=60, regions=('nowhere',)
    )
    window = await application.maintenance.save(actor, planned)
    works_calendar = await application.works_calendars.save(
        actor, NewWorksCalendar(name=f'works-{number}', url='https://calendar.example/')
    )
    strange = UnknownCell(
        id=f'strange-{number}',
        enterprise=actor.enterprise,
        key=f'204-08-4417-0x{number}',
        rat=Rat.LTE,
        mcc='204',
        mnc='08',
        tac=4417,
        cell_id=number,
        basis=CellBasis.AREA,
        first_at=now,
        last_at=now,
    )
    await application.transactor.transact(lambda tx: tx.put(strange), actor.enterprise)
    callback = NewChannel(name=f'hub-{number}', kind='tmf642', settings={'url': 'https://example.com/'}, enabled=False)
    hub, _ = await application.channels.add(actor, callback)
    own = await application.own_rules.save(actor, NewOwnRule(name=f'own-{number}', expression='offline > 1000'))
    use, address = CalendarUse.SHIFTS, 'https://calendar.example/'
    source = await application.calendars.connect(actor, rotation.id, f'calendar-{number}', use, address)
    return {
        'team': team.id,
        'rotation': rotation.id,
        'override': taken.overrides[0].id,
        'escalation_policy': policy.id,
        'alert_route': route.id,
        'silence': silence.id,
        'window': window.id,
        'unknown_cell': strange.id,
        'hub': hub.id,
        'own_rule': own.id,
        'calendar': source.id,
        'works_calendar': works_calendar.id,
        'swap_offer': offer.id,
        'browser': browser.id,
        'tasks': await tasks(application, actor, number),
    }


TASK_IDS = {kind: f'{kind.removesuffix("Alarms").lower()}_task_id' for kind in TaskKind}
TASK_IDS |= {TaskKind.UNACK: 'un_ack_task_id', TaskKind.UNGROUP: 'un_group_task_id'}
"""What the paths call the id of a task of each kind."""


async def tasks(application: RunningApplication, actor: Actor, number: int) -> dict[str, str]:
    """A task of each kind as the journal keeps it; their ids, by the names that the paths use."""
    told = [
        AlarmTaskRun(
            at=application.clock(),
            enterprise=actor.enterprise,
            subject=Subject(kind.value, f'task-{kind.value}-{number}', kind.value),
            actor=actor.reference,
            alerts=(f'A{number}',),
        )
        for kind in TaskKind
    ]

    def decide(tx: Transaction) -> None:
        for one in told:
            tx.note(one)

    await application.transactor.transact(decide, actor.enterprise)
    return {TASK_IDS[TaskKind(one.subject.kind)]: one.subject.id for one in told}


async def furnish(application: RunningApplication, enterprise: str, number: int) -> Belongings:
    """Give an enterprise a device that breaks a policy and is being quarantined, on a tower that is down."""
    actor = system(enterprise, 'test')
    cell = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1000 + number)
    tcp = Check(id='', target=TcpTarget('10.0.0.1', 5060), max_attempts=1)
    tower = await application.towers.add(actor, NewTower(name=f'tower-{number}', cells=[cell], checks=[tcp]))
    policy = await application.policies.add(actor, NewPolicy(name=f'policy-{number}', rule='device.storage.encrypted'))
    new = NewDevice(
        name=f'device-{number}', kind=DeviceKind.TABLET, identifiers=identifiers(number), labels={'site': 'port-1'}
    )
    added = await application.enrolments.add(actor, new)
    radio = Radio(Rat.LTE, '204', '08', 4417, 1000 + number, rsrp=-90)
    observed = datetime.fromtimestamp(application.clock(), UTC)
    await application.checkins.check_in(enterprise, added.device.id, CheckIn(1, observed, None, PLAIN, radio))
    command = await application.commands.command(actor, added.device.id, Action.QUARANTINE, 'stolen')
    await application.towers.record_check(
        enterprise, tower.id, CheckResult(tower.id, tower.checks[0].id, application.clock(), False, error='refused')
    )
    service = await application.people.add_service(actor, f'service-{number}', Role.VIEWER)
    token, _ = await application.tokens.issue_for(
        actor, service.id, f'service-{number}', scopes=[Permission.DEVICES_READ], expires_in_s=60
    )
    enrolment, _ = await application.tokens.issue(enterprise, TokenKind.ENROLMENT, f'enrolment-{number}')
    invited = await application.links.invite(actor, f'person-{number}@example.com', f'person-{number}', Role.VIEWER)
    notice = await application.notices.begin(actor, NewNotice(title=f'notice-{number}', text='We look into it.'))
    hook = NewChannel(
        name=f'channel-{number}', kind='webhook', settings={'url': 'https://example.com/hook'}, enabled=False
    )
    channel, _ = await application.channels.add(actor, hook)
    told = await application.channels.test(actor, channel.id)
    handover = await application.handovers.give(actor, f'shift-{number}')
    duty = await on_duty(application, actor, number, channel.id)
    fleet = application.fleets.of(enterprise)
    link, _ = await application.incident_links.make(
        actor,
        next(iter(fleet[Alert])),
        NewIncidentLink(title=f'outage-{number}', label=f'carrier-{number}', expires_at=application.clock() + 3600),
    )
    return Belongings(
        enterprise,
        added.device.id,
        added.credential,
        tower.id,
        policy.id,
        next(iter(fleet[Violation])),
        next(iter(fleet[Alert])),
        command.id,
        service.id,
        token.id,
        enrolment.id,
        invited.link.id,
        notice.id,
        channel.id,
        told.id,
        handover.id,
        id_of(enterprise, 'unknown-cell'),
        link.id,
        **duty,
    )
