"""Open violations: of the enterprise, of one policy, or of the devices on one tower."""

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from domain.common.text import folded, natural
from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.names import apart
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState
from domain.enforcement.model import Command
from domain.policies.model import Mode, Policy
from domain.policies.violations import Violation
from domain.towers.live import OnTower
from domain.towers.model import Tower
from ui.live.channel import News
from ui.sentences.words import evidence_text
from ui.topics.window import ListTopic, Window, window

_SEVERITIES = {name: index for index, name in enumerate(('critical', 'major', 'minor', 'warning'))}


class ViolationsTopic(ListTopic):
    """One row per open violation, the newest first; ``policy`` and ``tower`` (the one that serves the device now) narrow it.

    There may be as many as devices, so only the rows in view are built whole.
    """

    sorts: ClassVar[dict[str, str]] = {name: name for name in ('name', 'opened_at', 'policy', 'severity')}
    filters = ('severity', 'state')
    default = '-opened_at'

    def concerned(self, news: News) -> bool:
        """True when a violation, a name or what is done about it moved, or a device in view; with a tower, any device."""
        if any(map(news.of, (Violation, Policy, Command, Device, Tower))):
            return True
        moved = news.of(DeviceState)
        if self.query.get('tower'):
            return bool(moved)
        return self._window is not None and any(row['device_id'] in moved for row in self._window.rows)

    def look(self) -> Window:
        """Narrow, count, sort and cut light tuples, then build the rows in view."""
        policy, tower = self.query.get('policy'), self.query.get('tower')
        served = self.fleet.index(OnTower).devices(tower) if tower else None
        found = [
            one
            for one in self.fleet[Violation].values()
            if policy in (None, '', one.policy) and (served is None or one.device in served)
        ]
        total = len(found)
        if text := folded(self.query.get('q', '')):
            found = [one for one in found if text in folded(f'{self._device(one)}\n{self._policy(one)}')]
        facets = {
            'severity': dict(Counter(one.severity.value for one in found).most_common()),
            'state': dict(Counter(map(_state, found)).most_common()),
        }
        if wanted := self.query.get('severity'):
            found = [one for one in found if one.severity.value in wanted.split(',')]
        if wanted := self.query.get('state'):
            found = [one for one in found if _state(one) in wanted.split(',')]
        sort = self.query.get('sort') or self.default
        if (key := self._keys().get(sort.removeprefix('-'))) is not None:
            found.sort(key=key, reverse=sort.startswith('-'))
        page, size = window(self.query)
        rows = [self._row(one) for one in found[page * size : (page + 1) * size]]
        return Window(total, len(found), rows, facets)

    def _keys(self) -> dict[str, Callable[[Violation], Any]]:
        """What each sort compares; names by the place the fleet keeps of them, since making 100,000 sort keys takes a second."""
        rows, ranks = self.fleet.index(DeviceColumns).row_of, self.fleet.index(DeviceColumns).ranks()
        places = {id: place for place, id in enumerate(sorted(self.fleet[Policy], key=self._policy_key))}
        return {
            'name': lambda one: int(ranks[rows[one.device]]) if one.device in rows else -1,
            'opened_at': lambda one: one.opened_at,
            'policy': lambda one: (places.get(one.policy, -1), -one.opened_at),
            'severity': lambda one: (_SEVERITIES.get(one.severity, 9), -one.opened_at),
        }

    def _policy_key(self, policy_id: str) -> str:
        return natural(self.fleet[Policy][policy_id].name)

    def _device(self, violation: Violation) -> str:
        device = self.fleet[Device].get(violation.device)
        return device.name if device else 'retired device'

    def _policy(self, violation: Violation) -> str:
        policy = self.fleet[Policy].get(violation.policy)
        return policy.name if policy else 'retired policy'

    def _row(self, violation: Violation) -> dict[str, Any]:
        fleet = self.fleet
        policy = fleet[Policy].get(violation.policy)
        tower = fleet[Tower].get(state_of(fleet, violation.device).tower or '')
        command = fleet[Command].get(violation.command or '')
        enforced = policy is not None and policy.mode is Mode.ENFORCE
        due = violation.opened_at + policy.grace_s if policy is not None and enforced else None
        open_grace = due is not None and due > self.clock() and violation.excused_at is None
        quarantined = state_of(fleet, violation.device).quarantined
        return {
            'id': violation.id,
            'name': self._device(violation),
            'apart': apart(fleet, violation.device),
            'device_id': violation.device,
            'policy': self._policy(violation),
            'policy_id': violation.policy,
            'severity': violation.severity,
            'state': _state(violation),
            'evidence': evidence_text(violation.evidence),
            'tower': tower.name if tower else None,
            'tower_id': tower.id if tower else None,
            'opened_at': violation.opened_at,
            'excused_at': violation.excused_at,
            'act_at': due if open_grace else None,
            'answer': _answer(violation, enforced=enforced, grace=open_grace, command=command, quarantined=quarantined),
        }


def _state(violation: Violation) -> str:
    return 'excused' if violation.excused_at else 'violating'


def _answer(violation: Violation, *, enforced: bool, grace: bool, command: Command | None, quarantined: bool) -> str:
    """What is done about it, in one or two words."""
    if command is not None:
        return 'parked' if command.state == 'requested' else f'{command.action} {command.state}'
    if quarantined:
        return 'quarantined'
    if not enforced:
        return 'recorded only'
    if violation.excused_at is not None:
        return 'excused, tower is out'
    return 'quarantine' if grace else ('not carried out' if violation.command is not None else 'quarantine due')
