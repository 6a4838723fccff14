"""Journal entries as rows: what all entries have is in columns, an entry's own fields are a JSON document."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from domain.journal.model import Entry, Recorded, Subject
from domain.kinds import ENTRIES
from persistence.engine.rows import Tuple, encode, fields_of, target
from persistence.journal.chain import linked
from persistence.journal.models import JournalEntryRow

ENTRIES_TARGET = target(JournalEntryRow, without=('id',))
SELECT = ', '.join(ENTRIES_TARGET.columns)
_COMMON = fields_of(Entry)
_OWN: dict[str, tuple[str, ...]] = {name: tuple(sorted(fields_of(kind) - _COMMON)) for name, kind in ENTRIES.items()}
_decode: Callable[[str], dict[str, Any]] = msgspec.json.Decoder(dict[str, Any]).decode


def number(entries: Iterable[Entry], last: dict[str, int]) -> list[Recorded]:
    """Each entry with its sequence number, given the last number of each enterprise after all of them."""
    entries = list(entries)
    following = dict(last)
    for entry in entries:
        following[entry.enterprise] -= 1
    recorded = []
    for entry in entries:
        following[entry.enterprise] += 1
        recorded.append(Recorded(following[entry.enterprise], entry))
    return recorded


def entry_rows(recorded: Iterable[Recorded], heads: dict[str, str]) -> list[Tuple]:
    """Rows of ``ENTRIES_TARGET``, in the order given, chained on to ``heads``, which is moved on: see :mod:`persistence.journal.chain`."""
    return linked((_write(item.sequence, item.entry) for item in recorded), heads)


def _write(sequence: int, entry: Entry) -> Tuple:
    kind = type(entry).__name__
    payload = encode({name: getattr(entry, name) for name in _OWN[kind]}).decode()
    subject = entry.subject
    return (
        entry.enterprise,
        sequence,
        float(entry.at),  # as it will be read back
        kind,
        subject.kind,
        subject.id,
        subject.name,
        entry.by,
        payload,
        entry.actor,
        entry.address,
    )


def read_entry(row: Sequence[Any]) -> Recorded:
    """An entry from its row. What a newer version wrote and this one does not know reads as a plain :class:`Entry`."""
    enterprise, sequence, at, kind, subject_kind, subject_id, subject_name, by, payload, actor, address, digest = row
    subject = Subject(subject_kind, subject_id, subject_name)
    known = ENTRIES.get(kind)
    if known is not None:
        try:
            common = {'at': at, 'enterprise': enterprise, 'subject': subject, 'by': by, 'actor': actor}
            values = {**_decode(payload), **common}
            values['address'] = address or values.get('address', '')  # stood in the document of a sign-in before
            return Recorded(sequence, msgspec.convert(values, known), digest)
        except msgspec.DecodeError:
            pass  # other fields in the version that wrote it, or damaged; what happened, when and to whom still reads
    plain = Entry(at=at, enterprise=enterprise, subject=subject, by=by, actor=actor, address=address)
    return Recorded(sequence, plain, digest)
