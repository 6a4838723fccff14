"""Acting on violations: idempotent commands behind an interlock, released when the violation ends.

The interlock parks a command (``requested``) while too large a share of the fleet is held already, or while the device sits behind
a dead or maintained tower; :func:`review` moves it on when that has passed.
"""

from dataclasses import replace

from domain.alerting import clear_alert, raise_alert
from domain.alerts import AlarmType, ProbableCause
from domain.commands import Action, Command, CommandState, may_move
from domain.devices import Device, DeviceState
from domain.draft import Draft
from domain.errors import Conflict
from domain.fleet import Fleet
from domain.ids import new_id
from domain.journal import CommandMoved, Subject
from domain.policies import Mode, Policy, Severity
from domain.towers import TowerState, TowerStatus
from domain.violations import Violation

DELIVER_WITHIN_S = 7 * 86_400
"""A command that no check-in has picked up after this long is timed out."""
ANSWER_WITHIN_S = 300
"""A delivered command that the device has not answered after this long is timed out; a later answer still counts."""


def enforce_now(
    draft: Draft, fleet: Fleet, device: Device, state: DeviceState, policy: Policy, violation: Violation
) -> Command | None:
    """Request the policy's action if the policy enforces, the grace is over and nothing was requested for this violation yet."""
    if policy.mode is not Mode.ENFORCE or violation.excused_at is not None or violation.cleared_at is not None:
        return None
    if violation.command is not None or state.quarantined or draft.now < violation.opened_at + policy.grace_s:
        return (
            None  # NOTE: a rejected or timed out command is not repeated by itself; a person decides what happens next
        )
    under_way = next(
        (c for c in draft.commands_of(device.enterprise, device.id) if c.action is Action(policy.action)), None
    )
    if under_way is not None:
        draft.put(replace(violation, command=under_way.id))
        return under_way
    command = request(
        draft,
        fleet,
        device,
        Action(policy.action),
        key=f'{violation.id}/{policy.action}',
        reason=f'breaks {policy.name}',
        by='policy',
        policy=policy.id,
        violation=violation.id,
    )
    draft.put(replace(violation, command=command.id))
    return command


def request(
    draft: Draft,
    fleet: Fleet,
    device: Device,
    action: Action,
    *,
    key: str,
    reason: str,
    by: str,
    policy: str | None = None,
    violation: str | None = None,
) -> Command:
    """The open command of that key, or a new one: queued, or parked by the interlock. The opposite open action is cancelled."""
    for other in draft.commands_of(device.enterprise, device.id):
        if other.key == key:
            return other
        if other.action is not action and other.state is not CommandState.DELIVERED:
            move(draft, device, other, CommandState.CANCELLED, f'{action} was requested instead')
    parked = interlock(draft, fleet, device, action)
    command = Command(
        id=new_id(),
        enterprise=device.enterprise,
        device=device.id,
        action=action,
        key=key,
        state=CommandState.REQUESTED if parked else CommandState.QUEUED,
        requested_at=draft.now,
        moved_at=draft.now,
        expires_at=draft.now + DELIVER_WITHIN_S,
        reason=reason,
        because=parked or 'waits for the next check-in',
        policy=policy,
        violation=violation,
        requested_by=by,
    )
    draft.put(command)
    _journal(draft, device, command, None, by)
    return command


def interlock(draft: Draft, fleet: Fleet, device: Device, action: Action) -> str:
    """Why the command must wait, in plain words; empty when it may go. Releases are never held back."""
    if action is Action.RELEASE:
        return ''
    state = draft.find(DeviceState, device.enterprise, device.id)
    tower = draft.find(TowerState, device.enterprise, state.tower) if state is not None and state.tower else None
    if tower is not None and tower.status in (TowerStatus.DOWN, TowerStatus.MAINTENANCE):
        return f'parked: its serving tower is {tower.status}'
    most = limit(fleet)
    # a group holds devices of several enterprises
    held = len(fleet.held) + sum(1 for id in draft.held if id in fleet.devices and id not in fleet.held)
    if device.id not in fleet.held and held >= most:
        return f'parked: {held} devices are held already, the limit is {most}'
    return ''


def limit(fleet: Fleet) -> int:
    """How many devices policies may hold at once."""
    enterprise = fleet.enterprise
    return max(enterprise.quarantine_least, int(enterprise.quarantine_share * len(fleet.devices)))


def review(draft: Draft, fleet: Fleet, command: Command) -> Command:
    """Move a parked or overdue command on; the same command when there is nothing to do."""
    device = draft.find(Device, command.enterprise, command.device)
    if device is None:
        return command
    if draft.now >= command.expires_at:
        unheard = command.state is not CommandState.DELIVERED
        because = 'the device did not check in to fetch it' if unheard else 'the device did not answer'
        moved = move(draft, device, command, CommandState.TIMED_OUT, because)
        _not_done(draft, device, moved, f'{device.name} did not carry out {command.action}')
        return moved
    if command.state is CommandState.REQUESTED:
        parked = interlock(draft, fleet, device, command.action)
        if not parked:
            return move(draft, device, command, CommandState.QUEUED, 'waits for the next check-in')
        if parked != command.because:
            command = replace(command, because=parked)
            draft.put(command)
    return command


def deliver(draft: Draft, device: Device) -> list[Command]:
    """The commands that go out with the reply to a check-in; repeated until the device answers."""
    delivered = []
    for command in draft.commands_of(device.enterprise, device.id):
        if command.state is CommandState.QUEUED:
            command = move(draft, device, command, CommandState.DELIVERED, 'waits for the answer of the device')
        if command.state is CommandState.DELIVERED:
            delivered.append(command)
    return delivered


def move(draft: Draft, device: Device, command: Command, state: CommandState, because: str, by: str = '') -> Command:
    """Take one step of the lifecycle; ``Conflict`` when there is no such step."""
    if not may_move(command.state, state):
        raise Conflict(f'the command is {command.state} and cannot become {state}')
    delivered = state is CommandState.DELIVERED
    moved = replace(
        command,
        state=state,
        because=because,
        moved_at=draft.now,
        expires_at=draft.now + ANSWER_WITHIN_S if delivered else command.expires_at,
        delivered_at=draft.now if delivered else command.delivered_at,
        deliveries=command.deliveries + delivered,
    )
    draft.put(moved)
    _journal(draft, device, moved, command.state, by)
    return moved


def answered(draft: Draft, fleet: Fleet, device: Device, command: Command, *, confirmed: bool, detail: str) -> Command:
    """The device's word on a command. Repeating the same word is harmless."""
    outcome = CommandState.CONFIRMED if confirmed else CommandState.REJECTED
    if command.state is outcome:
        return command
    moved = move(
        draft, device, command, outcome, detail or ('done' if confirmed else 'refused by the device'), by=device.name
    )
    if not confirmed:
        _not_done(draft, device, moved, f'{device.name} rejected {command.action}')
        return moved
    clear_alert(draft, device.enterprise, _alert_key(device))
    state = draft.find(DeviceState, device.enterprise, device.id) or DeviceState(device.id, device.enterprise)
    draft.put_state(replace(state, quarantined=command.action is Action.QUARANTINE), whole=True)
    return moved


def stand_down(draft: Draft, device: Device, violation: Violation, because: str, *, release: bool) -> None:
    """The violation no longer asks for its action: cancel what is under way, release what was done for it alone."""
    if violation.command is None:
        return
    state = draft.find(DeviceState, device.enterprise, device.id)
    if release and _others_hold(draft, device, state, violation):
        return
    command = draft.find(Command, device.enterprise, violation.command)
    if command is not None and command.state in (CommandState.REQUESTED, CommandState.QUEUED):
        move(draft, device, command, CommandState.CANCELLED, because)
        draft.put(replace(violation, command=None))
        return
    on_the_way = command is not None and command.state is CommandState.DELIVERED
    if not release or not (on_the_way or (state is not None and state.quarantined)):
        return
    request(
        draft,
        draft.fleet(device.enterprise),
        device,
        Action.RELEASE,
        key=f'{violation.id}/release',
        reason=because,
        by='policy',
        policy=violation.policy,
        violation=violation.id,
    )


def _others_hold(draft: Draft, device: Device, state: DeviceState | None, ended: Violation) -> bool:
    for verdict in state.verdicts.values() if state is not None else ():
        if verdict.violation is None or verdict.violation == ended.id:
            continue
        other = draft.find(Violation, device.enterprise, verdict.violation)
        policy = draft.find(Policy, device.enterprise, other.policy) if other is not None else None
        if other is not None and other.cleared_at is None and policy is not None and policy.mode is Mode.ENFORCE:
            # The other violation takes the quarantine over: its end releases the device.
            if other.command is None and ended.command is not None:
                draft.put(replace(other, command=ended.command))
            return True
    return False


def _alert_key(device: Device) -> str:
    return f'enforcement/{device.id}'


def _not_done(draft: Draft, device: Device, command: Command, problem: str) -> None:
    raise_alert(
        draft,
        key=_alert_key(device),
        enterprise=device.enterprise,
        subject=Subject('device', device.id, device.name),
        alarm_type=AlarmType.OPERATIONAL,
        severity=Severity.MINOR,
        cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
        problem=problem,
        detail=command.because,
        devices=1,
    )


def _journal(draft: Draft, device: Device, command: Command, before: CommandState | None, by: str) -> None:
    draft.note(
        CommandMoved(
            at=draft.now,
            enterprise=device.enterprise,
            subject=Subject('device', device.id, device.name),
            by=by,
            command=command.id,
            action=command.action,
            before=before,
            after=command.state,
            because=command.because,
            after_s=draft.now - command.requested_at,
        )
    )
