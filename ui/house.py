"""The services of one process, put together on one store."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from domain.fleets import Fleets
from domain.reconsider import Reconsider
from domain.road import Road
from domain.rulebook import RuleBook
from domain.sealing import Seal
from domain.services.access import AccessService
from domain.services.accounts import AccountService, Hasher
from domain.services.alerts import AlertService
from domain.services.audit import AuditService
from domain.services.checkins import CheckIns
from domain.services.devices import DeviceService
from domain.services.enforcement import EnforcementService
from domain.services.enrolments import EnrolmentService
from domain.services.enterprises import EnterpriseService
from domain.services.identities import IdentityService
from domain.services.known_browsers import KnownBrowsers
from domain.services.links import LinkService
from domain.services.my_account import MyAccountService
from domain.services.operator import OperatorService
from domain.services.owners import OwnerService
from domain.services.people import PeopleService
from domain.services.policies import PolicyService
from domain.services.presence import PresenceService
from domain.services.second_factor import SecondFactorService
from domain.services.sessions import IDLE_S, SESSION_S
from domain.services.setup import SetupService
from domain.services.tokens import TokenService
from domain.services.towers import TowerService
from domain.store import Store
from domain.throttle import Throttle
from ui.api import Metrics
from ui.control import Control
from ui.passwords import Argon2Hasher
from ui.sealing import FernetSeal


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Every service of one process, on one store."""

    fleets: Fleets
    road: Road
    book: RuleBook
    reconsider: Reconsider
    checkins: CheckIns
    devices: DeviceService
    enrolments: EnrolmentService
    policies: PolicyService
    towers: TowerService
    alerts: AlertService
    access: AccessService
    accounts: AccountService
    my_account: MyAccountService
    people: PeopleService
    owners: OwnerService
    links: LinkService
    setup: SetupService
    second_factor: SecondFactorService
    throttle: Throttle
    known: KnownBrowsers
    seal: Seal
    identities: IdentityService
    tokens: TokenService
    enterprises: EnterpriseService
    presence: PresenceService
    enforcement: EnforcementService
    audit: AuditService
    control: Control
    metrics: Metrics
    store: Store


def compose(
    *,
    store: Store,
    clock: Callable[[], float] = time.time,
    hasher: Hasher | None = None,
    key: str = '',
    session_s: float = SESSION_S,
    idle_s: float = IDLE_S,
    refused: Callable[[str], str] = lambda _: '',
) -> House:
    """Put the services together; without a ``key`` what is sealed can be read by this process alone.

    ``refused`` says why a host may not be polled, see :class:`TowerService`.
    """
    fleets = Fleets()
    book = RuleBook()
    metrics = Metrics(fleets=fleets)
    road = Road(fleets=fleets, store=metrics.measured(store), clock=clock)
    reconsider = Reconsider(road=road, book=book, store=store)
    hashes = hasher or Argon2Hasher()
    seal = FernetSeal(key or secrets.token_hex(32), clock)
    throttle = Throttle(road=road)
    known = KnownBrowsers(road=road, seal=seal)
    access = AccessService(road=road, session_s=session_s, idle_s=idle_s)
    second_factor = SecondFactorService(road=road, access=access, throttle=throttle, known=known, seal=seal)
    accounts = AccountService(road=road, access=access, hasher=hashes, throttle=throttle, known=known)
    people = PeopleService(road=road, access=access, hasher=hashes)
    owners = OwnerService(road=road, people=people)
    links = LinkService(road=road, access=access, people=people, hasher=hashes)
    tokens = TokenService(road=road)
    enterprises = EnterpriseService(road=road)
    policies = PolicyService(road=road, reconsider=reconsider)
    return House(
        fleets=fleets,
        road=road,
        book=book,
        reconsider=reconsider,
        checkins=CheckIns(road=road, book=book),
        devices=DeviceService(road=road, book=book, store=store),
        enrolments=EnrolmentService(road=road, book=book, store=store),
        policies=policies,
        towers=TowerService(road=road, reconsider=reconsider, refused=refused),
        alerts=AlertService(road=road),
        access=access,
        accounts=accounts,
        my_account=MyAccountService(road=road, access=access, hasher=hashes, throttle=throttle, codes=second_factor),
        people=people,
        owners=owners,
        links=links,
        setup=SetupService(
            road=road, access=access, people=people, enterprises=enterprises, policies=policies, hasher=hashes
        ),
        second_factor=second_factor,
        throttle=throttle,
        known=known,
        seal=seal,
        identities=IdentityService(road=road, access=access, people=people),
        tokens=tokens,
        enterprises=enterprises,
        presence=PresenceService(road=road),
        enforcement=EnforcementService(road=road),
        audit=AuditService(road=road, store=store),
        control=Control(
            fleets=fleets,
            accounts=accounts,
            people=people,
            owners=owners,
            links=links,
            operator=OperatorService(road=road, access=access, people=people),
            tokens=tokens,
            enterprises=enterprises,
            policies=policies,
        ),
        metrics=metrics,
        store=store,
    )
