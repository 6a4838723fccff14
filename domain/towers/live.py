"""Towers in the live picture: which devices each serves, where its checks stand."""

from collections import Counter, defaultdict
from collections.abc import Collection, Set
from dataclasses import replace
from typing import Any

from domain.checks.model import CheckState
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index, Kind, Visible, leave
from domain.fleet.scoped import ScopedFleet
from domain.towers.cells import Cells
from domain.towers.model import FAILING, OUT, Tower, TowerState, TowerStatus
from domain.towers.reach import NONE, Below

Place = tuple[str, str]
"""What towers share: ``region`` or ``operator``, and its name."""


class TowerStatuses(Index):
    """How many towers have each status, of those that have a state. It follows their states."""

    def __init__(self, fleet: Fleet) -> None:
        self._counts: Counter[str] = Counter()

    def moved(self, before: TowerState | None, after: TowerState | None) -> None:
        """Follow a ``TowerState``."""
        if before is not None:
            self._counts[before.status] -= 1
        if after is not None:
            self._counts[after.status] += 1

    def counts(self) -> Counter[str]:
        """How many have each status."""
        return +self._counts

    def narrowed(self, part: ScopedFleet) -> 'TowerStatuses':
        """Of the visible towers, as they are shown there."""
        return _VisibleTowerStatuses(part)


class _VisibleTowerStatuses(TowerStatuses):
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    def counts(self) -> Counter[str]:
        return Counter[str](state.status for state in self._part[TowerState].values())


class OnTower(Index):
    """Which devices a tower serves. It follows their states."""

    def __init__(self, fleet: Fleet) -> None:
        self._devices: defaultdict[str, set[str]] = defaultdict(set)

    def moved(self, before: Any, after: Any) -> None:
        """Follow a ``DeviceState``."""
        left = before.tower if before is not None else None
        joined = after.tower if after is not None else None
        if left == joined:
            return
        if left is not None:
            leave(self._devices, left, before.id)
        if joined is not None:
            self._devices[joined].add(after.id)

    def devices(self, tower_id: str) -> Set[str]:
        """Ids of the devices that the tower serves."""
        return self._devices.get(tower_id, NONE)

    def count(self, tower_id: str) -> int:
        """How many those are."""
        return len(self._devices.get(tower_id, NONE))

    def narrowed(self, part: ScopedFleet) -> 'OnTower':
        """The visible devices."""
        return _VisibleOnTower(part)


class _VisibleOnTower(OnTower):
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    def devices(self, tower_id: str) -> Set[str]:
        found = self._part.whole.index(OnTower).devices(tower_id)
        return found if self._part.sight.all_on(tower_id) else frozenset(filter(self._part.sight.device, found))

    def count(self, tower_id: str) -> int:
        return self._part.sight.count_on(tower_id)


class Places(Index):
    """Towers by the region and by the operator that they share."""

    def __init__(self, fleet: Fleet) -> None:
        self._towers: defaultdict[Place, set[str]] = defaultdict(set)

    def moved(self, before: Tower | None, after: Tower | None) -> None:
        """Follow a tower."""
        left, joined = set(places_of(before)), set(places_of(after))
        if before is not None:
            for place in left - joined:
                leave(self._towers, place, before.id)
        if after is not None:
            for place in joined - left:
                self._towers[place].add(after.id)

    def towers(self, place: Place) -> Set[str]:
        """Ids of the towers in service there."""
        return self._towers.get(place, NONE)

    def narrowed(self, part: ScopedFleet) -> 'Places':
        """The visible towers."""
        return _VisiblePlaces(part)


class _VisiblePlaces(Places):
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    def towers(self, place: Place) -> Set[str]:
        return frozenset(filter(self._part.sight.tower, self._part.whole.index(Places).towers(place)))


def places_of(tower: Tower | None) -> tuple[Place, ...]:
    """Its region and its operator, as far as they are known."""
    found = (('region', tower.region), ('operator', tower.operator)) if tower is not None else ()
    return tuple(place for place in found if place[1])


class TalkingMeanwhile(Index):
    """Devices that were observed on a cell of a tower while none of its checks answered: its cells radiate, whatever the checks say.

    It follows the states of towers and of devices; a reload reads those of the towers first.
    """

    def __init__(self, fleet: Fleet) -> None:
        self._down: set[str] = set()
        self._failing: dict[str, float] = {}
        """From which moment on an observation counts, by tower. That of a degraded one is kept, because it may be down next."""
        self._observed: defaultdict[str, dict[str, float]] = defaultdict(dict)

    def moved(self, before: Any, after: Any) -> None:
        """Follow a ``TowerState`` or a ``DeviceState``."""
        if isinstance(after or before, TowerState):
            self._tower_moved(before, after)
        elif self._failing:
            self._device_moved(before, after)

    def devices(self, tower_id: str) -> Set[str]:
        """Ids of the devices that talk through a tower that is down."""
        return self._observed[tower_id].keys() if tower_id in self._down and tower_id in self._observed else NONE

    def since(self, tower_id: str, moment: float) -> Set[str]:
        """Ids of the devices observed on a failing tower after this moment (epoch seconds)."""
        return {device for device, at in self._observed.get(tower_id, {}).items() if at > moment}

    def _tower_moved(self, before: TowerState | None, after: TowerState | None) -> None:
        if after is None or after.status not in FAILING:
            if before is not None:
                self._down.discard(before.id)
                self._failing.pop(before.id, None)
                self._observed.pop(before.id, None)
            return
        is_down = after.status in OUT
        begin = (after.down_at if is_down else after.since) or 0.0
        (self._down.add if is_down else self._down.discard)(after.id)
        if self._failing.get(after.id) != begin:
            self._failing[after.id] = begin
            kept = {device: at for device, at in self._observed.pop(after.id, {}).items() if at > begin}
            if kept:
                self._observed[after.id] = kept

    def _device_moved(self, before: Any, after: Any) -> None:
        left = before.tower if before is not None else None
        joined = after.tower if after is not None else None
        if left is not None and left != joined and left in self._observed:
            self._observed[left].pop(before.id, None)
        if joined is None or joined not in self._failing or after.observed_at is None:
            return
        if after.observed_at > self._failing[joined]:
            self._observed[joined][after.id] = after.observed_at

    def narrowed(self, part: ScopedFleet) -> 'TalkingMeanwhile':
        """The visible devices."""
        return _VisibleTalkingMeanwhile(part)


class _VisibleTalkingMeanwhile(TalkingMeanwhile):
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    def devices(self, tower_id: str) -> Set[str]:
        found = self._part.whole.index(TalkingMeanwhile).devices(tower_id)
        return frozenset(filter(self._part.sight.device, found))


class _Parts(Index):
    """What belongs to a tower goes with it, and the state of a check with the check."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def moved(self, before: Tower | None, after: Tower | None) -> None:
        if before is None:
            return
        kept = {check.id for check in after.checks} if after is not None else NONE
        for check in before.checks:
            if check.id not in kept:
                self._fleet.drop(CheckState, check.id)
        if after is None:
            self._fleet.drop(TowerState, before.id)


def tower_state(fleet: Fleet, tower_id: str) -> TowerState:
    """The tower's roll-up."""
    return fleet[TowerState].get(tower_id) or TowerState(tower_id, fleet.enterprise.id)


def tower_counts(fleet: Fleet) -> Counter[str]:
    """Towers by status."""
    found = fleet.index(TowerStatuses).counts()
    if fresh := len(fleet[Tower]) - found.total():
        found[TowerStatus.UNKNOWN] += fresh
    return found


def checks_of(fleet: Fleet, tower: Tower) -> list[CheckState]:
    """Where each check of the tower stands, in the tower's order."""
    if not fleet.shows('tower', tower.id):
        return []
    states = fleet[CheckState]
    return [states.get(check.id) or CheckState(check.id, tower.enterprise, tower.id) for check in tower.checks]


def _narrow(part: ScopedFleet, tower: Tower) -> Tower:
    """A tower may hang on ones that are out of sight."""
    if all(part.sight.tower(id) for group in tower.needs for id in group):
        return tower
    return replace(
        tower,
        parent=tower.parent if tower.parent is not None and part.sight.tower(tower.parent) else None,
        backups=tuple(filter(part.sight.tower, tower.backups)),
        power=tuple(filter(part.sight.tower, tower.power)),
    )


def _narrow_state(part: ScopedFleet, state: TowerState) -> TowerState:
    """Why a tower is cut off names towers, which may be out of sight."""
    tower = part.whole[Tower].get(state.id) if state.status is TowerStatus.UNREACHABLE else None
    hides = tower is not None and not all(part.sight.tower(id) for group in tower.needs for id in group)
    return replace(state, because='') if hides else state


def _belongs(fleet: Fleet, state: CheckState) -> bool:
    tower = fleet.find(Tower, state.tower)
    return tower is not None and any(check.id == state.id for check in tower.checks)


KINDS: tuple[Kind[Any], ...] = (
    Kind(
        of=Tower,
        name='tower',
        has_ended=lambda tower: tower.retired_at is not None,
        indexes=(_Parts, Cells, Below, Places),
        visible=Visible(
            ids=lambda part: part.sight.towers(), sees=lambda part, tower: part.sight.tower(tower.id), narrow=_narrow
        ),
    ),
    Kind(
        of=TowerState,
        belongs=lambda fleet, state: state.id in fleet[Tower],  # else retired in the same group
        indexes=(TalkingMeanwhile, TowerStatuses),
        visible=Visible(
            ids=lambda part: [id for id in part.sight.towers() if id in part.whole[TowerState]],
            sees=lambda part, state: part.sight.tower(state.id),
            narrow=_narrow_state,
        ),
    ),
    Kind(
        of=CheckState,
        belongs=_belongs,  # else dropped by an edit
        visible=Visible(
            ids=lambda part: [id for id, state in part.whole[CheckState].items() if part.sight.tower(state.tower)],
            sees=lambda part, state: part.sight.tower(state.tower),
        ),
    ),
)


def lists_cell(tower: Tower, cells: Collection[int]) -> bool:
    """Whether one of its cells has one of these identities, in any network."""
    return bool(cells) and any(cell.cell_id in cells for cell in tower.cells)
