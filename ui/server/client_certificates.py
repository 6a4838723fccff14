"""Client certificates of devices, as a trusted proxy tells of them (mutual TLS ends at the proxy).

The header is believed only on a connection that the proxy itself made. Three spellings are read: a hex SHA-256 fingerprint, the
certificate as a byte sequence (``Client-Cert``, RFC 9440), and the percent-encoded PEM of nginx (``$ssl_client_escaped_cert``).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote

from cryptography import x509
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.limits import LATEST
from ui.server.whole import Asked, Take

CERTIFICATE = 'cellwarden.certificate'
"""Where in the scope the hex SHA-256 fingerprint of the client certificate stands, if one was shown."""
CERTIFICATE_UNTIL = 'cellwarden.certificate.until'
"""Where in the scope stands when that certificate ends (epoch seconds), if the header has the certificate itself."""
_MOST_REMEMBERED = 1024
_HEX = re.compile(r'[0-9a-f]{64}')
_PEM = re.compile(r'-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*')


def fingerprint(header: str) -> str:
    """The hex SHA-256 of the certificate that the header tells of; empty for what tells of none."""
    return told(header)[0]


@lru_cache(maxsize=_MOST_REMEMBERED)
def told(header: str) -> tuple[str, float | None]:
    """The fingerprint, and when the certificate ends (epoch seconds) where the header has more than the fingerprint."""
    text = header.strip()
    plain = text.replace(':', '').lower()
    if _HEX.fullmatch(plain):
        return plain, None
    if text.startswith(':') and text.endswith(':'):
        return _read(text[1:-1])
    pem = _PEM.fullmatch(unquote(text).strip() + '\n')
    return _read(''.join(pem[1].split())) if pem else ('', None)


def _read(encoded: str) -> tuple[str, float | None]:
    try:
        der = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return '', None
    return (hashlib.sha256(der).hexdigest(), _until(der)) if der else ('', None)


def _until(der: bytes) -> float | None:
    """What the proxy let through need not be a certificate of X.509."""
    try:
        return min(max(x509.load_der_x509_certificate(der).not_valid_after_utc.timestamp(), 0.0), LATEST)
    except (ValueError, OverflowError):
        return None


class ClientCertificates:
    """Puts the fingerprint into the scope of what comes from the proxy. It has to stand before anything that changes ``client``."""

    def __init__(self, app: ASGIApp, *, header: str, trusted: Callable[[str], bool]) -> None:
        self._app = app
        self._header = header.lower().encode('latin-1')
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look, and pass on."""
        self._look(scope)
        await self._app(scope, receive, send)

    def before(self, take: Take) -> Take:
        """The same for what takes requests as a whole."""

        def look_and_take(asked: Asked, body: bytes) -> None:
            self._look(asked.scope)
            take(asked, body)

        return look_and_take

    def _look(self, scope: Scope) -> None:
        """Look at the header, if the peer of the connection is the proxy."""
        peer = scope.get('client')
        if peer is not None and self._trusted(peer[0]):
            shown = [value for name, value in scope['headers'] if name == self._header]
            if len(shown) == 1:  # two of them: one is not the proxy's
                scope[CERTIFICATE], scope[CERTIFICATE_UNTIL] = told(shown[0].decode('latin-1'))
