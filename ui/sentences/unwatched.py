"""What the journal tells of the server's own time, in words."""

from domain.devices.unwatched.events import TimeUnwatched
from ui.durations import duration
from ui.sentences.words import Said, Sentences


def _unwatched(entry: TimeUnwatched) -> Said:
    if entry.unseen_s < 0:
        return 'severity', 'indeterminate', f'had its clock set back by {duration(-entry.unseen_s)}', ''
    why = 'the clock was set, or the server was away'
    return 'severity', 'indeterminate', f'did not watch for {duration(entry.unseen_s)}', why


SENTENCES: Sentences = {TimeUnwatched: _unwatched}
