"""Authentication of devices: which device a credential is of, and when a rotation is over. Asked before every check-in."""

from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import AwaitsApproval, NotSignedIn
from domain.common.secrets import digest
from domain.devices.model import Device
from domain.enrolment.live import Credentials, Waiting
from domain.enrolment.lookup import credential_of
from domain.enrolment.model import Credential
from domain.fleet.fleet import Fleet


def device_behind(transactor: Transactor, secret: str, fingerprint: str = '') -> tuple[Fleet, Device]:
    """The device behind a credential and its fleet; ``NotSignedIn``, or ``AwaitsApproval`` while it is not approved.

    ``fingerprint`` is that of the client certificate it showed to a trusted proxy (hex SHA-256), empty for none.
    """
    fleets = transactor.fleets
    shown = digest(secret)
    credentials = fleets.index(Credentials)
    known = credentials.device(shown)
    if known is None:
        raise NotSignedIn('this device credential is not known; enrol the device again')
    if credentials.pinned and credentials.pinned.get(known.id, fingerprint) != fingerprint:
        raise NotSignedIn('this device credential goes with a client certificate that was not shown')
    fleet = fleets.of(known.enterprise)
    unapproved = fleet.index(Waiting).credentials
    if unapproved and (waiting := unapproved.get(known.id)) is not None and shown == waiting.digest:
        raise AwaitsApproval('this device has enrolled; a person has to approve it before it is let in')
    rotating = credentials.rotating.get(known.id) if credentials.rotating else None
    if rotating is not None and shown == rotating.digest:
        _end_former(transactor, rotating)
    return fleet, known


def _end_former(transactor: Transactor, credential: Credential) -> None:
    """The new secret was used, so its answer arrived: the one before opens no longer."""

    def decide(tx: Transaction) -> None:
        if credential_of(tx, credential.enterprise, credential.id) == credential:
            tx.put(replace(credential, previous=None))

    transactor.post(decide, credential.enterprise)
