"""What an enterprise lets people choose of how they are reached."""

from dataclasses import dataclass
from enum import StrEnum

from domain.common.severity import Severity
from domain.fleet.fleet import Fleet


class MustReach(StrEnum):
    """Who must have a way at all times."""

    NOBODY = 'nobody'
    ON_CALL = 'on_call'
    """Who stands in a rotation, a team or an escalation policy."""
    ALL = 'all'
    """Everybody who may answer alerts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLimits:
    """``id`` is that of the enterprise. Alerts of ``breaks`` and worse are told in quiet hours too, whatever a person chose; these are
    ``longest_min`` minutes at one stretch at most. ``must_reach`` says who must have a way that works."""

    id: str
    enterprise: str
    breaks: Severity = Severity.MAJOR
    longest_min: int = 24 * 60
    must_reach: MustReach = MustReach.NOBODY
    changed_at: float = 0.0
    by: str = ''
    version: int = 1


def limits_of(fleet: Fleet) -> ContactLimits:
    """Those of the enterprise; as nobody has set them, what is major or worse always breaks quiet hours."""
    id = fleet.enterprise.id
    return fleet.find(ContactLimits, id) or ContactLimits(id=id, enterprise=id)
