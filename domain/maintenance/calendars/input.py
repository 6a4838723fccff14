"""What is typed or sent of a calendar of planned works, checked field by field."""

from dataclasses import dataclass, replace

from domain.common.errors import Invalid
from domain.common.feeds import checked_feed_url
from domain.common.text import clean_labels, clean_line
from domain.desks.input import zones
from domain.fleet.fleet import Fleet
from domain.maintenance.calendars.model import EventText, PlaceKind, WorksRule
from domain.towers.model import Tower

SHORTEST_MIN, LONGEST_MIN = 5, 1440
MOST_RULES, MOST_NAMED = 100, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWorksCalendar:
    """A calendar to be connected, or as it shall be from now on. An empty ``url`` keeps the address of one that is there."""

    name: str
    url: str = ''
    zone: str = 'UTC'
    every_min: int = 15
    texts: tuple[EventText, ...] = (EventText.SUMMARY, EventText.LOCATION, EventText.CATEGORIES)
    by_name: tuple[PlaceKind, ...] = (PlaceKind.TOWERS, PlaceKind.REGIONS)
    rules: tuple[WorksRule, ...] = ()
    below: bool = True


def checked_works_calendar(new: NewWorksCalendar, *, is_new: bool) -> NewWorksCalendar:
    """Raises ``Invalid`` naming the field. What rules name is asked in the transaction, see :func:`checked_places`."""
    if new.zone not in zones():
        raise Invalid('must be UTC or a time zone such as Europe/Amsterdam', field='zone')
    if not SHORTEST_MIN <= new.every_min <= LONGEST_MIN:
        raise Invalid(f'must be {SHORTEST_MIN} to {LONGEST_MIN} minutes', field='every_min')
    if not new.texts:
        raise Invalid('say at least one field of events in which names are looked for', field='texts')
    if not new.by_name and not new.rules:
        raise Invalid('say what is looked for by name, or a rule', field='by_name')
    if len(new.rules) > MOST_RULES:
        raise Invalid(f'at most {MOST_RULES}', field='rules')
    return replace(
        new,
        name=clean_line(new.name, 'name'),
        url=checked_feed_url(new.url, 'url') if new.url.strip() or is_new else '',
        texts=tuple(dict.fromkeys(new.texts)),
        by_name=tuple(dict.fromkeys(new.by_name)),
        rules=tuple(_rule(one, f'rules.{at}') for at, one in enumerate(new.rules)),
    )


def checked_places(fleet: Fleet, new: NewWorksCalendar, known: tuple[WorksRule, ...]) -> None:
    """Raises ``Invalid`` for a tower that there is not; one that was retired stays in a rule that is kept as it was."""
    for at, rule in enumerate(new.rules):
        if rule not in known and (gone := [id for id in rule.towers if fleet.find(Tower, id) is None]):
            raise Invalid(f'there is no tower {gone[0][:64]!r}', field=f'rules.{at}.towers')


def _rule(rule: WorksRule, place: str) -> WorksRule:
    if max(len(rule.towers), len(rule.regions), len(rule.operators)) > MOST_NAMED:
        raise Invalid(f'at most {MOST_NAMED}', field=place)
    contains = clean_line(rule.contains, f'{place}.contains', least=2)
    if not any(char.isalnum() for char in contains):
        raise Invalid('must have a word', field=f'{place}.contains')
    return replace(
        rule,
        contains=contains,
        towers=tuple(dict.fromkeys(rule.towers)),
        regions=tuple(dict.fromkeys(clean_line(one, f'{place}.regions') for one in rule.regions)),
        operators=tuple(dict.fromkeys(clean_line(one, f'{place}.operators') for one in rule.operators)),
        labels=clean_labels(rule.labels, f'{place}.labels'),
    )
