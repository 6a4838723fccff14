"""The open violations as a file, for spreadsheets."""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

from fastapi import FastAPI, Request, Response

from domain.access.permissions import Permission
from domain.access.shares import SLICE_S, Shares
from domain.common.errors import DomainError
from domain.common.spreadsheets import csv_lines, guarded
from domain.common.text import comma_separated
from domain.devices.listing.columns import DeviceColumns
from domain.enforcement.listing.query import ViolationQuery, violations_in_order
from domain.enforcement.listing.responses import response
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.towers.model import Tower
from ui.design import look
from ui.downloads.names import file_name
from ui.downloads.pieces import Download, moment
from ui.downloads.refusals import refused
from ui.sign_in import signed_in
from ui.topics.policies.violations import violation_query, violation_row

HEAD = (
    'id', 'device', 'device_id', 'policy', 'policy_id', 'severity', 'value', 'evidence', 'since', 'excused_since', 'answer',
    'answer_detail', 'acts_at', 'tower', 'presence', 'device_last_seen',
)  # fmt: skip


def register_violations_export(app: FastAPI, *, fleets: Fleets, shares: Shares, clock: Callable[[], float]) -> None:
    """Register ``/ui/violations.csv`` on the parent app; its query is that of the page."""

    @app.get('/ui/violations.csv', include_in_schema=False)
    async def violations_csv(request: Request) -> Response:
        try:
            actor = signed_in(request).actor()
            actor.require(Permission.DEVICES_READ)
            actor.require(Permission.POLICIES_READ)
            query = violation_query(request.query_params)
        except DomainError as refusal:
            return refused(refusal, request.scope)
        fleet = fleets.seen_by(actor)
        name = file_name('violations', _filtered(fleet, request.query_params))
        lines = _lines(fleet, query, shares, clock)
        return Download(lines, name=name, media_type='text/csv; charset=utf-8', shares=shares, actor=actor)


def _filtered(fleet: Fleet, query: Mapping[str, str]) -> Iterator[str]:
    """What the view is narrowed to, in words."""
    names: Mapping[str, Callable[[str], str]] = {
        'policy': lambda id: fleet[Policy][id].name if id in fleet[Policy] else '',
        'tower': lambda id: fleet[Tower][id].name if id in fleet[Tower] else '',
        'answer': lambda value: look('answer', value).word,
    }
    for field in ('policy', 'severity', 'answer', 'since', 'tower', 'label', 'q'):
        for value in comma_separated(query.get(field)):
            yield names.get(field, str)(value)


async def _lines(
    fleet: Fleet, query: ViolationQuery, shares: Shares, clock: Callable[[], float]
) -> AsyncIterator[bytes]:
    """The file in pieces, so that check-ins pass in between; the mark in front tells spreadsheets that this is UTF-8.

    It lists the violations that are open when it begins, each as it is when its turn comes; one that has ended by then is left out.
    """
    yield b'\xef\xbb\xbf' + csv_lines([HEAD])
    enterprise = fleet.enterprise.id
    if query.text:
        await shares.each(enterprise, fleet.index(DeviceColumns).unwritten(), fleet.index(DeviceColumns).write)
    async with shares.slice(enterprise):
        rest = iter(violations_in_order(fleet, query, clock()))
    while True:
        async with shares.slice(enterprise):
            piece = csv_lines(_rows(fleet, rest, clock()))
        if not piece:
            return
        yield piece


def _rows(fleet: Fleet, rest: Iterator[str], now: float) -> Iterator[list[str]]:
    until = time.perf_counter() + SLICE_S
    for id in rest:
        if (violation := fleet[Violation].get(id)) is not None:
            yield row(fleet, violation, now)
            if time.perf_counter() > until:
                return


def row(fleet: Fleet, violation: Violation, now: float) -> list[str]:
    """One violation; text that a spreadsheet would carry out is kept from it by an apostrophe."""
    seen = violation_row(fleet, violation, now)
    texts = (
        violation.id, seen['name'], violation.device, seen['policy'], violation.policy, violation.severity, seen['value'],
        seen['evidence'], moment(violation.opened_at), moment(violation.excused_at),
        look('answer', response(fleet, violation, now)).word, seen['answer'], moment(seen['act_at']), seen['tower'] or '',
        seen['presence'], moment(seen['last_seen']),
    )  # fmt: skip
    return [guarded(str(text)) for text in texts]
