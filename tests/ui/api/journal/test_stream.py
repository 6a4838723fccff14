import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from domain.access.permissions import Permission, Role
from domain.access.scopes import Scope
from domain.accounts.model import Account
from domain.changes.transaction import Transaction
from domain.devices.events import DeviceChanged
from domain.journal.model import Recorded, Subject
from domain.tokens.model import Token, TokenKind
from tests.fakes import running_application
from tests.ui.api.served import Served, listening, serving
from ui.api.journal.stream import MOST_WAITING, Tail


class Stream:
    """The event socket of a real server."""

    def __init__(self, served: Served, port: int) -> None:
        self.served = served
        self.port = port

    @asynccontextmanager
    async def open(
        self, cursor: object = 'latest', token: str | None = None, max_queue: int | None = None
    ) -> AsyncIterator[ClientConnection]:
        secret = token or (await self.served.program(Permission.EVENTS_READ)).token
        url = f'ws://127.0.0.1:{self.port}/api/v1/events?cursor={cursor}'
        async with connect(
            url, additional_headers={'authorization': f'Bearer {secret}'}, proxy=None, max_queue=1
        ) as socket:
            yield socket

    async def note(self, count: int = 1) -> None:
        """So many entries in one commit."""
        application = self.served.application
        entry = DeviceChanged(
            at=application.clock(), enterprise=application.enterprise, subject=Subject('device', 'D', 'crane-1')
        )

        def decide(tx: Transaction) -> None:
            for _ in range(count):
                tx.note(entry)

        await application.transactor.transact(decide)

    @property
    def newest(self) -> int:
        return self.served.application.fleet.sequence


@pytest.fixture
async def stream() -> AsyncIterator[Stream]:
    async with (
        running_application() as application,
        serving(application, heartbeat_s=0.2) as served,
        listening(served.app) as port,
    ):
        yield Stream(served, port)


async def hear(socket: ClientConnection) -> dict[str, Any]:
    """The next message that is no heartbeat."""
    while True:
        async with asyncio.timeout(30):
            message: dict[str, Any] = json.loads(await socket.recv())
        if message['kind'] != 'heartbeat':
            return message


async def sequences(socket: ClientConnection, until: int) -> list[int]:
    found: list[int] = []
    while not found or found[-1] < until:
        found.append((await hear(socket))['sequence'])
    return found


async def test_what_was_missed_comes_first_then_what_happens(stream: Stream) -> None:
    await stream.note(5)
    cursor, missed_until = stream.newest - 3, stream.newest
    async with stream.open(cursor) as socket:
        await stream.note(2)
        start = cursor + 1
        assert await sequences(socket, stream.newest) == list(range(start, stream.newest + 1))
    assert stream.newest > missed_until


async def test_a_message_says_what_happened_to_whom(stream: Stream) -> None:
    async with stream.open() as socket:
        device, _ = await stream.served.device('crane-7')
        found = await hear(socket)
    assert (found['kind'], found['sequence'], found['by']) == ('device_enrolled', stream.newest, 'test')
    assert found['subject'] == {'kind': 'device', 'id': device, 'name': 'crane-7'}
    assert found['at'] == '2027-01-15T08:00:00.000Z'


async def test_latest_begins_now(stream: Stream) -> None:
    await stream.note(3)
    async with stream.open('latest') as socket:
        cursor = stream.newest
        await stream.note()
        assert await sequences(socket, cursor + 1) == [cursor + 1]


async def test_there_is_no_gap_and_no_duplicate_where_the_past_meets_the_present(stream: Stream) -> None:
    token = (await stream.served.program(Permission.EVENTS_READ)).token
    await stream.note(700)
    end = stream.newest + 300
    writing = asyncio.create_task(_keep_writing(stream, 300))
    for cursor in (0, 350, 650):
        async with stream.open(cursor, token) as socket:
            assert await sequences(socket, end) == list(range(cursor + 1, end + 1))
    await writing


async def _keep_writing(stream: Stream, times: int) -> None:
    for _ in range(times):
        await stream.note()


async def test_a_slow_reader_gets_everything_and_no_backlog_is_kept_for_it(stream: Stream) -> None:
    async with stream.open(0, max_queue=1) as socket:
        for _ in range(20):
            await stream.note(MOST_WAITING // 4)
        assert await sequences(socket, stream.newest) == list(range(1, stream.newest + 1))


def test_what_was_sent_from_the_store_is_not_sent_again() -> None:
    tail = Tail(0, 0)
    tail.offer([(n, str(n)) for n in (1, 2, 3)])
    tail.position = 2
    assert (tail.take(), tail.take()) == ('3', None)


def test_what_does_not_fit_is_left_for_the_store() -> None:
    tail = Tail(0, 0)
    tail.offer([(n, str(n)) for n in range(1, MOST_WAITING + 1)])
    tail.offer([(MOST_WAITING + 1, 'one too many')])
    assert (tail.take(), tail.newest) == (None, MOST_WAITING + 1)
    tail.offer([(MOST_WAITING + 2, 'later')])
    assert tail.take() is None
    tail.position = MOST_WAITING + 1
    assert (tail.take(), tail.position) == ('later', MOST_WAITING + 2)


async def test_silence_is_told_from_a_dead_connection_by_heartbeats(stream: Stream) -> None:
    async with stream.open() as socket, asyncio.timeout(30):
        beat = json.loads(await socket.recv())
    assert (beat['kind'], beat['sequence']) == ('heartbeat', stream.newest)


async def test_a_revoked_token_ends_the_connection(stream: Stream) -> None:
    application = stream.served.application
    program = await stream.served.program(Permission.EVENTS_READ)
    token = next(row for row in application.fleet[Token].values() if row.name == 'program')
    async with stream.open('latest', program.token) as socket:
        await application.tokens.revoke(application.enterprise, token.id)
        with pytest.raises(ConnectionClosed) as closed:
            await hear_until_closed(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


async def test_an_expired_token_ends_the_connection(stream: Stream) -> None:
    application = stream.served.application
    _, secret = await application.tokens.issue(
        application.enterprise, TokenKind.API, 'short', scopes=[Permission.EVENTS_READ], expires_in_s=60
    )
    async with stream.open('latest', secret) as socket:
        application.clock.tick(61)
        with pytest.raises(ConnectionClosed) as closed:
            await hear_until_closed(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


@pytest.mark.parametrize('end', ['expired', 'suspended', 'narrowed'])
async def test_the_end_of_what_a_token_opens_ends_a_quiet_connection_within_a_second(end: str) -> None:
    async with (
        running_application() as application,
        serving(application, heartbeat_s=3600) as served,
        listening(served.app) as port,
    ):
        ana = await application.people.add(
            application.enterprise, 'ana@example.com', 'Ana', Role.OPERATOR, 'correct horse battery'
        )
        _, secret = await application.tokens.issue(
            application.enterprise,
            TokenKind.API,
            'hers',
            scopes=[Permission.EVENTS_READ],
            expires_in_s=60,
            person=ana.id,
        )
        async with Stream(served, port).open('latest', secret) as socket, asyncio.timeout(30):
            await application.transactor.transact(lambda tx: None)  # that the token was used is written down by now
            match end:
                case 'expired':
                    application.clock.tick(61)
                case 'suspended':
                    await application.operator.suspend(application.fleets.installation[Account][ana.account])
                case _:
                    scope = Scope({'site': ('port-1',)})
                    await application.people.change_role(application.actor, ana.id, ana.version, Role.OPERATOR, scope)
            with pytest.raises(ConnectionClosed) as closed:
                await hear_until_closed(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


async def hear_until_closed(socket: ClientConnection) -> None:
    async with asyncio.timeout(30):
        while True:
            await socket.recv()


@pytest.mark.parametrize('left', [0, 2])
async def test_entries_that_retention_has_dropped_are_told_as_a_gap(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    token = (await stream.served.program(Permission.EVENTS_READ)).token
    await stream.note(5)
    last, whole = stream.newest - left, stream.served.application.store.journal_after

    async def trimmed(enterprise: str, sequence: int, limit: int) -> list[Recorded]:
        return [each for each in await whole(enterprise, sequence, limit) if each.sequence > last]

    monkeypatch.setattr(stream.served.application.store, 'journal_after', trimmed)
    async with stream.open(1, token) as socket:
        gap = await hear(socket)
        assert (gap['kind'], gap['sequence'], gap['data']) == ('gap', last, {'first': 2, 'last': last})
        await stream.note()
        assert await sequences(socket, stream.newest) == list(range(last + 1, stream.newest + 1))


async def test_a_misspelt_cursor_is_refused_since_it_would_begin_now(stream: Stream) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with stream.open('latest&cusor=5'):
            pass
    assert (refused.value.response.status_code, json.loads(refused.value.response.body)['field']) == (422, 'cusor')


async def test_a_plain_request_is_told_that_this_is_a_websocket(stream: Stream) -> None:
    answer = await stream.served.client.get('/api/v1/events')
    assert (answer.status_code, answer.headers['upgrade']) == (426, 'websocket')
    assert answer.headers['content-type'] == 'application/problem+json'


@pytest.mark.parametrize(('cursor', 'status'), [('-1', 422), ('x', 422), ('999', 422), ('1' * 30, 422)])
async def test_a_cursor_that_is_none_of_ours_is_refused_with_a_problem(
    stream: Stream, cursor: str, status: int
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with stream.open(cursor):
            pass
    assert refused.value.response.status_code == status
    assert json.loads(refused.value.response.body)['field'] == 'cursor'


async def test_without_the_scope_or_a_token_nothing_is_heard(stream: Stream) -> None:
    program = await stream.served.program(*(set(Permission) - {Permission.EVENTS_READ}))
    for token, status in ((program.token, 403), ('cwt_guess', 401)):
        with pytest.raises(InvalidStatus) as refused:
            async with stream.open('latest', token):
                pass
        assert refused.value.response.status_code == status
        assert refused.value.response.headers['content-type'] == 'application/problem+json'


async def test_no_stream_hears_of_another_enterprise(stream: Stream) -> None:
    application = stream.served.application
    other = await application.enterprises.add('Harbour of Ghent')
    theirs = await stream.served.program(Permission.EVENTS_READ, enterprise=other.id)
    async with stream.open(0, theirs.token) as socket:
        await stream.served.device('crane-1')
        await application.people.add(other.id, 'ana@example.com', 'Ana', Role.ADMIN, 'correct horse battery')
        assert [(await hear(socket))['kind'] for _ in range(3)] == ['enterprise_added', 'token_issued', 'person_added']
