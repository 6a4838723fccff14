"""What a kept alert tells of the limits of its rule: whether it would have been raised with other ones."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.alerts.model import Alert, AlertTuning
from domain.alerts.tuning import AlertLimit, Tunable
from domain.devices.alerts import CLOCK
from domain.devices.model import Device, Reporting
from domain.fleet.fleet import Fleet
from domain.silence.alerts import TOGETHER
from domain.silence.grouping import FLEET
from domain.silence.patience import limit_of, patience_with

_JUMP = re.compile(r', (\d+) km from .* after (\d+) s$')
FLEET_WIDE = TOGETHER.key_of(':'.join(FLEET))


@dataclass(frozen=True, slots=True)
class Look:
    """Alerts are looked at ``now`` that were raised while the rule was as ``before``."""

    fleet: Fleet
    rule: Tunable
    before: AlertTuning
    now: float

    def within(self, alert: Alert, after: AlertTuning) -> bool:
        """True for an alert that a limit which is stricter in ``after`` rules out, as far as what is kept of it tells."""
        for limit in self.stricter(after):
            value = MEASURES[self.rule.key, limit.name](self, alert)
            most = _never(self.rule, self.rule.limit(after, limit.name))
            if value is not None and (value <= most if limit.name in _MORE_THAN else value < most):
                return True
        return False

    def stricter(self, after: AlertTuning) -> list[AlertLimit]:
        """The limits that let pass less than before, and of which kept alerts tell."""
        return [
            one
            for one in self.moved(after)
            if (self.rule.key, one.name) in MEASURES and not self._is_looser(one, after)
        ]

    def moved(self, after: AlertTuning) -> list[AlertLimit]:
        """The limits that differ and decide whether there is an alert at all."""
        was, will = self.rule.limits_in(self.before), self.rule.limits_in(after)
        return [one for one in self.rule.limits if one.counts and was[one.name] != will[one.name]]

    def unanswered(self, after: AlertTuning) -> list[str]:
        """What is kept cannot tell of these changes, in words."""
        found = [
            f'{limit.label}: what is kept of an alert does not tell it'
            if (self.rule.key, limit.name) not in MEASURES
            else f'{limit.label}: what was below the present limit raised no alert and is not kept, so there may be more'
            for limit in self.moved(after)
            if limit not in self.stricter(after)
        ]
        if not self.before.enabled and after.enabled:
            found.append('While the rule is off it raises nothing, so nothing is kept of that time')
        if self.before.scope != after.scope:
            found.append('Labels and towers are those of now')
            if self.before.scope.labels or self.before.scope.towers or self.before.scope.regions:
                found.append('Outside of the present scope nothing was kept')
        return found

    def _is_looser(self, limit: AlertLimit, after: AlertTuning) -> bool:
        was, will = self.rule.limit(self.before, limit.name), self.rule.limit(after, limit.name)
        return _never(self.rule, will) < _never(self.rule, was)


def _never(rule: Tunable, value: float) -> float:
    """Of devices offline 0 is never."""
    return float('inf') if rule.key == 'device-offline' and not value else value


def _devices(look: Look, alert: Alert) -> float | None:
    return alert.devices if alert.is_open else alert.peak_devices


def _offline(name: str) -> Callable[[Look, Alert], float | None]:
    def seconds(look: Look, alert: Alert) -> float | None:
        device = look.fleet.find(Device, alert.object_id)
        if device is None or limit_of(device) != name:
            return None
        patience = patience_with(device, look.before)
        if patience.by_label or patience.after_s is None:
            return None
        return patience.after_s + (alert.cleared_at or look.now) - alert.raised_at

    return seconds


def _group(look: Look, alert: Alert) -> float | None:
    return None if alert.key == FLEET_WIDE else _devices(look, alert)


def _crowd(look: Look, alert: Alert) -> float | None:
    return _devices(look, alert) if alert.key == FLEET_WIDE else None


def _km(look: Look, alert: Alert) -> float | None:
    found = _JUMP.search(alert.detail)
    return float(found[1]) if found is not None else None


def _kmh(look: Look, alert: Alert) -> float | None:
    found = _JUMP.search(alert.detail)
    if found is None:
        return None
    reach_km = look.rule.limit(look.before, 'reach_km')
    return (float(found[1]) - reach_km) / max(float(found[2]), 1.0) * 3600


def _clock(look: Look, alert: Alert) -> float | None:
    reporting = look.fleet.find(Reporting, alert.object_id) if alert.is_open and CLOCK.is_of(alert) else None
    return abs(reporting.clock_offset_s) if reporting is not None and reporting.clock_offset_s is not None else None


_MORE_THAN = ('more_than', 'reach_km', 'kmh')
MEASURES: Mapping[tuple[str, str], Callable[[Look, Alert], float | None]] = {
    ('policy-broken', 'more_than'): _devices,
    ('downgrade', 'devices'): _devices,
    ('silent-together', 'devices'): _group,
    ('silent-together', 'crowd'): _crowd,
    ('impossible-jump', 'reach_km'): _km,
    ('impossible-jump', 'kmh'): _kmh,
    ('wrong-clock', 'seconds'): _clock,
    **{
        ('device-offline', name): _offline(name)
        for name in (
            f'{carried}{level}_s' for carried in ('', 'carried_') for level in ('vital', 'high', 'normal', 'low')
        )
    },
}
"""By rule and limit. ``None`` for an alert that does not tell, or that the limit is not about."""
