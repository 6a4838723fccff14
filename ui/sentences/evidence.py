"""What a rule saw of a device that breaks it, as a person says it: ``patch age 74 days, limit 60``."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from domain.fleet.fleet import Fleet
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.rules.language import Rule, RuleError
from domain.rules.limits import Limit

_SAID: Mapping[str, tuple[str, str]] = {
    'device.os.patch_age_days': ('patch age', 'days'),
    'device.os.version': ('system version', ''),
    'device.storage.encrypted': ('disk encryption', ''),
    'device.storage.free_percent': ('free storage', '%'),
    'device.security.screen_lock': ('screen lock', ''),
    'device.security.rooted': ('rooted', ''),
    'device.battery.level': ('battery', '%'),
    'device.battery.health': ('battery health', '%'),
    'device.radio.rat': ('radio technology', ''),
    'device.radio.plmn': ('network', ''),
    'device.radio.rsrp': ('RSRP', 'dBm'),
    'device.radio.rsrq': ('RSRQ', 'dB'),
    'device.radio.sinr': ('SINR', 'dB'),
    'device.sim_expected': ('expected SIM', ''),
    'device.clock_offset_s': ('clock offset', 's'),
    'device.uptime_s': ('uptime', 's'),
    'tower.known': ('known tower', ''),
    'tower.status': ('serving tower', ''),
}
"""Paths of rules in words, with their unit. All others are said by their own names."""
_WORDS: Mapping[str, str] = {
    '<': 'must be below',
    '<=': 'limit',
    '>': 'must be above',
    '>=': 'at least',
    '==': 'must be',
    '!=': 'must not be',
    'in': 'allowed',
}
_MOST = 80
"""Characters of one value."""


def violation_value(fleet: Fleet, violation: Violation) -> str:
    """The same of a violation; without limits once its policy has another rule than the one that was asked."""
    policy = fleet[Policy].get(violation.policy)
    asked = policy is not None and policy.version == violation.policy_version
    return value_text(policy.rule if policy is not None and asked else '', violation.evidence)


def value_text(rule: str, evidence: Mapping[str, object]) -> str:
    """The values that a rule saw, each with the limit that it passes where the rule says one. Values that keep theirs are left out,
    unless that leaves none."""
    limits = _limits(rule)
    said = {path: _said(path, value, limits.get(path, ())) for path, value in evidence.items()}
    broken = [path for path in evidence if not _is_kept(evidence[path], limits.get(path, ()))]
    return '; '.join(said[path] for path in broken or evidence)


def _is_kept(value: object, limits: tuple[Limit, ...]) -> bool:
    return bool(limits) and all(limit.is_kept(value) is True for limit in limits)


def _said(path: str, value: object, limits: tuple[Limit, ...]) -> str:
    label, unit = _SAID.get(path, (path.removeprefix('device.').replace('.', ' ').replace('_', ' '), ''))
    words = f'{label} {_value(value)}' + (f' {unit}' if unit and value is not None else '')
    passed = [limit for limit in limits if not isinstance(limit.value, bool) and limit.is_kept(value) is not True]
    return ', '.join([words, *(f'{_WORDS[limit.comparison]} {_value(limit.value)}' for limit in passed)])


def _value(value: Any) -> str:
    if value is None:
        return 'not reported'
    if isinstance(value, bool):
        return 'yes' if value else 'no'
    if isinstance(value, Mapping):
        text = ' '.join(f'{key}={each}' for key, each in value.items())
    elif isinstance(value, tuple):
        text = ' or '.join(map(_value, value))
    else:
        text = f'{value:g}' if isinstance(value, float) else str(value)
    return text if len(text) <= _MOST else f'{text[: _MOST - 1]}…'


@lru_cache(2048)
def _limits(rule: str) -> Mapping[str, tuple[Limit, ...]]:
    try:
        return Rule(rule, stored=True).limits
    except RuleError:  # from before an upgrade: the values stand alone
        return {}
