"""How an incident stood at each minute: which of its alerts were open then, how many devices were behind them, what was known."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from domain.alerts.model import Alert
from domain.incidents.model import Branch, Incident
from domain.journal.model import Recorded

MINUTE_S = 60.0
MOST_MOMENTS = 240
"""A longer incident is told in longer steps."""


class BranchState(StrEnum):
    """How an alert of the tree stood at a moment."""

    TO_COME = 'to_come'
    OPEN = 'open'
    OVER = 'over'


@dataclass(frozen=True, slots=True)
class Moment:
    """``alerts`` were open at that moment (epoch seconds); ``devices`` are behind what they are about."""

    at: float
    alerts: int
    devices: int


def state_at(alert: Alert, moment: float) -> BranchState:
    """How an alert stood then."""
    if alert.raised_at > moment:
        return BranchState.TO_COME
    return BranchState.OPEN if alert.cleared_at is None or alert.cleared_at > moment else BranchState.OVER


def moments(incident: Incident) -> list[Moment]:
    """From its beginning to its end, or until now, a minute apart; in whole minutes further apart where those are too many.

    Each is a whole second, the first the one in which all that failed together has failed.
    """
    root = incident.root
    end = ceil(root.cleared_at if root.cleared_at is not None else incident.now)
    step = MINUTE_S * max(1, -(-int(max(0.0, end - root.raised_at)) // int(MINUTE_S * (MOST_MOMENTS - 2))))
    times: list[float] = [ceil(root.raised_at)]
    while (following := (times[-1] // step + 1) * step) < end:
        times.append(following)
    if end > times[-1]:
        times.append(end)
    counted: dict[tuple[int, ...], int] = {}
    found = []
    for at in times:
        open_now = tuple(
            place for place, one in enumerate(incident.tree) if state_at(one.alert, at) is BranchState.OPEN
        )
        if open_now not in counted:
            counted[open_now] = _devices([incident.tree[place] for place in open_now])
        found.append(Moment(at, len(open_now), counted[open_now]))
    return found


def _devices(branches: Sequence[Branch]) -> int:
    """Those that are known, each once. Of an alert whose devices are not known any more the count at its worst has to do."""
    known = frozenset[str]().union(*(one.devices for one in branches))
    return max([len(known), *(one.alert.peak_devices for one in branches if not one.devices)])


def nearest(of: Sequence[Moment], moment: float) -> Moment:
    """The one at that moment, or the last before it; the first when it is before all."""
    return next((one for one in reversed(of) if one.at <= moment), of[0])


def known_at(incident: Incident, moment: float) -> list[Recorded]:
    """What had happened by then, oldest first."""
    return [one for one in incident.timeline if one.entry.at <= moment]
