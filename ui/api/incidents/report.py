"""The report of a night, a day or a week, in JSON."""

from msgspec import Struct

from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.devices.model import Device
from domain.incidents import model
from domain.incidents.wording import headline
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.schema import Schema
from ui.sentences.alerts import problem_of


class ReportAlert(Struct, kw_only=True, frozen=True):
    """An alert that no other one explains."""

    id: str
    problem: str
    peak_severity: Severity
    raised_at: Time
    cleared_at: Time | None


class ReportDevice(Struct, kw_only=True, frozen=True):
    """A device that fell silent, and is."""

    id: str
    name: str
    criticality: str


class ReportPolicy(Struct, kw_only=True, frozen=True):
    """A policy that so many ``devices`` break which did not then."""

    id: str
    name: str
    devices: int


class ReportSite(Struct, kw_only=True, frozen=True):
    """A tower that failed, and how available it was in seven days (0 to 1): outside of planned works, and with works as down."""

    id: str
    name: str
    available: float | None
    available_with_works: float | None


class Report(Struct, kw_only=True, frozen=True):
    """What began since ``since``. ``outages`` are of towers that were down, ``degraded`` of those that worked in part at their worst,
    ``other_alerts`` of anything else; ``is_whole`` is false where there were more of them than are read. Devices that fell silent since
    then are ``not_back_yet`` while their tower is out and for half an hour after that, or after they fell silent; later they
    ``never_came_back``. That of a week has the ``sites`` that failed, the least available first."""

    since: Time
    now: Time
    headline: str
    outages: tuple[ReportAlert, ...]
    degraded: tuple[ReportAlert, ...]
    other_alerts: tuple[ReportAlert, ...]
    not_back_yet: tuple[ReportDevice, ...]
    never_came_back: tuple[ReportDevice, ...]
    worse_policies: tuple[ReportPolicy, ...]
    is_whole: bool
    sites: tuple[ReportSite, ...]


REPORT = Schema(
    Report,
    {
        'since': '2026-11-21T21:00:00.000Z',
        'now': '2026-11-22T07:00:00.000Z',
        'headline': '1 outage, 1 device never came back, 1 policy worse',
        'outages': [
            {
                'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HM',
                'problem': 'Maasvlakte-Hub was down',
                'peak_severity': 'critical',
                'raised_at': '2026-11-22T02:14:00.000Z',
                'cleared_at': '2026-11-22T03:02:00.000Z',
            }
        ],
        'degraded': [],
        'other_alerts': [],
        'not_back_yet': [],
        'never_came_back': [{'id': '01KAPX0A7C3E5G9J1M4P6R8T0V', 'name': 'crane-07', 'criticality': 'vital'}],
        'worse_policies': [{'id': '01KAPX4H1SZ7H9U2W4B6X8L0MW', 'name': 'Not rooted', 'devices': 2}],
        'is_whole': True,
        'sites': [
            {
                'id': '01KAPX0A7C3E5G9J1M4P6R8T0V',
                'name': 'Maasvlakte-Hub',
                'available': 0.9951,
                'available_with_works': 0.9833,
            }
        ],
    },
)


def report(found: model.Report) -> Report:
    """A report as programs read it."""
    return Report(
        since=time_text(found.since),
        now=time_text(found.now),
        headline=headline(found),
        outages=tuple(map(_reported, found.outages)),
        degraded=tuple(map(_reported, found.degraded)),
        other_alerts=tuple(map(_reported, found.others)),
        not_back_yet=tuple(map(_silent, found.away)),
        never_came_back=tuple(map(_silent, found.gone)),
        worse_policies=tuple(ReportPolicy(id=one.id, name=one.name, devices=one.devices) for one in found.worse),
        is_whole=found.is_whole,
        sites=tuple(
            ReportSite(
                id=one.id,
                name=one.name,
                available=one.shares.available,
                available_with_works=one.shares.with_maintenance,
            )
            for one in found.sites
        ),
    )


def _silent(device: Device) -> ReportDevice:
    return ReportDevice(id=device.id, name=device.name, criticality=device.criticality)


def _reported(alert: Alert) -> ReportAlert:
    return ReportAlert(
        id=alert.id,
        problem=problem_of(alert),
        peak_severity=alert.peak_severity,
        raised_at=time_text(alert.raised_at),
        cleared_at=maybe_time(alert.cleared_at),
    )
