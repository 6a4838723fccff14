"""The alert of a contested enrolment."""

from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.raising import clear_alert, raise_alert
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.devices.model import Device
from domain.journal.model import Subject


def on_contested_enrolment(tx: Transaction, device: Device, address: str) -> None:
    """Somebody asks to enrol as a device that is in use: a reset one that is back quickly, or not the device at all."""
    raise_alert(
        tx,
        key=f'contested/{device.id}',
        enterprise=device.enterprise,
        subject=Subject('device', device.id, device.name),
        alarm_type=AlarmType.SECURITY,
        severity=Severity.MAJOR,
        cause=ProbableCause.UNAUTHORIZED_ACCESS_ATTEMPT,
        problem='Somebody asks to enrol as a device in use',
        detail=f'from {address}; it waits for approval' if address else 'it waits for approval',
        devices=1,
        score=0.5,
        witnesses=(device.id,),
    )


def no_longer_contested(tx: Transaction, device: Device) -> None:
    """People have decided whose the device's place is: what was suspected of its credential is over."""
    for suspicion in ('copied', 'contested'):
        clear_alert(tx, device.enterprise, f'{suspicion}/{device.id}')
