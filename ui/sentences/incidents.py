"""An incident as a report: for people to read, to print, and to send on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.alerts.model import Alert
from domain.incidents.model import Hurt, Incident, Telling
from domain.journal.model import Recorded
from ui.durations import counted, lasted
from ui.sentences.alerts import problem_of
from ui.sentences.sentence import sentence

MOST_NAMED = 50
"""Devices that a report names."""
MOST_LABELS = 5
"""Labels of each."""


def clock(at: float) -> str:
    """``2026-11-22 08:00:00 UTC``."""
    return f'{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC'


def said(recorded: Recorded) -> str:
    """An entry in one line."""
    line = sentence(recorded)
    why = f' · {line["why"]}' if line['why'] else ''
    return f'{line["subject"]["name"]} {line["text"]}{why}'


@dataclass(frozen=True, slots=True)
class FoldedEntries:
    """Entries that say the same of several things, from the first ``at`` on; ``words`` are those of all of them, or of the one."""

    at: float
    words: str
    entries: tuple[Recorded, ...]


def folded(entries: Iterable[Recorded]) -> list[FoldedEntries]:
    """``51 devices were added by Ana``, in place of 51 lines, by the time of the first; what was done to few stands by itself."""
    alike: dict[tuple[object, ...], list[Recorded]] = {}
    for one in entries:
        alike.setdefault((type(one.entry), one.entry.subject.kind, one.entry.by, sentence(one)['text']), []).append(one)
    found = []
    for (_, kind, by, text), rows in alike.items():
        if len(rows) < FOLDED_FROM:
            found += [FoldedEntries(one.entry.at, said(one), (one,)) for one in rows]
            continue
        begin, _, rest = str(text).partition(' ')
        noun = str(kind).replace('_', ' ')
        many = counted(len(rows), noun, f'{noun[:-1]}ies' if noun.endswith('y') else '')
        words = f'{many} {_OF_SEVERAL.get(begin, begin)} {rest}'.rstrip()
        found.append(FoldedEntries(rows[0].entry.at, f'{words} by {by}' if by else words, tuple(rows)))
    return sorted(found, key=lambda one: (one.at, one.entries[0].sequence))


FOLDED_FROM = 4
_OF_SEVERAL = {'was': 'were', 'is': 'are', 'has': 'have', 'does': 'do'}


def summary(incident: Incident) -> list[tuple[str, str]]:
    """What there is to say first, as label and value; what is not known is left out."""
    root = incident.root
    people = f'{root.assigned_name} has it' if root.assigned_name else ''
    seen = f'acknowledged by {root.acknowledged_by}' if root.acknowledged_by else ''
    levels = ', '.join(f'{count:,} {level}' for level, count in incident.by_criticality().items())
    rows = (
        ('Severity', f'{root.peak_severity} at its worst'),
        ('Began', clock(root.raised_at)),
        ('Ended', clock(root.cleared_at) if root.cleared_at is not None else ''),
        ('Lasted', lasted(incident.lasted_s) + ('' if root.cleared_at is not None else ' so far')),
        ('Cause' if incident.cuts_off else 'Detail', root.detail or root.first_detail),
        ('Alerts', f'{counted(len(incident.tree), "alert")} in all'),
        ('Devices at its worst', f'{root.peak_devices:,}' if root.peak_devices else ''),
        ('Devices by criticality', levels),
        ('Devices by label', ', '.join(f'{label} {count:,}' for label, count in incident.by_label(8).items())),
        (_missing_label(incident), f'{counted(len(incident.missing), "device")}' if incident.missing else ''),
        ('Device-minutes lost', _lost(incident)),
        ('People', ', '.join(part for part in (people, seen) if part)),
    )
    return [(label, value) for label, value in rows if value]


def concerned(incident: Incident) -> tuple[Hurt, ...]:
    """The devices that are named beside the missing ones: those of an outage that are back, and all that what is no outage is about."""
    return tuple(one for one in incident.hurt if one.silent_s is None) if incident.cuts_off else incident.hurt


def concerned_title(incident: Incident) -> str:
    """What is said of these."""
    return 'Devices it hurt that are back' if incident.cuts_off else 'Devices it is about'


def device_words(one: Hurt, incident: Incident) -> str:
    """``vital; site=port; back at 2026-11-22 08:40:00 UTC``: how critical it is, its labels, and of an outage whether it is back."""
    labels = ', '.join(f'{key}={value}' for key, value in sorted(one.labels.items())[:MOST_LABELS])
    return '; '.join(filter(None, (one.criticality.value, labels, _contact(one, incident))))


def _contact(one: Hurt, incident: Incident) -> str:
    if one.silent_s is not None:
        return f'silent for {lasted(one.silent_s)}'
    if not incident.cuts_off:
        return ''
    return f'back at {clock(one.back_at)}' if one.back_at is not None else 'in contact all the while'


def missing_title(incident: Incident) -> str:
    """Nobody has stayed away for good while the outage goes on; what is no outage keeps no device from coming back."""
    if not incident.cuts_off:
        return 'Devices that fell silent meanwhile'
    return 'Devices not back yet' if incident.root.cleared_at is None else 'Devices that did not come back'


def _missing_label(incident: Incident) -> str:
    return 'Not heard from since' if incident.cuts_off else 'Fell silent meanwhile'


def _lost(incident: Incident) -> str:
    """``about 61, 10 of them by those not heard from``."""
    if incident.lost_minutes < 0.5:
        return ''
    so_far = ' so far' if incident.root.cleared_at is None or incident.missing else ''
    silent = f', {incident.silent_minutes:,.0f} of them by those not heard from' if incident.missing else ''
    return f'about {incident.lost_minutes:,.0f}{so_far}{silent}'


def markdown(incident: Incident) -> str:
    """The whole of it as Markdown; what people and devices wrote is escaped, so that it is text and no markup."""
    return '\n'.join(_lines(incident)) + '\n'


def _lines(incident: Incident) -> Iterator[str]:
    yield f'# {_plain(problem_of(incident.root))}'
    yield ''
    yield from (f'- **{label}:** {_plain(value)}' for label, value in summary(incident))
    yield from _section('Alerts', [f'{"  " * one.depth}- {_plain(_alert(one.alert))}' for one in incident.tree])
    missing = [f'- {_plain(one.name)} ({_plain(device_words(one, incident))})' for one in incident.missing]
    yield from _section(missing_title(incident), _first(missing))
    about = [f'- {_plain(one.name)} ({_plain(device_words(one, incident))})' for one in concerned(incident)]
    yield from _section(concerned_title(incident), _first(about))
    before = [f'- {clock(one.at)}: {_plain(one.words)}' for one in folded(incident.before)]
    yield from _section('Changed in the hour before', before)
    yield from _section('What happened', _entries(incident.timeline))
    told = [
        f'- {clock(one.attempt.at)}: {_plain(told_words(one))}'
        + (f' ({_plain(one.attempt.said)})' if one.attempt.said else '')
        for one in incident.told
    ]
    yield from _section('Who was told', told)
    notes = [f'- {clock(one.at)}, {_plain(one.by)}: {_plain(one.text)}' for one in incident.root.comments]
    yield from _section('Notes', notes)


def told_words(one: Telling) -> str:
    """``Ana, by Web push (Nights, step 1), raised: delivered``."""
    return f'{one.to}, {one.attempt.news}: {one.attempt.outcome}'


def _alert(alert: Alert) -> str:
    end = f', over after {lasted(alert.lasted_s)}' if alert.lasted_s is not None else ', open'
    return f'{problem_of(alert)} ({alert.peak_severity}, since {clock(alert.raised_at)}{end})'


def _entries(entries: tuple[Recorded, ...]) -> list[str]:
    return [f'- {clock(one.entry.at)}: {_plain(said(one))}' for one in entries]


def _first(lines: list[str]) -> list[str]:
    more = [f'- and {len(lines) - MOST_NAMED:,} more'] if len(lines) > MOST_NAMED else []
    return [*lines[:MOST_NAMED], *more]


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from ('', f'## {title}', '', *lines)


_MARKS = str.maketrans({mark: f'\\{mark}' for mark in '\\`*_{}[]<>#|!~'} | {'\n': ' ', '\r': ' '})


def _plain(text: str) -> str:
    return text.translate(_MARKS)
