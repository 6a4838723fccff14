"""What the journal tells of towers and their checks, in words."""

from domain.towers.events import (
    TowerCheckFailed,
    TowerNoted,
    TowerRestored,
    TowerRetired,
    TowerSaved,
    TowerStatusChanged,
)
from ui.durations import counted
from ui.sentences.edits import changed
from ui.sentences.words import Said, Sentences, noted, words


def _check(entry: TowerCheckFailed) -> Said:
    kind = entry.label.partition(' ')[0]  # the address stands on the page of the tower
    if entry.attempt < entry.most:
        return 'check', 'soft', f'{kind} check failed, retrying', f'{entry.error} · {entry.attempt} of {entry.most}'
    return 'check', 'failing', f'{kind} check failed {counted(entry.most, "time")}', entry.error


def _tower(entry: TowerStatusChanged) -> Said:
    if entry.after == 'down' and entry.devices:
        return 'tower', 'down', 'is down', f'{entry.devices} device{"s" if entry.devices > 1 else ""} affected'
    if entry.after in ('down', 'degraded', 'unreachable'):
        return 'tower', entry.after, f'is {entry.after}', entry.because
    text = (
        'is up again'
        if entry.after == 'up' and entry.before in ('down', 'degraded', 'unreachable')
        else f'is {entry.after}'
    )
    return 'tower', entry.after, text if entry.after != 'maintenance' else 'is in maintenance', ''


SENTENCES: Sentences = {
    TowerSaved: changed,
    TowerRetired: words('was retired'),
    TowerRestored: words('was brought back'),
    TowerNoted: noted,
    TowerCheckFailed: _check,
    TowerStatusChanged: _tower,
}
