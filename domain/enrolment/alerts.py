"""The alert of a contested enrolment."""

from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.devices.alerts import no_longer_copied
from domain.devices.model import Device

CONTESTED = AlertRule(
    key='contested/{}',
    object='device',
    type=AlarmType.SECURITY,
    cause=ProbableCause.UNAUTHORIZED_ACCESS_ATTEMPT,
    problem='Request to enrol as a device in use',
)


def on_contested_enrolment(tx: Transaction, device: Device, address: str) -> None:
    """A newcomer asks to enrol as a device that is in use: a reset one that is back quickly, or not the device at all."""
    CONTESTED.raise_for(
        tx,
        device,
        severity=Severity.MAJOR,
        detail=f'from {address}; it waits for approval' if address else 'it waits for approval',
        devices=1,
        score=0.5,
        witnesses=(device.id,),
    )


def no_longer_contested(tx: Transaction, device: Device) -> None:
    """People have decided whose the device's place is: what was suspected of its credential is over."""
    no_longer_copied(tx, device)
    CONTESTED.clear_for(tx, device)
