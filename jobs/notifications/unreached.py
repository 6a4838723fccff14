"""Why a message did not reach the other side, in words that say what to look at: one table for all channels."""

import errno
import os
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping

from domain.common.tls_words import handshake_words
from domain.common.web_addresses import SENT_MESSAGES
from jobs.polling.addresses import Refused
from jobs.polling.failures import OURS, race_words
from jobs.polling.racing import NoneAnswered
from jobs.polling.tls import certificate_words

_NO_WAY = 'there is no way to {host} from this server: is its network up, and may it reach that one?'
_ENDED = '{place} ended the connection: does it expect TLS there, or none?'
_SILENT = '{place} does not answer: is the port right, and does a firewall stand between?'
_ERRNO: Mapping[int, str] = {
    errno.ECONNREFUSED: 'nothing listens at {place}: is the port right, and does that server run?',
    errno.ECONNRESET: _ENDED,
    errno.EPIPE: _ENDED,
    errno.ECONNABORTED: _ENDED,
    errno.EHOSTUNREACH: _NO_WAY,
    errno.ENETUNREACH: _NO_WAY,
    errno.ENETDOWN: _NO_WAY,
    errno.ETIMEDOUT: _SILENT,
    errno.EACCES: 'a firewall of this server forbids {place}',
    errno.EPERM: 'a firewall of this server forbids {place}',
}
_CERTIFICATE: Mapping[int, str] = {
    10: 'the certificate of {place} has ended: it has to be renewed there',
    18: 'the certificate of {place} is signed by itself: this server trusts only those of authorities that it knows',
    19: 'the certificate of {place} is of an authority that this server does not know',
    20: 'the certificate of {place} is of an authority that this server does not know',
    62: 'the certificate of {place} is for another name: set the channel to the name that stands in it',
    64: 'the certificate of {place} is for another address: set the channel to the name that stands in it',
}
"""By the codes of OpenSSL (x509_vfy.h)."""
_NO_TLS = frozenset({'WRONG_VERSION_NUMBER', 'HTTP_REQUEST', 'RECORD_LAYER_FAILURE', 'PACKET_LENGTH_TOO_LONG'})
LOGIN_REFUSED = 'the other side refused our login: are user name, password or key right?'


def unreached(error: BaseException, host: str = '', port: int | str = '', act: str = SENT_MESSAGES) -> str:
    """What went wrong on the way to that host, and what to look at; ``act`` is what was to be done there."""
    place = f'{host or "the other side"} port {port}' if port else host or 'the other side'
    for one in _causes(error):
        if isinstance(one, Refused):
            return one.said(act)
        for kind, read in _READ:
            if isinstance(one, kind) and (words := read(one)):
                return words.replace('{place}', place).replace('{host}', host or 'the other side')
    return ' '.join(str(error).split()) or type(error).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what lies beneath what a library made of it; the deepest first."""
    found, seen = [error], {id(error)}
    for one in found:
        beneath = (
            getattr(one, 'certificate_error', None),
            getattr(one, 'os_error', None),
            one.__cause__,
            one.__context__,
        )
        for each in beneath:
            if isinstance(each, BaseException) and id(each) not in seen:
                seen.add(id(each))
                found.append(each)
    yield from reversed(found)


def _race(error: NoneAnswered) -> str:
    failures = list(error.race.asked.values())
    said = {unreached(one, '{host}', '{port}') for one in failures if one is not None}
    if len(said) == 1 and None not in failures:
        return said.pop().replace('{host} port {port}', '{place}')
    if failures and all(one is None for one in failures):
        return _SILENT
    return race_words(error.race)


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    return (
        _CERTIFICATE.get(error.verify_code) or f'the certificate of {{place}} was refused: {certificate_words(error)}'
    )


def _tls(error: ssl.SSLError) -> str:
    reason = str(error.reason or '')
    if reason in _NO_TLS:
        return '{place} speaks no TLS: is it the port for TLS, and does the channel say so?'
    return f'no TLS came about with {{place}}: {handshake_words(reason).removeprefix("TLS: ")}' if reason else ''


def _name(error: socket.gaierror) -> str:
    if error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL):
        return 'the name {host} could not be looked up now: does the resolver of this server work?'
    return 'there is no {host}: is the name right?'


def _number(error: OSError) -> str:
    if error.errno in OURS:
        return f'this server: {os.strerror(error.errno or 0)}'
    return _ERRNO.get(error.errno or 0, '')


_READ: tuple[tuple[type[BaseException], Callable[..., str]], ...] = (
    (NoneAnswered, _race),
    (ssl.SSLCertVerificationError, _certificate),
    (ssl.SSLError, _tls),
    (socket.gaierror, _name),
    (ConnectionRefusedError, lambda _: _ERRNO[errno.ECONNREFUSED]),
    (ConnectionError, lambda _: _ENDED),
    (TimeoutError, lambda _: _SILENT),
    (EOFError, lambda _: _ENDED),
    (OSError, _number),
)
"""The first that fits and has words."""
