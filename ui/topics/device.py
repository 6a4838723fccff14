"""One device: what is known of it, what the policies say of it, and its signal over time."""

from typing import Any, ClassVar

from domain.alerts import Alert
from domain.commands import Action, Command
from domain.devices import Device, DeviceState
from domain.errors import NotFound
from domain.fleets import Fleets
from domain.locks import Lock, is_locked
from domain.policies import Compliance, Policy, Severity, Verdict
from domain.radio import Radio, RadioSample
from domain.rules import Rule, RuleError, View
from domain.tokens import Credential
from domain.towers import Tower, TowerState
from domain.views import PATHS
from ui.channels import News
from ui.sentences import evidence_text
from ui.spans import counted
from ui.topics.base import BaseTopic, ListTopic, ObjectTopic
from ui.topics.devices import device_row

HISTORY_S = 6 * 3600
MOST_POINTS = 1500
_GRAVITY = tuple(Severity)


class DeviceTopic(ObjectTopic):
    """Everything that the page of a device shows as single values; credentials are looked up before the enterprise is known."""

    def __init__(self, *, fleets: Fleets, **parts: Any) -> None:
        super().__init__(**parts)
        self._fleets = fleets

    def view(self) -> dict[str, Any]:
        """The device now; ``{'gone': True}`` once it is retired."""
        device = self.fleet.devices.get(self.id)
        if device is None:
            return {'gone': True}
        state = self.fleet.state_of(self.id)
        tower = self.fleet.towers.get(state.tower or '')
        tower_state = self.fleet.tower_state(tower.id) if tower else None
        view = View(device, state, tower, tower_state, self.clock())
        groups = ('os', 'hardware', 'storage', 'battery', 'agent', 'security', 'network', 'radio', 'uptime_s')
        lock = self.fleet.locks.get(self.id)
        locked = is_locked(lock)
        open_commands = sorted(self.fleet.commands_of(self.id).values(), key=lambda command: command.id)
        return {
            **device_row(self.fleet, self.id),
            **{name: view.group(name) for name in groups},
            'labels': dict(device.labels),
            'custom': dict(state.facts.custom or {}),
            'iccid': device.identifiers.iccid,
            'imsi': device.identifiers.imsi,
            'msisdn': device.identifiers.msisdn,
            'interval_s': device.interval_s,
            'enrolled_at': device.created_at,
            'presence_since': state.presence_since,
            'compliance_since': state.compliance_since,
            'plmn': state.radio.plmn if state.radio else None,
            'tower_since': tower_state.since if tower_state else None,
            'tower_because': tower_state.because if tower_state else None,
            'disagree': self._disagree(state, tower_state),
            'command': open_commands[-1].action if open_commands else None,
            'command_state': open_commands[-1].state if open_commands else None,
            'command_because': open_commands[-1].because if open_commands else None,
            'can': self._can(state),
            'can_lock': self._can_lock(locked),
            'lock': 'locked' if locked else None,
            'locked_at': lock.locked_at if lock is not None else None,
            'wipe': 'wiped' if lock is not None and lock.wiped_at is not None else None,
            'wiped_at': lock.wiped_at if lock is not None else None,
            'approval': self._approval(),
            'credential': None if self._fleets.credential(self.id) is not None else 'none',
            'keeps_place': bool(device.identifiers.imei or device.identifiers.serial),
            'certificate': self._fleets.pinned.get(self.id),
            **self._alert(),
            **_told(view, state),
        }

    def _can(self, state: DeviceState) -> str:
        """What a person can order now: the opposite of what is, or of what is under way."""
        under_way = {command.action for command in self.fleet.commands_of(self.id).values()}
        if Action.QUARANTINE in under_way or (state.quarantined and Action.RELEASE not in under_way):
            return Action.RELEASE.value
        return Action.QUARANTINE.value

    def _approval(self) -> str | None:
        """Whether it waits, or somebody who wants the place that it holds."""
        waiting = self.fleet.waiting.get(self.id)
        if waiting is None:
            return None
        return 'waiting' if waiting.previous is None else 'contested'

    def _alert(self) -> dict[str, Any]:
        """The gravest of the open alerts about it, and how many more there are."""
        about = [alert for alert in self.fleet.alerts.values() if alert.object_id == self.id]
        alert = min(about, key=lambda one: (_GRAVITY.index(one.severity), -one.raised_at), default=None)
        return {
            'alert': alert.problem if alert else None,
            'alert_id': alert.id if alert else None,
            'alert_severity': alert.severity if alert else None,
            'alert_detail': alert.detail if alert else None,
            'alert_more': counted(len(about) - 1, 'more alert') if len(about) > 1 else None,
        }

    def _can_lock(self, locked: bool) -> str:
        under_way = {command.action for command in self.fleet.commands_of(self.id).values()}
        if Action.LOCK in under_way or (locked and Action.UNLOCK not in under_way):
            return Action.UNLOCK.value
        return Action.LOCK.value

    def _disagree(self, state: DeviceState, tower_state: TowerState | None) -> str | None:
        """Two witnesses: polling and the device itself."""
        if (
            tower_state is None
            or tower_state.status != 'down'
            or state.presence != 'online'
            or tower_state.since is None
        ):
            return None
        if state.observed_at is None or state.observed_at <= tower_state.since:
            return None
        return 'Polling says down; this device still reports through it. Two witnesses disagree.'

    def concerned(self, news: News) -> bool:
        """True when the device, its tower or a command of it moved."""
        if self.id in news.of(DeviceState) or self.id in news.of(Device):
            return True
        if news.of(Command) or news.of(Alert) or self.id in news.of(Credential) or self.id in news.of(Lock):
            return True
        tower = self.fleet.state_of(self.id).tower
        return tower is not None and (tower in news.of(TowerState) or tower in news.of(Tower))


class VerdictsTopic(ListTopic):
    """The policies that bind a device, and what each says with its evidence."""

    kinds = (DeviceState, Policy)
    sorts: ClassVar[dict[str, str]] = {'status': 'order', 'name': 'name'}
    default = 'status'

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._paths: dict[tuple[str, int], tuple[str, ...]] = {}

    def concerned(self, news: News) -> bool:
        """True when the device was judged again or a policy changed."""
        return self.id in news.of(DeviceState) or bool(news.of(Policy))

    def rows(self) -> list[dict[str, Any]]:
        """One row per policy that binds the device."""
        device = self.fleet.devices.get(self.id)
        if device is None:
            return []
        verdicts = self.fleet.state_of(self.id).verdicts
        rows = []
        order = [
            Compliance.VIOLATING,
            Compliance.UNKNOWN,
            Compliance.EXCUSED,
            Compliance.UNEVALUATED,
            Compliance.COMPLIANT,
        ]
        for policy in self.fleet.policies.values():
            if not policy.selector.matches(device.kind, device.labels):
                continue
            verdict = verdicts.get(policy.id)
            status = verdict.status if verdict else Compliance.UNEVALUATED
            rows.append(
                {
                    'id': policy.id,
                    'name': policy.name,
                    'severity': policy.severity,
                    'mode': policy.mode,
                    'rule': policy.rule,
                    'status': status,
                    'order': order.index(status),
                    'evidence': self._evidence(device, policy, verdict),
                    'reason': verdict.reason if verdict else 'waits for the first check-in',
                    'since': verdict.since if verdict else None,
                }
            )
        return rows

    def _evidence(self, device: Device, policy: Policy, verdict: Verdict | None) -> str:
        """What the rule saw when it was broken, with what it would see now; for a kept one, what it sees now."""
        if verdict is None:
            return ''
        state = self.fleet.state_of(self.id)
        tower = self.fleet.towers.get(state.tower or '')
        view = View(device, state, tower, self.fleet.tower_states.get(state.tower or ''), self.clock())
        if verdict.evidence:
            return evidence_text(
                verdict.evidence, {path: view.value(path) for path in verdict.evidence if path in PATHS}
            )
        key = (policy.id, policy.version)
        if key not in self._paths:
            try:
                self._paths[key] = tuple(sorted(Rule(policy.rule).paths))
            except RuleError:  # from before an upgrade; the reason stands in the row
                self._paths[key] = ()
        return evidence_text({path: view.value(path) for path in self._paths[key]})


class SignalTopic(BaseTopic):
    """Signal history as points ``[at, rsrp, rsrq, sinr, place]``, with the outages of the serving tower.

    ``place`` counts in ``places``: the cell and the tower that the device was on.
    """

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        if self.id not in self.fleet.devices:
            raise NotFound('there is no such device')
        self._points: list[list[float | None]] = []
        self._places: dict[str, int] = {}
        self._outages: list[dict[str, Any]] = []
        self._seen: tuple[float, Radio | None] = (0.0, None)

    async def open(self) -> None:
        """Read the past of the device."""
        now = self.clock()
        enterprise = self.fleet.enterprise.id
        samples = await self.store.samples(enterprise, self.id, now - HISTORY_S, now, MOST_POINTS)
        self._points = [self._point(sample) for sample in samples]
        self._outages = self._outage()

    def full(self) -> dict[str, Any]:
        """All points in reach."""
        if self.id not in self.fleet.devices:  # a device may leave what is to be seen here
            return {'points': [], 'places': [], 'outages': []}
        return {'points': self._points, 'places': list(self._places), 'outages': self._outages}

    def patch(self, news: News) -> dict[str, Any] | None:
        """New points, and the outages when the tower moved."""
        value: dict[str, Any] = {}
        state = self.fleet.state_of(self.id)
        newest = self._points[-1][0] if self._points else None
        moved = self.id in news.of(DeviceState) and state.radio is not None
        if moved and state.radio and state.observed_at and (newest is None or state.observed_at > newest):
            known = len(self._places)
            point = self._point(RadioSample(self.id, state.observed_at, state.radio, state.tower))
            self._points = [*self._points[-MOST_POINTS:], point]
            value['points'] = [point]
            if len(self._places) > known:
                value['places'] = list(self._places)
        if news.of(TowerState):
            outages = self._outage()
            if outages != self._outages:
                self._outages = value['outages'] = outages
        return value or None

    def _point(self, sample: RadioSample) -> list[float | None]:
        radio, tower = sample.radio, self.fleet.towers.get(sample.tower or '')
        place = ' · '.join(part for part in (tower.name if tower else None, radio.cell) if part)
        number = self._places.setdefault(place, len(self._places))
        return [sample.observed_at, radio.rsrp, radio.rsrq, radio.sinr, number]

    def _outage(self) -> list[dict[str, Any]]:
        now = [one for one in self._outages if one['to'] is not None]
        running = [one for one in self._outages if one['to'] is None]
        tower = self.fleet.towers.get(self.fleet.state_of(self.id).tower or '')
        state = self.fleet.tower_state(tower.id) if tower else None
        if tower is not None and state is not None and state.status == 'down':
            return [*now, {'from': state.since, 'to': None, 'name': f'{tower.name} down'}]
        return [*now, *({**one, 'to': self.clock()} for one in running)]


def _told(view: View, state: DeviceState) -> dict[str, Any]:
    """What follows from the facts, as a person would say it."""
    age = (view.group('os') or {}).get('patch_age_days')
    health = (view.group('battery') or {}).get('health')
    up = view.group('uptime_s')
    return {
        'patch_age': f'{age} days old' if age is not None else None,
        'battery_health': f'{health:.0f} % of its capacity left' if health is not None else None,
        # to the minute: the two clocks behind it differ by a little at every check-in
        'up_since': round((state.observed_at - up) / 60) * 60 if up is not None and state.observed_at else None,
    }
