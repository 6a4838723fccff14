"""What the journal tells of those who are called, in words."""

from datetime import UTC, datetime

from domain.oncall.calendars.events import CalendarRead, CalendarRemoved, CalendarSaved
from domain.oncall.events import (
    AlertCalled,
    AlertUnanswered,
    ContactLimitsSaved,
    ContactSaved,
    FeedMade,
    OnCallRetired,
    OnCallSaved,
    OverrideRemoved,
    ShiftTaken,
)
from domain.oncall.silences.events import SilenceEnded, SilenceSaved
from domain.oncall.swaps.events import SwapAsked, SwapDecided
from ui.sentences.edits import changed
from ui.sentences.fields import difference
from ui.sentences.words import Said, Sentences, words


def _called(entry: AlertCalled) -> Said:
    round = f', round {entry.round}' if entry.round > 1 else ''
    people = ', '.join(entry.people)
    was = 'was' if len(entry.people) == 1 else 'were'
    return 'severity', 'indeterminate', f'is why {people} {was} called', f'{entry.policy}, step {entry.step}{round}'


def _unanswered(entry: AlertUnanswered) -> Said:
    return 'severity', 'major', 'has no answer: nobody acknowledged it', entry.policy


def _taken(entry: ShiftTaken) -> Said:
    instead = f', instead of {entry.instead_of}' if entry.instead_of else ''
    return 'severity', 'indeterminate', f'has {entry.person} on call{instead}', _span(entry)


def _given_back(entry: OverrideRemoved) -> Said:
    return 'severity', 'indeterminate', f'has an override of {entry.person} less', _span(entry)


def _span(entry: ShiftTaken | OverrideRemoved | SwapAsked) -> str:
    begin, end = (datetime.fromtimestamp(at, UTC) for at in (entry.starts_at, entry.ends_at))
    return f'{begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC'


def _silence_ended(entry: SilenceEnded) -> Said:
    told = f'{entry.alerts} alert{"s" if entry.alerts != 1 else ""} silenced until then' if entry.alerts else ''
    return 'severity', 'indeterminate', 'was ended before its time', told


def _asked(entry: SwapAsked) -> Said:
    return 'severity', 'indeterminate', f'has a shift that {entry.asked} is asked to take', _span(entry)


def _decided(entry: SwapDecided) -> Said:
    words = {'accepted': 'accepted', 'declined': 'declined', 'withdrawn': 'withdrawn'}.get(entry.state, 'too late')
    return 'severity', 'indeterminate', f'has a swap of {entry.asks} and {entry.asked}: {words}', entry.answer


def _read(entry: CalendarRead) -> Said:
    unknown = f'nobody is called {", ".join(entry.unknown)}' if entry.unknown else ''
    return 'severity', 'indeterminate', f'has {entry.events} events for {entry.rotation}', unknown


def _limits(entry: ContactLimitsSaved) -> Said:
    said = ', '.join(difference(name, change) for name, change in entry.changes.items())
    return 'severity', 'indeterminate', 'has other limits of how people are reached', said


SENTENCES: Sentences = {
    SwapAsked: _asked,
    SwapDecided: _decided,
    CalendarSaved: changed,
    CalendarRead: _read,
    CalendarRemoved: words('is not read any more'),
    AlertCalled: _called,
    AlertUnanswered: _unanswered,
    OnCallSaved: changed,
    SilenceSaved: changed,
    SilenceEnded: _silence_ended,
    OnCallRetired: words('was removed'),
    ShiftTaken: _taken,
    OverrideRemoved: _given_back,
    FeedMade: words('has a new calendar address'),
    ContactLimitsSaved: _limits,
    ContactSaved: words('is reached in another way'),
}
