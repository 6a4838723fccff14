"""Journal entries as sentences: the subject, what happened, and the why behind it."""

from typing import Any

from domain.journal.model import Recorded
from ui.sentences import SENTENCES, alerts
from ui.sentences.words import Said

_PLACES = {
    'device': '/devices/{id}',
    'tower': '/towers/{id}',
    'policy': '/policies/{id}',
    'channel': '/channels?channel={id}',
    'handover': '/handovers?of={id}',
    'rotation': '/on-call#{id}',
    'alert_route': '/on-call#{id}',
    'calendar': '/on-call?calendar={id}',
    'silence': '/silences?of={id}',
    'maintenance_window': '/maintenance?of={id}',
    'works_calendar': '/maintenance?of={id}',
    'alert_rule': '/alert-rules?rule={id}',
    'own_rule': '/alert-rules?own={id}',
    'unknown_cell': '/cells/{id}',
}


def sentence(recorded: Recorded) -> dict[str, Any]:
    """What the feed shows of an entry."""
    entry = recorded.entry
    family, state, text, why = SENTENCES.get(type(entry), _plain)(entry)
    place = _PLACES.get(entry.subject.kind)
    alert = getattr(entry, 'alert', '') if type(entry) in alerts.SENTENCES else ''
    href = place.format(id=entry.subject.id) if place else f'/alerts/{alert}' if alert else None
    return {
        'seq': recorded.sequence,
        'at': entry.at,
        'subject': {'kind': entry.subject.kind, 'id': entry.subject.id, 'name': entry.subject.name, 'href': href},
        'family': family,
        'state': state,
        'text': text,
        'why': ' · '.join(
            part for part in (why, f'by {entry.by}' if entry.by and entry.by != entry.subject.name else '') if part
        ),
    }


def _plain(entry: Any) -> Said:
    words = ''.join(f' {char.lower()}' if char.isupper() else char for char in type(entry).__name__)
    return 'severity', 'indeterminate', words.strip(), ''
