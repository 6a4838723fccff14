"""Client certificates of devices, as a trusted proxy tells of them (mutual TLS ends at the proxy).

The header is believed only on a connection that the proxy itself made. Three spellings are read: a hex SHA-256 fingerprint, the
certificate as a byte sequence (``Client-Cert``, RFC 9440), and the percent-encoded PEM of nginx (``$ssl_client_escaped_cert``).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.server.whole import Asked, Take

CERTIFICATE = 'cellwarden.certificate'
"""Where in the scope the hex SHA-256 fingerprint of the client certificate stands, if one was shown."""
_HEX = re.compile(r'[0-9a-f]{64}')
_PEM = re.compile(r'-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*')


def fingerprint(header: str) -> str:
    """The hex SHA-256 of the certificate that the header tells of; empty for what tells of none."""
    text = header.strip()
    plain = text.replace(':', '').lower()
    if _HEX.fullmatch(plain):
        return plain
    if text.startswith(':') and text.endswith(':'):
        return _digest(text[1:-1])
    pem = _PEM.fullmatch(unquote(text).strip() + '\n')
    return _digest(''.join(pem[1].split())) if pem else ''


def _digest(encoded: str) -> str:
    try:
        der = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return ''
    return hashlib.sha256(der).hexdigest() if der else ''


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
                scope[CERTIFICATE] = fingerprint(shown[0].decode('latin-1'))
