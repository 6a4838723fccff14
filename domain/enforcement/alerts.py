"""The alert of a command that was not carried out."""

from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.raising import clear_alert, raise_alert
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.devices.actions import OPPOSITES, Action
from domain.devices.model import Device
from domain.enforcement.model import Command
from domain.journal.model import Subject


def clear_command_alerts(tx: Transaction, device: Device, action: Action | None = None) -> None:
    """Nothing is asked of the device any more that it did not do: of that action and its opposite, or nothing at all."""
    for key in {_alert_key(device, one) for one in ((action,) if action is not None else Action)}:
        clear_alert(tx, device.enterprise, key)


def _alert_key(device: Device, action: Action) -> str:
    """One alert for an action and its opposite."""
    asked = min(action, OPPOSITES.get(action, action))
    return f'enforcement/{device.id}' + ('' if asked is Action.QUARANTINE else f'/{asked}')


def command_failed(tx: Transaction, device: Device, command: Command, problem: str) -> None:
    """Call a person: the device did not do what it was told."""
    raise_alert(
        tx,
        key=_alert_key(device, command.action),
        enterprise=device.enterprise,
        subject=Subject('device', device.id, device.name),
        alarm_type=AlarmType.OPERATIONAL,
        severity=Severity.MINOR,
        cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
        problem=problem,
        detail=command.because,
        devices=1,
    )
