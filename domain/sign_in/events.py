"""What the journal tells of people who sign in and out."""

from dataclasses import dataclass

from domain.journal.model import Entry


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
