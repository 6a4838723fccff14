"""Certificates that this console holds or meets by itself: that of its own address, asked for as a browser would be given it, those of the
identity providers, those of the authorities that it trusts, and those that devices have shown."""

import asyncio
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from domain.access.enterprises import Enterprise
from domain.application import Application
from domain.changes.transaction import Transaction
from domain.devices.certificates import mark_ending, tell_ending
from domain.guarding.alerts import (
    AUTHORITY_CERTIFICATE,
    PROVIDER_CERTIFICATE,
    Met,
    certificates_met,
    own_certificate,
)
from jobs.polling.tls import ends_at, lenient

WITHIN_S = 15.0
MOST_AUTHORITIES = 50
"""Of a file that may be a copy of all authorities there are: those that end first."""
log = structlog.get_logger(__name__)


class OwnCertificate:
    """Looks at them now and then; nothing is said of one that cannot be reached from here, which other alerts are for.

    ``issuers`` are the addresses of identity providers by their labels, ``authorities`` is the file of those that are trusted.
    """

    def __init__(
        self, application: Application, *, issuers: Mapping[str, str] | None = None, authorities: Path | None = None
    ) -> None:
        self._application = application
        self._issuers = issuers or {}
        self._authorities = authorities
        self._met: dict[str, Met] = {}

    async def look(self) -> None:
        """Tell every enterprise when one ends soon."""
        for label, issuer in self._issuers.items():
            url = urlsplit(issuer)
            if (until := await _seen_at(url)) is not None:
                self._met[url.hostname or ''] = until, f'the identity provider {label}, {url.hostname}'
        held = await asyncio.to_thread(_held, self._authorities) if self._authorities is not None else {}
        url = urlsplit(self._application.telling.base)
        own = await _seen_at(url)
        transactor = self._application.transactor
        for owner in [fleet.enterprise for fleet in transactor.fleets]:

            def decide(tx: Transaction, owner: Enterprise = owner) -> None:
                if own is not None:
                    own_certificate(tx, owner, own, url.hostname or '')
                certificates_met(tx, owner, PROVIDER_CERTIFICATE, self._met)
                certificates_met(tx, owner, AUTHORITY_CERTIFICATE, held)

            await transactor.transact(decide, owner.id)
            while await transactor.transact(partial(mark_ending, enterprise=owner.id), owner.id):
                pass
            await transactor.transact(partial(tell_ending, owner=owner), owner.id)


async def _seen_at(url: SplitResult) -> float | None:
    """When the certificate ends that an address shows; ``None`` for one without TLS, or that does not answer."""
    if url.scheme != 'https' or not url.hostname:
        return None
    try:
        async with asyncio.timeout(WITHIN_S):
            return await _seen(url.hostname, url.port or 443)
    except (OSError, ValueError) as trouble:
        log.info('certificate_not_seen', host=url.hostname, error=str(trouble) or type(trouble).__name__)
        return None


def _held(file: Path) -> dict[str, Met]:
    """The authorities of a PEM file, by a part of their fingerprint."""
    try:
        found = x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as trouble:
        log.warning('authorities_not_read', file=str(file), error=str(trouble))
        return {}
    found.sort(key=lambda one: one.not_valid_after_utc)
    return {
        sha256(one.public_bytes(Encoding.DER)).hexdigest()[:32]: (
            one.not_valid_after_utc.timestamp(),
            f'the trusted authority {one.subject.rfc4514_string()[:200]}',
        )
        for one in found[:MOST_AUTHORITIES]
    }


async def _seen(host: str, port: int) -> float | None:
    _, writer = await asyncio.open_connection(host, port, ssl=lenient(), server_hostname=host, ssl_shutdown_timeout=0.1)
    try:
        return ends_at(bytes(writer.get_extra_info('ssl_object').getpeercert(binary_form=True) or b''))
    finally:
        writer.transport.abort()
