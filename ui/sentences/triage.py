"""What the journal tells of shifts and of tasks of programs, in words."""

from domain.triage.events import AlarmTaskRun, HandoverTaken, ShiftHandedOver
from ui.durations import counted
from ui.sentences.words import Said, Sentences


def _handed_over(entry: ShiftHandedOver) -> Said:
    to = f' to {entry.to}' if entry.to else ''
    why = ' · '.join(part for part in (f'{counted(entry.open, "alert")} open', entry.note) if part)
    return 'severity', 'indeterminate', f'was handed over{to}', why


def _taken(entry: HandoverTaken) -> Said:
    why = f'with {counted(entry.alerts, "alert")}' if entry.alerts else ''
    return 'severity', 'indeterminate', f'of {entry.of} was taken over', why


def _task(entry: AlarmTaskRun) -> Said:
    of = ' at '.join(part for part in (entry.user, entry.system) if part)
    why = [f'for {of}' if of else '', f'refused for {len(entry.refused)}' if entry.refused else '', entry.words]
    text = f'was done to {counted(len(entry.alerts), "alert")}'
    return 'severity', 'indeterminate', text, ' · '.join(part for part in why if part)


SENTENCES: Sentences = {ShiftHandedOver: _handed_over, HandoverTaken: _taken, AlarmTaskRun: _task}
