"""Every service of one process, put together on one store: what the API, the pages, the jobs and the operator's commands are handed."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from math import inf
from typing import Any, Protocol

from domain.access.shares import Shares
from domain.alert_rules.service import AlertRuleService
from domain.alerts.archive import AlertStore
from domain.alerts.service import AlertService
from domain.audit.model import AuditStore
from domain.audit.service import AuditService
from domain.changes.store import Store
from domain.changes.transaction import Rules
from domain.changes.transactor import Transactor
from domain.channels.bounces.service import BounceService
from domain.channels.service import ChannelService
from domain.channels.telling import TellingService
from domain.checkins.service import CheckIns
from domain.checks.model import CheckStore
from domain.common.sealing import Seal
from domain.common.watch import Watch
from domain.common.web_addresses import Refusing, not_refused
from domain.compliance.compiled import CompiledPolicies
from domain.compliance.reevaluation import Reevaluator
from domain.desks.service import DeskService
from domain.devices.model import SignalStore
from domain.devices.presence_watch import PresenceService
from domain.devices.service import DeviceService
from domain.devices.unknown_cells.service import UnknownCellService
from domain.enforcement.due import EnforcementService
from domain.enforcement.service import CommandService
from domain.enrolment.service import EnrolmentService
from domain.fleet.fleets import Fleets
from domain.incidents.links.service import IncidentLinkService
from domain.incidents.mailing import ReportMailing
from domain.incidents.search import IncidentArchive
from domain.incidents.service import IncidentService
from domain.installation.enterprises import EnterpriseService
from domain.installation.operator import OperatorService
from domain.installation.owners import OwnerService
from domain.installation.setup import SetupService
from domain.kinds import KINDS
from domain.maintenance.calendars.service import WorksCalendarService
from domain.maintenance.service import MaintenanceService
from domain.measurements.model import MeasurementStore
from domain.measurements.service import MeasurementService
from domain.misfits import check_written, misfit
from domain.oncall.answers.service import AnswerService
from domain.oncall.browsers import BrowserService
from domain.oncall.calendars.service import CalendarService
from domain.oncall.duty import DutyService
from domain.oncall.following import follow
from domain.oncall.service import OnCallService
from domain.oncall.silences.service import SilencingService
from domain.oncall.swaps.service import SwapService
from domain.own_rules.service import OwnRuleService
from domain.people.identities import IdentityService
from domain.people.one_time_links import LinkService
from domain.people.relinking import LinkingService
from domain.people.service import PeopleService
from domain.policies.service import PolicyService
from domain.sign_in.authentication import AccessService
from domain.sign_in.guessing import GuessingService
from domain.sign_in.known_browsers import KnownBrowsers
from domain.sign_in.local_accounts import AccountService, Hasher
from domain.sign_in.own_account import MyAccountService
from domain.sign_in.recheck import recheck
from domain.sign_in.second_factor import SecondFactorService
from domain.sign_in.sessions import IDLE_S, SESSION_S
from domain.sign_in.throttle import Throttle
from domain.silence.service import SilenceService
from domain.status_page.availability import AvailabilityService
from domain.status_page.notices import NoticeService
from domain.status_page.service import StatusPageService
from domain.status_page.tower_days import TowerAvailabilityService
from domain.tokens.service import TokenService
from domain.towers.service import TowerService
from domain.triage.alarm_tasks import AlarmTaskService
from domain.triage.handing_over import HandoverService
from domain.triage.mentioning import refuse_mentions
from domain.triage.service import TriageService

RULES = Rules(kinds=KINDS, recheck=recheck, check_written=check_written, misfit=misfit, follow=follow)
"""What every change must satisfy, whatever it is about."""


class ApplicationStore(Store, AuditStore, SignalStore, CheckStore, AlertStore, MeasurementStore, Protocol):
    """The whole store of a process; each service takes the part that it asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One live picture, the transactor that changes it, and the services whose changes it takes."""

    clock: Callable[[], float]
    """Epoch seconds, UTC: the clock that all services share."""
    store: ApplicationStore
    fleets: Fleets
    transactor: Transactor
    book: CompiledPolicies
    shares: Shares
    reevaluator: Reevaluator
    seal: Seal
    throttle: Throttle
    known: KnownBrowsers
    checkins: CheckIns
    devices: DeviceService
    commands: CommandService
    enrolments: EnrolmentService
    policies: PolicyService
    towers: TowerService
    unknown_cells: UnknownCellService
    alerts: AlertService
    alert_rules: AlertRuleService
    triage: TriageService
    alarm_tasks: AlarmTaskService
    handovers: HandoverService
    incidents: IncidentService
    reports: ReportMailing
    incident_links: IncidentLinkService
    past_incidents: IncidentArchive
    presence: PresenceService
    silence: SilenceService
    measurements: MeasurementService
    status_page: StatusPageService
    notices: NoticeService
    availability: AvailabilityService
    tower_availability: TowerAvailabilityService
    enforcement: EnforcementService
    access: AccessService
    accounts: AccountService
    my_account: MyAccountService
    second_factor: SecondFactorService
    people: PeopleService
    owners: OwnerService
    links: LinkService
    setup: SetupService
    operator: OperatorService
    identities: IdentityService
    linking: LinkingService
    tokens: TokenService
    desks: DeskService
    channels: ChannelService
    telling: TellingService
    browsers: BrowserService
    on_call: OnCallService
    silences: SilencingService
    answers: AnswerService
    maintenance: MaintenanceService
    works_calendars: WorksCalendarService
    duty: DutyService
    swaps: SwapService
    calendars: CalendarService
    enterprises: EnterpriseService
    audit: AuditService
    guessing: GuessingService
    own_rules: OwnRuleService
    bounces: BounceService

    def parts(self) -> dict[str, Any]:
        """What it is made of, by name: to make one of that has more."""
        return {part.name: getattr(self, part.name) for part in fields(Application)}


_OF_CHANGES_ALONE: Mapping[str, Callable[..., Any]] = {
    'alerts': partial(AlertService, refuse_text=refuse_mentions),
    'triage': TriageService,
    'handovers': HandoverService,
    'silence': SilenceService,
    'enforcement': EnforcementService,
    'tokens': TokenService,
    'desks': DeskService,
    'status_page': StatusPageService,
    'notices': NoticeService,
    'on_call': OnCallService,
    'duty': DutyService,
    'swaps': SwapService,
}
"""Services that need the transactor and nothing else."""
_OF_CHANGES_AND_ROWS: Mapping[str, Callable[..., Any]] = {
    'presence': PresenceService,
    'measurements': MeasurementService,
    'availability': AvailabilityService,
    'tower_availability': TowerAvailabilityService,
    'alert_rules': AlertRuleService,
    'audit': AuditService,
    'guessing': GuessingService,
    'alarm_tasks': AlarmTaskService,
    'bounces': BounceService,
    'silences': SilencingService,
}
"""Services that read what is stored as well."""


def compose(
    *,
    fleets: Fleets,
    store: ApplicationStore,
    hasher: Hasher,
    seal: Seal,
    clock: Callable[[], float] = time.time,
    watch: Watch | None = None,
    session_s: float = SESSION_S,
    idle_s: float = IDLE_S,
    refused: Refusing = not_refused,
    most_waiting: int = 20_000,
    public_url: str = '',
) -> Application:
    """Put the services together; nothing is read before the transactor is started.

    ``refused`` says why a host may not be polled, see :class:`TowerService`; ``public_url`` is where messages lead.
    Without a ``watch`` the clock is one that is never set.
    """
    fleets.watch = watch or Watch(clock=clock, steady=clock, slept=lambda: 0.0, longest_look_s=inf)
    book = CompiledPolicies()
    transactor = Transactor(fleets=fleets, store=store, rules=RULES, clock=clock, most_waiting=most_waiting)
    shares = Shares()
    reevaluator = Reevaluator(transactor=transactor, book=book, store=store, shares=shares)
    access = AccessService(transactor=transactor, session_s=session_s, idle_s=idle_s)
    channels = ChannelService(transactor=transactor, seal=seal, refused=refused)
    towers = TowerService(transactor=transactor, reevaluation=reevaluator, store=store, refused=refused)
    policies = PolicyService(transactor=transactor, reevaluation=reevaluator, shares=shares)
    return Application(
        clock=clock,
        store=store,
        fleets=fleets,
        transactor=transactor,
        book=book,
        shares=shares,
        reevaluator=reevaluator,
        seal=seal,
        checkins=CheckIns(transactor=transactor, book=book),
        devices=DeviceService(transactor=transactor, reevaluation=reevaluator),
        commands=CommandService(transactor=transactor, reevaluation=reevaluator, store=store),
        enrolments=EnrolmentService(transactor=transactor, book=book, store=store),
        policies=policies,
        towers=towers,
        unknown_cells=UnknownCellService(transactor=transactor, store=store, towers=towers),
        maintenance=MaintenanceService(transactor=transactor, towers=towers, reevaluation=reevaluator),
        access=access,
        **_of_people(transactor, access, policies, hasher=hasher, seal=seal),
        channels=channels,
        **_calendars(transactor=transactor, seal=seal, refused=refused),
        reports=ReportMailing(transactor=transactor, store=store, base=public_url),
        browsers=BrowserService(transactor=transactor, channels=channels, seal=seal, refused=refused),
        telling=TellingService(transactor=transactor, store=store, channels=channels, public_url=public_url),
        own_rules=OwnRuleService(transactor=transactor, store=store, shares=shares),
        **_of_incidents(transactor, store),
        answers=AnswerService(transactor=transactor, public_url=public_url),
        **{name: service(transactor=transactor, store=store) for name, service in _OF_CHANGES_AND_ROWS.items()},
        **{name: service(transactor=transactor) for name, service in _OF_CHANGES_ALONE.items()},
    )


def _calendars(**parts: Any) -> dict[str, Any]:
    """What is read from calendars of other programs."""
    return {'calendars': CalendarService(**parts), 'works_calendars': WorksCalendarService(**parts)}


def _of_incidents(transactor: Transactor, store: ApplicationStore) -> dict[str, Any]:
    """Outages as one matter, now and past, and what others may read of one."""
    incidents = IncidentService(transactor=transactor, store=store)
    return {
        'incidents': incidents,
        'incident_links': IncidentLinkService(transactor=transactor, incidents=incidents),
        'past_incidents': IncidentArchive(fleets=transactor.fleets, store=store),
    }


def _of_people(
    transactor: Transactor, access: AccessService, policies: PolicyService, *, hasher: Hasher, seal: Seal
) -> dict[str, Any]:
    """Who people are, and how they prove it."""
    throttle = Throttle(transactor=transactor)
    known = KnownBrowsers(transactor=transactor, seal=seal)
    codes = SecondFactorService(transactor=transactor, access=access, throttle=throttle, known=known, seal=seal)
    people = PeopleService(transactor=transactor, access=access, hasher=hasher)
    enterprises = EnterpriseService(transactor=transactor)
    hashing: dict[str, Any] = {'transactor': transactor, 'access': access, 'hasher': hasher}
    proofs = {**hashing, 'throttle': throttle, 'known': known}
    return {
        'throttle': throttle,
        'known': known,
        'second_factor': codes,
        'people': people,
        'enterprises': enterprises,
        'accounts': AccountService(**proofs),
        'my_account': MyAccountService(**hashing, throttle=throttle, codes=codes),
        'owners': OwnerService(transactor=transactor, people=people),
        'links': LinkService(**hashing, people=people),
        'setup': SetupService(people=people, enterprises=enterprises, policies=policies, **hashing),
        'operator': OperatorService(transactor=transactor, access=access, people=people),
        'identities': IdentityService(transactor=transactor, access=access, people=people, seal=seal),
        'linking': LinkingService(codes=codes, **proofs),
    }
