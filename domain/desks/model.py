"""How a person likes to see the console, and the views of lists that they keep."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Columns = tuple[str, ...]
"""The columns of a list that are shown, in order, by their fields; none are those that the list has by itself."""


class Theme(StrEnum):
    """Light, dark, or what the browser says."""

    SYSTEM = 'system'
    LIGHT = 'light'
    DARK = 'dark'


class Density(StrEnum):
    """How close rows stand."""

    COMFORTABLE = 'comfortable'
    COMPACT = 'compact'


class HourCycle(StrEnum):
    """Half a day or a whole one on a clock; by default as the locale has it."""

    LOCALE = 'locale'
    HALF = '12'
    WHOLE = '24'


class Loud(StrEnum):
    """From which severity on a new alert that waits for a person is told in an open page."""

    CRITICAL = 'critical'
    MAJOR = 'major'
    MINOR = 'minor'
    WARNING = 'warning'
    NOTHING = 'nothing'


BROWSER = 'browser'
"""The time zone that the browser has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a person has set, in one enterprise; ``id`` is that of the person (a membership).

    ``zone`` is :data:`BROWSER` or a name of the IANA time zone database (``UTC``, ``Europe/Amsterdam`` for the site's). ``locale`` is a
    language tag (BCP 47) by which numbers and dates are written, empty for the browser's. ``columns`` are by list. ``landing`` is the id
    of the view that a person begins with, empty for the overview. New alerts that are ``loud`` or worse are told in an open page, with a
    ``sound`` where that is wanted.
    """

    id: str
    enterprise: str
    theme: Theme = Theme.SYSTEM
    density: Density = Density.COMFORTABLE
    zone: str = BROWSER
    locale: str = ''
    hours: HourCycle = HourCycle.LOCALE
    columns: Mapping[str, Columns] = field(default_factory=dict)
    landing: str = ''
    loud: Loud = Loud.MAJOR
    sound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A list with its search, filters, order and columns, under a name. ``query`` is that of the list's address; ``owner`` is a person.

    A ``shared`` view is there for everybody in the enterprise who sees all of it.
    """

    id: str
    enterprise: str
    owner: str
    name: str
    list: str
    query: str
    created_at: float
    columns: Columns = ()
    shared: bool = False
    ended_at: float | None = None

    @property
    def href(self) -> str:
        """Where it opens."""
        return f'{LISTS[self.list]}?{self.query}{"&" if self.query else ""}view={self.id}'


LISTS: Mapping[str, str] = {
    'devices': '/devices',
    'policies': '/policies',
    'violations': '/violations',
    'towers': '/towers',
    'alerts': '/alerts',
    'unknown_cells': '/cells',
    'commands': '/enforcement',
    'enrolment_tokens': '/enrolment',
    'people': '/people',
    'audit': '/audit',
    'installation-audit': '/audit/installation',
    'enterprises': '/installation',
}
"""Lists whose columns and views are kept, and their addresses."""
