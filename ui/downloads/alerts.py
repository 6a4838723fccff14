"""Alerts as a file, open and cleared ones, the newest first."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

from fastapi import FastAPI, Request, Response

from domain.access.permissions import Permission
from domain.access.shares import Shares
from domain.alerts.archive import AlertQuery, AlertStore, page_before
from domain.alerts.model import Alert
from domain.common.errors import DomainError
from domain.common.spreadsheets import csv_lines, guarded
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from ui.downloads.pieces import Download
from ui.downloads.refusals import refused
from ui.sign_in import signed_in
from ui.topics.alerts.list import OPEN_STATES, alert_query, states
from ui.topics.alerts.row import state_of

HEAD = (
    'id', 'problem', 'severity_at_worst', 'state', 'type', 'probable_cause', 'object_kind', 'object_id', 'object', 'detail', 'raised_at',
    'cleared_at', 'lasted_s', 'devices_at_worst', 'devices_missing', 'began_as', 'acknowledged_by', 'acknowledged_at', 'comment',
    'reopened_at', 'acknowledged_until', 'has_it', 'snoozed_until', 'false_alarm',
)  # fmt: skip
_PIECE = 200


def register_alert_export(app: FastAPI, *, fleets: Fleets, store: AlertStore, shares: Shares) -> None:
    """Register ``/ui/alerts.csv`` on the parent app; the query is that of the page."""

    @app.get('/ui/alerts.csv', include_in_schema=False)
    async def alerts_csv(request: Request) -> Response:
        try:
            actor = signed_in(request).actor()
            actor.require(Permission.ALERTS_READ)
            query = replace(alert_query(request.query_params), roots=False)  # a file has them all
            asked = states({'state': OPEN_STATES, **request.query_params})
        except DomainError as refusal:
            return refused(refusal, request.scope)
        lines = _lines(fleets.seen_by(actor), store, query, asked, shares)
        return Download(lines, name='alerts.csv', media_type='text/csv; charset=utf-8', shares=shares, actor=actor)


async def _lines(
    fleet: Fleet, store: AlertStore, query: AlertQuery, asked: frozenset[str], shares: Shares
) -> AsyncIterator[bytes]:
    """The file in pieces; the mark in front tells spreadsheets that this is UTF-8."""
    yield b'\xef\xbb\xbf' + csv_lines([HEAD])
    is_open = None if 'cleared' in asked else True
    before: str | None = None
    while True:
        found, before = await page_before(fleet, store, query, is_open=is_open, before=before, limit=_PIECE)
        async with shares.slice(fleet.enterprise.id):
            yield csv_lines([row(alert) for alert in found if state_of(alert) in asked])
        if before is None:
            return


def row(alert: Alert) -> list[str]:
    """One alert; text that a spreadsheet would carry out is kept from it by an apostrophe."""
    values = (
        alert.id, alert.problem, alert.peak_severity, state_of(alert), alert.alarm_type, alert.probable_cause, alert.object_kind,
        alert.object_id, alert.object_name, alert.detail, _time(alert.raised_at), _time(alert.cleared_at),
        None if alert.lasted_s is None else round(alert.lasted_s, 3), alert.peak_devices, alert.missing, alert.first_problem,
        alert.acknowledged_by, _time(alert.acknowledged_at), alert.comment, _time(alert.reopened_at),
        _time(alert.acknowledged_until), alert.assigned_name, _time(alert.snoozed_until), alert.false_reason,
    )  # fmt: skip
    return [guarded(value) if isinstance(value, str) else '' if value is None else str(value) for value in values]


def _time(moment: float | None) -> str:
    if moment is None:
        return ''
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec='seconds').replace('+00:00', 'Z')
