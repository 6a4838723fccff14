"""The fields that people set, and their values, in words: for the feed, the audit trail, exports and the reports of incidents."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from ui.durations import lasted
from ui.sentences.words import shown

LABELS: Mapping[str, str] = {
    'about': 'what is said of it',
    'action': 'action',
    'after_s': 'told when it lasts for',
    'always': 'must be covered at all times',
    'at_least': 'from so many devices',
    'backups': 'backup backhaul',
    'below': 'with everything below',
    'breaks': 'severity that breaks quiet hours',
    'browsers_keep': 'browsers keep what pages have shown',
    'by_name': 'places found by name',
    'cells': 'cells',
    'channels': 'channels',
    'checks': 'checks',
    'components': 'components',
    'conditions': 'alerts that it takes',
    'counted': 'devices that are counted',
    'criticality': 'criticality',
    'days_off': 'days off',
    'description': 'description',
    'each': 'an alert for each device',
    'editors': 'people who may change it',
    'enabled': 'switched on',
    'ends_at': 'end',
    'every_min': 'read every',
    'expression': 'expression',
    'for_s': 'true for at least',
    'go_on': 'later routes are asked too',
    'grace_s': 'grace',
    'host': 'server of its address',
    'identifiers': 'numbers',
    'interval_s': 'check-in interval',
    'kind': 'kind',
    'labels': 'labels',
    'latitude': 'latitude',
    'layers': 'layers',
    'least_severity': 'least severity',
    'left_out': 'events that are left out',
    'length_min': 'length',
    'limits': 'limits',
    'links_answer': 'links in messages acknowledge without a sign-in',
    'longest_min': 'longest wait that a person may choose',
    'longitude': 'longitude',
    'maintenance_until': 'maintenance until',
    'members': 'people',
    'mode': 'mode',
    'must_reach': 'people must have a way that works',
    'name': 'name',
    'next_after_min': 'next channel after',
    'next_channel': 'next channel',
    'operator': 'operator',
    'operators': 'operators',
    'over': 'what it reads',
    'owner_name': 'owner',
    'parent': 'backhaul through',
    'per_minute': 'messages a minute',
    'permitted_sims': 'permitted SIMs',
    'policy': 'escalation policy',
    'position': 'place in the order',
    'power': 'power from',
    'reason': 'reason',
    'region': 'region',
    'regions': 'regions',
    'repeat': 'times it is repeated',
    'role': 'role',
    'rule': 'rule',
    'rules': 'words that name places',
    'scope': 'scope',
    'selector': 'devices that it binds',
    'settings': 'settings',
    'severity': 'severity',
    'slug': 'address',
    'starts_at': 'begin',
    'starts_on': 'begin',
    'steps': 'steps',
    'teams': 'teams',
    'text': 'text',
    'texts': 'parts of an event that are read',
    'title': 'title',
    'towers': 'towers',
    'use': 'what its events are',
    'zone': 'time zone',
}
"""Each field that an entry can say was changed, by the name that it has in the journal."""
_OF_KIND: Mapping[tuple[str, str], str] = {
    ('maintenance_window', 'rule'): 'repeats',
    ('silence', 'conditions'): 'alerts that it covers',
}
"""Where a field means something else of things of that kind."""
_CHOSEN = frozenset(
    {'action', 'breaks', 'criticality', 'kind', 'least_severity', 'mode', 'over', 'role', 'severity', 'use'}
)
"""Fields whose value is one of a few words, written with lines between them where they are stored."""
_OF_PARTS = frozenset({'conditions', 'counted', 'identifiers', 'limits', 'scope', 'selector', 'settings'})
"""Fields of several parts, which have names of ours; those of labels are people's own."""
_LAST_DAY = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
_MOMENTS = frozenset({'at', 'since', 'until', 'before', 'after'})
"""How the name of a field ends whose value is a moment, in epoch seconds."""
_SPANS = {'s': 1.0, 'min': 60.0}
"""How the name of a field ends whose value is a length of time, and in what it is counted."""
MOST_SAID = 60
"""Characters of a value that stand in a sentence."""


def label(name: str, kind: str = '') -> str:
    """What people call a field, of things of that kind."""
    return _OF_KIND.get((kind, name)) or LABELS.get(name) or name.replace('_', ' ')


def labels_of(names: Iterable[str], kind: str = '') -> str:
    """Those of several, with commas."""
    return ', '.join(label(name, kind) for name in names)


def before_and_after(value: object) -> tuple[object, object] | None:
    """The two values of a change, if it is one."""
    return (value[0], value[1]) if isinstance(value, list | tuple) and len(value) == 2 else None


def text_of(value: object, name: str = '') -> str:
    """A value as people read it; the moment of a field that is ``name``d as one as RFC 3339 in UTC, which a page shows in its zone."""
    ends = name.rpartition('_')[2]
    if isinstance(value, bool):
        return 'yes' if value else 'no'
    if isinstance(value, float) and ends in _MOMENTS and 0 <= value < _LAST_DAY:
        return f'{datetime.fromtimestamp(value, UTC):%Y-%m-%dT%H:%M:%SZ}'
    if isinstance(value, int | float) and ends in _SPANS and '_' in name and 0 <= value < _LAST_DAY:
        return lasted(value * _SPANS[ends])
    if isinstance(value, list | tuple):
        return ', '.join(text_of(part) for part in value) or 'none'
    if isinstance(value, Mapping):
        if name in _OF_PARTS:
            return ', '.join(f'{label(key)}: {text_of(part, key)}' for key, part in value.items()) or 'none'
        return ', '.join(f'{key}={text_of(part)}' for key, part in value.items()) or 'none'
    if value in (None, ''):
        return 'none'
    return shown(value).replace('_', ' ') if name in _CHOSEN else shown(value)


def difference(name: str, change: object, kind: str = '') -> str:
    """``role from viewer to operator``; the label alone where the values are too long for a sentence."""
    pair = before_and_after(change)
    if pair is None:
        return label(name, kind)
    before, after = text_of(pair[0], name), text_of(pair[1], name)
    if max(len(before), len(after)) > MOST_SAID:
        return label(name, kind)
    return f'{label(name, kind)} from {before} to {after}'
