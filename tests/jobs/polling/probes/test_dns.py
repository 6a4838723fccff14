"""A DNS check against a real resolver on loopback: each way it answers, over UDP and TCP, and the words for each way it fails."""

from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import pytest

from domain.checks.kinds.dns import DnsTarget
from domain.checks.model import Check
from jobs.polling.addresses import Targets
from jobs.polling.checker import Checker
from jobs.polling.probes.dns import ASKS
from tests.jobs.loopback import LOCAL
from tests.jobs.resolver import Reply, Resolver, framed, records, resolving, truncated
from tests.stopwatch import Stopwatch

WELL = records('mme.example. A 10.20.0.7')


@pytest.fixture
async def checker() -> AsyncIterator[Checker]:
    checker = Checker(targets=Targets(allow=[ip_network('127.0.0.0/8')]))
    yield checker
    await checker.close()


async def ask(checker: Checker, resolver: Resolver, *, timeout_s: float = 5, **more: Any) -> str:
    target = DnsTarget(**{'host': LOCAL, 'port': resolver.port, 'query_name': 'mme.example', **more})
    return (await checker.ask(Check(id='dns', target=target, timeout_s=timeout_s))).error


async def test_any_answer_is_well_where_none_is_expected(checker: Checker) -> None:
    async with resolving(WELL) as resolver:
        assert await ask(checker, resolver) == ''
    ((over, query),) = resolver.asked
    assert (over, query.question[0].to_text()) == ('udp', 'mme.example. IN A')
    assert query.flags & dns.flags.RD


@pytest.mark.parametrize(
    ('lines', 'said', 'error'),
    [
        (['mme.example. A 10.20.0.7'], {'expect_address': '10.20.0.7'}, ''),
        (['mme.example. A 10.20.0.8', 'mme.example. A 10.20.0.7'], {'expect_address': '10.20.0.7'}, ''),
        (['mme.example. A 10.20.0.9'], {'expect_address': '10.20.0.7'}, '10.20.0.9, expected 10.20.0.7'),
        (
            [f'mme.example. A 10.20.0.{n}' for n in range(1, 6)],
            {'expect_address': '10.20.0.7'},
            '10.20.0.1, 10.20.0.2, 10.20.0.3 and 2 more, expected 10.20.0.7',
        ),
        (
            ['mme.example. AAAA 2001:DB8:0:0::7'],
            {'record_type': 'AAAA', 'expect_address': '2001:db8::7'},
            '',
        ),
        (
            ['mme.example. CNAME mme.core.example.', 'mme.core.example. A 10.20.0.7'],
            {'expect_address': '10.20.0.7'},
            '',
        ),
    ],
)
async def test_the_expected_address_is_one_of_the_answer_also_through_an_alias(
    checker: Checker, lines: list[str], said: dict[str, Any], error: str
) -> None:
    async with resolving(records(*lines)) as resolver:
        assert await ask(checker, resolver, **said) == error


def under_another_id(query: dns.message.QueryMessage) -> bytes:
    query.id ^= 1
    answer = WELL(query)
    assert answer is not None
    return answer


def to_another_question(query: dns.message.QueryMessage) -> bytes | None:
    other = dns.message.make_query('hss.example', 'A', id=query.id)
    assert isinstance(other, dns.message.QueryMessage)
    return WELL(other)


@pytest.mark.parametrize(
    ('reply', 'words'),
    [
        (records(code=dns.rcode.NXDOMAIN), 'NXDOMAIN: there is no such name'),
        (records(code=dns.rcode.SERVFAIL), 'SERVFAIL: the resolver could not find out'),
        (records(code=dns.rcode.REFUSED), 'REFUSED: the resolver does not answer this server'),
        (records(code=dns.rcode.FORMERR), 'FORMERR: the resolver does not understand the question'),
        (records(code=dns.rcode.NOTIMP), 'NOTIMP: the resolver answers no such questions'),
        (records(code=dns.rcode.NOTAUTH), 'the resolver answers NOTAUTH'),
        (records(), 'NODATA: the name has no A record'),
        (records('mme.example. CNAME gone.example.'), 'NODATA: the name has no A record'),
        (records(flags=0), 'the resolver looks up no names: it offers no recursion'),
        (
            records('mme.example. CNAME a.example.', 'a.example. CNAME mme.example.'),
            'the aliases in the answer lead nowhere',
        ),
        (lambda _: b'SSH-2.0-OpenSSH_9.2\r\n', 'the answer is garbled'),
        (lambda _: b'\0', 'the answer is garbled'),
        (lambda query: (WELL(query) or b'')[:-2], 'the answer is garbled'),
        (lambda query: query.to_wire(), 'the answer is to another question'),  # an echo
        (to_another_question, 'the answer is to another question'),
    ],
)
async def test_each_way_to_fail_has_its_words(checker: Checker, reply: Reply, words: str) -> None:
    async with resolving(reply) as resolver:
        assert await ask(checker, resolver) == words


async def test_what_is_too_long_for_udp_is_asked_over_tcp(checker: Checker) -> None:
    many = records(*(f'mme.example. A 10.20.{n // 250}.{n % 250}' for n in range(1000)))
    async with resolving(truncated, framed(many)) as resolver:
        assert await ask(checker, resolver, expect_address='10.20.3.249') == ''
    assert [over for over, _ in resolver.asked] == ['udp', 'tcp']


@pytest.mark.parametrize(
    ('over_tcp', 'words'),
    [
        (None, 'the answer is truncated, and over TCP: refused'),
        (lambda _: b'\x00\x20half', 'the answer is truncated, and over TCP it broke off'),
        (framed(truncated), 'the answer is truncated, over TCP too'),
        (framed(lambda _: b'garbled'), 'the answer is garbled'),
        (framed(under_another_id), 'the answer has the id of another question'),
        (framed(to_another_question), 'the answer is to another question'),
        (framed(records(code=dns.rcode.SERVFAIL)), 'SERVFAIL: the resolver could not find out'),
    ],
)
async def test_over_tcp_it_fails_in_the_same_words(checker: Checker, over_tcp: Reply | None, words: str) -> None:
    async with resolving(truncated, over_tcp) as resolver:
        assert await ask(checker, resolver) == words


@pytest.mark.parametrize(
    ('reply', 'over_tcp', 'words'),
    [
        (lambda _: None, None, 'timed out after 0.5 s'),
        (under_another_id, None, 'the answer has the id of another question'),
        (truncated, lambda _: None, 'the answer is truncated, and over TCP none came within 0.5 s'),
    ],
)
async def test_it_ends_at_the_deadline_whatever_comes(
    checker: Checker, reply: Reply, over_tcp: Reply | None, words: str
) -> None:
    async with resolving(reply, over_tcp) as resolver:
        took = Stopwatch()
        assert await ask(checker, resolver, timeout_s=0.5) == words
        assert took.wall_s >= 0.45
        assert took.own_s <= 0.55


async def test_a_lost_datagram_is_sent_again(checker: Checker) -> None:
    def lost_but_the_last(query: dns.message.QueryMessage) -> bytes | None:
        return WELL(query) if len(resolver.asked) == ASKS else None

    async with resolving(lost_but_the_last) as resolver:
        assert await ask(checker, resolver, timeout_s=1.5) == ''
    assert len({query.id for _, query in resolver.asked}) == 1


async def test_a_forged_answer_does_not_keep_the_right_one_away(checker: Checker) -> None:
    def forged_first(query: dns.message.QueryMessage) -> bytes | None:
        return under_another_id(query) if len(resolver.asked) == 1 else WELL(query)

    async with resolving(forged_first) as resolver:
        assert await ask(checker, resolver, timeout_s=3) == ''


async def test_a_port_without_a_resolver_refuses(checker: Checker) -> None:
    assert await ask(checker, Resolver(1)) == 'refused'  # no program is given this port by chance


@pytest.mark.parametrize('host', [LOCAL, 'localhost', '0x7f000001'])
async def test_a_resolver_that_may_not_be_polled_is_never_asked(host: str) -> None:
    strict = Checker(targets=Targets())
    async with resolving(WELL, framed(WELL)) as resolver:
        assert 'may not be polled: loopback' in await ask(strict, resolver, host=host)
    assert resolver.asked == []
    await strict.close()
