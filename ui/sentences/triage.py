"""What the journal tells of shifts, in words."""

from domain.triage.events import HandoverTaken, ShiftHandedOver
from ui.durations import counted
from ui.sentences.words import Said, Sentences


def _handed_over(entry: ShiftHandedOver) -> Said:
    to = f' to {entry.to}' if entry.to else ''
    why = ' · '.join(part for part in (f'{counted(entry.open, "alert")} open', entry.note) if part)
    return 'severity', 'indeterminate', f'was handed over{to}', why


def _taken(entry: HandoverTaken) -> Said:
    why = f'with {counted(entry.alerts, "alert")}' if entry.alerts else ''
    return 'severity', 'indeterminate', f'of {entry.of} was taken over', why


SENTENCES: Sentences = {ShiftHandedOver: _handed_over, HandoverTaken: _taken}
