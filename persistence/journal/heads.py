"""Heads of journals kept in a file beside the database: what the owner of the database cannot change together with it.

A line is a moment, a head and the id of an enterprise, parted by spaces: ``2026-11-29T08:00:00Z 12:9f86d0… 01K…``. Lines are only ever
added, so the file may be one to which a system lets no process do anything else.
"""

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from domain.audit.model import Head, Kept, KeptHeads

_LINE = re.compile(r'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (\d{1,18}):([0-9a-f]{64}) (\S{1,64})\n')


class KeptHeadsFile:
    """Implements :class:`domain.audit.model.HeadsFile`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written: dict[str, Kept] = {}

    def add(self, heads: Mapping[str, Head], at: float, *, every_s: float = 0.0) -> None:
        """See :class:`domain.audit.model.HeadsFile`; what is written is on the disk."""
        moved = {
            name: Kept(head, at)
            for name, head in heads.items()
            if head.digest and self._is_due(name, head, at, every_s)
        }
        if not moved:
            return
        when = datetime.fromtimestamp(at, UTC).strftime('%Y-%m-%dT%H:%M:%SZ')
        text = ''.join(f'{when} {kept.head} {name}\n' for name, kept in moved.items())
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if _is_cut(self.path):
                text = '\n' + text  # a line that a full disk or a power cut has torn stays alone
            os.write(file, text.encode())
            os.fsync(file)
        finally:
            os.close(file)
        self._written |= moved

    def _is_due(self, name: str, head: Head, at: float, every_s: float) -> bool:
        before = self._written.get(name)
        return before is None or (before.head != head and not before.at <= at < before.at + every_s)

    def read(self) -> KeptHeads:
        """See :class:`domain.audit.model.HeadsFile`."""
        kept = KeptHeads()
        try:
            with self.path.open(encoding='utf-8', errors='replace', newline='\n') as file:
                for line in file:
                    found = _LINE.fullmatch(line)
                    if found is None:
                        kept.damaged += 1
                        continue
                    at = datetime.strptime(found[1], '%Y-%m-%dT%H:%M:%SZ').replace(tzinfo=UTC).timestamp()
                    kept.heads.setdefault(found[4], []).append(Kept(Head(int(found[2]), found[3]), at))
        except FileNotFoundError:
            kept.found = False
        return kept


def _is_cut(path: Path) -> bool:
    with path.open('rb') as file:
        file.seek(0, os.SEEK_END)
        if file.tell() == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b'\n'
