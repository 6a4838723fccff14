"""The hash chain over a journal: every entry's digest covers its row and the digest of the entry before it.

The digest is ``SHA-256(previous + "\\n" + row)`` in lower-case hex, all in UTF-8. ``previous`` is the digest of the entry before
(empty for the first that was ever chained), ``row`` the columns of :data:`COVERED`, in that order, as a JSON array without spaces:
numbers in their shortest form (``at``, epoch seconds, always with a fraction), text as it is but for ``\\"``, ``\\\\`` and the
escaped control characters of JSON. Python's ``json.dumps(row, ensure_ascii=False, separators=(',', ':'))`` writes the same bytes.
To change, remove, insert or move a row one would have to write every later digest anew, up to the head in ``journal_counter``
and to the heads that were kept elsewhere.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import inf
from typing import Any

from domain.access.enterprises import INSTALLATION
from domain.audit.model import ChainReport, Head, Kept
from persistence.engine.rows import Tuple, encode

COVERED = (
    'enterprise',
    'sequence',
    'at',
    'kind',
    'subject_kind',
    'subject_id',
    'subject_name',
    'actor',
    'payload',
    'actor_ref',
    'address',
)
"""The columns under the digest: all of a row but the database's own key and the digest itself."""


def link(previous: str, row: Sequence[Any]) -> str:
    """The digest of an entry, given that of the one before it; ``row`` holds the columns of :data:`COVERED`."""
    return hashlib.sha256(b'%b\n%b' % (previous.encode(), encode(row))).hexdigest()


def linked(rows: Iterable[Tuple], heads: dict[str, str]) -> list[Tuple]:
    """The rows, their digests added; ``heads`` has the newest digest of each enterprise and is moved on."""
    chained = []
    for row in rows:
        heads[row[0]] = following = link(heads[row[0]], row)
        chained.append((*row, following))
    return chained


class Check:
    """Looks at the rows of one journal in sequence, any number of them, and keeps nothing but its place and what it found."""

    def __init__(
        self,
        enterprise: str,
        *,
        anchor: Head,
        kept: Head | None = None,
        witnesses: Sequence[Kept] = (),
        chained_from: float = inf,
    ) -> None:
        self.verdict = ChainReport(enterprise, begins=anchor.sequence + 1)
        self._place = anchor.sequence
        self._previous: str | None = anchor.digest
        self._chained = bool(anchor.digest)
        self._kept = kept
        self._chained_from = chained_from
        self._witnesses = {one.head.sequence: one for one in witnesses if one.head.digest}
        self._contradicted = False
        if kept is not None and kept.sequence <= anchor.sequence:
            self._compare_dropped(kept, anchor)
        self._compare(anchor.sequence, anchor.digest)

    def row(self, row: Sequence[Any]) -> None:
        """The next row: the columns of :data:`COVERED` and the digest."""
        *covered, digest = row
        sequence, verdict = covered[1], self.verdict
        verdict.entries += 1
        verdict.newest_at = max(verdict.newest_at, covered[2])
        if self._kept is not None and sequence == self._kept.sequence and digest != self._kept.digest:
            verdict.find(sequence, 'is not the entry whose digest was kept elsewhere: history was written anew')
        self._compare(sequence, digest)
        if sequence <= self._place:
            verdict.find(sequence, 'stands twice, or before the point where this journal begins')
            return
        if sequence != self._place + 1:
            verdict.find(self._place + 1, _missing(self._place + 1, sequence - 1))
            self._previous = None  # what it follows on is gone, so its own digest says nothing
        self._place = sequence
        if not digest and not self._chained and sequence < self._chained_from:
            verdict.unchained += 1
            return
        if not digest:
            before = (
                'entries before it have one' if self._chained else f'this journal has them from {self._chained_from} on'
            )
            verdict.find(sequence, f'has no digest, although {before}')
        elif self._previous is not None and link(self._previous, covered) != digest:
            verdict.find(sequence, 'was altered or moved after it was written, or the entry before it was exchanged')
        self._chained = self._chained or bool(digest)
        self._previous = digest or None

    def end(self, head: Head | None) -> ChainReport:
        """Compare with the head that the counter names, and conclude; ``None`` when there is no counter."""
        verdict = self.verdict
        kept = self._kept
        if head is None:
            if self._place or verdict.enterprise != INSTALLATION:  # an enterprise's begins with its founding
                verdict.find(self._place, 'is the end, but the counter of this journal is gone')
            head = Head(self._place, self._previous or '')
        elif head.sequence > self._place:
            verdict.find(self._place + 1, _missing(self._place + 1, head.sequence))
        elif head.sequence < self._place:
            verdict.find(head.sequence + 1, 'stands behind the end that the counter tells')
        elif self._previous is not None and head.digest != self._previous:
            verdict.find(head.sequence, 'is not the entry that the counter names as the newest')
        if kept is not None and kept.sequence > max(head.sequence, self._place):
            verdict.find(kept.sequence, 'was kept elsewhere as the head, but this journal ends before it')
        newest = max(self._witnesses.values(), key=lambda one: one.head.sequence, default=None)
        if newest is not None and newest.head.sequence > max(head.sequence, self._place):
            verdict.ends_before = newest
            verdict.find(newest.head.sequence, f'was the newest {_when(newest)}, but this journal ends before it')
        verdict.head = head
        return verdict

    def _compare(self, sequence: int, digest: str) -> None:
        """With the head that the server has kept of this entry, if it has; the first that differs says it for all."""
        witness = self._witnesses.get(sequence)
        if witness is not None and witness.head.digest != digest and not self._contradicted:
            self._contradicted = True
            self.verdict.find(
                sequence, f'is not the entry that was the newest {_when(witness)}: history was written anew'
            )

    def _compare_dropped(self, kept: Head, anchor: Head) -> None:
        if kept.sequence < anchor.sequence:
            self.verdict.find(
                kept.sequence, f'was kept elsewhere, but entries up to {anchor.sequence} have left by retention'
            )
        elif kept.digest != anchor.digest:
            self.verdict.find(kept.sequence, 'is not the entry whose digest was kept elsewhere')


def _when(kept: Kept) -> str:
    at = datetime.fromtimestamp(kept.at, UTC).isoformat(sep=' ', timespec='seconds')
    return f'on {at.removesuffix("+00:00")} UTC by the kept heads'


def _missing(first: int, last: int) -> str:
    return 'is missing' if first == last else f'is missing, with all up to {last}'
