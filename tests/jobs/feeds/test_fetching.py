"""Calendars of a real server: unchanged ones, redirects, refusals, and what is too much."""

from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_network

import pytest_asyncio

from domain.common.feeds import FeedAsked, FeedOutcome
from jobs.feeds.fetching import MOST_BODY, FeedReader
from jobs.polling.addresses import Targets
from tests.jobs.feeds.test_reading import FROM, UNTIL, calendar
from tests.jobs.notifications.receiver import Receiver, receiving

BODY = calendar('UID:1', 'DTSTART:20270326T080000Z', 'DTEND:20270326T090000Z', 'SUMMARY:Ben')


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        receiver.usual = (200, {'etag': '"1"', 'last-modified': 'Mon, 01 Mar 2027 00:00:00 GMT'}, BODY)
        yield receiver


@pytest_asyncio.fixture
async def reader() -> AsyncIterator[FeedReader]:
    made = FeedReader(targets=Targets(allow=(ip_network('127.0.0.0/8'),), threads=1))
    yield made
    await made.close()


def asked(server: Receiver) -> FeedAsked:
    return FeedAsked(id='1', url=server.url, zone='UTC', from_at=FROM, until_at=UNTIL)


async def test_events_are_read_and_what_is_unchanged_is_not_sent_again(server: Receiver, reader: FeedReader) -> None:
    answer = await reader.read(asked(server))
    assert (answer.outcome, [one.summary for one in answer.events]) == (FeedOutcome.READ, ['Ben'])
    server.answers = [(304, {}, b'')]
    again = await reader.read(replace(asked(server), etag=answer.etag, modified=answer.modified))
    assert again.outcome is FeedOutcome.UNCHANGED
    sent = server.got[-1].headers
    assert (sent['if-none-match'], sent['if-modified-since']) == ('"1"', 'Mon, 01 Mar 2027 00:00:00 GMT')


async def test_a_redirect_is_followed_and_judged_anew(server: Receiver, reader: FeedReader) -> None:
    server.answers = [(302, {'location': '/other'}, b'')]
    assert (await reader.read(asked(server))).outcome is FeedOutcome.READ
    server.answers = [(302, {'location': 'http://169.254.169.254/latest'}, b'')]
    refused = await reader.read(asked(server))
    assert (refused.outcome, 'clouds keep their credentials' in refused.said) == (FeedOutcome.FAILED, True)
    server.answers = [(302, {'location': 'file:///etc/passwd'}, b'')]
    assert 'must be an address that begins with' in (await reader.read(asked(server))).said
    server.answers = [(302, {'location': '/again'}, b'')] * 5
    assert (await reader.read(asked(server))).said == 'it leads on more than 3 times'


async def test_what_the_server_says_is_told(server: Receiver, reader: FeedReader) -> None:
    server.answers = [(429, {'retry-after': '120'}, b'')]
    answer = await reader.read(asked(server))
    assert (answer.said, answer.retry_after_s) == ('HTTP 429', 120.0)
    server.answers = [(200, {}, b'<html>')]
    assert 'no iCalendar' in (await reader.read(asked(server))).said


async def test_too_large_a_calendar_is_refused(server: Receiver, reader: FeedReader) -> None:
    server.answers = [(200, {}, b'x' * (MOST_BODY + 1))]
    assert (await reader.read(asked(server))).said == 'it is larger than 4 MB'


async def test_an_address_of_this_machine_is_not_asked(server: Receiver) -> None:
    strict = FeedReader(targets=Targets(threads=1))
    assert 'loopback' in (await strict.read(asked(server))).said
    assert server.got == []
    await strict.close()
