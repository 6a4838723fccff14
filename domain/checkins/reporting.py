"""What is kept of how a device reports: that it was in contact, and the newest values that its check-ins could not be taken with."""

from dataclasses import replace

from domain.cellular.identifiers import KEYS
from domain.changes.transaction import Transaction
from domain.common.errors import DomainError
from domain.common.reading import OddValue
from domain.devices.model import Device, DeviceState
from domain.devices.modem_changes import with_numbers
from domain.devices.odd_values import AGAIN_S, keep_odd, note_odd, reporting_of
from domain.devices.presence import presence
from domain.devices.presence_watch import note_presence
from domain.devices.sim_changes import with_sim


def take_refused(tx: Transaction, enterprise: str, device_id: str, refusal: DomainError) -> None:
    """A check-in was refused as a whole: the device was in contact all the same, and why is kept."""
    device = tx.find(Device, enterprise, device_id)
    if device is None or device.retired_at is not None:
        return
    keep_odd(tx, reporting_of(tx, device), (OddValue(refusal.field or '', refusal.detail),), refused=True)
    before = tx.find(DeviceState, enterprise, device_id) or DeviceState(device_id, enterprise)
    note_contact(tx, device, before, tx.now)


def with_told(
    tx: Transaction, device: Device, told: dict[str, str | None], at: float, odd: tuple[OddValue, ...]
) -> tuple[Device, tuple[OddValue, ...]]:
    """The device after it told of its SIM and its machine, and what was left out of the whole check-in."""
    sim = {name: value for name, value in told.items() if name not in KEYS}
    if sim:
        device = with_sim(tx, device, sim, at)
    if len(sim) == len(told):
        return device, odd
    device, wrong = with_numbers(tx, device, {name: value for name, value in told.items() if name in KEYS})
    if not wrong:
        return device, odd
    odd = (*odd, *wrong)
    note_odd(tx, device, odd)
    return device, odd


def note_contact(tx: Transaction, device: Device, before: DeviceState, at: float) -> None:
    """The device was heard at that moment, whatever it said: it is there, and nothing else about it moves."""
    last_seen = at if before.last_seen is None or at > before.last_seen else before.last_seen
    here = presence(tx.now - last_seen, device.interval_s)
    since = before.presence_since if here is before.presence else tx.now
    after = replace(before, received_at=tx.now, last_seen=last_seen, presence=here, presence_since=since)
    tx.put_parts(after, whole=False)
    if here is not before.presence:
        note_presence(tx, device, before, after)


def note_run(tx: Transaction, device: Device, boot_id: str | None, high: int = 0) -> None:
    """The run that the device is in by its own word, and the highest number of those before it."""
    before = reporting_of(tx, device)
    tx.put(replace(before, boot_id=boot_id or before.boot_id, run_high=max(before.run_high, high)))


def note_radio(tx: Transaction, device: Device, before: DeviceState, at: float, told: bool) -> None:
    """Whether a check-in ``told`` its radio. Left out, the newest observation of the radio is that of the check-in before.

    Only what may be compared with the next cell is kept, and it is forgotten at most once in :data:`AGAIN_S`.
    """
    known = reporting_of(tx, device)
    if told:
        if known.radio_at is not None and at - known.radio_at > AGAIN_S:
            tx.put(replace(known, radio_at=None))
    elif known.radio_at is None and before.tower is not None:
        tx.put(replace(known, radio_at=before.observed_at))
