"""What pages may use: the services of one process and its live picture, handed over by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.fleets import Fleets
from domain.road import Road
from domain.services.access import AccessService
from domain.services.accounts import AccountService
from domain.services.alerts import AlertService
from domain.services.audit import AuditService
from domain.services.devices import DeviceService
from domain.services.enforcement import EnforcementService
from domain.services.enterprises import EnterpriseService
from domain.services.people import PeopleService
from domain.services.policies import PolicyService
from domain.services.tokens import TokenService
from domain.services.towers import TowerService
from domain.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Changes go through the services, which ask the permission table; what is shown comes from ``fleets``, older things from ``store``."""

    fleets: Fleets
    road: Road
    store: Store
    devices: DeviceService
    policies: PolicyService
    towers: TowerService
    alerts: AlertService
    access: AccessService
    accounts: AccountService
    people: PeopleService
    tokens: TokenService
    enterprises: EnterpriseService
    enforcement: EnforcementService
    audit: AuditService

    @property
    def clock(self) -> Callable[[], float]:
        """Epoch seconds, UTC: the clock all services share."""
        return self.road.clock
