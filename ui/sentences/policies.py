"""What the journal tells of policies and their violations, in words."""

from domain.policies.events import PolicyRetired, PolicySaved, ViolationCleared, ViolationExcused, ViolationOpened
from ui.durations import duration
from ui.sentences.edits import changed
from ui.sentences.words import Said, Sentences, evidence_text, words


def _opened(entry: ViolationOpened) -> Said:
    return 'compliance', 'violating', f'breaks {entry.policy_name}', evidence_text(entry.evidence)


def _excused(entry: ViolationExcused) -> Said:
    return 'compliance', 'excused', f'is excused from {entry.policy_name}', entry.because


def _kept(entry: ViolationCleared) -> Said:
    return (
        'compliance',
        'compliant',
        f'meets {entry.policy_name} again',
        f'{entry.because}, after {duration(entry.open_s)}',
    )


SENTENCES: Sentences = {
    PolicySaved: changed,
    PolicyRetired: words('was retired'),
    ViolationOpened: _opened,
    ViolationExcused: _excused,
    ViolationCleared: _kept,
}
