"""How often a rule of one's own would have raised its alert in the last week, from the measurements that are kept."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from domain.measurements.model import HOUR_S, MINUTE_S, Measurement, Series
from domain.own_rules.counters import BY_NAME, with_percents
from domain.own_rules.expressions import Expression
from domain.own_rules.model import Counted, OwnRule
from domain.own_rules.state import stands

WEEK_S = 7 * 86_400.0
_OF_DEVICES = {one.series: one.name for one in BY_NAME.values() if one.series is not None and one.most is None}
_PRESENCE = ('online', 'late', 'offline', 'never_seen')


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRulePreview:
    """So many alerts it would have ``raised`` since then, for ``lasted_s`` seconds in all, in ``steps`` that were measured. It would
    raise one ``now`` if it stays as it is. ``unanswered`` is what the measurements cannot tell. Of one over facts: it holds of so many of
    the ``devices`` that are counted, and of ``unknown`` ones it cannot be known."""

    since: float
    raised: int
    lasted_s: float
    steps: int
    now: bool
    values: str
    unanswered: tuple[str, ...] = ()
    devices: int | None = None
    holds: int | None = None
    unknown: int | None = None


def why_not(found: Expression, counted: Counted) -> list[str]:
    """What cannot be told of the past of this rule."""
    said = []
    if unkept := sorted(name for name in found.names if name != 'devices' and not _is_kept(name)):
        said.append(f'{", ".join(unkept)}: no past is kept of it')
    if counted != Counted():
        said.append('What is measured is the whole enterprise, not a part of it')
    return said


def _is_kept(name: str) -> bool:
    return name in BY_NAME and BY_NAME[name].series is not None


def replayed(rule: OwnRule, found: Expression, rows: Iterable[Measurement]) -> tuple[int, float, int]:
    """Alerts, the seconds that they lasted, and the steps that were asked. Minutes go before the hours in which they lie; a step in which
    the console did not run neither raises nor clears."""
    raised, lasted, since, is_open = 0, 0.0, None, False
    steps = _steps(rows)
    watched = 0.0
    for _, length, values in steps:
        asked = found.holds(values)
        at_end = watched + length
        rule = replace(rule, holds_since=since)
        stood = stands(rule, asked, watched, partial(_between, at_end))
        since = stood.since
        if stood.raised and not is_open:
            raised += 1
        is_open = is_open if stood.raised is None else stood.raised
        lasted += length if is_open else 0.0
        watched = at_end
    return raised, lasted, len(steps)


def _between(end: float, begin: float) -> float:
    return end - begin


def _steps(rows: Iterable[Measurement]) -> Sequence[tuple[float, float, dict[str, Any]]]:
    """Begin, length and counters of each step, oldest first."""
    by_step: defaultdict[tuple[float, int], dict[str, Any]] = defaultdict(dict)
    for row in rows:
        if row.series in _OF_DEVICES:
            by_step[row.at, row.step_s][_OF_DEVICES[Series(row.series)]] = round(row.mean)
    minutes = {at // HOUR_S for at, step in by_step if step == MINUTE_S}
    found = []
    for (at, step), values in sorted(by_step.items()):
        if step == HOUR_S and at // HOUR_S in minutes:
            continue
        whole = {name: values.get(name, 0) for name in _OF_DEVICES.values()}
        whole['devices'] = sum(whole[name] for name in _PRESENCE)
        found.append((at, float(step), with_percents(whole)))
    return found
