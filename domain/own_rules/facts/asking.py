"""What a rule over facts says of one device: yes, no, or that it cannot be known, which neither raises an alert nor clears one."""

from functools import lru_cache
from typing import NamedTuple

from domain.common.errors import Invalid
from domain.devices.compliance import Compliance
from domain.devices.live import state_of
from domain.devices.model import Device, Reporting
from domain.devices.modem import has_no_modem
from domain.fleet.fleet import Fleet
from domain.maintenance.covering import works_on
from domain.own_rules.model import Counted
from domain.rules.applicability import without_modem
from domain.rules.custom_kinds import NO_KEY
from domain.rules.decided import Decided
from domain.rules.language import FIELDS, Answer, Rule, RuleError, RuleInput, check_said
from domain.rules.vocabulary import CUSTOM
from domain.towers.model import Tower, TowerState
from domain.towers.status import excused

MOST_READ = 5
"""Values that an alert tells of one device."""


class Asked(NamedTuple):
    """``holds`` is ``None`` for what cannot be known; ``reading`` are the values that it was true of, in words."""

    holds: bool | None
    reading: str = ''


_NOT_KNOWN = Asked(None)
_NO = Asked(False)


@lru_cache(200)
def checked_facts(text: str) -> str:
    """The expression as it is kept. Raises ``Invalid`` of the field ``expression`` for what cannot be asked or cannot be meant."""
    try:
        rule = Rule(text.strip())
    except RuleError as error:
        raise Invalid(str(error), field='expression') from None
    if not rule.paths:
        raise Invalid('names no fact of a device, such as device.battery.level', field='expression')
    try:
        check_said(rule.text)
    except Decided as found:
        raise Invalid(found.words, field='expression') from None
    return rule.text


def is_counted(fleet: Fleet, counted: Counted, device: Device) -> bool:
    """True for a device that the selection takes in."""
    if counted.kinds and device.kind not in counted.kinds:
        return False
    if any(device.labels.get(key) != value for key, value in counted.labels.items()):
        return False
    if not counted.regions:
        return True
    tower = fleet[Tower].get(state_of(fleet, device.id).tower or '')
    return tower is not None and tower.region in counted.regions


def asked_of(fleet: Fleet, counted: Counted, rule: Rule, device: Device, now: float) -> Asked:
    """Ask it of one device.

    Of one in planned works nothing is known, nor of one behind a dead or maintained tower, unless the rule is about towers: what it
    says is old, and one outage is one alert. Nor can it be known of a device that never spoke, or whose newest news may be on its way.
    """
    if not is_counted(fleet, counted, device):
        return _NO
    state = state_of(fleet, device.id)
    if state.last_seen is None or not state.settled or works_on(fleet, device.labels) is not None:
        return _NOT_KNOWN
    tower = fleet[Tower].get(state.tower) if state.tower else None
    tower_state = fleet[TowerState].get(state.tower) if state.tower else None
    if not rule.reads_tower and excused(tower, tower_state, state.observed_at):
        return _NOT_KNOWN
    view = RuleInput(device, state, tower, tower_state, now, fleet[Reporting].get(device.id))
    answer = rule.known(view) or rule.ask(view)
    if has_no_modem(device, state):
        answer = without_modem(rule, answer)
    if _lacks_label(answer, device):
        return _NO
    if answer.status is Compliance.COMPLIANT:  # in a policy true is well; here it is what raises the alert
        return Asked(True, _reading(rule, view))
    return _NO if answer.status is Compliance.VIOLATING else _NOT_KNOWN


def _lacks_label(answer: Answer, device: Device) -> bool:
    """True where nothing is missing for the answer but a label. Labels are not reported but given: that a device has none is known."""
    found = NO_KEY.search(answer.reason or '')
    is_of_labels = 'device.labels' in answer.evidence and CUSTOM not in answer.evidence
    return found is not None and is_of_labels and found[1] not in device.labels


def _reading(rule: Rule, view: RuleInput) -> str:
    paths = [path for path in sorted(rule.paths) if not FIELDS[path].startswith('map')]
    said = [(path.removeprefix('device.'), view.value(path)) for path in paths]
    words = [f'{name} {_word(value)}' for name, value in said if value is not None]
    return ', '.join(words[:MOST_READ])[:300]


def _word(value: object) -> str:
    if isinstance(value, bool):
        return 'yes' if value else 'no'
    return f'{value:g}' if isinstance(value, float) else str(value)
