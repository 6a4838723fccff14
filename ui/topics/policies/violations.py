"""Open violations: of the enterprise, of one policy, or of the devices on one tower."""

from collections.abc import Mapping
from typing import Any, ClassVar

from domain.common.severity import Severity
from domain.devices.listing.names import apart
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState
from domain.enforcement.listing.query import (
    VIOLATION_SORTS,
    Age,
    ViolationQuery,
    checked_violations,
    find_violations,
)
from domain.enforcement.listing.responses import Response, response
from domain.enforcement.model import Command
from domain.fleet.fleet import Fleet
from domain.policies.listing.columns import ViolationColumns
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.towers.model import Tower
from ui.design import look
from ui.live.channel import News
from ui.sentences.evidence import violation_value
from ui.sentences.words import evidence_text
from ui.topics.chosen import chosen_ids, chosen_values
from ui.topics.labels import read_labels
from ui.topics.window import ListTopic, Window, window


def violation_query(query: Mapping[str, str]) -> ViolationQuery:
    """The question that a topic or an address asks; raises ``Invalid`` for a value that does not exist."""
    sort = query.get('sort') or '-opened_at'
    state = query.get('state', '')
    return checked_violations(
        ViolationQuery(
            text=query.get('q', '')[:200],
            policy=chosen_ids(query, 'policy'),
            severity=chosen_values(Severity, query, 'severity'),
            labels=read_labels(query.get('label', '')),
            tower=chosen_ids(query, 'tower'),
            response=chosen_values(Response, query, 'answer'),
            age=chosen_values(Age, query, 'since'),
            excused={'excused': True, 'violating': False}.get(state),
            sort=sort.removeprefix('-'),
            descending=sort.startswith('-'),
        )
    )


class ViolationsTopic(ListTopic):
    """One row per open violation, the newest first. Of 100,000 only the rows in view are built; which those are, columns say."""

    sorts: ClassVar[dict[str, str]] = {name: name for name in VIOLATION_SORTS}
    default = '-opened_at'

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._question = violation_query(self.query)

    def concerned(self, news: News) -> bool:
        """True when a violation, a name or what is done about it moved, or a device in view; by tower and answer, any device."""
        if any(map(news.of, (Violation, Policy, Command, Device, Tower))):
            return True
        moved = news.of(DeviceState)
        if self._question.tower or self._question.response:
            return bool(moved)
        return self._window is not None and any(row['device_id'] in moved for row in self._window.rows)

    def look(self) -> Window:
        """Ask which rows are in view, and build those."""
        page, size = window(self.query)
        found = find_violations(self.fleet, self._question, self.clock(), offset=page * size, limit=size)
        rows = [violation_row(self.fleet, self.fleet[Violation][id], self.clock()) for id in found.ids]
        counts = {name: dict(of) for name, of in found.counts.items()}
        return Window(self.fleet.index(ViolationColumns).count(), found.matched, rows, counts)


def violation_row(fleet: Fleet, violation: Violation, now: float) -> dict[str, Any]:
    """What a list shows of an open violation."""
    device, state = fleet[Device].get(violation.device), state_of(fleet, violation.device)
    policy = fleet[Policy].get(violation.policy)
    tower = fleet[Tower].get(state.tower or '')
    said = response(fleet, violation, now)
    return {
        'id': violation.id,
        'name': device.name if device else 'retired device',
        'apart': apart(fleet, violation.device),
        'device_id': violation.device,
        'presence': state.presence,
        'last_seen': state.last_seen,
        'policy': policy.name if policy else 'retired policy',
        'policy_id': violation.policy,
        'severity': violation.severity,
        'state': 'excused' if violation.excused_at else 'violating',
        'evidence': evidence_text(violation.evidence),
        'value': violation_value(fleet, violation),
        'tower': tower.name if tower else None,
        'tower_id': tower.id if tower else None,
        'opened_at': violation.opened_at,
        'excused_at': violation.excused_at,
        'act_at': violation.opened_at + policy.grace_s if policy and said is Response.IN_GRACE else None,
        'response': said,
        'answer': _answer(fleet, violation, said),
    }


_ANSWERS: Mapping[Response, str] = {
    Response.PARKED: 'parked',
    Response.HELD: 'quarantined',
    Response.NOT_ENFORCED: 'recorded only',
    Response.EXCUSED: 'excused, tower is out',
    Response.IN_GRACE: 'quarantine',
    Response.NOT_CARRIED_OUT: 'not carried out',
    Response.DUE: 'quarantine due',
}


def _answer(fleet: Fleet, violation: Violation, said: Response) -> str:
    """What is done about it, in one or two words."""
    command = fleet[Command].get(violation.command or '')
    if said is Response.UNDER_WAY and command is not None:
        return f'{command.action} {look("command", command.state).word.lower()}'
    return _ANSWERS.get(said, 'under way')
