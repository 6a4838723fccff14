"""Towers of one region or one operator that go down within a short time are one matter: an alert above those of the towers.

It is looked for before people are told of a tower, and remembers nothing but the alerts: a restart changes none.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import TypeVar

from domain.alerts.catalogue import TOWERS_TOGETHER
from domain.alerts.correlation import announce, attach, children_of, has_waited, waited_s
from domain.alerts.live import AlertTree
from domain.alerts.model import AlarmType, Alert, AlertTuning, ProbableCause
from domain.alerts.raising import clear_alert, note_recovery
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Find
from domain.towers.alerts import FAILING, outage_severity
from domain.towers.live import Place, Places, places_of
from domain.towers.model import Tower, TowerState, TowerStatus
from domain.towers.together.live import MovedTogether
from domain.towers.waits import hold_s, part_s, wait_s

TOGETHER = AlertRule(
    key='towers-down/{}',
    object='tower',
    type=AlarmType.COMMUNICATIONS,
    cause=ProbableCause.COMMUNICATIONS_SUBSYSTEM_FAILURE,
    problem='{place}: {many} of {size} towers are down',
    tuned=TOWERS_TOGETHER,
    past=('are', 'were'),
)
"""Its key is what they share: ``region:Rotterdam``, ``operator:KPN``. Its object is the tower that was the first to go, so that routes and
narrowed roles find it by its place."""
KEPT = 2
"""It stands while so many of the towers are down."""
SETTLES_S = 10.0
"""People are told of it with the towers that follow within so long."""
MOST_WITNESSES = 500
MOST_NAMED = 3

Row = TypeVar('Row')


@dataclass(frozen=True, slots=True)
class Down:
    """A tower that is down by itself, since ``at`` (epoch seconds)."""

    at: float
    tower: Tower
    alert: Alert


Group = tuple[Place, Sequence[Down]]


def tell_what_waits(tx: Transaction, enterprise: str) -> None:
    """Announce the alerts that have waited for their parents or their group; run by the clock.

    One whose cause has gone meanwhile is not told of. A tower need not wait for what has answered.
    """
    _review(tx, enterprise)
    for id in sorted(tx.fleet(enterprise).index(AlertTree).waiting()):
        alert = tx.find(Alert, enterprise, id)
        if alert is None or not alert.is_open or alert.tell_at is None or alert.recovery:
            continue
        if has_waited(tx, alert) or _needs_no_more(tx, alert):
            announce(tx, alert)


def waits_to_be_told(fleet: Fleet) -> bool:
    """True while an alert of this enterprise is not announced yet, or towers that are down may be one matter."""
    if fleet.index(AlertTree).waiting() or next(TOGETHER.all_in(fleet), None) is not None:
        return True
    moved = fleet.index(MovedTogether)
    if not moved.has_moved():
        return False
    if _largest(fleet, TOWERS_TOGETHER.within(fleet), _down_alone(fleet, fleet.find)) is not None:
        return True
    moved.found_nothing()
    return False


def _needs_no_more(tx: Transaction, alert: Alert) -> bool:
    tower = tx.find(Tower, alert.enterprise, alert.object_id) if FAILING.is_of(alert) else None
    state = tx.find(TowerState, alert.enterprise, alert.object_id)
    if tower is None or state is None or state.status not in (TowerStatus.DOWN, TowerStatus.DEGRADED):
        return False
    is_down = state.status is TowerStatus.DOWN
    waits = max(wait_s(tx, tower, state), hold_s(tx, tower, state)) if is_down else part_s(tx, tower)
    return waited_s(tx, alert.waits_since or tx.now) >= waits


def _review(tx: Transaction, enterprise: str) -> None:
    """Bring the alerts of many towers up to date with those of the towers."""
    fleet, tuning = tx.fleet(enterprise), TOWERS_TOGETHER.of(tx, enterprise)
    alone = [one for one in _down_alone(fleet, partial(_find, tx, enterprise)) if _was_asked(tx, one)]
    for on, live in sorted(TOGETHER.all_in(fleet), key=lambda pair: pair[0]):
        root = tx.find(Alert, enterprise, live.id)
        if root is not None and root.is_open:
            kind, _, name = on.partition(':')
            joined = _keep(tx, root, (kind, name), alone, tuning)
            alone = [one for one in alone if one.alert.id not in joined]
    while (found := _largest(fleet, tuning, alone)) is not None:
        place, members = found
        _raise(tx, place, members, min(members, key=lambda one: (one.at, one.tower.id)).tower)
        taken = {one.alert.id for one in members}
        alone = [one for one in alone if one.alert.id not in taken]


def _find(tx: Transaction, enterprise: str, kind: type[Row], id: str) -> Row | None:
    return tx.find(kind, enterprise, id)


def _down_alone(fleet: Fleet, find: Find) -> Iterator[Down]:
    """The towers that are down, whose alert nothing explains and which does not flap."""
    for id, live in FAILING.all_in(fleet):
        if live.parent is None and live.flapping_since is None and not live.recovery:
            alert, tower, state = find(Alert, live.id), find(Tower, id), find(TowerState, id)
            if alert is None or tower is None or state is None or state.status is not TowerStatus.DOWN:
                continue
            if alert.is_open and alert.parent is None and state.down_at is not None:
                yield Down(state.down_at, tower, alert)


def _was_asked(tx: Transaction, down: Down) -> bool:
    """What the tower depends on was asked: it is not that which is down."""
    alert, state = down.alert, tx.find(TowerState, down.alert.enterprise, down.tower.id)
    if alert.tell_at is None or alert.waits_since is None or state is None:
        return True
    return waited_s(tx, alert.waits_since) >= wait_s(tx, down.tower, state)


def _largest(fleet: Fleet, tuning: AlertTuning, alone: Iterable[Down]) -> Group | None:
    """The most towers of one place that went within the time of the rule, where they are enough."""
    if not tuning.enabled:
        return None
    set_, there = TOWERS_TOGETHER.limits_in(tuning), defaultdict[Place, list[Down]](list)
    for one in alone:
        for place in places_of(one.tower):
            there[place].append(one)
    found: list[Group] = []
    for place, all_ in there.items():
        members = _within(all_, set_['within_s'])
        size = len(fleet.index(Places).towers(place))
        if len(members) >= max(set_['towers'], set_['share_percent'] / 100 * size):
            found.append((place, members))
    return min(found, key=lambda group: (-len(group[1]), group[0][0] != 'region', group[0]), default=None)


def _within(downs: Iterable[Down], within_s: float) -> Sequence[Down]:
    """The most that went within so long; of several such times the earliest."""
    ones, first, best = sorted(downs, key=lambda one: (one.at, one.tower.id)), 0, (0, 0)
    for last, one in enumerate(ones):
        while one.at - ones[first].at > within_s:
            first += 1
        if last + 1 - first > best[1] - best[0]:
            best = first, last + 1
    return ones[slice(*best)]


def _keep(tx: Transaction, root: Alert, place: Place, alone: Iterable[Down], tuning: AlertTuning) -> set[str]:
    """Whether it stands, and with which towers; the ids of the alerts that have joined it."""
    children = [child for child in children_of(tx, root) if FAILING.is_of(child)]
    failing = [down for child in children if not child.recovery and (down := _down_of(tx, child)) is not None]
    within_s = TOWERS_TOGETHER.limit(tuning, 'within_s')
    joining = [
        one
        for one in alone
        if place in places_of(one.tower) and any(abs(one.at - other.at) <= within_s for other in failing)
    ]
    if len(failing) + len(joining) >= KEPT:
        first = tx.find(Tower, root.enterprise, root.object_id)
        if joining or root.recovery:
            _raise(tx, place, [*failing, *joining], first or failing[0].tower)
        return {one.alert.id for one in joining}
    if held := [child for child in children if child.held_since is not None]:
        awaited, missing = (sum(getattr(one, name) or 0 for one in held) for name in ('awaited', 'missing'))
        note_recovery(tx, root, TowerStatus.UP.value, held=True, awaited=awaited, missing=missing)
    else:
        clear_alert(tx, root)
    return set()


def _down_of(tx: Transaction, alert: Alert) -> Down | None:
    tower, state = (
        tx.find(Tower, alert.enterprise, alert.object_id),
        tx.find(TowerState, alert.enterprise, alert.object_id),
    )
    if tower is None or state is None or state.down_at is None:
        return None
    return Down(state.down_at, tower, alert)


def _raise(tx: Transaction, place: Place, members: Sequence[Down], first: Tower) -> None:
    devices = sum(one.alert.devices for one in members)
    lost = (state.lost for one in members if (state := tx.find(TowerState, first.enterprise, one.tower.id)) is not None)
    root = TOGETHER.raise_for(
        tx,
        first,
        on=':'.join(place),
        severity=outage_severity(tx, first.enterprise, devices),
        place=f'{place[0].capitalize()} {place[1]}',
        many=str(len(members)),
        size=str(len(tx.fleet(first.enterprise).index(Places).towers(place))),
        detail=_named([one.tower.name for one in members]),
        devices=devices,
        witnesses=tuple(islice(dict.fromkeys(chain.from_iterable(lost)), MOST_WITNESSES)),
        wait_s=SETTLES_S,
    )
    if root is None:  # the rule is off, or for others
        return
    for one in members:
        if one.alert.parent is None:
            attach(tx, one.alert, root)


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    listed = ', '.join(names[:MOST_NAMED])
    return f'{listed} and {more} more' if more > 0 else listed
