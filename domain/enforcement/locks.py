"""The locks that commands leave on devices."""

from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.devices.actions import Action
from domain.devices.model import Device
from domain.enforcement.model import Lock


def note_lock(tx: Transaction, device: Device, action: Action) -> None:
    """Keep what the device has confirmed of lock, unlock and wipe."""
    before = tx.find(Lock, device.enterprise, device.id) or Lock(device.id, device.enterprise)
    locked_at = before.locked_at if before.ended_at is None else None
    wiped_at = before.wiped_at if before.ended_at is None else None
    if action is Action.WIPE:
        wiped_at = tx.now
    else:
        locked_at = tx.now if action is Action.LOCK else None
    ended_at = None if locked_at or wiped_at else tx.now
    tx.put(Lock(device.id, device.enterprise, locked_at, wiped_at, ended_at))


def end_lock(tx: Transaction, device: Device) -> None:
    """Nothing of a lock or wipe stands any more: the device came back anew, or was taken out."""
    lock = tx.find(Lock, device.enterprise, device.id)
    if lock is not None and lock.ended_at is None:
        tx.put(replace(lock, ended_at=tx.now))
