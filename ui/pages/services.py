"""What pages may use: the services of one process and its live picture, handed over by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.fleet import Fleet
from domain.fleets import Fleets
from domain.providers import Provider
from domain.road import Road
from domain.sealing import Seal
from domain.services.access import AccessService
from domain.services.accounts import AccountService
from domain.services.alerts import AlertService
from domain.services.audit import AuditService
from domain.services.devices import DeviceService
from domain.services.enforcement import EnforcementService
from domain.services.enrolments import EnrolmentService
from domain.services.enterprises import EnterpriseService
from domain.services.links import LinkService
from domain.services.my_account import MyAccountService
from domain.services.owners import OwnerService
from domain.services.people import PeopleService
from domain.services.policies import PolicyService
from domain.services.second_factor import SecondFactorService
from domain.services.tokens import TokenService
from domain.services.towers import TowerService
from domain.store import Store
from ui.auth import SignedIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Changes go through the services, which ask the permission table; what is shown comes from :meth:`seen_by` (a page is handed it),

    older things from ``store`` and through :meth:`domain.fleet.Fleet.shown`.
    """

    fleets: Fleets
    road: Road
    store: Store
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
    second_factor: SecondFactorService
    seal: Seal
    tokens: TokenService
    enterprises: EnterpriseService
    enforcement: EnforcementService
    audit: AuditService
    providers: tuple[Provider, ...] = ()

    def seen_by(self, who: SignedIn) -> Fleet:
        """What somebody may see, as they stand now: their role may have been narrowed since the page was loaded."""
        standing = self.access.standing(who.session)
        return self.fleets.seen_by(standing[1] if standing is not None else who.person)

    @property
    def clock(self) -> Callable[[], float]:
        """Epoch seconds, UTC: the clock all services share."""
        return self.road.clock
