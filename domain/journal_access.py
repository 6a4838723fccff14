"""What the journal tells of access: enterprises, people, accounts, sessions, tokens, and the credentials of devices."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal import Entry


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
