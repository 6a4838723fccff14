"""What is typed or sent of a maintenance window, checked field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.common.errors import Invalid
from domain.common.text import clean_labels, clean_line
from domain.desks.input import zones
from domain.fleet.fleet import Fleet
from domain.maintenance.recurrence import LONGEST_MIN, read_rule
from domain.towers.model import Tower

MOST_NAMED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMaintenanceWindow:
    """A window to be set up, or as it shall be from now on; the fields are those of the window."""

    name: str
    zone: str
    starts_on: str
    length_min: int
    rule: str = ''
    towers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    below: bool = True


def checked_window(fleet: Fleet, new: NewMaintenanceWindow) -> NewMaintenanceWindow:
    """Raises ``Invalid`` naming the field."""
    if new.zone not in zones():
        raise Invalid('must be UTC or a time zone such as Europe/Amsterdam', field='zone')
    if not 1 <= new.length_min <= LONGEST_MIN:
        raise Invalid(f'must be 1 to {LONGEST_MIN} minutes, which are 31 days', field='length_min')
    rule = new.rule.strip().upper().removeprefix('RRULE:')
    if rule:
        if len(rule) > 500:
            raise Invalid('at most 500 characters', field='rule')
        read_rule(rule)
    for at, id in enumerate(new.towers):
        if fleet.find(Tower, id) is None:
            raise Invalid(f'there is no tower {id[:64]!r}', field=f'towers.{at}')
    if not (new.towers or new.regions or new.operators or new.labels):
        raise Invalid('say a tower, a region, an operator or a label of devices', field='towers')
    if max(len(new.towers), len(new.regions), len(new.operators)) > MOST_NAMED:
        raise Invalid(f'at most {MOST_NAMED}', field='towers')
    return replace(
        new,
        name=clean_line(new.name, 'name'),
        starts_on=_starts_on(new.starts_on),
        rule=rule,
        towers=tuple(dict.fromkeys(new.towers)),
        regions=tuple(clean_line(one, 'regions') for one in new.regions),
        operators=tuple(clean_line(one, 'operators') for one in new.operators),
        labels=clean_labels(new.labels),
    )


def _starts_on(said: str) -> str:
    try:
        begin = datetime.strptime(said.strip().replace(' ', 'T'), '%Y-%m-%dT%H:%M')  # noqa: DTZ007 - the zone stands beside it
    except ValueError as error:
        raise Invalid('must be a day and a time of day such as 2026-11-30T01:30', field='starts_on') from error
    if not 2000 <= begin.year <= 2200:
        raise Invalid('must be between 2000 and 2200', field='starts_on')
    return f'{begin:%Y-%m-%dT%H:%M}'
