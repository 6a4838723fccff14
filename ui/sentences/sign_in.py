"""What the journal tells of sign-ins and sessions, in words."""

from datetime import UTC, datetime

from domain.sign_in.events import (
    IdentityForgotten,
    IdentityLinked,
    RelinkingAllowed,
    SessionEnded,
    SignedIn,
    SignedOut,
    SignInRefused,
    SteppedUp,
    StepUpRefused,
)
from ui.durations import counted
from ui.sentences.words import Said, Sentences, because, words


def _signed_in(entry: SignedIn) -> Said:
    return 'severity', 'indeterminate', 'signed in', f'from {entry.address}' if entry.address else ''


def _refused(entry: SignInRefused) -> Said:
    why = [entry.because, f'from {entry.address}' if entry.address else '']
    return 'severity', 'warning', 'was refused at sign-in', ', '.join(part for part in why if part)


def _stepped_up(entry: SteppedUp) -> Said:
    return 'severity', 'indeterminate', 'proved anew who they are', f'by {entry.method}' if entry.method else ''


def _linked(entry: IdentityLinked) -> Said:
    proof = f'proved with a {entry.proof}' if entry.proof else ''
    why = [entry.provider, proof, f'instead of an identity of {entry.instead_of}' if entry.instead_of else '']
    said = ', '.join(part for part in why if part)
    return 'severity', 'indeterminate', 'can now sign in through an identity provider', said


def _forgotten(entry: IdentityForgotten) -> Said:
    return 'severity', 'indeterminate', 'had an identity forgotten', entry.provider


def _relinking(entry: RelinkingAllowed) -> Said:
    if not entry.people:
        return 'severity', 'indeterminate', 'may not have its people linked anew any more', entry.issuer
    until = datetime.fromtimestamp(entry.until, UTC)
    what = f'may have {counted(entry.people, "person", "people")} linked anew until {until:%Y-%m-%dT%H:%M:%SZ}'
    return 'severity', 'warning', what, f'of {entry.issuer}'


SENTENCES: Sentences = {
    SignedIn: _signed_in,
    SignInRefused: _refused,
    SignedOut: words('signed out'),
    SessionEnded: because('had a session ended'),
    SteppedUp: _stepped_up,
    StepUpRefused: because('failed to prove anew who they are', 'warning'),
    IdentityLinked: _linked,
    IdentityForgotten: _forgotten,
    RelinkingAllowed: _relinking,
}
