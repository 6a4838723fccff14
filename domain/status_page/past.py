"""The days of a component before it was put on the page, from what is kept of its towers.

How a tower stood is told by its journal; when it was watched at all by the history of its checks. Of devices neither is kept in a form
from which their presence could be counted, so a component of a label begins with its first look.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from domain.changes.store import Retention
from domain.status_page.days import midnight
from domain.status_page.model import DAY_S, DAYS, Day
from domain.towers.model import OUT, TowerStatus

_KEPT = Retention()
SILENCE_S = 90.0
"""Between two checks no more than this, or two of their intervals, counts as watched."""
THINNED_SILENCE_S = 2 * _KEPT.thin_to_s
"""The same of what is thinned: of each interval one result is left, at any place in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerPast:
    """What is kept of one tower, all in epoch seconds and oldest first: when a check was answered or failed (``watched``), and the
    changes of its status as (moment, before, after). ``now`` is how it stands; ``interval_s`` is that of its slowest check."""

    watched: Sequence[float]
    turns: Sequence[tuple[float, TowerStatus, TowerStatus]]
    now: TowerStatus
    interval_s: float


def first_day(moment: float) -> float:
    """The beginning of the oldest day that is shown."""
    return midnight(moment) - (DAYS - 1) * DAY_S


def days_before(moment: float, towers: Iterable[TowerPast]) -> tuple[Day, ...]:
    """The days of a component of these towers up to that moment."""
    found: dict[float, Day] = {}
    for tower in towers:
        watched: dict[float, float] = defaultdict(float)
        for begin, end, status in _spans(tower, moment):
            for day, spent in _by_day(begin, end):
                before = found.get(day, Day(day))
                found[day] = replace(
                    before,
                    observed_s=before.observed_s + spent,
                    down_s=before.down_s + (spent if status in OUT else 0.0),
                    degraded_s=before.degraded_s + (spent if status is TowerStatus.DEGRADED else 0.0),
                    maintenance_s=before.maintenance_s + (spent if status is TowerStatus.MAINTENANCE else 0.0),
                )
                watched[day] += spent
        for day, spent in watched.items():  # by the clock: of several towers the one that was watched longest
            found[day] = replace(found[day], watched_s=max(found[day].watched_s, spent))
    return tuple(found[at] for at in sorted(found))


def _spans(tower: TowerPast, moment: float) -> Iterator[tuple[float, float, TowerStatus]]:
    """The times in which the tower was watched and its status known, each with how it stood."""
    at = [turn[0] for turn in tower.turns]
    for begin, end in _watched(tower, moment):
        while begin < end:
            turn = bisect_right(at, begin)
            status = tower.turns[turn - 1][2] if turn else tower.turns[0][1] if at else tower.now
            until = min(end, at[turn]) if turn < len(at) else end
            if status is not TowerStatus.UNKNOWN:
                yield begin, until, status
            begin = until


def _watched(tower: TowerPast, moment: float) -> Iterator[tuple[float, float]]:
    """The times without a silence that is too long, from the first check in each to the last."""
    begin = end = max(first_day(moment), tower.watched[0]) if tower.watched else moment
    for at in tower.watched:
        thinned = at < moment - _KEPT.full_rate_s
        longest = max(2 * tower.interval_s, THINNED_SILENCE_S if thinned else SILENCE_S)
        if at - end > longest:
            yield begin, end
            begin = at
        end = max(end, min(at, moment))
    yield begin, end


def _by_day(begin: float, end: float) -> Iterator[tuple[float, float]]:
    while begin < end:
        day = midnight(begin)
        until = min(end, day + DAY_S)
        yield day, until - begin
        begin = until
