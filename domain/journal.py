"""The journal: what happened, in one gap-free sequence per enterprise. Entries are named in the past tense."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about; the name is kept, so that history reads well after a rename or a retirement."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that happened. ``by`` names the person, program or job behind it; empty when the subject itself spoke.

    ``actor`` is the kind and id of the person or program (``person/01K…``) and ``address`` where they acted from; the draft puts both
    on whatever happens on somebody's word. Entries with an actor are the audit trail, with those in :data:`AUDITED`.
    """

    at: float
    enterprise: str
    subject: Subject
    by: str = ''
    actor: str = ''
    address: str = ''


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry with its place in the enterprise's sequence (1, 2, 3 … without a gap, in order of commit).

    ``digest`` is the chain's link at this entry, where it was read from the store.
    """

    sequence: int
    entry: Entry
    digest: str = field(default='', compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEnrolled(Entry):
    """``waiting`` for somebody's approval."""

    again: bool = False
    token: str = ''
    waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChanged(Entry):
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRetired(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Entry):
    """``away_s`` is how long the device was silent when it came back."""

    before: str
    after: str
    away_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingTowerChanged(Entry):
    """Tower fields are ids, or ``None`` for a cell that no tower lists; ``cell`` is the new cell's key."""

    before: str | None
    after: str | None
    after_name: str | None = None
    before_name: str | None = None
    cell: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationOpened(Entry):
    violation: str
    policy: str
    policy_name: str
    severity: str
    evidence: Mapping[str, object] = field(default_factory=dict)
    tower: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationExcused(Entry):
    violation: str
    policy: str
    policy_name: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationCleared(Entry):
    violation: str
    policy: str
    policy_name: str
    because: str
    open_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMoved(Entry):
    """``after_s`` seconds after it was requested, for ``reason`` (told once, at the request); the subject is the device."""

    command: str
    action: str
    before: str | None
    after: str
    because: str = ''
    after_s: float = 0
    reason: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerSaved(Entry):
    created: bool
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerRetired(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerCheckFailed(Entry):
    """A soft failure: being retried, attempt ``attempt`` of ``most``."""

    check: str
    label: str
    attempt: int
    most: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerStatusChanged(Entry):
    before: str
    after: str
    because: str = ''
    devices: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised(Entry):
    alert: str
    severity: str
    problem: str
    detail: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAcknowledged(Entry):
    alert: str
    problem: str
    comment: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCleared(Entry):
    alert: str
    problem: str
    open_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySaved(Entry):
    created: bool
    version: int
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRetired(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseAdded(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseChanged(Entry):
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInvited(Entry):
    email: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdded(Entry):
    """``through`` is what let them in: ``invitation``, an identity provider's name, or empty for an operator's command."""

    role: str
    through: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Entry):
    """What somebody is to an enterprise: role, scope, name."""

    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRemoved(Entry):
    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged(Entry):
    """``what`` in plain words: ``set a new password``, ``turned on two-step sign-in`` … Never the secret itself."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIssued(Entry):
    """A one-time link was made; the subject is whom it is for."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWithdrawn(Entry):
    """A one-time link was taken back before anybody used it."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Entry):
    method: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused(Entry):
    """``because`` in plain words; the subject of somebody nobody knows has no id."""

    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(Entry):
    """A session was ended otherwise than by signing out; the subject is its person."""

    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class SteppedUp(Entry):
    """Somebody proved anew who they are."""

    method: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUpRefused(Entry):
    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityLinked(Entry):
    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssued(Entry):
    kind: str
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Entry):
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceApproved(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRefused(Entry):
    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRotated(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRevoked(Entry):
    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditExported(Entry):
    """Somebody took a copy of the audit trail with them."""

    entries: int


ENTRIES: dict[str, type[Entry]] = {
    name: value for name, value in list(globals().items()) if isinstance(value, type) and issubclass(value, Entry)
}

AUDITED = frozenset(
    {
        'EnterpriseAdded',
        'EnterpriseChanged',
        'PersonInvited',
        'PersonAdded',
        'PersonChanged',
        'PersonRemoved',
        'AccountChanged',
        'LinkIssued',
        'LinkWithdrawn',
        'SignedIn',
        'SignInRefused',
        'SignedOut',
        'SessionEnded',
        'SteppedUp',
        'StepUpRefused',
        'IdentityLinked',
        'TokenIssued',
        'TokenRevoked',
        'DeviceEnrolled',
        'DeviceApproved',
        'DeviceRefused',
        'CredentialRotated',
        'CredentialRevoked',
        'AuditExported',
    }
)
"""Kinds that belong to the audit trail whoever is behind them."""
