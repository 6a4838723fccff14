"""What a person reads in the morning, or of a day or a week: what began since then and how it stands now."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.alerts.model import Alert, ProbableCause
from domain.devices.model import Criticality, Device, DeviceState, Presence
from domain.fleet.fleet import Fleet
from domain.incidents.model import Report, WorsePolicy
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.towers.alerts import FAILING
from domain.towers.live import tower_state
from domain.towers.model import OUT

NIGHT_BEGINS = 22
"""Hours."""
BACK_S = 1800.0
"""So long after its tower is up again, or after it fell silent, a device may still come back: it registers anew, and waits for its turn."""
_LEVELS = list(Criticality)


class ReportSpan(StrEnum):
    """How far back it looks."""

    NIGHT = 'night'
    DAY = 'day'
    WEEK = 'week'


def span_began(span: ReportSpan, now: float, zone: str) -> float:
    """The last 22:00 by the clocks of the zone; or as late a day or a week ago, by the same clocks."""
    place = ZoneInfo(zone)
    here = datetime.fromtimestamp(now, place).replace(tzinfo=None)
    if span is ReportSpan.NIGHT:
        began = here.replace(hour=NIGHT_BEGINS, minute=0, second=0, microsecond=0)
        began -= timedelta(days=int(began > here))
    else:
        began = here - timedelta(days=1 if span is ReportSpan.DAY else 7)
    return began.replace(tzinfo=place).timestamp()


def report_of(fleet: Fleet, cleared: Iterable[Alert], since: float, now: float, *, is_whole: bool = True) -> Report:
    """Of what the reader sees; ``cleared`` are alerts that are over, ``is_whole`` is false where there are more of them."""
    alerts = [
        alert for alert in (*fleet[Alert].values(), *cleared) if alert.raised_at >= since and alert.parent is None
    ]
    alerts.sort(key=lambda one: (one.raised_at, one.id))
    silent = [
        (device, _may_come_back(fleet, state, now))
        for state in fleet[DeviceState].values()
        if state.presence is Presence.OFFLINE and (state.presence_since or 0.0) >= since
        if (device := fleet[Device].get(state.id)) is not None
    ]
    silent.sort(key=lambda one: (-_LEVELS.index(one[0].criticality), one[0].name, one[0].id))
    anew = Counter(one.policy for one in fleet[Violation].values() if one.opened_at >= since and one.excused_at is None)
    worse = [WorsePolicy(id, policy.name, many) for id, many in anew.items() if (policy := fleet[Policy].get(id))]
    outages, degraded, others = list[Alert](), list[Alert](), list[Alert]()
    for one in alerts:
        (outages if _is_outage(one) else degraded if FAILING.is_of(one) else others).append(one)
    return Report(
        since=since,
        now=now,
        outages=tuple(outages),
        degraded=tuple(degraded),
        others=tuple(others),
        gone=tuple(device for device, is_away in silent if not is_away),
        away=tuple(device for device, is_away in silent if is_away),
        worse=tuple(sorted(worse, key=lambda one: (-one.devices, one.name))),
        is_whole=is_whole,
    )


def _is_outage(alert: Alert) -> bool:
    return alert.object_kind == 'tower' and alert.probable_cause is ProbableCause.LOSS_OF_SIGNAL


def _may_come_back(fleet: Fleet, state: DeviceState, now: float) -> bool:
    """True for a silent device whose tower is out, and for so long after that, or after it fell silent, as it may need."""
    tower = tower_state(fleet, state.tower) if state.tower else None
    if tower is not None and tower.status in OUT:
        return True
    since = tower.since if tower is not None else None
    return now - max(since or 0.0, state.presence_since or 0.0) < BACK_S
