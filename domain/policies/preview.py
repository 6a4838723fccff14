"""What a rule would say now, before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.devices.compliance import Compliance
from domain.devices.live import state_of
from domain.devices.model import Device, Reporting
from domain.devices.modem import has_no_modem
from domain.fleet.fleet import Fleet
from domain.policies.input import NewPolicy, rule_of
from domain.policies.model import Mode, Policy
from domain.rules.applicability import without_modem
from domain.rules.language import RuleError, RuleInput
from domain.towers.model import Tower, TowerState


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would say now of the ``asked`` of the ``selected`` devices, which are all of them or a sample: devices by answer, the
    worst-hit towers, examples by name, commands it would send at once. ``doubt`` is what a stored rule compares and cannot mean."""

    selected: int
    asked: int
    counts: Mapping[Compliance, int]
    towers: Mapping[str, int]
    examples: tuple[str, ...]
    commands: int
    doubt: RuleError | None = None

    @property
    def warning(self) -> str:
        """What a person should look at before saving: that the whole fleet gets one answer. Empty otherwise, and for one device."""
        only = [status for status in _ANSWERS if self.counts[status] == self.asked]
        if self.asked < 2 or not only:
            return ''
        whom = 'devices' if self.asked == self.selected else 'devices that were asked'
        return f'All {self.asked:,} {whom} get one answer, {only[0]}: {_ANSWERS[only[0]]}'


_ANSWERS: Mapping[Compliance, str] = {
    Compliance.COMPLIANT: 'check that devices report the values which would break this rule.',
    Compliance.VIOLATING: 'check that devices report the values which would keep this rule.',
    Compliance.UNKNOWN: 'check that devices report what this rule reads.',
}


class Asking:
    """A preview under way."""

    def __init__(self, fleet: Fleet, base: Policy | None, new: NewPolicy, now: float, most: int) -> None:
        self.fleet = fleet
        self._rule = rule_of(base, new)
        self._new = new
        self._now = now
        self._most = most
        self._counts: dict[Compliance, int] = dict.fromkeys(Compliance, 0)
        self._towers: dict[str, int] = {}
        self._examples: list[str] = []
        self._selected = 0

    def ask(self, device: Device) -> None:
        """One more device."""
        state = state_of(self.fleet, device.id)
        if state.last_seen is None or not self._new.selector.matches(device.kind, device.labels):
            return
        self._selected += 1
        if self._selected > self._most:
            return
        tower = self.fleet[Tower].get(state.tower or '')
        seen = RuleInput(
            device,
            state,
            tower,
            self.fleet[TowerState].get(state.tower or ''),
            self._now,
            self.fleet[Reporting].get(device.id),
        )
        answer = self._rule.ask(seen)
        if has_no_modem(device, state):
            answer = without_modem(self._rule, answer)
        self._counts[answer.status] += 1
        if answer.status is Compliance.VIOLATING:
            name = tower.name if tower is not None else 'no known tower'
            self._towers[name] = self._towers.get(name, 0) + 1
            if len(self._examples) < 5:
                self._examples.append(device.name)

    def preview(self) -> Preview:
        """What was said."""
        worst = dict(sorted(self._towers.items(), key=lambda item: -item[1])[:5])
        at_once = self._new.mode is Mode.ENFORCE and self._new.grace_s == 0
        commands = self._counts[Compliance.VIOLATING] if at_once else 0
        asked = min(self._selected, self._most)
        return Preview(self._selected, asked, self._counts, worst, tuple(self._examples), commands, self._rule.doubt)
