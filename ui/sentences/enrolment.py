"""What the journal tells of how devices come in and leave, in words."""

from domain.enrolment.events import (
    CredentialRevoked,
    CredentialRotated,
    DeviceApproved,
    DeviceEnrolled,
    DeviceRefused,
    DeviceRetired,
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


SENTENCES: Sentences = {
    DeviceEnrolled: _enrolled,
    DeviceRetired: words('was retired'),
    DeviceApproved: lambda _: ('presence', 'online', 'was approved', ''),
    DeviceRefused: because('was refused', 'warning'),
    CredentialRotated: words('renewed its credential'),
    CredentialRevoked: because('lost its credential', 'warning'),
}
