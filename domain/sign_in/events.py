"""What the journal tells of people who sign in and out."""

from dataclasses import dataclass
from typing import ClassVar

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Entry):
    audited: ClassVar[bool] = True
    alters: ClassVar[bool] = False

    method: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused(Entry):
    """``because`` in plain words; the subject has no id when the account is not known."""

    audited: ClassVar[bool] = True
    alters: ClassVar[bool] = False

    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Entry):
    audited: ClassVar[bool] = True
    alters: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(Entry):
    """A session was ended otherwise than by signing out; the subject is its person."""

    audited: ClassVar[bool] = True
    alters: ClassVar[bool] = False

    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class SteppedUp(Entry):
    """A person proved anew who they are."""

    audited: ClassVar[bool] = True
    alters: ClassVar[bool] = False

    method: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUpRefused(Entry):
    audited: ClassVar[bool] = True
    alters: ClassVar[bool] = False

    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityLinked(Entry):
    """An account can be signed in to through ``provider``. ``proof`` is what its owner proved it with, ``instead_of`` the issuer of the
    identity that it took the place of; both empty where neither was needed."""

    audited: ClassVar[bool] = True

    provider: str
    proof: str = ''
    instead_of: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityForgotten(Entry):
    """An account's identity at ``provider`` opens nothing any more. In the trail where a person or an operator did it; where another took
    its place, :class:`IdentityLinked` tells that there."""

    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelinkingAllowed(Entry):
    """Identities of ``issuer`` may be replaced until ``until`` (epoch seconds); ``people`` is how many. With none it was withdrawn.

    In the trail by its actor, the operator.
    """

    issuer: str
    until: float
    people: int
