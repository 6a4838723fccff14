"""What the journal tells of devices, in words."""

from domain.cellular.identifiers import WORDS
from domain.devices.events import (
    CounterRestarted,
    DeviceChanged,
    DeviceNoted,
    IdentifierMoved,
    ModemChanged,
    PresenceChanged,
    ServingTowerChanged,
    SimChanged,
)
from ui.durations import duration
from ui.sentences.edits import changed
from ui.sentences.words import Said, Sentences, noted


def _presence(entry: PresenceChanged) -> Said:
    if entry.after == 'online':
        if entry.before == 'never_seen':
            return 'presence', 'online', 'checked in for the first time', ''
        return 'presence', 'online', 'is online again', f'away {duration(entry.away_s)}' if entry.away_s else ''
    return 'presence', entry.after, {'late': 'is late', 'offline': 'is offline'}.get(entry.after, entry.after), ''


def _moved(entry: ServingTowerChanged) -> Said:
    before = f'from {entry.before_name}' if entry.before_name else ''
    if entry.after is None:
        return 'presence', 'late', 'is on a cell that no tower lists', entry.cell or ''
    if entry.before is None:
        return 'presence', 'online', f'is on {entry.after_name}', ''
    return 'presence', 'online', f'moved to {entry.after_name}', before


def _restarted(entry: CounterRestarted) -> Said:
    return 'presence', 'online', 'counts its check-ins anew', f'number {entry.after:,} after {entry.before:,}'


def _sim(entry: SimChanged) -> Said:
    tone = 'online' if entry.expected else 'late'
    before = f'{entry.before} was before' if entry.before else ''
    if entry.after is None:
        return 'presence', tone, 'has no SIM any more', before
    return 'presence', tone, f'has SIM {entry.after}', before


def _modem(entry: ModemChanged) -> Said:
    before = f'{entry.before} was before' if entry.before else ''
    if entry.after is None:
        return 'presence', 'late', 'has no modem any more', before
    return 'presence', 'late', f'has the modem {entry.after}', before


def _number(entry: IdentifierMoved) -> Said:
    word = WORDS.get(entry.name, entry.name)
    if entry.gained:
        return 'presence', 'late', f'has the {word} of {entry.other_name}', entry.value
    return 'presence', 'late', f'has its {word} in {entry.other_name} now', entry.value


SENTENCES: Sentences = {
    CounterRestarted: _restarted,
    DeviceChanged: changed,
    DeviceNoted: noted,
    IdentifierMoved: _number,
    ModemChanged: _modem,
    SimChanged: _sim,
    PresenceChanged: _presence,
    ServingTowerChanged: _moved,
}
