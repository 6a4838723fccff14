"""What the journal tells of alerts, in words."""

from domain.alerts.events import AlertAcknowledged, AlertCleared, AlertRaised
from ui.durations import duration
from ui.sentences.words import Said, Sentences


def _raised(entry: AlertRaised) -> Said:
    problem, name = entry.problem, entry.subject.name
    if problem.startswith(f'{name} '):
        return 'severity', entry.severity, problem.removeprefix(f'{name} '), f'{entry.severity} alert · {entry.detail}'
    return 'severity', entry.severity, f'alert: {problem}', entry.detail


def _acknowledged(entry: AlertAcknowledged) -> Said:
    return 'severity', 'indeterminate', f'alert acknowledged: {entry.problem}', entry.comment


def _cleared(entry: AlertCleared) -> Said:
    return 'severity', 'cleared', f'alert cleared: {entry.problem}', f'after {duration(entry.open_s)}'


SENTENCES: Sentences = {
    AlertRaised: _raised,
    AlertAcknowledged: _acknowledged,
    AlertCleared: _cleared,
}
