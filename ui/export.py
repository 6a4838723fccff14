"""The device list as a file, for whatever people do in spreadsheets."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from domain.access import Permission
from domain.errors import DomainError
from domain.fleet import Fleet
from domain.fleets import Fleets
from domain.listing import MOST, DeviceQuery, select
from domain.policies import Compliance
from domain.spreadsheets import guarded
from ui.auth import signed_in
from ui.topics.devices import device_query

HEAD = (
    'id', 'name', 'kind', 'labels', 'imei', 'serial', 'iccid', 'imsi', 'msisdn', 'presence', 'last_seen', 'compliance',
    'violations', 'quarantined', 'tower', 'cell', 'rat', 'rsrp_dbm', 'os', 'os_version', 'patch_level', 'agent_version',
)  # fmt: skip


def register_export(app: FastAPI, *, fleets: Fleets) -> None:
    """Register ``/ui/devices.csv`` on the parent app; its query is that of the device list."""

    @app.get('/ui/devices.csv', include_in_schema=False)
    async def devices_csv(request: Request) -> Response:
        try:
            actor = signed_in(request).actor()
            actor.require(Permission.DEVICES_READ)
            query = device_query(request.query_params)
            fleet = fleets.seen_by(actor)
            select(fleet, query, limit=1)
        except DomainError as refusal:
            return Response(f'{refusal.title}: {refusal.detail}\n', 400, media_type='text/plain')
        headers = {'Content-Disposition': 'attachment; filename="devices.csv"', 'Cache-Control': 'no-store'}
        return StreamingResponse(_lines(fleet, query), media_type='text/csv; charset=utf-8', headers=headers)


async def _lines(fleet: Fleet, query: DeviceQuery) -> AsyncIterator[bytes]:
    """The file in pieces, so that check-ins pass in between; the mark in front tells spreadsheets that this is UTF-8."""
    yield b'\xef\xbb\xbf' + _written([HEAD])
    cursor: str | None = None
    while True:
        found = select(fleet, query, limit=MOST, cursor=cursor)
        yield _written(row(fleet, device_id) for device_id in found.ids)
        cursor = found.next
        if cursor is None:
            return
        await asyncio.sleep(0)


def row(fleet: Fleet, device_id: str) -> Iterator[str]:
    """One device; text that a spreadsheet would carry out is kept from it by an apostrophe."""
    device, state = fleet.devices[device_id], fleet.state_of(device_id)
    names, radio, facts = device.identifiers, state.radio, state.facts
    tower = fleet.towers.get(state.tower or '')
    seen = datetime.fromtimestamp(state.last_seen, UTC).isoformat(timespec='seconds') if state.last_seen else ''
    violations = sum(verdict.status is Compliance.VIOLATING for verdict in state.verdicts.values())
    os, agent = facts.os, facts.agent
    for value in (
        device.id, device.name, device.kind, ' '.join(f'{key}={value}' for key, value in device.labels.items()), names.imei,
        names.serial, names.iccid, names.imsi, names.msisdn, state.presence, seen.replace('+00:00', 'Z'), state.compliance,
        violations, str(state.quarantined).lower(), tower and tower.name, radio and radio.cell, radio and radio.rat,
        radio and radio.rsrp, os and os.name, os and os.version, os and os.patch_level, agent and agent.version,
    ):  # fmt: skip
        yield guarded(value) if isinstance(value, str) else '' if value is None else str(value)


def _written(rows: object) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue().encode()
