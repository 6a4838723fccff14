"""What went wrong with a check, in words a person reads at night."""

import errno
import os
import socket
import ssl

from jobs.polling.addresses import Refused
from jobs.polling.probe import Symptom

OURS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL})
"""Errors that say something about this machine and nothing about the tower."""

_ERRNO = {
    errno.ECONNREFUSED: 'refused',
    errno.ECONNRESET: 'connection reset',
    errno.EPIPE: 'connection reset',
    errno.EHOSTUNREACH: 'no route to host',
    errno.ENETUNREACH: 'network unreachable',
    errno.ETIMEDOUT: 'no answer to the connection',
}
_NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ETIMEDOUT, errno.EACCES, errno.EPERM})
"""There is no route, an interface is down, nothing comes back, or a firewall of this machine is in the way."""
_OLD_TLS = ('UNSUPPORTED_PROTOCOL', 'TLSV1_ALERT_PROTOCOL_VERSION', 'VERSION_TOO_LOW')


class OurFault(Exception):
    """The check could not be made for want of something on this machine; it says nothing about the tower."""


class Wrong(Exception):
    """What came is not the right answer; the text says why, as a person reads it."""


def words(error: Exception) -> str:
    """What went wrong, short. Raises ``OurFault`` for what is not the tower's."""
    if isinstance(error, Wrong | Refused):
        return str(error)
    if isinstance(error, ssl.SSLError):
        return tls_words(error)
    if isinstance(error, socket.gaierror):
        return 'name lookup failed' if error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL) else 'name not known'
    if isinstance(error, OSError):
        if error.errno in OURS:
            raise OurFault(os.strerror(error.errno)) from error
        if isinstance(error, ConnectionResetError):
            return 'connection reset'  # in a TLS handshake asyncio says so without a number
        return _ERRNO.get(error.errno or 0) or (error.strerror or str(error) or type(error).__name__).lower()
    return str(error) or type(error).__name__


def symptom_of(error: Exception) -> Symptom | None:
    """What an error may mean of our own side; ``None`` for one that only the other side can be the reason of."""
    if isinstance(error, Refused | Wrong | ssl.SSLError):
        return None
    if isinstance(error, socket.gaierror):
        return Symptom.NO_NAME
    if isinstance(error, TimeoutError) or (isinstance(error, OSError) and error.errno in _NO_WAY):
        return Symptom.NO_WAY
    return None


def tls_words(error: OSError) -> str:
    """Why no TLS came about."""
    reason = str(getattr(error, 'reason', '') or '')
    if any(old in reason for old in _OLD_TLS):
        return 'TLS too old: 1.2 or newer is needed'
    if reason in ('WRONG_VERSION_NUMBER', 'HTTP_REQUEST', 'RECORD_LAYER_FAILURE'):
        return 'no TLS on this port'
    return f'TLS: {reason.replace("_", " ").lower()}' if reason else 'TLS handshake failed'
