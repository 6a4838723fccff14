"""The alerts of an enrolment: for the place of a device in use, and with numbers that contradict each other."""

from collections.abc import Sequence

from domain.alerts.catalogue import CONTESTED_ENROLMENT
from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.rule import AlertRule
from domain.cellular.identifiers import KEYS, WORDS
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.devices.alerts import no_longer_copied
from domain.devices.model import Device
from domain.devices.modem_changes import no_longer_contradicting, on_contradiction
from domain.enrolment.events import IdentityClaimed

CONTESTED = AlertRule(
    key='contested/{}',
    object='device',
    type=AlarmType.SECURITY,
    cause=ProbableCause.UNAUTHORIZED_ACCESS_ATTEMPT,
    problem='Request to enrol as a device in use',
    tuned=CONTESTED_ENROLMENT,
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


def on_claim(tx: Transaction, device: Device, rivals: Sequence[Device], address: str) -> None:
    """A machine that waits as ``device`` shows numbers of these devices, and they contradict each other: told in the history of each."""
    on_contradiction(tx, device, device.identifiers, rivals)
    for rival in rivals:
        shared = [
            WORDS[name]
            for name in KEYS
            if (value := device.identifiers.key(name)) is not None and rival.identifiers.key(name) == value
        ]
        about = {'numbers': ' and '.join(shared), 'other': device.id, 'other_name': device.name}
        tx.note(IdentityClaimed(**tx.about(rival), address=address[:64], **about))


def no_longer_contested(tx: Transaction, device: Device) -> None:
    """People have decided whose the device's place is: what was suspected of its credential is over."""
    no_longer_copied(tx, device)
    CONTESTED.clear_for(tx, device)
    no_longer_contradicting(tx, device)
