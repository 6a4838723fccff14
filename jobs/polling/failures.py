"""What went wrong with a check, in words a person reads at night."""

import errno
import os
import socket
import ssl

from domain.common.tls_words import handshake_words
from jobs.polling.addresses import Refused
from jobs.polling.made_up import MadeUp
from jobs.polling.probe import Symptom
from jobs.polling.racing import NoneAnswered, Race
from jobs.polling.tls import certificate_words

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
    if isinstance(error, MadeUp):
        return str(error.strerror)
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
    """What an error may mean of our own side; ``None`` for one that only the other side can be the reason of.

    A firewall of ours refuses in the name of every site, and each system has its own errors for a way that is not there.
    """
    if isinstance(error, Refused | Wrong | ssl.SSLError):
        return None
    if isinstance(error, NoneAnswered):
        failures = error.race.asked.values()
        silent = all(each is None or _is_missing_here(each) or symptom_of(each) for each in failures)
        return Symptom.NO_WAY if silent else None
    if isinstance(error, socket.gaierror):
        return Symptom.NO_NAME
    return Symptom.NO_WAY if isinstance(error, OSError) else None


def tls_words(error: OSError) -> str:
    """Why no TLS came about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return certificate_words(error)
    return handshake_words(str(getattr(error, 'reason', '') or ''))
