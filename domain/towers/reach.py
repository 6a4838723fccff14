"""What a tower depends on, and what depends on it: backhaul and power, by redundancy groups (Icinga 2, dependencies)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from domain.checks.model import CheckState, CheckStatus
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index, leave
from domain.fleet.scoped import ScopedFleet
from domain.towers.model import OUT, Tower, TowerState, TowerStatus

BLOCKING = OUT | {TowerStatus.MAINTENANCE}
"""Nothing is expected to get through a tower that stands so."""
ANSWERING = frozenset({CheckStatus.OK, CheckStatus.DEGRADED})
LONGEST_CYCLE_S = 300.0
"""No alert waits longer than this for what its tower depends on to be asked."""
NONE: frozenset[str] = frozenset()

States = Callable[[str], TowerState | None]
"""How a tower stands, by id; ``None`` for one that is retired or unknown."""


class Below(Index):
    """Towers by what they depend on directly."""

    def __init__(self, fleet: Fleet) -> None:
        self._below: defaultdict[str, set[str]] = defaultdict(set)

    def moved(self, before: Tower | None, after: Tower | None) -> None:
        """Follow a tower."""
        left, joined = _needed(before), _needed(after)
        if before is not None:
            for id in left - joined:
                leave(self._below, id, before.id)
        if after is not None:
            for id in joined - left:
                self._below[id].add(after.id)

    def of(self, tower_id: str) -> Set[str]:
        """Ids of the towers that depend on this one, alone or with others."""
        return self._below.get(tower_id, NONE)

    def narrowed(self, part: ScopedFleet) -> 'Below':
        """The visible towers."""
        return _VisibleBelow(part)


class _VisibleBelow(Below):
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    def of(self, tower_id: str) -> Set[str]:
        return frozenset(filter(self._part.sight.tower, self._part.whole.index(Below).of(tower_id)))


def _needed(tower: Tower | None) -> set[str]:
    return {id for group in tower.needs for id in group} if tower is not None else set()


def below(fleet: Fleet, tower_id: str) -> Iterator[str]:
    """Ids of all that depend on a tower, directly or through others, alone or with others; each once."""
    seen, ahead = {tower_id}, [tower_id]
    while ahead:
        for id in sorted(fleet.index(Below).of(ahead.pop()) - seen):
            seen.add(id)
            ahead.append(id)
            yield id


def cut_by(tower: Tower, states: States) -> tuple[TowerState, ...]:
    """The members of the first redundancy group all of whose members are out; empty while the tower can be reached.

    A member that is retired carries nothing and is not counted; a group of such members alone says nothing.
    """
    for group in tower.needs:
        members = [state for state in map(states, group) if state is not None]
        if members and all(state.status in BLOCKING for state in members):
            return tuple(members)
    return ()


def cut_off(fleet: Fleet, *tower_ids: str) -> Iterator[str]:
    """Ids of the towers that are cut off as long as all of these are out, directly or through others, each once."""
    gone, ahead = {*tower_ids}, [*tower_ids]
    below, towers, states = fleet.index(Below), fleet[Tower], fleet[TowerState]
    while ahead:
        for id in sorted(below.of(ahead.pop())):
            tower = towers.get(id)
            if tower is None or id in gone:
                continue
            if any(_is_cut(group, gone, towers, states) for group in tower.needs):
                gone.add(id)
                ahead.append(id)
                yield id


def _is_cut(
    group: tuple[str, ...], gone: Set[str], towers: Mapping[str, Tower], states: Mapping[str, TowerState]
) -> bool:
    if gone.isdisjoint(group):
        return False
    return all(one in gone or one not in towers or _is_out(states.get(one)) for one in group)


def _is_out(state: TowerState | None) -> bool:
    return state is not None and state.status in BLOCKING


def cycle_s(towers: Iterable[Tower]) -> float:
    """How long it takes at most until it is certain that one of these towers fails, when it is asked at once: seconds."""
    each = (
        check.timeout_s * check.max_attempts + check.retry_interval_s * (check.max_attempts - 1)
        for tower in towers
        for check in tower.checks
    )
    return min(max(each, default=0.0), LONGEST_CYCLE_S)


def has_answered(checks: list[CheckState], since: float) -> bool:
    """True when a check was answered at this moment (epoch seconds) or later."""
    return any(one.status in ANSWERING and (one.checked_at or 0.0) >= since for one in checks)


def needs_to_ask(fleet: Fleet, tower_id: str, check_id: str) -> Iterator[str]:
    """Ids of what a tower depends on and was not asked since this check of it began to fail: that is asked before it is believed."""
    tower, failed = fleet[Tower].get(tower_id), fleet[CheckState].get(check_id)
    if tower is None or failed is None or failed.since is None:
        return
    for group in tower.needs:
        for id in group:
            above = fleet[Tower].get(id)
            states = [state for check in above.checks if (state := fleet[CheckState].get(check.id))] if above else []
            if states and all((state.checked_at or 0.0) < failed.since for state in states):
                yield id


def siblings_to_ask(fleet: Fleet, tower_id: str, check_id: str) -> Iterator[str]:
    """Ids of the other checks of a tower that were answered, and not since this one began to fail or failed for certain: a site that
    dies is known as one outage at once, not check by check."""
    tower, failed = fleet[Tower].get(tower_id), fleet[CheckState].get(check_id)
    if tower is None or failed is None or failed.since is None:
        return
    for check in tower.checks:
        state = fleet[CheckState].get(check.id)
        if state is not None and state.status in ANSWERING and (state.checked_at or 0.0) < failed.since:
            yield check.id


def asked_next(fleet: Fleet, moved: Iterable[str]) -> Iterator[str]:
    """Ids of towers to ask at once, since these moved: those below one that went out, and those that can be reached again."""
    for id in moved:
        state, tower = fleet[TowerState].get(id), fleet[Tower].get(id)
        if state is None or tower is None:
            continue
        if state.status is TowerStatus.UNREACHABLE and not cut_by(tower, fleet[TowerState].get):
            yield id
        elif state.status in OUT and state.down_at is not None:
            for one in fleet.index(Below).of(id):
                under = fleet[TowerState].get(one)
                if under is not None and under.status not in BLOCKING:
                    yield one
