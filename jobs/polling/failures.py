"""What went wrong with a check, in words a person reads at night."""

import errno
import os
import socket
import ssl

from jobs.polling.addresses import Refused
from jobs.polling.probe import Symptom
from jobs.polling.racing import NoneAnswered, Race

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
_TLS = {
    'SSLV3_ALERT_HANDSHAKE_FAILURE': 'TLS: the other side takes no cipher that is still safe',
    'TLSV13_ALERT_CERTIFICATE_REQUIRED': 'TLS: the other side asks for a client certificate',
    'TLSV1_UNRECOGNIZED_NAME': 'TLS: the other side does not know this host name',
}


class OurFault(Exception):
    """The check could not be made for want of something on this machine; it says nothing about the tower."""


class Wrong(Exception):
    """What came is not the right answer; the text says why, as a person reads it."""


def words(error: Exception) -> str:
    """What went wrong, short. Raises ``OurFault`` for what is not the tower's."""
    if isinstance(error, Wrong | Refused):
        return str(error)
    if isinstance(error, NoneAnswered):
        return race_words(error.race)
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


def race_words(race: Race) -> str:
    """What each address of a name did: ``IPv6 fd00::5: no answer; IPv4 10.20.0.5: refused``. Raises ``OurFault``."""
    said: dict[str, list[str]] = {}
    away = [_is_missing_here(failure) for failure in race.asked.values()]
    for (address, failure), is_missing in zip(race.asked.items(), away, strict=True):
        if failure is None:
            each = 'no answer'
        elif is_missing and not all(away):
            each = 'this server has no such address'  # it says nothing, but another address of the tower was asked
        else:
            each = words(failure)
        said.setdefault(each, []).append(f'{"IPv6" if ":" in address else "IPv4"} {address}')
    return '; '.join(f'{", ".join(addresses)}: {each}' for each, addresses in said.items())


def _is_missing_here(failure: Exception | None) -> bool:
    return isinstance(failure, OSError) and failure.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


def symptom_of(error: Exception) -> Symptom | None:
    """What an error may mean of our own side; ``None`` for one that only the other side can be the reason of."""
    if isinstance(error, Refused | Wrong | ssl.SSLError):
        return None
    if isinstance(error, NoneAnswered):
        failures = error.race.asked.values()
        silent = all(each is None or _is_missing_here(each) or symptom_of(each) for each in failures)
        return Symptom.NO_WAY if silent else None
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
    if reason in _TLS:
        return _TLS[reason]
    return f'TLS: {reason.replace("_", " ").lower()}' if reason else 'TLS handshake failed'
