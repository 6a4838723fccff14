"""Who has an alert, and what people decide of it, in JSON."""

from datetime import datetime

from msgspec import Struct

from domain.accounts.model import Person
from ui.api.http.schema import Schema

_PERSON = '01KAPXBG6KQ0S4Y8Z3C7E9V6HN'


class Assignee(Struct, frozen=True):
    """A person who may answer alerts."""

    id: str
    name: str


ASSIGNEE = Schema(Assignee, {'id': _PERSON, 'name': 'Ana'})


def assignee(person: Person) -> Assignee:
    """A person who may answer alerts."""
    return Assignee(person.id, person.name)


class Assignment(Struct, frozen=True):
    """Who has the alert from here on; null for nobody."""

    person_id: str | None = None


ASSIGNMENT = Schema(Assignment, {'person_id': _PERSON})


class NewSnooze(Struct, frozen=True):
    """Until when nobody is called of it, and why."""

    until: datetime
    reason: str = ''


NEW_SNOOZE = Schema(NewSnooze, {'until': '2026-11-22T09:00:00.000Z', 'reason': 'works at the site until nine'})


class NewFalseAlarm(Struct, frozen=True):
    """Why there was nothing to see to."""

    reason: str


NEW_FALSE_ALARM = Schema(NewFalseAlarm, {'reason': 'the crew tested the mast'})


class NewParent(Struct, frozen=True):
    """The open alert that explains this one."""

    into: str


NEW_PARENT = Schema(NewParent, {'into': '01KAPXBG6KQ0S4Y8Z3C7E9V6HM'})
