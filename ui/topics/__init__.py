"""What can be followed: one row per topic with the permission it needs and how it is made."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from domain.access.permissions import OWNER, Permission
from domain.accounts.model import Account, Person
from domain.application import ApplicationStore
from domain.changes.transactor import Transactor
from domain.common.errors import NotAllowed, NotFound
from domain.devices.listing.cache import ListingCache
from domain.fleet.fleet import Fleet
from ui.live.activity import Activity
from ui.live.channel import Resolve, Topic
from ui.topics.activity import PulseTopic
from ui.topics.alerts import AlertsTopic, AlertTopic, WitnessesTopic
from ui.topics.audit import AuditTopic
from ui.topics.devices.detail import DeviceTopic
from ui.topics.devices.facets import FacetsTopic
from ui.topics.devices.list import DevicesTopic
from ui.topics.devices.signal import SignalTopic
from ui.topics.devices.verdicts import VerdictsTopic
from ui.topics.enforcement import CommandsTopic, InterlockTopic
from ui.topics.enrolment import EnrolledTopic, EnrolmentTokensTopic, WaitingTopic
from ui.topics.feed import FeedTopic
from ui.topics.installation import EnterprisesTopic, OwnersTopic
from ui.topics.overview import CountersTopic
from ui.topics.pacing import Pace
from ui.topics.people.invitations import InvitationsTopic
from ui.topics.people.list import PeopleTopic
from ui.topics.people.service_accounts import ServicesTopic, ServiceTopic, TokensTopic
from ui.topics.policies.detail import PolicyTopic
from ui.topics.policies.list import PoliciesTopic
from ui.topics.policies.violations import ViolationsTopic
from ui.topics.towers.cells import CellsTopic
from ui.topics.towers.checks import ChecksTopic
from ui.topics.towers.detail import TowerTopic
from ui.topics.towers.list import TowersTopic
from ui.topics.towers.map import MapTopic

Make = Callable[..., Topic]
TOPICS: dict[str, tuple[Permission, Make]] = {
    'counters': (Permission.DEVICES_READ, CountersTopic),
    'feed': (Permission.DEVICES_READ, FeedTopic),  # what is told is narrowed as devices and towers are
    'verdicts': (Permission.DEVICES_READ, VerdictsTopic),
    'signal': (Permission.DEVICES_READ, SignalTopic),
    'towers': (Permission.TOWERS_READ, TowersTopic),
    'tower': (Permission.TOWERS_READ, TowerTopic),
    'map': (Permission.TOWERS_READ, MapTopic),
    'cells': (Permission.TOWERS_READ, CellsTopic),
    'checks': (Permission.TOWERS_READ, ChecksTopic),
    'policies': (Permission.POLICIES_READ, PoliciesTopic),
    'policy': (Permission.POLICIES_READ, PolicyTopic),
    'violations': (Permission.POLICIES_READ, ViolationsTopic),
    'alerts': (Permission.ALERTS_READ, AlertsTopic),
    'alert': (Permission.ALERTS_READ, AlertTopic),
    'witnesses': (Permission.ALERTS_READ, WitnessesTopic),
    'commands': (Permission.COMMANDS_READ, CommandsTopic),
    'interlock': (Permission.COMMANDS_READ, InterlockTopic),
    'enrolment_tokens': (Permission.ENROLMENT_READ, EnrolmentTokensTopic),
    'waiting': (Permission.ENROLMENT_READ, WaitingTopic),
    'enrolled': (Permission.DEVICES_READ, EnrolledTopic),
    'invitations': (Permission.PEOPLE_READ, InvitationsTopic),
    'services': (Permission.PEOPLE_READ, ServicesTopic),
    'service': (Permission.PEOPLE_READ, ServiceTopic),
    'tokens': (Permission.PEOPLE_READ, TokensTopic),
    'audit': (Permission.AUDIT_READ, AuditTopic),
}

OF_ALL = frozenset({'pulse'})
"""What is kept for the whole enterprise alone, and cannot be narrowed to what somebody may see."""


def resolver(*, transactor: Transactor, store: ApplicationStore) -> Resolve:
    """The function that turns ``device/01J…`` or ``devices?sort=-last_seen`` into a topic of the person's enterprise."""
    pace = Pace()
    topics: dict[str, tuple[Permission, Make]] = {
        **TOPICS,
        'devices': (Permission.DEVICES_READ, partial(DevicesTopic, pace=pace, listing_cache=ListingCache())),
        'device-facets': (Permission.DEVICES_READ, partial(FacetsTopic, pace=pace)),
        'pulse': (Permission.DEVICES_READ, partial(PulseTopic, pulse=Activity(transactor=transactor))),
        'device': (Permission.DEVICES_READ, partial(DeviceTopic, fleets=transactor.fleets)),
        'people': (Permission.PEOPLE_READ, partial(PeopleTopic, fleets=transactor.fleets)),
        'enterprises': (Permission.INSTALLATION_WRITE, partial(EnterprisesTopic, fleets=transactor.fleets)),
        'owners': (Permission.INSTALLATION_WRITE, partial(OwnersTopic, fleets=transactor.fleets)),
        'installation-audit': (Permission.INSTALLATION_WRITE, AuditTopic),
    }

    def resolve(person: Person, name: str, query: Mapping[str, str]) -> Callable[[], Topic]:
        head, _, tail = name.partition('/')
        found = topics.get(head)
        if found is None:
            raise NotFound(f'there is no topic {head[:40]!r}')
        permission, make = found
        if permission in OWNER:
            _require_owner(transactor, person)
            fleet: Fleet = transactor.fleets.installation
        else:
            person.actor().require(permission)
            fleet = transactor.fleets.seen_by(person)
        if fleet.scope and head in OF_ALL:
            raise NotFound('this is counted for the whole enterprise alone')
        parts: dict[str, Any] = {'fleet': fleet, 'store': store, 'clock': transactor.clock, 'id': tail, 'query': query}
        return partial(make, **parts)

    return resolve


def _require_owner(transactor: Transactor, person: Person) -> None:
    account = transactor.fleets.installation[Account].get(person.account)
    if account is None or not account.owner:
        raise NotAllowed('this is for owners of the installation')
