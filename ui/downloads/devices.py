"""The device list as a file, for spreadsheets."""

import time
from collections.abc import AsyncIterator, Iterator, Mapping

from fastapi import FastAPI, Request, Response

from domain.access.permissions import Permission
from domain.access.shares import SLICE_S, Shares
from domain.common.errors import DomainError
from domain.common.spreadsheets import csv_lines, guarded
from domain.common.text import comma_separated
from domain.devices.compliance import Compliance
from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.query import DeviceQuery, beginning, checked
from domain.devices.live import state_of
from domain.devices.model import Device, Reporting
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.policies.model import Policy
from domain.towers.model import Tower
from ui.downloads.names import file_name
from ui.downloads.pieces import Download, moment
from ui.downloads.refusals import refused
from ui.sentences.evidence import violation_value
from ui.sign_in import signed_in
from ui.topics.devices.list import device_query, stale_at, violations_of

HEAD = (
    'id', 'name', 'kind', 'labels', 'imei', 'serial', 'iccid', 'imsi', 'msisdn', 'presence', 'last_seen', 'compliance',
    'violations', 'quarantined', 'tower', 'cell', 'rat', 'rsrp_dbm', 'os', 'os_version', 'patch_level', 'agent_version',
    'criticality',
    'clock_offset_s', 'odd_values', 'violated_policies', 'violating_since', 'violation_values', 'compliance_as_of',
)  # fmt: skip


def register_export(app: FastAPI, *, fleets: Fleets, shares: Shares) -> None:
    """Register ``/ui/devices.csv`` on the parent app; its query is that of the device list."""

    @app.get('/ui/devices.csv', include_in_schema=False)
    async def devices_csv(request: Request) -> Response:
        try:
            actor = signed_in(request).actor()
            actor.require(Permission.DEVICES_READ)
            query = checked(device_query(request.query_params))
        except DomainError as refusal:
            return refused(refusal, request.scope)
        fleet = fleets.seen_by(actor)
        lines = _lines(fleet, query, shares)
        name = file_name('devices', _filtered(fleet, request.query_params))
        return Download(lines, name=name, media_type='text/csv; charset=utf-8', shares=shares, actor=actor)


def _filtered(fleet: Fleet, query: Mapping[str, str]) -> Iterator[str]:
    """What the view is narrowed to, in words."""
    for field in ('presence', 'compliance', 'kind', 'criticality', 'rat', 'policy', 'tower', 'outage', 'label'):
        named: Mapping[str, Policy | Tower] = fleet[Policy] if field == 'policy' else fleet[Tower]
        for value in comma_separated(query.get(field)):
            yield named[value].name if field in ('policy', 'tower', 'outage') and value in named else value
    yield from (
        field for field in ('quarantined', 'odd', 'clock_wrong', 'certificate_ends') if query.get(field) == 'true'
    )
    yield query.get('q', '')


async def _lines(fleet: Fleet, query: DeviceQuery, shares: Shares) -> AsyncIterator[bytes]:
    """The file in pieces, so that check-ins pass in between; the mark in front tells spreadsheets that this is UTF-8.

    It lists the devices as they are in order when it begins, each as it is when its turn comes.
    """
    yield b'\xef\xbb\xbf' + csv_lines([HEAD])
    enterprise = fleet.enterprise.id
    if query.text:
        await shares.each(enterprise, fleet.index(DeviceColumns).unwritten(), fleet.index(DeviceColumns).write)
    async with shares.slice(enterprise):
        rest = iter(beginning(fleet, query, len(fleet.index(DeviceColumns).ids)).ids)
    while True:
        async with shares.slice(enterprise):
            piece = csv_lines(_rows(fleet, rest))
        if not piece:
            return
        yield piece


def _rows(fleet: Fleet, rest: Iterator[str]) -> Iterator[Iterator[str]]:
    """As many of the devices that are left as one slice has time for."""
    until = time.perf_counter() + SLICE_S
    for device_id in rest:
        if device_id in fleet[Device]:
            yield row(fleet, device_id)
            if time.perf_counter() > until:
                return


def row(fleet: Fleet, device_id: str) -> Iterator[str]:
    """One device; text that a spreadsheet would carry out is kept from it by an apostrophe."""
    device, state = fleet[Device][device_id], state_of(fleet, device_id)
    names, radio, facts = device.identifiers, state.radio, state.facts
    tower = fleet[Tower].get(state.tower or '')
    violations = violations_of(fleet, state) if state.compliance is Compliance.VIOLATING else []
    os, agent = facts.os, facts.agent
    reporting = fleet[Reporting].get(device_id)
    for value in (
        device.id, device.name, device.kind, ' '.join(f'{key}={value}' for key, value in device.labels.items()), names.imei,
        names.serial, names.iccid, names.imsi, names.msisdn, state.presence, moment(state.last_seen), state.compliance,
        len(violations), str(state.quarantined).lower(), tower and tower.name, radio and radio.cell, radio and radio.rat,
        radio and radio.rsrp, os and os.name, os and os.version, os and os.patch_level, agent and agent.version,
        device.criticality,
        reporting and reporting.clock_offset_s, ' '.join(odd.field for odd in reporting.odd) if reporting and reporting.is_odd else '',
        '; '.join(fleet[Policy][one.policy].name for one in violations), '; '.join(moment(one.opened_at) for one in violations),
        '; '.join(violation_value(fleet, one) for one in violations), moment(stale_at(state)),
    ):  # fmt: skip
        yield guarded(value) if isinstance(value, str) else '' if value is None else str(value)
