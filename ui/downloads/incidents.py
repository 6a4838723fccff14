"""An incident as a file to send on, and those that were found as a table."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence

from fastapi import FastAPI, Request, Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.access.shares import Shares
from domain.alerts.model import Alert
from domain.common.errors import DomainError
from domain.common.spreadsheets import guarded
from domain.incidents.search import IncidentArchive, IncidentQuery, how_it_ended
from domain.incidents.service import IncidentService
from ui.downloads.pieces import Download
from ui.downloads.refusals import refused
from ui.finding import incident_query
from ui.sentences.alerts import problem_of
from ui.sentences.incidents import clock, markdown
from ui.sign_in import signed_in

HEAD = (
    'id', 'incident', 'severity_at_worst', 'probable_cause', 'object', 'began_at_utc', 'ended_at_utc', 'lasted_s', 'devices_at_worst',
    'what_ended_it',
)  # fmt: skip
_PIECE = 200


def register_incident_export(
    app: FastAPI, *, incidents: IncidentService, past: IncidentArchive, shares: Shares
) -> None:
    """Register ``/ui/incidents/{alert_id}.md`` and ``/ui/incidents.csv`` on the parent app; the query of the latter is that of the page."""

    @app.get('/ui/incidents/{alert_id}.md', include_in_schema=False)
    async def incident_md(request: Request, alert_id: str) -> Response:
        try:
            found = await incidents.read(signed_in(request).actor(), alert_id)
        except DomainError as refusal:
            return refused(refusal, request.scope)
        headers = {'Content-Disposition': 'attachment; filename="incident.md"', 'Cache-Control': 'no-store'}
        return Response(markdown(found), media_type='text/markdown; charset=utf-8', headers=headers)

    @app.get('/ui/incidents.csv', include_in_schema=False)
    async def incidents_csv(request: Request) -> Response:
        try:
            actor = signed_in(request).actor()
            actor.require(Permission.ALERTS_READ)
            query = incident_query(request.query_params)
        except DomainError as refusal:
            return refused(refusal, request.scope)
        lines = _lines(past, actor, query, shares)
        return Download(lines, name='incidents.csv', media_type='text/csv; charset=utf-8', shares=shares, actor=actor)


async def _lines(past: IncidentArchive, actor: Actor, query: IncidentQuery, shares: Shares) -> AsyncIterator[bytes]:
    """The file in pieces; the mark in front tells spreadsheets that this is UTF-8."""
    yield b'\xef\xbb\xbf' + _csv([HEAD])
    before: str | None = None
    while True:
        rows, before = await past.find(actor, query, before=before, limit=_PIECE)
        async with shares.slice(actor.enterprise):
            yield _csv(map(_row, rows))
        if before is None:
            return


def _row(root: Alert) -> list[str]:
    """One incident; text that a spreadsheet would carry out is kept from it by an apostrophe."""
    ended = '' if root.cleared_at is None else clock(root.cleared_at)[:19]
    lasted = '' if root.lasted_s is None else f'{root.lasted_s:.0f}'
    texts = (
        root.id,
        problem_of(root),
        root.peak_severity,
        root.probable_cause,
        root.object_name,
        clock(root.raised_at)[:19],
    )
    why = how_it_ended(root) if root.cleared_at is not None else ''
    return [*map(guarded, texts), ended, lasted, str(root.peak_devices), guarded(why)]


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
