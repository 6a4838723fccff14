"""Credentials of devices, as they will be after what was decided so far, and the tokens by which they come."""

from domain.changes.transaction import Transaction
from domain.common.errors import Conflict, NotSignedIn
from domain.devices.model import Device
from domain.enrolment.live import Credentials
from domain.enrolment.model import Credential
from domain.tokens.model import Token, TokenKind, TokenState


def credential_of(tx: Transaction, enterprise: str, device: str) -> Credential | None:
    """The device's credential, open or waiting for approval; ``None`` when there is none or it was revoked."""
    pending: Credential | None = tx.rows(Credential).get(device)
    found = pending or tx.fleets.index(Credentials).of(device)
    return found if found is not None and found.enterprise == enterprise and found.revoked_at is None else None


def need_waiting(tx: Transaction, enterprise: str, device_id: str) -> tuple[Device, Credential]:
    """A device that waits for approval, with what it would come in by; ``Conflict`` when it does not wait."""
    device = tx.need(Device, enterprise, device_id)
    credential = credential_of(tx, enterprise, device_id)
    if credential is None or credential.approved:
        raise Conflict(f'{device.name} does not wait for approval any more')
    return device, credential


def usable(token: Token | None, moment: float) -> Token:
    """The token, if it lets devices in at that moment; else ``NotSignedIn``, with why not."""
    if token is None or token.kind is not TokenKind.ENROLMENT or token.revoked_at is not None:
        raise NotSignedIn('this enrolment token is not known')
    match token.state(moment):
        case TokenState.EXPIRED:
            raise NotSignedIn('this enrolment token has expired; make a new one')
        case TokenState.USED_UP:
            raise NotSignedIn('this enrolment token is used up; make a new one')
    return token
