"""What the journal tells of addresses that open without a sign-in, in words."""

from domain.incidents.links.events import IncidentLinkMade, IncidentLinkRevoked
from domain.oncall.answers.events import AlertAnsweredByLink
from ui.durations import counted
from ui.sentences.words import Said, Sentences


def _answered(entry: AlertAnsweredByLink) -> Said:
    return 'severity', 'indeterminate', 'was taken by the link in a message', entry.channel


def _made(entry: IncidentLinkMade) -> Said:
    return 'severity', 'indeterminate', 'can read of an incident by a link', ', '.join(entry.parts)


def _revoked(entry: IncidentLinkRevoked) -> Said:
    return 'severity', 'indeterminate', 'can read of the incident no more', f'opened {counted(entry.opened, "time")}'


SENTENCES: Sentences = {AlertAnsweredByLink: _answered, IncidentLinkMade: _made, IncidentLinkRevoked: _revoked}
