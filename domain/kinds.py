"""Every kind of stored row, and every event of the journal, one line a noun."""

from domain.access.enterprises import Enterprise
from domain.accounts import events as accounts_events
from domain.accounts import live as accounts_live
from domain.alerts import events as alerts_events
from domain.alerts import live as alerts_live
from domain.audit import events as audit_events
from domain.channels import events as channels_events
from domain.channels import live as channels_live
from domain.desks import live as desks_live
from domain.devices import events as devices_events
from domain.devices import live as devices_live
from domain.devices.sight import DeviceSight
from domain.devices.unknown_cells import events as unknown_cells_events
from domain.devices.unknown_cells import live as unknown_cells_live
from domain.devices.unwatched import events as unwatched_events
from domain.enforcement import events as enforcement_events
from domain.enforcement import live as enforcement_live
from domain.enrolment import events as enrolment_events
from domain.enrolment import live as enrolment_live
from domain.fleet.kinds import Live
from domain.incidents.links import events as incident_links_events
from domain.incidents.links import live as incident_links_live
from domain.installation import events as installation_events
from domain.journal.model import Entry
from domain.maintenance import events as maintenance_events
from domain.maintenance import live as maintenance_live
from domain.maintenance.calendars import events as works_calendars_events
from domain.maintenance.calendars import live as works_calendars_live
from domain.measurements import live as measurements_live
from domain.oncall import events as oncall_events
from domain.oncall import live as oncall_live
from domain.oncall.answers import events as answers_events
from domain.oncall.answers import live as answers_live
from domain.oncall.calendars import events as calendars_events
from domain.oncall.calendars import live as calendars_live
from domain.oncall.matching import concerns
from domain.oncall.silences import events as silences_events
from domain.oncall.silences import live as silences_live
from domain.oncall.swaps import events as swaps_events
from domain.oncall.swaps import live as swaps_live
from domain.own_rules import events as own_rules_events
from domain.own_rules import live as own_rules_live
from domain.people import events as people_events
from domain.people import live as people_live
from domain.policies import events as policies_events
from domain.policies import live as policies_live
from domain.sign_in import events as sign_in_events
from domain.sign_in import live as sign_in_live
from domain.silence import live as silence_live
from domain.status_page import events as status_page_events
from domain.status_page import live as status_page_live
from domain.tokens import events as tokens_events
from domain.tokens import live as tokens_live
from domain.towers import events as towers_events
from domain.towers import live as towers_live
from domain.towers.together import live as together_live
from domain.triage import events as triage_events
from domain.triage import live as triage_live

LIVE = Live(
    kinds=(
        *accounts_live.KINDS,
        *people_live.KINDS,
        *sign_in_live.KINDS,
        *tokens_live.KINDS,
        *desks_live.KINDS,
        *towers_live.KINDS,
        *maintenance_live.KINDS,
        *works_calendars_live.KINDS,
        *devices_live.KINDS,
        *unknown_cells_live.KINDS,
        *enrolment_live.KINDS,
        *policies_live.KINDS,
        *enforcement_live.KINDS,
        *alerts_live.KINDS,
        *own_rules_live.KINDS,
        *channels_live.KINDS,
        *triage_live.KINDS,
        *oncall_live.KINDS,
        *answers_live.KINDS,
        *silences_live.KINDS,
        *calendars_live.KINDS,
        *swaps_live.KINDS,
        *incident_links_live.KINDS,
        *measurements_live.KINDS,
        *status_page_live.KINDS,
    ),
    following=(
        *enrolment_live.FOLLOWING,
        *enforcement_live.FOLLOWING,
        *silence_live.FOLLOWING,
        *own_rules_live.FOLLOWING,
        *together_live.FOLLOWING,
    ),
    sight=DeviceSight,
    concerns=concerns,
)
KINDS: tuple[type, ...] = (Enterprise, *(kind.of for kind in LIVE.kinds))
"""In the order in which a reload must read them: what is referred to comes first."""

_EVENTS = (
    accounts_events,
    alerts_events,
    audit_events,
    channels_events,
    devices_events,
    unknown_cells_events,
    unwatched_events,
    enforcement_events,
    enrolment_events,
    incident_links_events,
    installation_events,
    maintenance_events,
    works_calendars_events,
    oncall_events,
    answers_events,
    silences_events,
    own_rules_events,
    calendars_events,
    swaps_events,
    people_events,
    policies_events,
    sign_in_events,
    status_page_events,
    tokens_events,
    towers_events,
    triage_events,
)

ENTRIES: dict[str, type[Entry]] = {
    name: value
    for name, value in [each for noun in _EVENTS for each in vars(noun).items()]
    if isinstance(value, type) and issubclass(value, Entry)
}


AUDITED = frozenset(name for name, entry in ENTRIES.items() if entry.audited)
"""Events that belong to the audit trail with or without an actor."""
