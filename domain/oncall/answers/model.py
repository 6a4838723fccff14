"""A link that acknowledges one alert in the name of one person, and how it stands."""

from dataclasses import dataclass
from enum import StrEnum

from domain.alerts.model import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLink:
    """It went out with one attempt to tell ``person`` (an id) of ``alert`` on ``channel``. Of its secret the ``digest`` is kept.

    It counts until ``expires_at`` and once (``used_at``); after that it is kept until ``ended_at``, so that the link can say why it does
    nothing.
    """

    id: str
    enterprise: str
    digest: str
    alert: str
    person: str
    channel: str
    created_at: float
    expires_at: float
    used_at: float | None = None
    ended_at: float | None = None


class AnswerState(StrEnum):
    """What a link can do at a moment."""

    OPEN = 'open'
    UNKNOWN = 'unknown'
    """There is no such link, or it was forgotten long after its end."""
    USED = 'used'
    EXPIRED = 'expired'
    OFF = 'off'
    """The enterprise does not let links acknowledge any more."""
    NOT_ALLOWED = 'not_allowed'
    """The person has left, or may no longer answer this alert."""
    OVER = 'over'
    """The alert is over."""
    TAKEN = 'taken'
    """It is acknowledged already."""


@dataclass(frozen=True, slots=True)
class Answerable:
    """A link as it stands: the ``alert`` is told to the person who may still see it, and to no other."""

    state: AnswerState
    alert: Alert | None = None
    enterprise: str = ''
    person: str = ''
    """The name of the person as whom it acts."""
