"""Places: when they run out, strangers leave and those with a credential get in."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from domain.access.permissions import Role
from domain.sign_in.model import Browser
from tests.fakes import running_application
from tests.ui.api.served import Served, check_in, serving
from tests.ui.sockets import Listening, Peer, listening, request
from tests.ui.until import until
from ui.server import http_limits as limits
from ui.server.http_limits import Kind
from ui.server.places import ConnectionLimits, Connections, CrowdedError, neighbourhood
from ui.sign_in.guard import Guard

MOST = 24
PASSWORD = 'a password of fifteen or more'
SOON_S = 5.0
"""What is quick takes some milliseconds; the machine may be busy."""


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with running_application() as application, serving(application) as found:
        found.app.add_middleware(Guard, access=application.access)
        yield found


def checking_in(token: str, sequence: int) -> bytes:
    return request('POST', '/api/v1/checkins', json.dumps(check_in(sequence)).encode(), authorization=f'Bearer {token}')


async def fill(server: Listening, count: int, said: bytes = b'') -> list[Peer]:
    found = []
    for _ in range(count):
        peer = await server.connect()
        if said:
            await peer.say(said)
        found.append(peer)
    return found


@pytest.mark.parametrize(
    'said',
    [
        b'',
        b'GET /healthz HT',
        request('POST', '/auth/sign-in', b'x' * 1000)[:-990],
        request('POST', '/api/v1/checkins', b'x' * 1000, authorization='Bearer guess')[:-990],
    ],
    ids=['silent', 'head', 'form', 'guess'],
)
async def test_when_strangers_hold_every_place_the_others_get_in_at_once(
    served: Served, caplog: pytest.LogCaptureFixture, said: bytes
) -> None:
    application = served.application
    _, device = await served.device()
    person = await application.people.add(application.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, PASSWORD)
    opened = await application.accounts.sign_in('ana@example.com', PASSWORD, Browser())

    @served.app.get('/page')
    async def page() -> str:
        return person.name

    cookie = f'cellwarden_session={opened.secret}'
    with caplog.at_level(logging.WARNING), structlog.testing.capture_logs() as lines:
        async with listening(served.app, connections=MOST) as server:
            kept = await server.connect()
            assert await kept.ask(checking_in(device.token, 1)) == 200
            for round in range(2, 5):
                await fill(server, 2 * MOST, said)
                assert len(server.connections) <= MOST
                began = time.monotonic()
                assert (await server.ask(checking_in(device.token, 10 * round)))[0] == 200
                assert await kept.ask(checking_in(device.token, 10 * round + 1)) == 200  # no known connection has left
                assert (await server.ask(request()))[0] == 200
                assert (await server.ask(request('GET', '/page', cookie=cookie)))[0] == 200
                assert time.monotonic() - began < SOON_S
            for peer in server.peers:
                if peer is not kept:
                    peer.writer.transport.abort()
            await until(lambda: len(server.connections) == 1)
            assert await kept.ask(checking_in(device.token, 100)) == 200
    assert [record for record in caplog.records if record.name != 'ui.server.http_limits'] == []
    assert len([line for line in lines if line['event'] == 'refused_connections']) <= 4


async def test_who_has_to_make_room_is_told_when_to_come_back(served: Served) -> None:
    async with listening(served.app, connections=2) as server:
        first, _ = await fill(server, 2)
        await until(lambda: len(server.connections) == 2)
        assert (await server.ask(request()))[0] == 200
        status, headers, _ = await first.answer()
        assert (status, headers['retry-after'], headers['connection']) == (503, '5', 'close')


async def test_an_address_has_its_share_and_a_connection_with_a_credential_does_not_count(served: Served) -> None:
    _, device = await served.device()
    async with listening(served.app, per_address=4) as server:
        known = await fill(server, 6, b'')
        for number, peer in enumerate(known[2:]):
            assert await peer.ask(checking_in(device.token, number + 1)) == 200
        assert [(await peer.answer())[0] for peer in known[:2]] == [429, 429]
        strangers = await fill(server, 5)
        status, headers, _ = await strangers[0].answer()
        assert (status, headers['retry-after']) == (429, '10')
        assert await strangers[1].ask(request()) == 200
        assert await known[2].ask(checking_in(device.token, 9)) == 200


async def test_a_credential_has_its_share_and_the_next_is_told_to_come_back(served: Served) -> None:
    _, device = await served.device()
    _, other = await served.device('crane-2')
    async with listening(served.app) as server:
        held = await fill(server, limits.PER_DEVICE)
        for number, peer in enumerate(held):
            assert await peer.ask(checking_in(device.token, number + 1)) == 200
        late = await server.connect()
        await late.say(checking_in(device.token, 1000))
        status, headers, body = await late.answer()
        assert (status, headers['retry-after'], json.loads(body)['title']) == (429, '10', 'Too Many Requests')
        assert server.connections.refusals.totals['crowded_credential'] == 1
        assert await held[0].ask(checking_in(device.token, 1001)) == 200
        assert (await server.ask(checking_in(other.token, 1)))[0] == 200
        held[1].writer.transport.abort()
        await until(lambda: len(server.connections) <= limits.PER_DEVICE)
        assert (await server.ask(checking_in(device.token, 1002)))[0] == 200


async def test_a_session_has_its_share(served: Served) -> None:
    application = served.application
    await application.people.add(application.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, PASSWORD)
    opened = await application.accounts.sign_in('ana@example.com', PASSWORD, Browser())
    asked = request(cookie=f'cellwarden_session={opened.secret}')
    async with listening(served.app) as server:
        held = await fill(server, limits.PER_CREDENTIAL)
        assert {await peer.ask(asked) for peer in held[:-1]} == {200}
        assert [await held[-1].ask(asked), (await server.ask(asked))[0]] == [200, 429]


async def test_the_trusted_proxy_has_no_share(served: Served) -> None:
    async with listening(served.app, per_address=4, trust_proxy='127.0.0.1') as server:
        peers = await fill(server, 12)
        await until(lambda: len(server.connections) == 12)
        assert [await peer.ask(request()) for peer in peers] == [200] * 12


async def test_strangers_have_to_be_quick_when_it_is_crowded(served: Served) -> None:
    async with listening(served.app, connections=8) as server:
        peers = await fill(server, 6)
        await until(
            lambda: all(
                each.deadline <= server.connections.now + limits.PRESSED_HEAD_S for each in server.connections._all
            )
        )
        server.connections.now += limits.PRESSED_HEAD_S
        assert [(await peer.answer())[0] for peer in peers] == [408] * 6


async def test_thousands_of_connections_do_not_grow_the_log(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), structlog.testing.capture_logs() as lines:
        async with listening(served.app, connections=50, per_address=20) as server:
            for _ in range(20):
                await asyncio.gather(*(server.connect() for _ in range(100)))
            assert (await server.ask(request()))[0] == 200
    assert len(lines) <= 4
    assert sum(line['count'] for line in lines) >= 1900
    assert [record for record in caplog.records if record.name != 'ui.server.http_limits'] == []


def test_an_address_of_ipv6_is_its_subscribers() -> None:
    assert neighbourhood('2001:db8:1:2:3:4:5:6') == neighbourhood('2001:db8:1:2::1') == '2001:0db8:0001:0002'
    assert neighbourhood('::ffff:192.0.2.1') == neighbourhood('192.0.2.1')
    assert neighbourhood('fe80::1%eth0') == 'fe80:0000:0000:0000'


class Stub:
    """A connection that does as it is told."""

    def __init__(self, address: str, places: Connections) -> None:
        self.address, self.places = address, places
        self.known = self.is_idle = self.gone = False
        self.credential = ''
        self.deadline = float('inf')

    def overdue(self) -> None:
        """Never."""

    def leave_for(self, kind: Kind) -> None:
        """Leave at once."""
        self.gone = True
        self.places.leave(self)


MOVES = st.lists(
    st.tuples(st.sampled_from(['join', 'leave', 'know', 'asks', 'answered']), st.integers(0, 9)), max_size=60
)


@given(MOVES)
def test_places_never_run_over_and_no_known_one_leaves_for_a_stranger(moves: list[tuple[str, int]]) -> None:
    places = Connections(ConnectionLimits(6, 3))
    here: list[Stub] = []
    for move, number in moves:
        before = [each for each in here if each.known]
        if move == 'join':
            stub = Stub(f'10.0.0.{number % 3}', places)
            places.join(stub)
            here.append(stub)
        elif here:
            stub = here[number % len(here)]
            if move == 'leave':
                stub.gone = True
                places.leave(stub)
            elif move == 'know' and not stub.known:
                of_the_same = sum(each.credential == f'device/{number % 2}' for each in here)
                try:
                    places.know(stub, f'device/{number % 2}', 2)
                    assert of_the_same < 2
                    stub.known = True
                except CrowdedError:
                    assert of_the_same == 2
            elif not stub.known:
                getattr(places, move)(stub)
        assert not any(each.gone for each in before if not (move == 'leave' and each is stub))
        here = [each for each in here if not each.gone]
        strangers = [each for each in here if not each.known]
        assert sum(places._by_credential.values()) == len(here) - len(strangers)
        assert len(places) == len(here) <= 6
        assert places.strangers == len(strangers)
        assert all(sum(each.address == f'10.0.0.{n}' for each in strangers) <= 3 for n in range(3))
