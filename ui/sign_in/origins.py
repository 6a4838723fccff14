"""Which origins are this console (RFC 6454): the address in the settings, and the host that a request itself names."""

from collections.abc import Mapping

import structlog

_log = structlog.get_logger(__name__)
_DEFAULT_PORT = {'http': '80', 'https': '443'}
_MOST_TOLD = 100
"""Pairs of origin and host that the log names; a stranger may make up any number."""
_MOST_SHOWN = 200


class Origins:
    """Says of each request that carries an origin whether the page it comes from is one of ours.

    A proxy may tell us another host than browsers see, most often by leaving out the port. So ``public_url``, where it is set, is an origin
    of ours whatever the host says, and the only one where the host is that of ``public_url`` without its port. Hosts are compared as hosts
    are: case and default ports make no difference, another port does.
    """

    def __init__(self, public_url: str = '') -> None:
        self._public = _parts(public_url) if public_url else None
        self.refused = 0
        """Requests whose origin is none of ours."""
        self._told: dict[tuple[str, str], None] = {}

    def is_ours(self, origin: str, host: str, *, encrypted: bool) -> bool:
        """True for a page of ours; a page without TLS is none of a console that has it. A refusal is logged once, with both values."""
        asked = _parts(origin)
        if asked is not None and asked == self._public:
            return True
        if asked is not None and self._is_without_tls(asked):
            return self._refused(origin, host)
        scheme, _, _ = origin.partition('://')
        named = _parts(f'{scheme}://{host}') if not self._lost_its_port(host) else None
        if asked is not None and asked == named and (scheme == 'https' or not encrypted):
            return True
        return self._refused(origin, host)

    def _refused(self, origin: str, host: str) -> bool:
        self.refused += 1
        self._tell(origin, host)
        return False

    def _is_without_tls(self, asked: tuple[str, str, str]) -> bool:
        """True for the public address of a console that has TLS, without it: anybody on the way can write such a page."""
        if self._public is None or self._public[0] != 'https' or asked[0] != 'http' or asked[1] != self._public[1]:
            return False
        return asked[2] == self._public[2] or (asked[2], self._public[2]) == ('80', '443')

    def _lost_its_port(self, host: str) -> bool:
        """True for our public host without its port: what else listens there, on the default port, is not this console."""
        if self._public is None:
            return False
        scheme, public, port = self._public
        return host.lower() == public and port != _DEFAULT_PORT[scheme]

    @property
    def newest_refused(self) -> tuple[str, str] | None:
        """Origin and host of the newest pair that the log names; a stranger may have made them up."""
        return next(reversed(self._told), None)

    def _tell(self, origin: str, host: str) -> None:
        pair = origin[:_MOST_SHOWN], host[:_MOST_SHOWN]
        if pair in self._told or len(self._told) >= _MOST_TOLD:
            return
        self._told[pair] = None
        _log.info(  # a stranger can cause it: no warning
            'origin_refused',
            origin=pair[0],
            host=pair[1],
            hint='if that is this console behind a proxy: set CELLWARDEN_PUBLIC_URL, or let the proxy pass Host with its port',
        )


def origin_of(headers: Mapping[bytes, bytes]) -> str | None:
    """What the browser says where a request comes from; ``None`` where it says nothing."""
    value = headers.get(b'origin')
    return None if value is None else value.decode('latin-1')


def _parts(address: str) -> tuple[str, str, str] | None:
    """Scheme, host and port of an origin; ``None`` for what is none."""
    scheme, found, place = address.partition('://')
    if not found or scheme not in _DEFAULT_PORT or not place or any(mark in place for mark in '/?#@\\ '):
        return None
    host, colon, port = place.rpartition(':')
    if not colon or port.endswith(']'):  # no port, and the colons of an IPv6 address are inside its brackets
        host, port = place, ''
    if host.startswith('[') is not host.endswith(']') or (port and not port.isdecimal()):
        return None
    return scheme, host.lower(), port or _DEFAULT_PORT[scheme]
