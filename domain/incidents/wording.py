"""A report in words: one line, and the letter that people may have sent to them."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.alerts.model import Alert
from domain.channels.kinds.wording import duration
from domain.devices.model import Device
from domain.incidents.model import Report, SiteAvailability
from domain.incidents.report import ReportSpan
from domain.status_page.days import percent

SPAN_WORDS = {
    ReportSpan.NIGHT: 'since 22:00',
    ReportSpan.DAY: 'the last day',
    ReportSpan.WEEK: 'the last week',
}
MOST_LINES = 20
"""Of one kind, in a letter; the page has more."""


def headline(report: Report) -> str:
    """``3 outages, 2 devices never came back, 1 policy worse``; what there was none of is left out."""
    more = '' if report.is_whole else 'at least '
    parts = [
        f'{more}{_many(report.outages, "outage", "outages")}' if report.outages else '',
        f'{more}{_many(report.degraded, "site", "sites")} degraded' if report.degraded else '',
        f'{_many(report.away, "device", "devices")} not back yet' if report.away else '',
        f'{_many(report.gone, "device", "devices")} never came back' if report.gone else '',
        f'{_many(report.worse, "policy", "policies")} worse' if report.worse else '',
        f'{more}{_many(report.others, "other alert", "other alerts")}' if report.others else '',
    ]
    return ', '.join(filter(None, parts)) or 'nothing happened'


def letter(report: Report, base: str, zone: str) -> str:
    """Plain text with links, where the address of the console (``base``) is known; times by the clocks of the zone."""
    parts = (
        ('Outages', [_alert(one, report, base, zone) for one in report.outages]),
        ('Degraded', [_alert(one, report, base, zone) for one in report.degraded]),
        ('Not back yet', [_device(one, base) for one in report.away]),
        ('Never came back', [_device(one, base) for one in report.gone]),
        (
            'Worse policies',
            [f'{one.name}: {one.devices} more{_link(base, "policies", one.id)}' for one in report.worse],
        ),
        ('Other alerts', [_alert(one, report, base, zone) for one in report.others]),
        ('How available the sites that failed were in seven days', [_site(one, base) for one in report.sites]),
    )
    return '\n'.join(line for title, rows in parts for line in _part(title, rows)).strip() or 'Nothing happened.'


def _part(title: str, rows: list[str]) -> Iterator[str]:
    if rows:
        yield from ('', title)
        yield from (f'- {row}' for row in rows[:MOST_LINES])
        if len(rows) > MOST_LINES:
            yield f'- and {len(rows) - MOST_LINES} more'


def _device(device: Device, base: str) -> str:
    return f'{device.name} ({device.criticality}){_link(base, "devices", device.id)}'


def clock_there(at: float, zone: str) -> str:
    """``Mon 22:14``: a report goes back a week at most."""
    return f'{datetime.fromtimestamp(at, ZoneInfo(zone)):%a %H:%M}'


def _alert(alert: Alert, report: Report, base: str, zone: str) -> str:
    over = alert.lasted_s
    state = f'over after {duration(over)}' if over is not None else f'open for {duration(report.now - alert.raised_at)}'
    return f'{alert.problem} ({alert.peak_severity}, {clock_there(alert.raised_at, zone)}, {state}){_link(base, "alerts", alert.id)}'


def _site(site: SiteAvailability, base: str) -> str:
    both = (
        f'{percent(site.shares.available)} outside of works, {percent(site.shares.with_maintenance)} with works as down'
    )
    return f'{site.name}: {both}{_link(base, "towers", site.id)}'


def _link(base: str, kind: str, id: str) -> str:
    return f'\n  {base}/{kind}/{id}' if base else ''


def _many(rows: tuple[object, ...], one: str, several: str) -> str:
    return f'{len(rows):,} {one if len(rows) == 1 else several}'
