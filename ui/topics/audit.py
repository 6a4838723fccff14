"""The audit trail of an enterprise: a window on what is stored, the newest entries first; new ones appear on its first page."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import msgspec

from domain.access.permissions import Permission
from domain.accounts.model import Person
from domain.audit.model import SERVER_CLOCK, AuditQuery
from domain.common.errors import Invalid
from domain.common.text import comma_separated
from domain.fleet.fleet import Fleet
from domain.journal.model import Entry, Recorded
from domain.tokens.model import Token
from ui.live.channel import News
from ui.moments import span
from ui.sentences.fields import before_and_after, label, text_of
from ui.sentences.sentence import sentence
from ui.topics.base import BaseTopic
from ui.topics.rows import TopicRow
from ui.topics.window import window

MOST_COUNTED = 100_000
MOST_TEXT = 200
_COMMON = frozenset(spec.name for spec in fields(Entry))
_HIDDEN = frozenset(
    {'alert', 'command', 'policy', 'violation', 'created', 'changes', 'tower', 'what', 'again', 'waiting'}
)
"""Fields that are ids, or that the sentence tells."""


def audit_query(params: Mapping[str, str]) -> AuditQuery:
    """The query of the page, its topic and its export; lists are parted by commas. Raises ``Invalid``."""
    about = params.get('about', '')
    kind, slash, id = about.partition('/')
    if about and not (kind and slash and id):
        raise Invalid('write a kind, a slash and an id, as in device/01K…', field='about')
    since, until = span(params)
    return AuditQuery(
        actors=comma_separated(params.get('actor', '')),
        subjects=comma_separated(params.get('kind', '')),
        subject=(kind, id) if about else None,
        since=since,
        until=until,
        text=params.get('q', '')[:MOST_TEXT],
    )


def audit_row(fleet: Fleet, recorded: Recorded) -> dict[str, Any]:
    """What the trail shows of an entry."""
    entry = recorded.entry
    said = sentence(recorded)
    return {
        'id': str(recorded.sequence),
        'name': entry.subject.name,
        'href': said['subject']['href'],
        'kind': entry.subject.kind,
        'text': said['text'],
        'who': who(fleet, entry),
        'address': entry.address,
        'change': ' · '.join(f'{name}: {words}' for name, words in changed(entry)),
        'at': entry.at,
    }


def who(fleet: Fleet, entry: Entry) -> str:
    """Who is behind an entry, by name."""
    if entry.by:
        return entry.by
    kind, _, id = entry.actor.partition('/')
    if (entry.subject.kind, entry.subject.id) == SERVER_CLOCK:
        return 'the server itself'
    if not entry.actor and entry.subject.kind == 'device':
        return 'the device itself'
    if kind == entry.subject.kind and id == entry.subject.id:
        return entry.subject.name
    if not entry.actor and (through := getattr(entry, 'through', '')):  # an identity provider, or an invitation
        return str(through)
    known = fleet.find(Person, id) if kind == 'person' else fleet.find(Token, id) if kind == 'program' else None
    return known.name if known is not None else id


def changed(entry: Entry) -> list[tuple[str, str]]:
    """What an entry says beside its sentence: each value that changed as ``before → after``, and the entry's own fields."""
    kind = entry.subject.kind
    told = [(label(name, kind), _pair(name, value)) for name, value in getattr(entry, 'changes', {}).items()]
    for spec in fields(entry):
        value = getattr(entry, spec.name)
        if spec.name not in _COMMON | _HIDDEN and value not in ('', None, (), {}, False):
            told.append((spec.name.replace('_', ' '), text_of(value, spec.name)))
    return told


class AuditTopic(BaseTopic):
    """Entries that fit the query, a page of them."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._asked = audit_query(self.query)
        self._page, self._size = window(self.query)
        self._rows: list[dict[str, Any]] = []
        self._newest = self._total = self._matched = 0

    async def open(self) -> None:
        """Read the page."""
        enterprise = self.fleet.enterprise.id
        newest = await self.store.audit(enterprise, AuditQuery(), limit=1)
        self._newest = newest[0].sequence if newest else 0
        self._total = self._matched = await self.store.audit_count(enterprise, AuditQuery(), MOST_COUNTED)
        if self._asked != AuditQuery():
            self._matched = await self.store.audit_count(enterprise, self._asked, MOST_COUNTED)
        skip = self._page * self._size
        found = await self.store.audit(enterprise, self._asked, before=self._newest + 1, skip=skip, limit=self._size)
        self._rows = [audit_row(self.fleet, recorded) for recorded in found]

    def full(self) -> dict[str, Any]:
        """Counts, ids in order and rows."""
        ids = [row['id'] for row in self._rows]
        return {'total': self._total, 'matched': self._matched, 'ids': ids, 'rows': self._rows}

    def patch(self, news: News) -> dict[str, Any] | None:
        """New entries, above the others; a person who has turned the page is left to read."""
        total = self._total
        fresh = []
        for recorded in news.entries:
            if recorded.sequence <= self._newest or not AuditQuery().fits(recorded.entry, ''):
                continue
            self._newest = recorded.sequence
            self._total = min(self._total + 1, MOST_COUNTED)
            if self._asked.fits(recorded.entry, _document(recorded.entry)):
                fresh.append(audit_row(self.fleet, recorded))
        self._matched = min(self._matched + len(fresh), MOST_COUNTED)
        if fresh and not self._page:
            self._rows = [*fresh[::-1], *self._rows][: self._size]
            shown = {row['id'] for row in self._rows}
            told = [row for row in fresh if row['id'] in shown]
            return {**self.full(), 'rows': told}
        return {'total': self._total, 'matched': self._matched, 'rows': []} if self._total != total else None


def _document(entry: Entry) -> str:
    return msgspec.json.encode(
        {spec.name: getattr(entry, spec.name) for spec in fields(entry) if spec.name not in _COMMON}
    ).decode()


def _pair(name: str, value: object) -> str:
    pair = before_and_after(value)
    if pair is None or pair[0] is None:
        return text_of(value if pair is None else pair[1], name)
    return f'{text_of(pair[0], name)} → {text_of(pair[1], name)}'


TOPICS = (
    TopicRow('audit', Permission.AUDIT_READ, AuditTopic),
    TopicRow('installation-audit', Permission.INSTALLATION_WRITE, AuditTopic),
)
