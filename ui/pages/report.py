"""The morning report: what happened since the evening, or in a day or a week, and what of it lasts."""

from collections.abc import Sequence

from fastapi import Request
from nicegui import ui

from domain.alerts.model import Alert
from domain.desks.input import zones
from domain.desks.model import Desk
from domain.devices.model import Device
from domain.fleet.fleets import Fleets
from domain.incidents.model import Report
from domain.incidents.report import ReportSpan, span_began
from domain.incidents.service import IncidentService
from domain.incidents.wording import SPAN_WORDS, clock_there, headline
from domain.status_page.days import percent
from ui.components.card import actions, card, grid, heading, stack, text
from ui.components.controls import button, door
from ui.durations import counted, lasted
from ui.pages.page import page
from ui.pages.screen import screen
from ui.sentences.alerts import problem_of

MOST_NAMED = 50
_SPANS = {span: f'{words[:1].upper()}{words[1:]}' for span, words in SPAN_WORDS.items()}


def register(*, fleets: Fleets, incidents: IncidentService) -> None:
    """Register ``/report``; ``?span=`` is ``night``, ``day`` or ``week``, anything else the night."""

    @screen('/report')
    async def report(request: Request, span: str = '') -> None:
        with page(request, fleets, 'Report', active='alerts') as (who, _):
            chosen = ReportSpan(span) if span in list(ReportSpan) else ReportSpan.NIGHT
            desk = fleets.of(who.person.enterprise).find(Desk, who.person.id)
            zone = desk.zone if desk is not None and desk.zone in zones() else 'UTC'
            since = span_began(chosen, incidents.now(), zone)
            _page(await incidents.report(who.actor(), since), chosen, zone)


def _page(report: Report, chosen: ReportSpan, zone: str) -> None:
    with heading(f'{_SPANS[chosen]}: {headline(report)}', parent=('Alerts', '/alerts')), actions():
        for span, words in _SPANS.items():
            if span is not chosen:
                door(words, f'/report?span={span}')
        button('Print').on('click', js_handler='() => window.print()').props('data-testid=print')
    with grid('wide', top=True):
        with stack():
            _alerts('Outages', report.outages, report, zone, 'No site was down.')
            if report.degraded:
                _alerts('Degraded', report.degraded, report, zone, '')
            _sites(report)
            _alerts('Other alerts', report.others, report, zone, 'Nothing else was raised.')
        with stack():
            if report.away:
                with card('Not back yet', caption='their tower is out, or they had half an hour at most to come back'):
                    _links(_devices(report.away), '')
            with card('Never came back', caption='fell silent since then, and are'):
                _links(_devices(report.gone), 'All others are heard.' if report.away else 'All devices are heard.')
            with card('Policies that are worse', caption='devices break them that did not then'):
                rows = [(one.name, f'/policies/{one.id}', counted(one.devices, 'device')) for one in report.worse]
                _links(rows, 'No policy is broken by more devices.')


def _sites(report: Report) -> None:
    """Of a week, how available the sites that failed were."""
    if report.sites:
        with card('Availability of sites that failed', caption='in seven days, the least available first'):
            _links(
                [
                    (
                        one.name,
                        f'/towers/{one.id}',
                        f'{percent(one.shares.available)} outside of works, {percent(one.shares.with_maintenance)} with works as down',
                    )
                    for one in report.sites
                ],
                '',
            )


def _devices(devices: Sequence[Device]) -> list[tuple[str, str, str]]:
    return [(one.name, f'/devices/{one.id}', one.criticality) for one in devices]


def _alerts(title: str, alerts: Sequence[Alert], report: Report, zone: str, nothing: str) -> None:
    rows = []
    for one in alerts:
        over = one.lasted_s
        state = f'over after {lasted(over)}' if over is not None else f'open for {lasted(report.now - one.raised_at)}'
        rows.append(
            (problem_of(one), f'/alerts/{one.id}', f'{one.peak_severity}, {clock_there(one.raised_at, zone)}, {state}')
        )
    with card(title, caption=f'since {clock_there(report.since, zone)}, by the clocks of {zone}'):
        _links(rows, nothing)


def _links(rows: Sequence[tuple[str, str, str]], nothing: str) -> None:
    with ui.element('ul').classes('body cw-lines'):
        for words, href, more in rows[:MOST_NAMED]:
            with ui.element('li'):
                text(words, 'a').classes('cw-door').props['href'] = href
                text(f' {more}').classes('cw-quiet')
        if len(rows) > MOST_NAMED:
            text(f'and {len(rows) - MOST_NAMED:,} more', 'li').classes('cw-quiet')
        if not rows:
            text(nothing, 'li').classes('cw-quiet')
