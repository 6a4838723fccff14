"""A rule that an enterprise writes itself: an expression that raises an alert when it has been true for long enough."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.common.severity import Severity
from domain.journal.model import Subject


class Over(StrEnum):
    """What an expression reads: ``counters`` of the fleet, or the ``facts`` of one device, as the rules of policies do."""

    COUNTERS = 'counters'
    FACTS = 'facts'


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The devices and towers that counters count: all ``labels`` on a device, one of these ``kinds``, served by a tower of one of these
    ``regions``; towers are those of the regions. Empty says nothing."""

    labels: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


WHOLE = Counted()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """The ``expression`` (CEL) has to be true for ``for_s`` seconds before an alert of that ``severity`` is raised, whose detail begins
    with ``text``. It has been true since ``holds_since``, in time that was watched; that is no edit, so the version stays.

    One over facts is asked of each device that is ``counted``, and each has its own waiting (:class:`FactHold`). There is one alert for
    all devices of which it has been true for long enough, when these are ``at_least`` so many, or with ``each`` one for every device.
    It asks what it asks since ``asks_since``: what was found before was found by another one."""

    id: str
    enterprise: str
    name: str
    expression: str
    created_at: float
    changed_at: float
    for_s: float = 0.0
    severity: Severity = Severity.MINOR
    text: str = ''
    counted: Counted = WHOLE
    enabled: bool = True
    over: Over = Over.COUNTERS
    at_least: int = 1
    each: bool = False
    asks_since: float = 0.0
    by: str = ''
    holds_since: float | None = None
    retired_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """As the journal names it."""
        return Subject('own_rule', self.id, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactHold:
    """That a rule over facts holds of a device, ``since`` then, in time that was watched; ``reading`` is what was read when it began.
    At ``due_at`` that had lasted for as long as the rule says. Its id is made of both, so that there is one for each."""

    id: str
    enterprise: str
    rule: str
    device: str
    since: float
    due_at: float | None = None
    reading: str = ''
    ended_at: float | None = None


def hold_id(rule: str, device: str) -> str:
    """The id of what a rule finds of a device."""
    return f'{rule}/{device}'
