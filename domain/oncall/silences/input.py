"""What is typed or sent of a silence, checked field by field."""

from dataclasses import dataclass, field, replace

from domain.common.errors import Invalid
from domain.common.severity import RANK, Severity
from domain.common.text import clean_line
from domain.fleet.fleet import Fleet
from domain.oncall.input import checked_conditions
from domain.oncall.model import Conditions
from domain.oncall.reaching import members
from domain.oncall.silences.model import AlertSilence

LONGEST_S = 90 * 86_400.0
"""What shall be quiet for longer is a rule that should not raise it, or a route that leads elsewhere."""
SHORTEST_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSilence:
    """A silence to be set up, or as it shall be from now on. Times in epoch seconds; without ``starts_at`` it begins now. Without an
    ``owner`` the person or program that sets it up owns it."""

    reason: str
    ends_at: float
    starts_at: float | None = None
    conditions: Conditions = field(default_factory=Conditions)
    breaks: Severity | None = None
    owner: str = ''


def checked_silence(fleet: Fleet, new: NewSilence, now: float, known: AlertSilence | None = None) -> NewSilence:
    """Raises ``Invalid`` naming the field; ``known`` is the silence that is edited."""
    starts_at = known.starts_at if known is not None else None
    reason = clean_line(new.reason, 'reason', most=200)
    when = checked_conditions(fleet, new.conditions)
    if when.hours:
        raise Invalid('a silence has a begin and an end instead of hours', field='conditions.hours')
    when = replace(when, zone='UTC')
    if when == Conditions():
        raise Invalid('say which alerts: all of them at once cannot be silenced', field='conditions')
    begins = new.starts_at if new.starts_at is not None else starts_at if starts_at is not None else now
    if begins < now and begins != starts_at:
        begins = now  # it was typed a moment ago
    if new.ends_at <= now:
        raise Invalid('that moment has passed: give one that is still to come', field='ends_at')
    if new.ends_at < begins + SHORTEST_S:
        raise Invalid('must be at least a minute after the begin', field='ends_at')
    if new.ends_at > max(begins, now) + LONGEST_S:
        raise Invalid(f'at most {LONGEST_S / 86_400:.0f} days after the begin', field='ends_at')
    if new.breaks is Severity.CLEARED:
        raise Invalid('must be a severity that an alert can have', field='breaks')
    if new.breaks is not None and when.severity is not None and RANK[when.severity] <= RANK[new.breaks]:
        raise Invalid('nothing would be left to silence: these are told all the same', field='breaks')
    if new.owner and new.owner not in members(fleet) and (known is None or known.owner != new.owner):
        raise Invalid(f'there is no person {new.owner[:64]!r}', field='owner')
    return replace(new, reason=reason, conditions=when, starts_at=begins)
