"""Which rules read something that differs between two states of a device, so that a check-in asks those alone."""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

from domain.devices.facts import GROUPS, Facts
from domain.devices.model import DeviceState
from domain.devices.modem import says_none
from domain.rules.applicability import reads_modem
from domain.rules.language import Rule
from domain.rules.vocabulary import OF_NETWORK

_BASES: Mapping[str, tuple[str, ...]] = {
    'os.patch_age_days': ('patch_level',),
    'storage.free_percent': ('free_bytes', 'total_bytes'),
    'radio.plmn': ('mcc', 'mnc'),
    'radio.cell': ('mcc', 'mnc', 'tac', 'cell_id'),
}
_groups_of: Callable[[Facts], tuple[Any, ...]] = attrgetter(*GROUPS)


class Asks(Protocol):
    """A row that has a rule: a policy, an alert rule."""

    @property
    def id(self) -> str: ...


R = TypeVar('R', bound=Asks)


class Readers(Generic[R]):
    """Rows by what their rules read: ``of_tower`` something of the serving tower, ``of_network`` the network, whose form follows that
    tower, ``of_modem`` what a device without a modem cannot have; the answers of ``timed`` ones change with the clock alone."""

    def __init__(self, asked: Iterable[tuple[R, Rule]] = ()) -> None:
        self.of_tower: list[R] = []
        self.of_network: list[R] = []
        self.timed: list[R] = []
        self.of_modem: list[R] = []
        self._by_group: dict[str, dict[str, list[R]]] = {}
        for row, rule in asked:
            self._add(row, rule)
        self._groups = tuple(self._by_group.get(group, {}) for group in GROUPS)

    def _add(self, row: R, rule: Rule) -> None:
        for path in rule.paths:
            root, name, *rest = path.split('.')
            if root == 'device':
                inner = '.'.join([name, *rest])
                for each in _BASES.get(inner, tuple(rest)) or ('',):
                    found = self._by_group.setdefault(name, {}).setdefault(each, [])
                    if row not in found:
                        found.append(row)
        if rule.reads_tower:
            self.of_tower.append(row)
        if not OF_NETWORK.isdisjoint(rule.paths):
            self.of_network.append(row)
        if rule.timed:
            self.timed.append(row)
        if reads_modem(rule):
            self.of_modem.append(row)

    def reading(self, name: str) -> list[R]:
        """Those that read a group of facts, or a field of the device that stands in none."""
        return [row for rows in self._by_group.get(name, {}).values() for row in rows]

    def concerned(self, before: DeviceState, after: DeviceState) -> dict[str, R]:
        """Those that read something which differs between two states of a device, by id."""
        found: dict[str, R] = {}
        old, new = before.facts, after.facts
        if old is not new:
            for readers, left, right in zip(self._groups, _groups_of(old), _groups_of(new), strict=True):
                if left is not right and readers:
                    _compare(readers, left, right, found)
            for name in ('uptime_s', 'custom'):
                if name in self._by_group and getattr(old, name) != getattr(new, name):
                    found.update((row.id, row) for row in self.reading(name))
        if before.radio is not after.radio and (of_radio := self._by_group.get('radio')):
            _compare(of_radio, before.radio, after.radio, found)
        if self.of_modem and says_none(before) is not says_none(after):
            found.update((row.id, row) for row in self.of_modem)
        if before.tower != after.tower:
            found.update((row.id, row) for row in (*self.of_tower, *self.of_network))
        return found


def _compare(readers: Mapping[str, list[R]], old: object, new: object, found: dict[str, R]) -> None:
    """Put in ``found`` who reads a name that differs between two versions of a group."""
    for name, reading in readers.items():
        if getattr(old, name, None) != getattr(new, name, None):
            for row in reading:
                found[row.id] = row
