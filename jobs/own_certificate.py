"""The certificate of the address under which this console is reached, asked for as a browser would be given it."""

import asyncio
from urllib.parse import urlsplit

import structlog

from domain.application import Application
from domain.guarding.alerts import own_certificate
from jobs.polling.tls import ends_at, lenient

WITHIN_S = 15.0
log = structlog.get_logger(__name__)


class OwnCertificate:
    """Looks at it now and then; nothing is said while it cannot be reached from here, which other alerts are for."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def look(self) -> None:
        """Tell every enterprise when it ends soon."""
        url = urlsplit(self._application.telling.base)
        if url.scheme != 'https' or not url.hostname:
            return
        try:
            async with asyncio.timeout(WITHIN_S):
                until = await _seen(url.hostname, url.port or 443)
        except (OSError, ValueError) as trouble:
            log.info('own_certificate_not_seen', host=url.hostname, error=str(trouble) or type(trouble).__name__)
            return
        transactor = self._application.transactor
        for fleet in transactor.fleets:
            owner, host = fleet.enterprise, url.hostname
            await transactor.transact(
                lambda tx, owner=owner, host=host: own_certificate(tx, owner, until, host),  # type: ignore[misc]
                owner.id,
            )


async def _seen(host: str, port: int) -> float | None:
    _, writer = await asyncio.open_connection(host, port, ssl=lenient(), server_hostname=host, ssl_shutdown_timeout=0.1)
    try:
        return ends_at(bytes(writer.get_extra_info('ssl_object').getpeercert(binary_form=True) or b''))
    finally:
        writer.transport.abort()
