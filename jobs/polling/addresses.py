"""Which addresses may be polled: a person who may add a tower must not reach into this machine through it (SSRF).

A name is resolved once and the socket goes to the very address that was judged, so a name that answers differently the second time
(DNS rebinding) gains nothing, and every spelling of an address (decimal, octal, hexadecimal, mapped) is judged by what it means.
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, TypeVar

from domain.common.web_addresses import POLLED
from jobs.polling.distances import Distances
from jobs.polling.made_up import Believed, MadeUp, numbers
from jobs.polling.racing import AddrInfo, Race, first_to_answer

Network = IPv4Network | IPv6Network
T = TypeVar('T')

DENIED: tuple[tuple[Network, str], ...] = tuple(
    (ipaddress.ip_network(network), because)
    for network, because in (
        ('0.0.0.0/8', 'unspecified'),
        ('127.0.0.0/8', 'loopback'),
        ('169.254.0.0/16', 'link-local, where clouds keep their credentials'),
        ('100.100.100.200/32', 'cloud metadata'),
        ('168.63.129.16/32', 'cloud metadata'),
        ('192.0.0.0/24', 'reserved by IETF'),
        ('224.0.0.0/4', 'multicast'),
        ('240.0.0.0/4', 'reserved or broadcast'),
        ('::1/128', 'loopback'),
        ('::ffff:0:0/96', 'IPv4 in disguise'),
        ('::/96', 'unspecified or IPv4 in disguise'),
        ('64:ff9b::/96', 'IPv4 in disguise (NAT64)'),
        ('64:ff9b:1::/48', 'IPv4 in disguise (NAT64)'),
        ('2001::/32', 'IPv4 in disguise (Teredo)'),
        ('2002::/16', 'IPv4 in disguise (6to4)'),
        ('fd00:ec2::254/128', 'cloud metadata'),
        ('fe80::/10', 'link-local'),
        ('fec0::/10', 'site-local'),
        ('ff00::/8', 'multicast'),
    )
)
"""Refused unless allow-listed. Private networks (10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7) are where towers live: allowed."""

REMEMBER_S = 60.0
"""How long the addresses of a name are used before it is asked again."""
FORGET_S = 5.0
"""How long a name that is not known stays not known."""
MOST_NAMES = 50_000
_FAMILIES: Mapping[int, int] = {socket.AF_INET: 4, socket.AF_INET6: 6}
_ONE = {version: frozenset({version}) for version in _FAMILIES.values()}
_NONE: frozenset[int] = frozenset()


class Refused(OSError):
    """The address may not be connected to; the text says which and why, in the words of a check. ``host`` and ``because`` are its parts,
    for those that have other words (:meth:`said`)."""

    def __init__(self, words: str, *, host: str = '', because: str = '') -> None:
        super().__init__(words)
        self.host, self.because = host, because

    def said(self, act: str) -> str:
        """The same of what was to be done there: ``sent messages``, ``read as a calendar``."""
        return _words(self.host, self.because, act) if self.because else str(self)


class Targets:
    """Resolves names and opens sockets, to permitted addresses only."""

    def __init__(
        self,
        *,
        allow: Sequence[Network] = (),
        lookup: Callable[..., Sequence[Any]] = socket.getaddrinfo,
        steady: Callable[[], float] = time.monotonic,
        threads: int = 16,
        distances: Distances | None = None,
    ) -> None:
        self._allow = tuple(allow)
        self._lookup = lookup
        self._steady = steady
        # Lookups block, and some block long: in the loop's own threads they would hold up everything that needs those.
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix='lookup')
        self._known: dict[str, tuple[float, list[AddrInfo] | OSError]] = {}
        self._failed: set[str] = set()
        self._families: dict[str, frozenset[int]] = {}
        self._asked: dict[str, asyncio.Future[list[AddrInfo]]] = {}
        self._distances = distances or Distances()
        self._believed = Believed(ask=lambda host: asyncio.shield(self._ask(host)), steady=steady)

    def close(self) -> None:
        """Let go of the lookup threads; a lookup under way ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def refusal(self, address: IPv4Address | IPv6Address) -> str:
        """Why the address may not be polled; empty when it may."""
        return _refusal(address, self._allow)

    async def resolve(self, host: str, port: int) -> list[AddrInfo]:
        """The permitted addresses of a host. Raises ``Refused`` when there are none, ``socket.gaierror`` when the name is not known."""
        try:
            found = [_literal(host, port)]
        except ValueError:
            addresses = await self._addresses(host)
            await self._check(host, addresses)
            found = [(*info[:4], (info[4][0], port, *info[4][2:])) for info in addresses]
        permitted = [info for info in found if not self._refused(info)]
        if not permitted:
            raise self._refusal_of(found[0]) if found else Refused(f'{host} has no address')
        return permitted

    def remembered(self, host: str) -> frozenset[str]:
        """The addresses that the resolver last had for a name, permitted or not; none once it has to be asked again, and of an address."""
        until, found = self._known.get(host, (0.0, []))
        if isinstance(found, OSError) or until <= self._steady():
            return frozenset()
        return numbers(found)

    def forget(self, host: str) -> None:
        """Have the name looked up the next time."""
        self._known.pop(host, None)

    def families(self, host: str) -> frozenset[int]:
        """4 and 6, as far as the addresses of the host are known: empty for a name that was never found."""
        version = version_of(host)
        return _ONE[version] if version else self._families.get(host, _NONE)

    def looks_up(self, host: str) -> bool:
        """True while the resolver has been asked for the name and says nothing yet."""
        return host in self._asked

    async def look_up(self, host: str) -> None:
        """Ask for the name anew, whatever is remembered. Raises ``socket.gaierror``."""
        found = await asyncio.shield(self._ask(host))
        self._believed.doubt(host)
        await self._check(host, found)

    async def is_answered(self, host: str) -> bool:
        """Ask for the name anew: whether the resolver says anything true of it, be it that the name is not known."""
        try:
            await self.look_up(host)
        except socket.gaierror as error:
            return error.errno not in (socket.EAI_AGAIN, socket.EAI_FAIL)
        return True

    def has_route(self, info: AddrInfo) -> bool:
        """Whether this machine knows a way to the address. A datagram socket is connected for it, which sends nothing.

        Each way that is missing has an error of its own: no route, one that forbids or swallows (EINVAL), no such family. Nor is there
        one where the newest refusal came back sooner than from there: a firewall before this machine sent it.
        """
        if self._distances.is_refused_here(str(info[4][0])):
            return False
        try:
            with self.socket((info[0], socket.SOCK_DGRAM, 0, '', info[4])) as opened:
                opened.connect(info[4])
        except OSError:
            return False
        return True

    async def connect(self, host: str, port: int, race: Race | None = None) -> socket.socket:
        """A socket connected to the permitted address of a host that takes it first. Raises ``OSError``, of which ``Refused`` is one."""

        async def ask(info: AddrInfo) -> socket.socket:
            opened, address, began = self.socket(info), str(info[4][0]), time.perf_counter()
            try:
                await asyncio.get_running_loop().sock_connect(opened, info[4])
            except BaseException as error:
                opened.close()
                if isinstance(error, OSError):
                    self._distances.refused(address, time.perf_counter() - began)
                raise
            self._distances.connected(address, time.perf_counter() - began)
            return opened

        return await self.first(host, port, ask, race, socket.socket.close)

    async def first(
        self,
        host: str,
        port: int,
        ask: Callable[[AddrInfo], Awaitable[T]],
        race: Race | None = None,
        discard: Callable[[T], object] = lambda _: None,
    ) -> T:
        """What the permitted address of a host answers that does so first, see :func:`jobs.polling.racing.first_to_answer`."""
        return await first_to_answer(await self.resolve(host, port), ask, race=race, discard=discard)

    def socket(self, info: AddrInfo) -> socket.socket:
        """A non-blocking socket for exactly this address, or ``Refused``. Every connection of a check passes here."""
        if self._refused(info):
            raise self._refusal_of(info)
        opened = socket.socket(*info[:3])
        opened.setblocking(False)
        return opened

    def _refused(self, info: AddrInfo) -> str:
        return self.refusal(ipaddress.ip_address(info[4][0]))

    def _refusal_of(self, info: AddrInfo) -> Refused:
        host, because = info[4][0], self._refused(info)
        return Refused(_words(host, because), host=host, because=because)

    async def _addresses(self, host: str) -> list[AddrInfo]:
        remembered = self._known.get(host)
        if remembered is not None and remembered[0] > self._steady():
            answer = remembered[1]
            if isinstance(answer, OSError):
                raise answer.with_traceback(None)
            return answer
        return await asyncio.shield(self._ask(host))  # others may wait for the same answer

    async def _check(self, host: str, found: list[AddrInfo]) -> None:
        try:
            await self._believed.check(host, found)
        except MadeUp as error:
            self._known[host] = self._steady() + FORGET_S, error
            raise

    def _ask(self, host: str) -> asyncio.Future[list[AddrInfo]]:
        asked = self._asked.get(host)
        if asked is None:
            asked = self._asked[host] = asyncio.get_running_loop().run_in_executor(self._threads, self._find, host)
            asked.add_done_callback(lambda answer: self._remember(host, answer))
        return asked

    def _find(self, host: str) -> list[AddrInfo]:
        try:
            return list(self._lookup(host, None, type=socket.SOCK_STREAM))
        except UnicodeError as error:  # a label that is empty or too long is no name
            raise socket.gaierror(socket.EAI_NONAME, 'no name') from error

    def _remember(self, host: str, answer: asyncio.Future[list[AddrInfo]]) -> None:
        del self._asked[host]
        if answer.cancelled():
            return
        if len(self._known) >= MOST_NAMES:
            self._known.clear()
            self._failed.clear()
            self._families.clear()
        error = answer.exception()
        if error is None:
            for other in self._failed:  # what they failed for may be over as well
                self._known.pop(other, None)
            self._failed.clear()
            found = answer.result()
            self._known[host] = self._steady() + REMEMBER_S, found
            self._families[host] = frozenset(_FAMILIES[info[0]] for info in found if not self._refused(info))
        elif isinstance(error, OSError):
            self._failed.add(host)
            self._known[host] = self._steady() + FORGET_S, error


def refused_at_sight(host: str, allow: Sequence[Network] = (), act: str = POLLED) -> str:
    """Why a host may not be polled, or what else is to be done there (``act``),
    as far as it can be told without asking for its name; empty when it may or cannot be told."""
    try:
        address = ipaddress.ip_address('127.0.0.1' if host.lower() == 'localhost' else host.strip('[]'))
    except ValueError:
        return ''
    because = _refusal(address, allow)
    return because and _words(host, because, act)


def _words(host: str, because: str, act: str = POLLED) -> str:
    return f'{host} may not be {act}: {because}. The setting poll_allow of this console can allow it'


def _refusal(address: IPv4Address | IPv6Address, allow: Sequence[Network]) -> str:
    """The allow-list decides first, then :data:`DENIED`."""
    if any(address in network for network in allow):
        return ''
    return next((because for network, because in DENIED if address in network), '')


@lru_cache(MOST_NAMES)
def version_of(host: str) -> int:
    """4 or 6 for an address, 0 for a name."""
    try:
        return ipaddress.ip_address(host.strip('[]')).version
    except ValueError:
        return 0


def _literal(host: str, port: int) -> AddrInfo:
    address = ipaddress.ip_address(host.strip('[]'))
    if address.version == 4:
        return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, '', (str(address), port)
    # a zone such as %eth0 only goes with link-local addresses, which are refused
    return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, '', (str(address), port, 0, 0)
