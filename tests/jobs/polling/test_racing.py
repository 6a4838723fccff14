"""A name with several addresses: the first that answers wins, and when none does the words say what each of them did."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from typing import Any

import pytest

from domain.checks.kinds.dns import DnsTarget
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check
from jobs.polling.addresses import Targets
from jobs.polling.checker import Checker
from jobs.polling.racing import MOST_ADDRESSES, NoneAnswered, families_in_turn, first_to_answer
from tests.jobs.loopback import LOCAL, Authority, eventually, http, leading_to, listening, silent, web
from tests.jobs.resolver import records, resolving

SWALLOWS = '127.0.0.2'
LOOPBACK = ip_network('127.0.0.0/8')


def info(address: str, port: int = 0) -> Any:
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    return family, socket.SOCK_STREAM, 6, '', (address, port)


def checker(*addresses: str, **more: Any) -> Checker:
    """One for which every name has these addresses."""
    allow = [LOOPBACK, ip_network('::1/128')]
    return Checker(targets=Targets(allow=allow, lookup=leading_to(*map(info, addresses))), **more)


@contextmanager
def swallowing(port: int) -> Iterator[None]:
    """An address at which a handshake is never completed: its queue of connections is full, so the system drops what comes."""
    with socket.socket() as full:
        full.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        full.bind((SWALLOWS, port))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex((SWALLOWS, port))
        yield
        for filler in fillers:
            filler.close()


async def test_an_address_that_swallows_packets_does_not_use_up_the_time_of_the_good_one() -> None:
    asking = checker(SWALLOWS, LOCAL)
    async with listening(http()) as port:
        with swallowing(port):
            for check in (
                Check(id='t', target=TcpTarget('tower.example', port), timeout_s=3),
                web(f'http://tower.example:{port}/', timeout_s=3),
            ):
                answer = await asking.ask(check)
                assert answer.error == ''
                assert answer.rtt_ms >= 240, 'the first one has its quarter of a second'
    await asking.close()


async def test_the_look_at_an_expired_certificate_is_a_race_too(tmp_path: Any) -> None:
    authority = Authority(tmp_path)
    asking = checker(SWALLOWS, LOCAL, authorities=authority.path)
    async with listening(http(), tls=authority.server('tower.example', days=-20)) as port:
        with swallowing(port):
            answer = await asking.ask(web(f'https://tower.example:{port}/', timeout_s=5))
    assert answer.error == ''
    assert answer.flaw.startswith('certificate expired 2')
    await asking.close()


async def test_a_resolver_with_a_silent_address_is_asked_at_the_other() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        async with resolving(records('mme.example. A 10.20.0.7')) as resolver:
            mute.bind((SWALLOWS, resolver.port))
            asking = checker(SWALLOWS, LOCAL)
            target = DnsTarget('resolver.example', resolver.port, query_name='mme.example')
            answer = await asking.ask(Check(id='d', target=target, timeout_s=3))
            assert answer.error == ''
            assert 240 <= answer.rtt_ms < 900, 'long before the second question to the silent one'
    await asking.close()


async def test_when_none_answers_the_words_say_what_each_did() -> None:
    async with listening(silent) as port:
        pass  # nobody listens there any more
    asking = checker(SWALLOWS, LOCAL)
    with swallowing(port):
        for check in (
            Check(id='t', target=TcpTarget('tower.example', port), timeout_s=0.8),
            web(f'http://tower.example:{port}/', timeout_s=0.8),
        ):
            answer = await asking.ask(check)
            assert answer.error == f'IPv4 {SWALLOWS}: no answer; IPv4 {LOCAL}: refused, within 0.8 s'
    await asking.close()
    asking = checker('127.0.0.3', LOCAL)
    answer = await asking.ask(Check(id='t', target=TcpTarget('tower.example', port)))
    assert answer.error == f'IPv4 127.0.0.3, IPv4 {LOCAL}: refused'
    await asking.close()


async def test_a_refused_address_is_never_asked_whatever_stands_beside_it() -> None:
    targets = Targets(allow=[ip_network('127.0.0.2/32')], lookup=leading_to(info(LOCAL), info(SWALLOWS)))
    asking = Checker(targets=targets)
    seen: list[object] = []

    async def door(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(writer)

    async with listening(door) as port:
        assert (await asking.ask(Check(id='t', target=TcpTarget('tower.example', port)))).error == 'refused'
    assert seen == []
    await asking.close()


def test_families_take_turns_and_a_name_has_no_more_addresses_than_can_be_asked() -> None:
    six, four = [info(f'fd00::{n}') for n in range(1, 20)], [info(f'10.0.0.{n}') for n in range(1, 3)]
    order = [each[4][0] for each in families_in_turn([*six, *four])]
    assert order[:5] == ['fd00::1', '10.0.0.1', 'fd00::2', '10.0.0.2', 'fd00::3']
    assert len(order) == MOST_ADDRESSES
    assert [each[4][0] for each in families_in_turn([*four, six[0]])] == ['10.0.0.1', 'fd00::1', '10.0.0.2']


async def test_one_that_fails_is_followed_at_once_and_a_late_answer_is_given_back() -> None:
    given_back: list[str] = []
    go = asyncio.Event()

    async def ask(each: Any) -> str:
        address = str(each[4][0])
        if address == '10.0.0.1':
            raise ConnectionRefusedError(111, 'no')
        await go.wait()
        return address

    infos = [info('10.0.0.1'), info('10.0.0.2'), info('10.0.0.3')]
    racing = asyncio.create_task(first_to_answer(infos, ask, discard=given_back.append, delay_s=0))
    await asyncio.sleep(0)
    go.set()
    won = await racing
    assert sorted([won, *given_back]) in (['10.0.0.2'], ['10.0.0.2', '10.0.0.3'])


async def test_what_all_did_is_in_the_failure_and_one_alone_fails_as_itself() -> None:
    async def ask(each: Any) -> str:
        raise ConnectionRefusedError(111, str(each[4][0]))

    with pytest.raises(NoneAnswered) as caught:
        await first_to_answer([info('10.0.0.1'), info('fd00::1')], ask)
    assert [*caught.value.race.asked] == ['10.0.0.1', 'fd00::1']
    with pytest.raises(ConnectionRefusedError):
        await first_to_answer([info('10.0.0.1')], ask)


async def test_a_race_that_is_called_off_leaves_nothing_running() -> None:
    begun: list[str] = []
    ended: list[str] = []

    async def ask(each: Any) -> str:
        begun.append(str(each[4][0]))
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(str(each[4][0]))
        return ''

    racing = asyncio.create_task(first_to_answer([info('10.0.0.1'), info('10.0.0.2')], ask, delay_s=0))
    await eventually(lambda: len(begun) == 2)
    racing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await racing
    assert sorted(ended) == ['10.0.0.1', '10.0.0.2']
