"""What the journal tells of how devices come in and leave, in words."""

from domain.enrolment.events import (
    CredentialRevoked,
    CredentialRotated,
    DeviceApproved,
    DeviceEnrolled,
    DeviceRefused,
    DeviceRestored,
    DeviceRetired,
    IdentityClaimed,
)
from ui.sentences.words import Said, Sentences, because, words


def _enrolled(entry: DeviceEnrolled) -> Said:
    if entry.waiting:
        text = 'has a double that asks to enrol in its place' if entry.again else 'asks to be let in'
        return 'approval', 'waiting', text, f'with {entry.token}, waits for approval'
    return (
        'presence',
        'online',
        'enrolled again' if entry.again else 'enrolled',
        f'with {entry.token}' if entry.token else '',
    )


def _claimed(entry: IdentityClaimed) -> Said:
    return 'approval', 'ambiguous', f'has its {entry.numbers} shown by {entry.other_name}, which asks to enrol', ''


def _approved(entry: DeviceApproved) -> Said:
    if entry.asked_as:
        return 'presence', 'online', f'is what asked to enrol as {entry.asked_as}', 'by the word of a person'
    return 'presence', 'online', 'was approved', 'as a device of its own' if entry.told_apart else ''


SENTENCES: Sentences = {
    DeviceEnrolled: _enrolled,
    IdentityClaimed: _claimed,
    DeviceRetired: words('was retired'),
    DeviceRestored: words('was brought back'),
    DeviceApproved: _approved,
    DeviceRefused: because('was refused', 'warning'),
    CredentialRotated: words('renewed its credential'),
    CredentialRevoked: because('lost its credential', 'warning'),
}
