"""What the events of a calendar are works on: by the rules that people set, and by the names of towers, regions and operators."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.common.feeds import FeedEvent
from domain.common.text import folded
from domain.fleet.fleet import Fleet
from domain.maintenance.calendars.model import EventText, PlaceKind, WorksCalendar, WorksRule
from domain.maintenance.recurrence import LONGEST_MIN
from domain.towers.model import Tower

LONGEST_NAME = 12
"""Words of a name; a longer one is found by its first words alone, which is no match."""


class WorksState(StrEnum):
    """What becomes of an event."""

    PLANNED = 'planned'
    """It is of something here: a window follows it."""
    TENTATIVE = 'tentative'
    """It is not certain yet; when it is, a window follows it."""
    UNMATCHED = 'unmatched'
    """Nothing here has its name, and no rule says what it is of."""
    UNUSABLE = 'unusable'
    """It has no length, or lasts longer than a window can."""
    OTHERS = 'others'
    """A rule says that such works are of others."""
    LEFT_OUT = 'left_out'
    """A person has said that it is not to be followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWorks:
    """An event, and what it is of."""

    event: FeedEvent
    state: WorksState
    towers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


class PlaceNames:
    """Towers (by id), regions and operators of a fleet by their names, as whole words.

    A region that has the name of a tower is not meant by it: of works that are less wide than was thought people hear, of others not.
    """

    def __init__(self, fleet: Fleet, kinds: Iterable[PlaceKind]) -> None:
        self._by_words: dict[tuple[str, ...], list[tuple[PlaceKind, str]]] = {}
        self._longest = 0
        wanted = frozenset(kinds)
        for kind in PlaceKind:
            for name, value in _named(fleet, kind) if kind in wanted else ():
                words = tuple(_words(name))
                found = self._by_words.setdefault(words, [])
                if all(other is kind for other, _ in found):
                    found.append((kind, value))
                self._longest = max(self._longest, min(len(words), LONGEST_NAME))

    def within(self, words: list[str]) -> list[tuple[PlaceKind, str]]:
        """What is named there. Of names that begin at the same word the longest counts, so that *Pernis Noord* is not *Pernis*."""
        found: list[tuple[PlaceKind, str]] = []
        at = 0
        while at < len(words):
            for count in range(min(self._longest, len(words) - at), 0, -1):
                if named := self._by_words.get(tuple(words[at : at + count])):
                    found += [one for one in named if one not in found]
                    at += count - 1
                    break
            at += 1
        return found


class RuleWords:
    """Rules by the words that they look for."""

    def __init__(self, rules: Iterable[WorksRule]) -> None:
        self._by_first: dict[str, list[tuple[list[str], int, WorksRule]]] = {}
        for place, rule in enumerate(rules):
            if words := _words(rule.contains):
                self._by_first.setdefault(words[0], []).append((words, place, rule))

    def within(self, texts: Iterable[list[str]]) -> list[WorksRule]:
        """Those whose words stand there one after the other, in their order."""
        found = {
            place: rule
            for words in texts
            for at, word in enumerate(words)
            for wanted, place, rule in self._by_first.get(word, ())
            if words[at : at + len(wanted)] == wanted
        }
        return [found[place] for place in sorted(found)]


def works_of(calendar: WorksCalendar, event: FeedEvent, names: PlaceNames, words: RuleWords) -> PlannedWorks:
    """What it is of. All rules that fit count, and with them the names."""
    if event.key in calendar.left_out:
        return PlannedWorks(event=event, state=WorksState.LEFT_OUT)
    texts = [_words(said) for said in _texts(event, calendar.texts)]
    rules = words.within(texts)
    if any(rule.is_of_none for rule in rules):
        return PlannedWorks(event=event, state=WorksState.OTHERS)
    named = [one for text in texts for one in names.within(text)]
    by = {kind: [value for found, value in named if found is kind] for kind in PlaceKind}
    labels: dict[str, str] = {}
    for rule in rules:
        by[PlaceKind.TOWERS] += rule.towers
        by[PlaceKind.REGIONS] += rule.regions
        by[PlaceKind.OPERATORS] += rule.operators
        labels |= rule.labels
    towers, regions, operators = (tuple(sorted(set(by[kind]))) for kind in PlaceKind)
    is_matched = bool(towers or regions or operators or labels)
    return PlannedWorks(
        event=event,
        state=_state(event) if is_matched else WorksState.UNMATCHED,
        towers=towers,
        regions=regions,
        operators=operators,
        labels=labels,
    )


def _state(event: FeedEvent) -> WorksState:
    if not 0 < event.ends_at - event.starts_at <= LONGEST_MIN * 60:
        return WorksState.UNUSABLE
    return WorksState.TENTATIVE if event.is_tentative else WorksState.PLANNED


def _texts(event: FeedEvent, texts: Iterable[EventText]) -> list[str]:
    said = {
        EventText.SUMMARY: [event.summary],
        EventText.LOCATION: [event.location],
        EventText.CATEGORIES: list(event.categories),
        EventText.DESCRIPTION: [event.description],
    }
    return [text for one in texts for text in said[one] if text]


def _named(fleet: Fleet, kind: PlaceKind) -> Iterable[tuple[str, str]]:
    towers = fleet[Tower].values()
    if kind is PlaceKind.TOWERS:
        return [(tower.name, tower.id) for tower in towers]
    of = 'region' if kind is PlaceKind.REGIONS else 'operator'
    return [(name, name) for name in {str(getattr(tower, of)) for tower in towers} if name]


def _words(text: str) -> list[str]:
    """In small letters. A hyphen within a word is a part of it: *Botlek-West* is not *Botlek*."""
    return re.findall(r"\w(?:[\w'’-]*\w)?", folded(text))
