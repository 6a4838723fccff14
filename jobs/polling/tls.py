"""TLS as a check speaks it: believing what an authority vouches for first, then whatever a device can do, and saying what is wrong."""

import hashlib
import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from domain.common import tls_words

_LEGACY_RENEGOTIATION = 0x4
"""SSL_OP_LEGACY_SERVER_CONNECT of OpenSSL, which the ssl module names from Python 3.12 on."""


def strict(authorities: Path | None) -> ssl.SSLContext:
    """Certificates are verified, by the system's authorities and those in the PEM file; TLS is 1.2 or newer."""
    context = ssl.create_default_context()
    if authorities is not None:
        context.load_verify_locations(authorities)
    return context


def lenient() -> ssl.SSLContext:
    """Whatever the other side can do: nothing is believed, nothing is sent but a question for a public page."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # nosec B502 - what it finds is degraded, or compared with a fingerprint
    context.set_ciphers('ALL:@SECLEVEL=0')
    context.options |= _LEGACY_RENEGOTIATION
    # the setter warns of old versions, and which ones it knows depends on how OpenSSL was built
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    return context


def certificate_words(error: ssl.SSLCertVerificationError) -> str:
    """Why a certificate was refused."""
    return tls_words.certificate_words(error.verify_code, error.verify_message)


def seen_words(error: ssl.SSLCertVerificationError, certificate: bytes) -> str:
    """The same with what the certificate says: until when it was valid, and the fingerprint by which it can be trusted alone."""
    until = f' {_end(certificate):%Y-%m-%d}' if error.verify_code == tls_words.EXPIRED else ''
    return f'{certificate_words(error)}{until}{shown_words(certificate)}'


def shown_words(certificate: bytes) -> str:
    """The fingerprint in brackets. A side that shows no certificate, as anonymous ciphers allow, has none that can be trusted."""
    return f' (SHA-256 {fingerprint(certificate)})' if certificate else ' (it shows no certificate)'


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of the whole certificate (DER), as browsers show it: 64 hexadecimal digits."""
    return hashlib.sha256(certificate).hexdigest()


def ends_at(certificate: bytes) -> float | None:
    """When it ends, in epoch seconds; ``None`` for one that cannot be read."""
    try:
        return x509.load_der_x509_certificate(certificate).not_valid_after_utc.timestamp()
    except ValueError:
        return None


def _end(certificate: bytes) -> datetime:
    try:
        return x509.load_der_x509_certificate(certificate).not_valid_after_utc
    except ValueError:  # too odd to be read, and yet it expired
        return datetime.fromtimestamp(0, UTC)
