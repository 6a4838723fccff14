"""Who an event of a calendar is about, and what calendars say of a rotation."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from domain.accounts.model import Person
from domain.common.feeds import FeedEvent
from domain.common.text import folded
from domain.oncall.calendars.model import CalendarSource, CalendarUse
from domain.oncall.model import DayOff
from domain.oncall.rota import Shift, local_day

LONGEST_OFF = 400
"""Days of one event that count as days off."""


class Names:
    """The people of an enterprise by what a calendar may call them: an address of mail, or the whole name in the title."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by_mail: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        for one in people:
            self._by_mail.setdefault(one.email.lower(), one.id)
            self._by_name.setdefault(_plain(one.name), one.id)
        self._by_mail.pop('', None)
        self._by_name.pop('', None)

    def who(self, event: FeedEvent) -> str:
        """The id of the person; empty for one whom nobody is called. Attendees count before the title, and of names in it the longest."""
        for mail in event.mails:
            if found := self._by_mail.get(mail):
                return found
        title = _plain(event.summary)
        if found := self._by_name.get(title) or self._by_mail.get(event.summary.strip().lower()):
            return found
        within = [name for name in self._by_name if f' {name} ' in f' {title} ']
        return self._by_name[max(within, key=len)] if within else ''


def said_by(
    sources: Iterable[CalendarSource], people: Iterable[Person], zone: str
) -> tuple[tuple[Shift, ...], tuple[DayOff, ...]]:
    """Shifts in order of their begin, and days off. An event of a person who is not known says nothing."""
    names = Names(people)
    shifts: list[Shift] = []
    days_off: list[DayOff] = []
    for source in sorted(sources, key=lambda one: one.id):
        for event in source.events:
            who = '' if source.use is CalendarUse.HOLIDAYS else names.who(event)
            if source.use is CalendarUse.SHIFTS:
                if who and event.ends_at > event.starts_at:
                    shifts.append(Shift(event.starts_at, event.ends_at, who, source.name))
            elif who or source.use is CalendarUse.HOLIDAYS:
                days_off += [DayOff(day=day, person=who, name=event.summary) for day in _days(event, zone)]
    return tuple(sorted(shifts, key=lambda one: one.starts_at)), tuple(days_off)


def unknown_names(source: CalendarSource, people: Iterable[Person], since: float) -> list[str]:
    """What events that are not over by then call people who are nobody of the enterprise, each once."""
    if source.use is CalendarUse.HOLIDAYS:
        return []
    names = Names(people)
    unknown = (one for one in source.events if one.ends_at > since and not names.who(one))
    return list(dict.fromkeys(one.summary or ', '.join(one.mails) or 'an event without a title' for one in unknown))


def _days(event: FeedEvent, zone: str) -> Iterator[str]:
    """The days that it touches: as it says them, or in the zone."""
    if event.first_day:
        first, last = date.fromisoformat(event.first_day), date.fromisoformat(event.last_day)
    else:
        first = local_day(event.starts_at, zone)
        last = local_day(max(event.starts_at, event.ends_at - 1), zone)
    for number in range(min((last - first).days + 1, LONGEST_OFF)):
        yield (first + timedelta(days=number)).isoformat()


def _plain(text: str) -> str:
    """Words alone, in small letters."""
    return ' '.join(re.findall(r"[\w'’-]+", folded(text)))
