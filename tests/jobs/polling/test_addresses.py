"""What may be polled: every denied address is refused in every spelling, and nothing gets between the judgement and the connection."""

import asyncio
import ipaddress
import socket
import threading
from collections.abc import AsyncIterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check
from jobs.polling.addresses import DENIED, Network, Refused, Targets, refused_at_sight
from jobs.polling.checker import Checker
from jobs.polling.made_up import NO_NAME
from jobs.polling.racing import AddrInfo
from tests.jobs.loopback import LOCAL, http, leading_to, listening, silent, tcp, web

DENIED_V4 = [network for network, _ in DENIED if isinstance(network, IPv4Network)]
TOWERS_LIVE_IN = [
    ip_network(network) for network in ('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/12', 'fc00::/7')
]


def within(networks: list[Any]) -> st.SearchStrategy[IPv4Address | IPv6Address]:
    return st.sampled_from(networks).flatmap(
        lambda network: st.integers(0, network.num_addresses - 1).map(lambda offset: network[offset])
    )


def spellings(address: IPv4Address) -> list[str]:
    """An IPv4 address as inet_aton and IPv6 would also read it."""
    number = int(address)
    a, b, c, d = address.packed
    return [
        str(address),
        str(number),
        hex(number),
        f'0{number:o}',
        f'{a}.{(b << 16) + (c << 8) + d}',
        f'{a}.{b}.{(c << 8) + d}',
        f'0x{a:x}.{b}.0{c:o}.{d}',
        f'::ffff:{address}',
        f'::ffff:{number >> 16:x}:{number & 0xFFFF:x}',
        f'64:ff9b::{address}',
        f'2002:{number >> 16:x}:{number & 0xFFFF:x}::1',
        f'::{address}',
    ]


def refused(targets: Targets, host: str) -> bool:
    """True when no socket comes out for this host. The system's own lookup reads every spelling that it knows."""

    async def attempt() -> bool:
        try:
            for info in await targets.resolve(host, 80):
                targets.socket(info).close()
        except (Refused, socket.gaierror):
            return True
        return False

    return asyncio.run(attempt())


@given(within([network for network, _ in DENIED]))
def test_every_denied_address_is_refused(address: IPv4Address | IPv6Address) -> None:
    assert Targets().refusal(address)


@given(within(DENIED_V4))
@example(IPv4Address('127.0.0.1'))
@example(IPv4Address('169.254.169.254'))
@example(IPv4Address('0.0.0.0'))
def test_a_denied_address_is_refused_in_every_spelling(address: IPv4Address) -> None:
    targets = Targets()
    try:
        assert [spelling for spelling in spellings(address) if not refused(targets, spelling)] == []
    finally:
        targets.close()


@given(within(TOWERS_LIVE_IN).filter(lambda address: address != ip_address('fd00:ec2::254')))
@example(ip_address('100.100.100.201'))
def test_private_networks_are_where_towers_live(address: IPv4Address | IPv6Address) -> None:
    assert Targets().refusal(address) == ''


def test_cloud_metadata_is_refused_inside_the_private_networks_too() -> None:
    for address in ('100.100.100.200', 'fd00:ec2::254', '168.63.129.16'):
        assert Targets().refusal(ip_address(address)) == 'cloud metadata'


@pytest.mark.parametrize('network', ['127.0.0.0/8', '169.254.10.0/24', '::1/128', '64:ff9b::/96'])
def test_an_allowed_network_may_be_polled_and_its_disguises_may_not(network: str) -> None:
    allowed: Network = ip_network(network)
    targets = Targets(allow=[allowed])
    assert targets.refusal(allowed[0]) == ''
    assert targets.refusal(ip_address('::ffff:127.0.0.1')) == 'IPv4 in disguise'
    assert targets.refusal(ip_address('169.254.169.254'))


@pytest.mark.parametrize(
    ('host', 'because'),
    [
        ('127.0.0.1', '127.0.0.1 may not be polled: loopback'),
        ('LocalHost', 'LocalHost may not be polled: loopback'),
        ('[::1]', '[::1] may not be polled: loopback'),
        ('10.20.0.7', ''),
        ('tower.example.com', ''),
    ],
)
def test_what_a_host_is_can_be_said_at_sight_unless_it_is_a_name(host: str, because: str) -> None:
    assert refused_at_sight(host) == (because and f'{because}. The setting poll_allow of this console can allow it')
    assert refused_at_sight(host, [ip_network('127.0.0.0/8'), ip_network('::1/128')]) == ''


@pytest.fixture
async def strict() -> AsyncIterator[Checker]:
    checker = Checker(targets=Targets())
    yield checker
    await checker.close()


async def test_a_refused_target_never_sees_a_connection(strict: Checker) -> None:
    seen: list[object] = []

    async def door(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(writer)

    async with listening(door) as port:
        for host in spellings(IPv4Address(LOCAL)):
            for check in (
                Check(id='tcp', target=TcpTarget(host, port)),
                web(f'http://[{host}]:{port}/' if ':' in host else f'http://{host}:{port}/'),
            ):
                assert (await strict.ask(check)).error, check.label
        assert 'loopback' in (await strict.ask(tcp(port))).error
        assert 'loopback' in (await strict.ask(web(port))).error
        reader, writer = await asyncio.open_connection(LOCAL, port)  # the port itself answers
        await reader.read()
        writer.close()
    assert len(seen) == 1


def answering(*answers: list[str]) -> tuple[Any, list[str]]:
    """A lookup that gives these answers in turn, the last one from then on; and the names it was asked for."""
    asked: list[str] = []

    def lookup(host: str, port: object, **_: object) -> list[AddrInfo]:
        if host == NO_NAME:
            raise socket.gaierror(socket.EAI_NONAME, 'Name or service not known')
        asked.append(host)
        addresses = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, '', (address, 0)) for address in addresses]

    return lookup, asked


async def test_a_name_goes_to_the_very_address_that_was_judged() -> None:
    lookup, asked = answering(['127.0.0.2'], ['127.0.0.1'])  # DNS rebinding: permitted first, then what it is after
    async with listening(http()) as port:  # on 127.0.0.1
        for check in (
            Check(id='tcp', target=TcpTarget('rebound.example', port)),
            web(f'http://rebound.example:{port}/'),
        ):
            asked.clear()
            checker = Checker(targets=Targets(allow=[ip_network('127.0.0.2/32')], lookup=lookup))
            assert (await checker.ask(check)).error == 'refused'
            assert asked == ['rebound.example']
            await checker.close()


async def test_of_several_addresses_only_the_permitted_ones_are_used() -> None:
    lookup, _ = answering(['169.254.169.254', '127.0.0.1'])
    checker = Checker(targets=Targets(allow=[ip_network('127.0.0.0/8')], lookup=lookup))
    async with listening(http()) as port:
        assert (await checker.ask(web(f'http://mixed.example:{port}/'))).error == ''
        assert (await checker.ask(Check(id='t', target=TcpTarget('mixed.example', port)))).error == ''
    await checker.close()


async def test_a_name_is_asked_once_for_many_and_again_when_the_answer_is_old() -> None:
    moment = 0.0
    lookup, asked = answering(['10.0.0.1'], ['10.0.0.2'])
    targets = Targets(lookup=lookup, steady=lambda: moment)
    many = await asyncio.gather(*(targets.resolve('tower.example', port) for port in range(80, 90)))
    assert {info[4] for found in many for info in found} == {('10.0.0.1', port) for port in range(80, 90)}
    moment = 59.0
    await targets.resolve('tower.example', 80)
    assert len(asked) == 1
    moment = 61.0
    assert (await targets.resolve('tower.example', 80))[0][4] == ('10.0.0.2', 80)
    targets.close()


async def test_a_name_that_failed_is_asked_again_at_once_when_another_one_is_found() -> None:
    """Where the resolver was away, each name would else fail on for as long as its failure is remembered."""
    works = False

    def lookup(host: str, *_: object, **__: object) -> Sequence[AddrInfo]:
        if not works:
            raise socket.gaierror(socket.EAI_AGAIN, 'Temporary failure in name resolution')
        return leading_to((socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, '', ('10.0.0.1', 0)))(host)

    targets = Targets(lookup=lookup, steady=lambda: 0.0)
    for name in ('one.example', 'two.example'):
        with pytest.raises(socket.gaierror):
            await targets.resolve(name, 80)
    works = True
    with pytest.raises(socket.gaierror):
        await targets.resolve('one.example', 80)
    await targets.look_up('two.example')
    assert await targets.resolve('one.example', 80)
    targets.close()


async def test_lookups_that_hang_leave_the_threads_of_the_loop_alone() -> None:
    release = threading.Event()

    def hanging(*_: object, **__: object) -> list[AddrInfo]:
        release.wait(60)
        return []

    checker = Checker(targets=Targets(lookup=hanging, allow=[ip_network('127.0.0.0/8')]))
    names = [Check(id=str(n), target=TcpTarget(f'{n}.example', 80), timeout_s=0.3) for n in range(50)]
    lost = asyncio.gather(*(checker.ask(check) for check in names))
    assert await asyncio.wait_for(asyncio.to_thread(lambda: 'free'), 30) == 'free', 'before the lookups end'
    async with listening(silent) as port:
        assert (await checker.ask(tcp(port))).error == ''
    assert {answer.error for answer in await lost} == {'name lookup took longer than 0.3 s'}
    release.set()
    await checker.close()


async def test_what_a_resolver_says_of_names_that_do_not_exist_is_believed_of_no_other() -> None:
    """A portal answers every name with itself; one that has to be looked up anew by then is not taken for it."""
    moment, caught = 0.0, False

    def lookup(host: str, *_: object, **__: object) -> Sequence[AddrInfo]:
        info = (socket.AF_INET, socket.SOCK_STREAM, 6, '', ('192.0.2.1' if caught else '10.0.0.1', 0))
        return [info] if caught else leading_to(info)(host)

    targets = Targets(lookup=lookup, steady=lambda: moment)
    await targets.resolve('tower.example', 80)
    moment, caught = 61.0, True
    for _ in range(2):
        with pytest.raises(socket.gaierror, match='makes addresses up: it has'):
            await targets.resolve('tower.example', 80)
    assert not await targets.is_answered('tower.example')
    assert not await targets.is_answered(NO_NAME)
    moment, caught = 67.0, False
    assert (await targets.resolve('tower.example', 80))[0][4] == ('10.0.0.1', 80)
    assert await targets.is_answered(NO_NAME)
    targets.close()


async def test_a_resolver_that_swallows_the_name_which_does_not_exist_holds_no_check_up() -> None:
    release = threading.Event()

    def lookup(host: str, *_: object, **__: object) -> Sequence[AddrInfo]:
        if host == NO_NAME:
            release.wait(60)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, '', ('127.0.0.1', 0))]

    checker = Checker(targets=Targets(lookup=lookup, allow=[ip_network('127.0.0.0/8')]))
    async with listening(silent) as port:
        for name in ('one.example', 'two.example'):
            assert (await checker.ask(Check(id=name, target=TcpTarget(name, port), timeout_s=5))).error == ''
    release.set()
    await checker.close()


def test_no_denied_network_covers_another_ones_words() -> None:
    for number, (network, _) in enumerate(DENIED):
        for earlier, _ in DENIED[:number]:
            same = ipaddress.ip_network(network).version == ipaddress.ip_network(earlier).version
            assert not (same and network.subnet_of(earlier)), (network, earlier)  # type: ignore[arg-type]
