"""Client certificates that devices show at contact: when each ends, and one alert for all that end soon."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from heapq import nsmallest

from domain.access.enterprises import Enterprise
from domain.alerts.catalogue import CERTIFICATE_ENDS
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.devices.model import Device, Reporting
from domain.guarding.alerts import DAY_S, DEVICE_CERTIFICATES

MOST_MARKED = 500
"""Devices that are marked in one transaction."""
MOST_NAMED = 3


def certificate_shown(tx: Transaction, enterprise: str, device_id: str, until: float | None) -> None:
    """The certificate that the device has just shown ends then (epoch seconds); ``None``: it showed none, or one that tells no end."""
    device = tx.find(Device, enterprise, device_id)
    if device is None or device.retired_at is not None:
        return
    known = tx.find(Reporting, enterprise, device_id) or Reporting(device_id, enterprise)
    ends = until is not None and until - tx.now <= _soon_s(tx, enterprise)
    after = replace(known, certificate_until=until, certificate_ends=ends)
    if after != known:
        tx.put(after)


def mark_ending(tx: Transaction, enterprise: str) -> bool:
    """Mark devices whose certificates have come to end soon, and those whose have not any more since the rule was set; true when there may
    be more of them."""
    soon = tx.now + _soon_s(tx, enterprise)
    wrong = [
        row
        for row in tx.fleet(enterprise)[Reporting].values()
        if row.certificate_ends is not (row.certificate_until is not None and row.certificate_until <= soon)
    ]
    for row in wrong[:MOST_MARKED]:
        tx.put(replace(row, certificate_ends=not row.certificate_ends))
    return len(wrong) > MOST_MARKED


def tell_ending(tx: Transaction, owner: Enterprise) -> None:
    """One alert for the certificates of all devices that are marked; none without any."""
    fleet = tx.fleet(owner.id)
    ending = [row for row in fleet[Reporting].values() if row.certificate_ends and row.id in fleet[Device]]
    if not ending:
        DEVICE_CERTIFICATES.clear_for(tx, owner)
        return
    first = nsmallest(MOST_NAMED, ending, key=_until)
    named = ', '.join(f'{fleet[Device][row.id].name} on {_day(_until(row))}' for row in first)
    more = f' and {len(ending) - len(first):,} more' if len(ending) > len(first) else ''
    over = sum(_until(row) <= tx.now for row in ending)
    ended = f'; {over:,} of them {"has" if over == 1 else "have"} ended' if over else ''
    tuning = CERTIFICATE_ENDS.of(tx, owner.id)
    is_urgent = _until(first[0]) - tx.now <= CERTIFICATE_ENDS.limit(tuning, 'urgent_days') * DAY_S
    count = len(ending)
    one = f'The client certificate of {fleet[Device][first[0].id].name} ends'
    DEVICE_CERTIFICATES.raise_for(
        tx,
        owner,
        severity=Severity.MAJOR if is_urgent else Severity.WARNING,
        detail=f'{named}{more}{ended}',
        devices=count,
        certificates=one if count == 1 else f'Client certificates of {count:,} devices end',
        days=f'{CERTIFICATE_ENDS.limit(tuning, "days"):g}',
    )


def count_ending(rows: Iterable[Reporting]) -> tuple[int, int, float | None]:
    """How many devices showed a certificate that tells its end, how many of those end soon, and when the first of all does."""
    shown = ending = 0
    first: float | None = None
    for row in rows:
        if row.certificate_until is not None:
            shown += 1
            ending += row.certificate_ends
            first = row.certificate_until if first is None else min(first, row.certificate_until)
    return shown, ending, first


def _soon_s(tx: Transaction, enterprise: str) -> float:
    return CERTIFICATE_ENDS.limit(CERTIFICATE_ENDS.of(tx, enterprise), 'days') * DAY_S


def _until(row: Reporting) -> float:
    return row.certificate_until or 0.0


def _day(at: float) -> str:
    return f'{datetime.fromtimestamp(at, UTC):%Y-%m-%d}'
