"""Why no TLS came about, in words that a person reads at night: of the numbers and reasons of OpenSSL."""

# X509_V_ERR_* of OpenSSL
_CERTIFICATE = {
    9: 'certificate not valid yet',
    10: 'certificate expired',
    18: 'certificate is self-signed',
    19: 'certificate of an unknown authority',
    20: 'certificate of an unknown authority',
    21: 'certificate of an unknown authority',
    23: 'certificate revoked',
    62: 'certificate is for another host',
    64: 'certificate is for another host',
}
EXPIRED = 10
_OLD_TLS = ('UNSUPPORTED_PROTOCOL', 'TLSV1_ALERT_PROTOCOL_VERSION', 'VERSION_TOO_LOW')
_NO_TLS = ('WRONG_VERSION_NUMBER', 'HTTP_REQUEST', 'RECORD_LAYER_FAILURE')
_REASONS = {
    'SSLV3_ALERT_HANDSHAKE_FAILURE': 'TLS: the other side takes no cipher that is still safe',
    'TLSV13_ALERT_CERTIFICATE_REQUIRED': 'TLS: the other side asks for a client certificate',
    'TLSV1_UNRECOGNIZED_NAME': 'TLS: the other side does not know this host name',
}


def certificate_words(code: int, message: str) -> str:
    """Why a certificate was refused: by OpenSSL's ``verify_code``, else by its message."""
    return _CERTIFICATE.get(code) or f'certificate refused: {message}'


def handshake_words(reason: str) -> str:
    """Why a handshake failed, by OpenSSL's reason, such as ``DH_KEY_TOO_SMALL``."""
    if any(old in reason for old in _OLD_TLS):
        return 'TLS too old: 1.2 or newer is needed'
    if reason in _NO_TLS:
        return 'no TLS on this port'
    if reason in _REASONS:
        return _REASONS[reason]
    return f'TLS: {reason.replace("_", " ").lower()}' if reason else 'TLS handshake failed'
