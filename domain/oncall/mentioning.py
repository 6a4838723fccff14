"""A person is told, by their own ways, of something that is meant for them alone: a mention, or a shift that another asks them to take."""

from dataclasses import replace

from domain.accounts.model import Person
from domain.alerts.announcements import News
from domain.alerts.events import AlertCommented
from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.changes.transaction import Transaction
from domain.channels.announcing import as_it_is, delivery_of
from domain.channels.model import AnnouncedAlert, Channel
from domain.common.severity import Severity
from domain.journal.model import Entry, Subject
from domain.oncall.model import Contact
from domain.oncall.reaching import has_addresses, members, told_at, ways_of
from domain.triage.events import ShiftHandedOver
from domain.triage.mentions import mentioned


def tell_mentioned(tx: Transaction, entry: Entry) -> None:
    """Those whose names follow an ``@`` in a comment or in the note of a shift, each once; not the person who wrote it."""
    match entry:
        case AlertCommented():
            alert = tx.find(Alert, entry.enterprise, entry.alert)
            if alert is None or '@' not in entry.text:
                return
            said = replace(as_it_is(alert, News.MENTIONED, tx.now), alert='', path=f'/alerts/{alert.id}')
            words, text = f'{entry.by} mentioned you: {alert.problem}', entry.text
        case ShiftHandedOver():
            if '@' not in entry.note:
                return
            said = told_of(tx, entry.subject, '/handovers')
            words, text = f'{entry.by} mentioned you in the note of a shift', entry.note
        case _:
            return
    for person in mentioned(text, members(tx.fleet(entry.enterprise)).values()):
        if person.name != entry.by:
            tell_person(tx, person, replace(said, problem=words, detail=text))


def told_of(tx: Transaction, about: Subject, path: str) -> AnnouncedAlert:
    """The frame of a message that is about no alert."""
    return AnnouncedAlert(
        news=News.MENTIONED,
        at=tx.now,
        alert='',
        severity=Severity.INDETERMINATE,
        problem='',
        object_kind=about.kind,
        object_id=about.id,
        object_name=about.name,
        alarm_type=AlarmType.OPERATIONAL,
        probable_cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
        raised_at=tx.now,
        path=path,
    )


def tell_person(tx: Transaction, person: Person, said: AnnouncedAlert) -> None:
    """A message by each way that is tried at once and reaches this person alone. Quiet hours hold it back, whatever the alert is."""
    fleet = tx.fleet(person.enterprise)
    contact = fleet.find(Contact, person.id)
    for way in ways_of(fleet, person.id):
        channel = tx.find(Channel, person.enterprise, way.channel)
        if channel is None or way.after_min or not has_addresses(channel.kind):
            continue
        at = told_at(contact, tx.now, Severity.INDETERMINATE)
        later = at if at > tx.now else None
        tx.put(delivery_of(tx, channel, said, recipient=person.id, address=way.address, not_before=later))
