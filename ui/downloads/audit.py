"""The audit trail as a file, for people who have to show it; that it was taken is part of the trail."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import msgspec
from fastapi import FastAPI, Request, Response

from domain.access.actors import Actor
from domain.access.shares import Shares
from domain.audit.model import AuditQuery
from domain.audit.service import AuditService
from domain.common.errors import DomainError, NotFound
from domain.common.spreadsheets import csv_lines, guarded
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.journal.model import Recorded
from ui.downloads.pieces import Download
from ui.downloads.refusals import refused
from ui.sign_in import signed_in
from ui.topics.audit import audit_query, changed, who

HEAD = (
    'sequence',
    'time',
    'who',
    'actor',
    'address',
    'what',
    'subject_kind',
    'subject_id',
    'subject',
    'changes',
    'digest',
)
_PIECE = 200


def register_audit_export(app: FastAPI, *, fleets: Fleets, audit: AuditService, shares: Shares) -> None:
    """Register ``/ui/audit.csv`` and ``/ui/audit.ndjson`` on the parent app; the query is that of the page."""

    @app.get('/ui/audit.{form}', include_in_schema=False)
    async def exported(request: Request, form: str) -> Response:
        params = dict(request.query_params)
        installation = params.get('trail') == 'installation'
        if form not in ('csv', 'ndjson'):
            return refused(NotFound('there is no such form; ask for csv or ndjson'), request.scope)
        try:
            actor = signed_in(request).actor()
            query = audit_query(params)
            entries, before = await audit.export(actor, query, installation=installation)
        except DomainError as refusal:
            return refused(refusal, request.scope)
        fleet = fleets.installation if installation else fleets.of(actor.enterprise)
        kind = 'text/csv; charset=utf-8' if form == 'csv' else 'application/x-ndjson'
        lines = _lines(audit, shares, actor, fleet, query, (entries, before), form, installation)
        return Download(lines, name=f'audit.{form}', media_type=kind, shares=shares, actor=actor)


async def _lines(
    audit: AuditService,
    shares: Shares,
    actor: Actor,
    fleet: Fleet,
    query: AuditQuery,
    extent: tuple[int, int],
    form: str,
    installation: bool,
) -> AsyncIterator[bytes]:
    """The file in pieces, the newest entry first; the mark in front tells spreadsheets that a CSV is UTF-8."""
    if form == 'csv':
        yield b'\xef\xbb\xbf' + csv_lines([HEAD])
    entries, before = extent
    while entries:
        found = await audit.entries(actor, query, before=before, limit=min(_PIECE, entries), installation=installation)
        if not found:
            return
        async with shares.slice(actor.enterprise):
            rows = [row(fleet, recorded) for recorded in found]
            if form == 'csv':
                piece = csv_lines([[guarded(cell) for cell in each] for each in rows])
            else:
                piece = b''.join(msgspec.json.encode(dict(zip(HEAD, each, strict=True))) + b'\n' for each in rows)
        yield piece
        before, entries = found[-1].sequence, entries - len(found)


def row(fleet: Fleet, recorded: Recorded) -> list[str]:
    """One entry."""
    entry = recorded.entry
    at = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec='milliseconds').replace('+00:00', 'Z')
    subject = entry.subject
    changes = '; '.join(f'{name}: {words}' for name, words in changed(entry))
    return [
        str(recorded.sequence), at, who(fleet, entry), entry.actor, entry.address, type(entry).__name__, subject.kind, subject.id,
        subject.name, changes, recorded.digest,
    ]  # fmt: skip
