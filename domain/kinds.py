"""Every kind of stored row, and every event of the journal, one line a noun."""

from domain.access.enterprises import Enterprise
from domain.accounts import events as accounts_events
from domain.accounts.model import Account, Person
from domain.alerts import events as alerts_events
from domain.alerts.model import Alert
from domain.audit import events as audit_events
from domain.checks.model import CheckState
from domain.devices import events as devices_events
from domain.devices.model import Device, DeviceState
from domain.enforcement import events as enforcement_events
from domain.enforcement.model import Command, Lock
from domain.enrolment import events as enrolment_events
from domain.enrolment.model import Credential
from domain.installation import events as installation_events
from domain.journal.model import Entry
from domain.people import events as people_events
from domain.people.model import Link
from domain.policies import events as policies_events
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.sign_in import events as sign_in_events
from domain.sign_in.model import Guesses, Identity, Session
from domain.tokens import events as tokens_events
from domain.tokens.model import Token
from domain.towers import events as towers_events
from domain.towers.model import Tower, TowerState

# In the order in which a reload must read them: what is referred to comes first.
KINDS: tuple[type, ...] = (
    Enterprise,
    Account,
    Identity,
    Guesses,
    Link,
    Person,
    Session,
    Token,
    Policy,
    Tower,
    TowerState,
    CheckState,
    Device,
    Credential,
    DeviceState,
    Lock,
    Violation,
    Command,
    Alert,
)


_EVENTS = (
    accounts_events,
    alerts_events,
    audit_events,
    devices_events,
    enforcement_events,
    enrolment_events,
    installation_events,
    people_events,
    policies_events,
    sign_in_events,
    tokens_events,
    towers_events,
)

ENTRIES: dict[str, type[Entry]] = {
    name: value
    for name, value in [each for noun in _EVENTS for each in vars(noun).items()]
    if isinstance(value, type) and issubclass(value, Entry)
}


AUDITED = frozenset(name for name, entry in ENTRIES.items() if entry.audited)
"""Events that belong to the audit trail whoever is behind them."""
