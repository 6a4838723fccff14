"""What the journal tells of sign-ins and sessions, in words."""

from domain.sign_in.events import (
    IdentityLinked,
    SessionEnded,
    SignedIn,
    SignedOut,
    SignInRefused,
    SteppedUp,
    StepUpRefused,
)
from ui.sentences.words import Said, Sentences, because, words


def _signed_in(entry: SignedIn) -> Said:
    return 'severity', 'indeterminate', 'signed in', f'from {entry.address}' if entry.address else ''


def _refused(entry: SignInRefused) -> Said:
    why = [entry.because, f'from {entry.address}' if entry.address else '']
    return 'severity', 'warning', 'was refused at sign-in', ', '.join(part for part in why if part)


def _stepped_up(entry: SteppedUp) -> Said:
    return 'severity', 'indeterminate', 'proved anew who they are', f'by {entry.method}' if entry.method else ''


def _linked(entry: IdentityLinked) -> Said:
    return 'severity', 'indeterminate', 'can now sign in through an identity provider', entry.provider


SENTENCES: Sentences = {
    SignedIn: _signed_in,
    SignInRefused: _refused,
    SignedOut: words('signed out'),
    SessionEnded: because('had a session ended'),
    SteppedUp: _stepped_up,
    StepUpRefused: because('failed to prove anew who they are', 'warning'),
    IdentityLinked: _linked,
}
