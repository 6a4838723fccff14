"""What the journal tells of people and their one-time links, in words."""

from domain.people.events import (
    AdministratorKept,
    LinkIssued,
    LinkWithdrawn,
    PersonAdded,
    PersonChanged,
    PersonInvited,
    PersonRemoved,
)
from ui.sentences.edits import differs
from ui.sentences.words import Said, Sentences, because, words


def _invited(entry: PersonInvited) -> Said:
    return 'severity', 'indeterminate', f'was invited as {entry.role}', entry.email


def _added(entry: PersonAdded) -> Said:
    return (
        'severity',
        'indeterminate',
        f'belongs to it as {entry.role}',
        f'through {entry.through}' if entry.through else '',
    )


def _link(entry: LinkIssued) -> Said:
    return 'severity', 'indeterminate', f'was given a one-time link: {entry.kind}', ''


def _kept(entry: AdministratorKept) -> Said:
    what = f'stays administrator, though no group at {entry.provider} says so'
    return 'severity', 'warning', what, 'there is no other one: make another person an administrator'


SENTENCES: Sentences = {
    AdministratorKept: _kept,
    PersonInvited: _invited,
    PersonAdded: _added,
    PersonChanged: differs,
    PersonRemoved: because('was removed from the enterprise'),
    LinkIssued: _link,
    LinkWithdrawn: words('link was withdrawn'),
}
