"""The journal: what happened, in one gap-free sequence per enterprise. Entries are named in the past tense.

Here stands what happens to devices, policies and towers; what happens to access is in :mod:`domain.journal_access`, and every kind by
its name in :mod:`domain.journal_kinds`.
"""

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
    on whatever happens on somebody's word. Entries with an actor are the audit trail, with those in ``AUDITED``.
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
