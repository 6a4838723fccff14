"""A maintenance window, and one time that it takes place."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Subject


@dataclass(frozen=True, slots=True)
class Occurrence:
    """From ``starts_at`` to ``ends_at``, epoch seconds."""

    starts_at: float
    ends_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindow:
    """Works that begin at ``starts_on`` (local time of ``zone``, ``YYYY-MM-DDTHH:MM``) and last ``length_min`` minutes of elapsed time;
    with a ``rule`` (RFC 5545, RRULE) again and again. They concern the ``towers`` (ids), all of the ``regions`` and all of the
    ``operators``, and with ``below`` the towers that these cut off; and the devices that carry all of the ``labels``, wherever they are.

    One of a calendar of planned works (``calendar``, an id) follows the ``event`` of that key.

    ``begun`` is the begin of the newest occurrence that has begun, on time or early: none begins twice. ``until`` is set while it lasts.
    """

    id: str
    enterprise: str
    name: str
    zone: str
    starts_on: str
    length_min: int
    created_at: float
    changed_at: float
    rule: str = ''
    towers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    below: bool = True
    begun: float | None = None
    until: float | None = None
    calendar: str = ''
    event: str = ''
    retired_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject('maintenance_window', self.id, self.name)
