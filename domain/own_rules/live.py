"""Rules of one's own in the live picture. They are the whole enterprise's: a narrowed role sees none."""

from collections import Counter
from typing import Any

from domain.devices.model import Device, DeviceState, Reporting
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index, Kind, SharedIndex
from domain.own_rules.model import FactHold, Over, OwnRule
from domain.towers.model import Tower, TowerState


class FactHolds(Index):
    """Of which devices each rule over facts holds, those that wait and those of which it has lasted, the longest first."""

    def __init__(self, fleet: Fleet) -> None:
        self._waiting: dict[str, dict[str, FactHold]] = {}
        self._due: dict[str, dict[str, FactHold]] = {}
        self._revisions: Counter[str] = Counter()

    def moved(self, before: FactHold | None, after: FactHold | None) -> None:
        """Follow what was found of a device."""
        for row in (before, after):
            if row is not None:
                self._revisions[row.rule] += 1
        if before is not None:
            for table in (self._waiting, self._due):
                if (held := table.get(before.rule)) is not None:
                    held.pop(before.device, None)
                    if not held:
                        del table[before.rule]
        if after is not None:
            table = self._waiting if after.due_at is None else self._due
            table.setdefault(after.rule, {})[after.device] = after

    def waiting(self, rule: str) -> dict[str, FactHold]:
        """By device, those of which it does not hold for long enough yet."""
        return self._waiting.get(rule, {})

    def due(self, rule: str) -> dict[str, FactHold]:
        """By device, those of which it has held for long enough."""
        return self._due.get(rule, {})

    def revision(self, rule: str) -> int:
        """A number that rises with every change of what is found."""
        return self._revisions[rule]

    def rules(self) -> set[str]:
        """The rules that hold of any device."""
        return {*self._waiting, *self._due}


class Touched(Index):
    """What has moved since rules over facts were asked last, so that they are asked of that alone. While there is no such rule it
    remembers nothing."""

    def __init__(self, fleet: Fleet) -> None:
        self._rules: set[str] = set()
        self.states: dict[str, DeviceState] = {}
        """How each device that checked in was before, by id."""
        self.devices: set[str] = set()
        """Those of which every rule has to be asked."""
        self.towers: set[str] = set()

    def moved(self, before: Any, after: Any) -> None:
        """Follow a rule, or what one can read."""
        row = after if after is not None else before
        if type(row) is OwnRule:
            if after is not None and after.over is Over.FACTS and after.enabled:
                self._rules.add(row.id)
            else:
                self._rules.discard(row.id)
                if not self._rules:
                    self.take()
        elif self._rules:
            self._note(before, after, row)

    def _note(self, before: Any, after: Any, row: Any) -> None:
        match row:
            case DeviceState() if before is not None and after is not None:
                self.states.setdefault(row.id, before)
            case DeviceState() | Device() | Reporting():
                self.devices.add(row.id)
            case TowerState() if before is not None and after is not None and before.status is after.status:
                pass
            case Tower() | TowerState():
                self.towers.add(row.id)

    def take(self) -> tuple[dict[str, DeviceState], set[str], set[str]]:
        """States, devices and towers that have moved; they count as asked from now on."""
        taken = self.states, self.devices, self.towers
        self.states, self.devices, self.towers = {}, set(), set()
        return taken


KINDS: tuple[Kind[Any], ...] = (
    Kind(of=OwnRule, name='own_rule', has_ended=lambda rule: rule.retired_at is not None, indexes=(Touched,)),
    Kind(of=FactHold, has_ended=lambda hold: hold.ended_at is not None, indexes=(FactHolds,)),
)
FOLLOWING: tuple[tuple[type, type[Index] | type[SharedIndex]], ...] = tuple(
    (kind, Touched) for kind in (Device, DeviceState, Reporting, Tower, TowerState)
)
