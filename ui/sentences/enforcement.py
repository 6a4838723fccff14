"""What the journal tells of commands, in words."""

from domain.enforcement.events import CommandMoved
from ui.durations import duration
from ui.sentences.words import Said, Sentences

_COMMANDS = {
    'requested': '{action} requested',
    'queued': '{action} queued',
    'delivered': '{action} delivered',
    'rejected': 'rejected {action}',
    'timed_out': '{action} timed out',
    'cancelled': '{action} cancelled',
}

_DONE = {
    'quarantine': 'is quarantined',
    'release': 'is released from quarantine',
    'lock': 'is locked',
    'unlock': 'is unlocked',
    'wipe': 'is wiped',
}


def _command(entry: CommandMoved) -> Said:
    if entry.after == 'confirmed':
        done = _DONE.get(entry.action, f'has done {entry.action}')
        return 'command', 'confirmed', done, f'confirmed after {duration(entry.after_s)}'
    return 'command', entry.after, _COMMANDS[entry.after].format(action=entry.action), entry.because


SENTENCES: Sentences = {
    CommandMoved: _command,
}
