"""The live picture of one enterprise in memory: everything a page, a policy pass or "who is on this tower" needs.

It is a cache of the store, loaded at start and moved by the transactor after each commit; nothing else writes it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from domain.access.enterprises import Enterprise
from domain.accounts.model import Account, Person
from domain.alerts.model import Alert, rule_key
from domain.checks.model import CheckState
from domain.common.errors import NotFound
from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.counters import StatusCounters
from domain.devices.listing.labels import LabelIndex
from domain.devices.model import Device, DeviceState
from domain.enforcement.model import Command, Lock
from domain.enrolment.model import Credential
from domain.fleet.kinds import leave, release
from domain.fleet.whole import Whole
from domain.people.model import Link
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.sign_in.model import Guesses, Identity
from domain.tokens.model import Token
from domain.towers.model import Tower, TowerState

Row = TypeVar('Row')
NONE: frozenset[str] = frozenset()
_ENDS = ('revoked_at', 'disabled_at', 'spent_at', 'ended_at')


class Fleet(Whole):
    """Devices by id, by serving tower and by label; towers by cell; what is open; and counters kept as things move."""

    def __init__(self, enterprise: Enterprise) -> None:
        self.enterprise = enterprise
        self.sequence = 0
        self.moved = 0  # rises with every row, for whoever keeps something computed
        self.devices: dict[str, Device] = {}
        self.states: dict[str, DeviceState] = {}
        self.towers: dict[str, Tower] = {}
        self.tower_states: dict[str, TowerState] = {}
        self.check_states: dict[str, CheckState] = {}
        self.policies: dict[str, Policy] = {}
        self.policies_moved = 0  # rises with every saved or retired policy, for whoever keeps something compiled
        self.violations: dict[str, Violation] = {}
        self.commands: dict[str, Command] = {}
        self.alerts: dict[str, Alert] = {}
        self.persons: dict[str, Person] = {}
        self.tokens: dict[str, Token] = {}
        self.locks: dict[str, Lock] = {}
        """What stands of lock and wipe, for the few devices that were told."""
        self.waiting: dict[str, Credential] = {}
        """Devices that wait for somebody's approval, with the credential that opens nothing yet; see :class:`Fleets`."""
        self.rows = DeviceColumns(self.devices)
        self.labelled = LabelIndex(self.rows.row_of, self.rows.ids)
        self.held: set[str] = set()
        """Devices in quarantine or on their way there; what the interlock counts."""
        self.tower_numbers: dict[str, int] = {}
        self._tallies = StatusCounters()
        self.presence = self._tallies.presence
        self.compliance = self._tallies.compliance
        self.tallies = self._tallies.by_policy
        self.not_compliant = self._tallies.not_compliant
        self._cells: dict[str, str] = {}
        self._areas: Counter[tuple[str, ...]] = Counter()
        self._on_tower: defaultdict[str, set[str]] = defaultdict(set)
        self._by_identifier: dict[str, dict[str, str]] = {'imei': {}, 'serial': {}}
        self._alert_on: dict[str, str] = {}
        self._commands_of: dict[str, dict[str, Command]] = {}
        self._tables: dict[type, dict[str, Any]] = {
            Device: self.devices,
            DeviceState: self.states,
            Tower: self.towers,
            TowerState: self.tower_states,
            CheckState: self.check_states,
            Policy: self.policies,
            Violation: self.violations,
            Command: self.commands,
            Alert: self.alerts,
            Person: self.persons,
            Token: self.tokens,
            Lock: self.locks,
            Account: {},
            Identity: {},
            Guesses: {},
            Link: {},
        }
        self._appliers: dict[type, Callable[[Any], None]] = {
            Device: self._device,
            DeviceState: self._state,
            Tower: self._tower,
            TowerState: self._tower_state,
            CheckState: self._check_state,
            Policy: self._policy,
            Violation: self._violation,
            Command: self._command,
            Alert: self._alert,
            **dict.fromkeys((Person, Token, Lock, Account, Identity, Link), self._plain),
            Guesses: self._guesses,
        }

    def table(self, kind: type[Row]) -> Mapping[str, Row]:
        """All live rows of a kind, by id."""
        return self._tables[kind]

    def find(self, kind: type[Row], id: str) -> Row | None:
        """The live row of that kind and id."""
        own: Any = {self.enterprise.id: self.enterprise} if kind is Enterprise else self._tables[kind]
        row: Row | None = own.get(id)
        return row

    def need(self, kind: type[Row], id: str) -> Row:
        """The live row, or ``NotFound``."""
        if (row := self.find(kind, id)) is None:
            raise NotFound.of(kind, id)
        return row

    def apply(self, row: Any) -> None:
        """Take a committed row into the picture."""
        self.moved += 1
        self._appliers[type(row)](row)

    def state_of(self, device_id: str) -> DeviceState:
        """The device's state; a blank one before its first check-in."""
        return self.states.get(device_id) or DeviceState(device_id, self.enterprise.id)

    def tower_by_cell(self, cell: str | None) -> str | None:
        """The id of the tower that radiates the cell."""
        return self._cells.get(cell) if cell is not None else None

    def knows_area(self, mcc: str, mnc: str, tac: int | None) -> bool:
        """True when some tower of ours radiates in this tracking area, so that an unlisted cell there is worth a question."""
        return self._areas[(mcc, mnc, str(tac))] > 0

    def on_tower(self, tower_id: str) -> frozenset[str] | set[str]:
        """Ids of the devices that a tower serves."""
        return self._on_tower.get(tower_id, NONE)

    def by_identifier(self, name: str, value: str) -> str | None:
        """The device with this ``imei`` or ``serial``."""
        return self._by_identifier[name].get(value)

    def alert_on(self, key: str) -> Alert | None:
        """The open alert of that key."""
        return self.alerts.get(self._alert_on.get(key, ''))

    def rule_trouble(self, policy_id: str) -> str:
        """Why a policy's rule is not asked; empty for one that is."""
        return alert.detail if (alert := self.alert_on(rule_key(policy_id))) is not None else ''

    def commands_of(self, device_id: str) -> Mapping[str, Command]:
        """The device's open commands."""
        return self._commands_of.get(device_id, {})

    def checks_of(self, tower: Tower) -> list[CheckState]:
        """Where each check of the tower stands, in the tower's order."""
        return [
            self.check_states.get(check.id) or CheckState(check.id, tower.enterprise, tower.id)
            for check in tower.checks
        ]

    def tower_state(self, tower_id: str) -> TowerState:
        """The tower's roll-up."""
        return self.tower_states.get(tower_id) or TowerState(tower_id, self.enterprise.id)

    def tower_counts(self) -> Counter[str]:
        """Towers by status."""
        return Counter(self.tower_state(tower_id).status.value for tower_id in self.towers)

    def served(self, tower_id: str) -> int:
        """How many devices a tower serves."""
        return len(self._on_tower.get(tower_id, NONE))

    def _plain(self, row: Any) -> None:
        table = self._tables[type(row)]
        gone = any(getattr(row, name, None) is not None for name in _ENDS)
        if gone:
            table.pop(row.id, None)
        else:
            table[row.id] = row

    def _guesses(self, guesses: Guesses) -> None:
        if guesses.times:
            self._tables[Guesses][guesses.id] = guesses
        else:
            self._tables[Guesses].pop(guesses.id, None)

    def _device(self, device: Device) -> None:
        before = self.devices.pop(device.id, None)
        if before is not None:
            self.labelled.remove(device.id, before.labels)
            for name, owners in self._by_identifier.items():
                release(owners, getattr(before.identifiers, name), device.id)
        if device.retired_at is not None:
            self._forget(device.id)
            return
        self.devices[device.id] = device
        self.rows.put(device)
        self.labelled.add(device.id, device.labels)
        for name, owners in self._by_identifier.items():
            if (value := getattr(device.identifiers, name)) is not None:
                owners[value] = device.id
        if device.id not in self.states:
            self._state(DeviceState(device.id, device.enterprise))

    def _forget(self, device_id: str) -> None:
        state = self.states.pop(device_id, None)
        if state is not None:
            self._tallies.move(device_id, state, None)
            if state.tower is not None:
                leave(self._on_tower, state.tower, device_id)
        self.held.discard(device_id)
        self.rows.drop(device_id)

    def _state(self, state: DeviceState) -> None:
        if state.id not in self.devices:
            return  # retired in the same group
        before = self.states.get(state.id)
        self.states[state.id] = state
        self._tallies.move(state.id, before, state)
        left = before.tower if before is not None else None
        if left != state.tower:
            if left is not None:
                leave(self._on_tower, left, state.id)
            if state.tower is not None:
                self._on_tower[state.tower].add(state.id)
        self._hold(state.id)
        self.rows.move(state, self._number(state.tower))

    def _number(self, tower_id: str | None) -> int:
        return -1 if tower_id is None else self.tower_numbers.setdefault(tower_id, len(self.tower_numbers))

    def _hold(self, device_id: str) -> None:
        state = self.states.get(device_id)
        commands = self._commands_of.get(device_id)
        on_the_way = commands is not None and any(command.holds for command in commands.values())
        if on_the_way or (state is not None and state.quarantined):
            self.held.add(device_id)
        else:
            self.held.discard(device_id)

    def _tower(self, tower: Tower) -> None:
        before = self.towers.pop(tower.id, None)
        if before is not None:
            for cell in before.cells:
                release(self._cells, cell.key, tower.id)
                self._areas[(cell.mcc, cell.mnc, str(cell.tac))] -= 1
            for check in before.checks:
                if tower.retired_at is not None or check.id not in {kept.id for kept in tower.checks}:
                    self.check_states.pop(check.id, None)
        if tower.retired_at is not None:
            self.tower_states.pop(tower.id, None)
            return
        self.towers[tower.id] = tower
        for cell in tower.cells:
            self._cells[cell.key] = tower.id
            self._areas[(cell.mcc, cell.mnc, str(cell.tac))] += 1

    def _tower_state(self, state: TowerState) -> None:
        if state.id in self.towers:  # else retired in the same group
            self.tower_states[state.id] = state

    def _check_state(self, state: CheckState) -> None:
        tower = self.towers.get(state.tower)
        if tower is not None and any(check.id == state.id for check in tower.checks):  # else dropped by an edit
            self.check_states[state.id] = state

    def _policy(self, policy: Policy) -> None:
        self.policies_moved += 1
        if policy.retired_at is None:
            self.policies[policy.id] = policy
        else:
            self.policies.pop(policy.id, None)

    def _violation(self, violation: Violation) -> None:
        if violation.cleared_at is None:
            self.violations[violation.id] = violation
        else:
            self.violations.pop(violation.id, None)

    def _command(self, command: Command) -> None:
        of_device = self._commands_of.setdefault(command.device, {})
        if command.is_open:
            self.commands[command.id] = of_device[command.id] = command
        else:
            self.commands.pop(command.id, None)
            of_device.pop(command.id, None)
            if not of_device:
                del self._commands_of[command.device]
        self._hold(command.device)

    def _alert(self, alert: Alert) -> None:
        if alert.is_open:
            self.alerts[alert.id] = alert
            self._alert_on[alert.key] = alert.id
        else:
            self.alerts.pop(alert.id, None)
            if self._alert_on.get(alert.key) == alert.id:
                del self._alert_on[alert.key]
