"""What can be followed: the rows of all topics, and the function that makes one for a person who asks for it by name."""

from collections.abc import Callable, Mapping
from functools import partial

from domain.access.permissions import OWNER
from domain.accounts.model import Account, Person
from domain.application import ApplicationStore
from domain.changes.transactor import Transactor
from domain.common.errors import NotAllowed, NotFound
from domain.devices.listing.cache import ListingCache
from domain.measurements.service import MeasurementService
from domain.status_page.tower_days import TowerAvailabilityService
from ui.live.activity import Activity
from ui.live.channel import Resolve, Topic
from ui.operator.story import Story
from ui.topics import (
    activity,
    alert_rules,
    alerts,
    announcements,
    audit,
    calls,
    channels,
    demo,
    devices,
    enforcement,
    enrolment,
    feed,
    handovers,
    installation,
    notices,
    overview,
    own_parts,
    own_rules,
    people,
    policies,
    towers,
    unknown_cells,
)
from ui.topics.kept_rows import KeptRows
from ui.topics.pacing import Pace
from ui.topics.rows import Shared, TopicRow

TOPICS: Mapping[str, TopicRow] = {
    row.name: row
    for row in (
        *overview.TOPICS,
        *feed.TOPICS,
        *activity.TOPICS,
        *alert_rules.TOPICS,
        *own_rules.TOPICS,
        *devices.TOPICS,
        *towers.TOPICS,
        *unknown_cells.TOPICS,
        *policies.TOPICS,
        *alerts.TOPICS,
        *handovers.TOPICS,
        *announcements.TOPICS,
        *enforcement.TOPICS,
        *enrolment.TOPICS,
        *people.TOPICS,
        *audit.TOPICS,
        *channels.TOPICS,
        *calls.TOPICS,
        *notices.TOPICS,
        *installation.TOPICS,
        *own_parts.TOPICS,
        *demo.TOPICS,
    )
}


def resolver(
    *,
    transactor: Transactor,
    store: ApplicationStore,
    measurements: MeasurementService | None = None,
    availability: TowerAvailabilityService | None = None,
    story: Story | None = None,
) -> Resolve:
    """The function that turns ``device/01J…`` or ``devices?sort=-last_seen`` into a topic of the person's enterprise.

    Without the process's own ``measurements`` charts show what is kept, and do not grow.
    """
    fleets = transactor.fleets
    shared = Shared(
        fleets=fleets,
        pace=Pace(),
        listing_cache=ListingCache(),
        kept_rows=KeptRows(),
        activity=Activity(transactor=transactor),
        story=story,
        measurements=measurements or MeasurementService(transactor=transactor, store=store),
        availability=availability or TowerAvailabilityService(transactor=transactor, store=store),
    )
    makers = {
        row.name: partial(
            row.make, store=store, clock=transactor.clock, **{part: getattr(shared, part) for part in row.takes}
        )
        for row in TOPICS.values()
    }

    def resolve(person: Person, name: str, query: Mapping[str, str]) -> Callable[[], Topic]:
        head, _, tail = name.partition('/')
        row = TOPICS.get(head)
        if row is None:
            raise NotFound(f'there is no topic {head[:40]!r}')
        if row.permission in OWNER:
            _require_owner(transactor, person)
            fleet = fleets.installation
        else:
            person.actor().require(row.permission)
            fleet = fleets.seen_by(person)
        if fleet.scope and row.whole:
            raise NotFound('this is counted for the whole enterprise alone')
        return partial(makers[head], fleet=fleet, id=tail, query=query)

    return resolve


def _require_owner(transactor: Transactor, person: Person) -> None:
    account = transactor.fleets.installation[Account].get(person.account)
    if account is None or not account.owner:
        raise NotAllowed('this is for owners of the installation')
