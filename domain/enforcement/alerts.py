"""The alert of a command that was not carried out."""

from domain.alerts.catalogue import COMMAND_REFUSED
from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.devices.actions import OPPOSITES, Action
from domain.devices.model import Device, DeviceState
from domain.enforcement.model import Command
from domain.policies.alerts import alert_of_policy
from domain.towers.alerts import outage_of
from domain.towers.model import Tower, TowerState
from domain.towers.status import excused

NOT_DONE = AlertRule(
    key='enforcement/{}',
    object='device',
    type=AlarmType.OPERATIONAL,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='{problem}',
    tuned=COMMAND_REFUSED,
)


def clear_command_alerts(tx: Transaction, device: Device, action: Action | None = None) -> None:
    """Nothing is asked of the device any more that it did not do: of that action and its opposite, or nothing at all."""
    for asked in {_asked(device, one) for one in ((action,) if action is not None else Action)}:
        NOT_DONE.clear_for(tx, device, on=asked)


def _asked(device: Device, action: Action) -> str:
    """One alert for an action and its opposite."""
    asked = min(action, OPPOSITES.get(action, action))
    return device.id if asked is Action.QUARANTINE else f'{device.id}/{asked}'


def command_failed(tx: Transaction, device: Device, command: Command, problem: str) -> None:
    """Call a person: the device did not do what it was told. Behind a tower that is out this is a part of the tower's outage, and else of
    the alert of the policy that ordered it."""
    on, state = _asked(device, command.action), tx.find(DeviceState, device.enterprise, device.id)
    is_behind = state is not None and excused(
        tx.find(Tower, device.enterprise, state.tower or ''),
        tx.find(TowerState, device.enterprise, state.tower or ''),
        state.observed_at,
    )
    outage = outage_of(tx, device.enterprise, state.tower) if state is not None and is_behind else None
    NOT_DONE.raise_for(
        tx,
        device,
        on=on,
        severity=Severity.MINOR,
        problem=problem,
        detail=command.because,
        devices=1,
        under=outage or alert_of_policy(tx, device.enterprise, command.policy),
    )
