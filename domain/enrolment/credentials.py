"""The door for devices: whom a credential opens, and when a rotation is over. Asked before every check-in."""

from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import AwaitsApproval, NotSignedIn
from domain.common.secrets import digest
from domain.devices.model import Device
from domain.enrolment.lookup import credential_of
from domain.enrolment.model import Credential
from domain.fleet.fleet import Fleet


def device_behind(transactor: Transactor, secret: str, fingerprint: str = '') -> tuple[Fleet, Device]:
    """The device behind a credential and its fleet; ``NotSignedIn``, or ``AwaitsApproval`` while nobody has approved it.

    ``fingerprint`` is that of the client certificate it showed to a trusted proxy (hex SHA-256), empty for none.
    """
    fleets = transactor.fleets
    shown = digest(secret)
    known = fleets.device_by_credential(shown)
    if known is None:
        raise NotSignedIn('this device credential is not known; enrol the device again')
    if fleets.pinned and (pinned := fleets.pinned.get(known.id)) is not None and pinned != fingerprint:
        raise NotSignedIn('this device credential goes with a client certificate that was not shown')
    fleet = fleets.of(known.enterprise)
    if fleet.waiting and (waiting := fleet.waiting.get(known.id)) is not None and shown == waiting.digest:
        raise AwaitsApproval('this device has enrolled; somebody has to approve it before it is let in')
    if fleets.rotating and (rotating := fleets.rotating.get(known.id)) is not None and shown == rotating.digest:
        _end_former(transactor, rotating)
    return fleet, known


def _end_former(transactor: Transactor, credential: Credential) -> None:
    """The new secret was used, so its answer arrived: the one before opens no longer."""

    def decide(tx: Transaction) -> None:
        if credential_of(tx, credential.enterprise, credential.id) == credential:
            tx.put(replace(credential, previous=None))

    transactor.post(decide, credential.enterprise)
