"""Certificates that checks of towers and messages on channels have seen: when one ends soon, and when nothing shows it any more."""

from domain.changes.transaction import Transaction
from domain.channels.model import Channel
from domain.checks.model import CheckResult
from domain.fleet.fleet import Fleet
from domain.guarding.alerts import CHANNEL_CERTIFICATE, TOWER_CERTIFICATE, on_certificate
from domain.towers.model import Tower


def certificate_seen(tx: Transaction, tower: Tower, result: CheckResult, label: str) -> None:
    """What a check that was answered says of the certificate of its site."""
    if result.ok:
        on_certificate(tx, TOWER_CERTIFICATE, tower, result.certificate_until, label, on=result.check)


def review_certificates(tx: Transaction, fleet: Fleet) -> None:
    """End the alerts of checks and channels that are not there any more; run by the clock."""
    checks = {check.id for tower in fleet[Tower].values() for check in tower.checks} if _any(fleet) else set()
    for on, _ in list(TOWER_CERTIFICATE.all_in(fleet)):
        if on not in checks:
            TOWER_CERTIFICATE.clear_for(tx, fleet.enterprise, on=on)
    for on, _ in list(CHANNEL_CERTIFICATE.all_in(fleet)):
        channel = tx.find(Channel, fleet.enterprise.id, on)
        if channel is None or channel.retired_at is not None or not channel.enabled:
            CHANNEL_CERTIFICATE.clear_for(tx, fleet.enterprise, on=on)


def _any(fleet: Fleet) -> bool:
    return any(True for _ in TOWER_CERTIFICATE.all_in(fleet))
