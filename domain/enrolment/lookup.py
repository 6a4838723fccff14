"""Credentials of devices, as they will be after what was decided so far."""

from domain.changes.transaction import Transaction
from domain.enrolment.live import Credentials
from domain.enrolment.model import Credential


def credential_of(tx: Transaction, enterprise: str, device: str) -> Credential | None:
    """The device's credential, open or waiting for approval; ``None`` when there is none or it was revoked."""
    pending: Credential | None = tx.rows(Credential).get(device)
    found = pending or tx.fleets.index(Credentials).of(device)
    return found if found is not None and found.enterprise == enterprise and found.revoked_at is None else None
