"""Across a real connection: check-ins that are taken as a whole, on a connection that is known, are answered as all others."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from domain.devices.actions import Action
from domain.devices.live import state_of
from domain.devices.model import Reporting
from tests.ui.api.served import Served, check_in
from tests.ui.sockets import Listening, Peer, listening, request
from tests.ui.until import until
from ui.server.bare import WebApplication
from ui.server.whole import Asked

RADIO = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': 1712819, 'rsrp': -92}


@pytest.fixture
def taken(served: Served) -> list[bytes]:
    """The bodies that were handed over as a whole."""
    assert isinstance(served.app, WebApplication)
    found: list[bytes] = []
    ((address, take),) = served.app.whole.items()

    def note_and_take(asked: Asked, body: bytes) -> None:
        found.append(body)
        take(asked, body)

    served.app.whole[address] = note_and_take
    return found


@pytest.fixture
async def server(served: Served, taken: list[bytes]) -> AsyncIterator[Listening]:
    async with listening(served.app) as found:
        yield found


def said(credential: str, body: object, **headers: str) -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {'authorization': f'Bearer {credential}', **headers}
    if 'transfer_encoding' in fields:
        return request('POST', '/api/v1/checkins', **fields) + b'%x\r\n%b\r\n0\r\n\r\n' % (len(data), data)
    return request('POST', '/api/v1/checkins', data, **fields)


async def known(server: Listening, credential: str) -> Peer:
    peer = await server.connect()
    assert await peer.ask(said(credential, check_in(1))) == 200
    return peer


BODIES: dict[str, tuple[object, dict[str, str]]] = {
    'a new one': (check_in(2, radio=RADIO, facts={'battery': {'level': 5}}), {}),
    'the same again': (check_in(1), {}),
    'a late one': (check_in(2, '2027-01-15T06:00:00Z', sent_at='2027-01-15T08:00:00Z'), {}),
    'odd values': (check_in(2, facts={'battery': {'level': 255}}, radio={**RADIO, 'tac': 2**31}), {}),
    'other names': (
        check_in(2, radio={'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'lac': 4417, 'ci': 1}, colour='red'),
        {},
    ),
    'no number': (check_in(0), {}),
    'no moment': ({'sequence': 2}, {}),
    'no JSON': (b'{"sequence":', {}),
    'nothing': (b'', {}),
    'encoded': (check_in(2), {'content_encoding': 'gzip'}),
    'a stranger': (check_in(2), {'authorization': 'Bearer cwd_guess'}),
    'nobody': (check_in(2), {'authorization': 'Basic x'}),
    'large': (check_in(2, x='y' * 70_000), {}),
    'chunked': (check_in(2), {'transfer_encoding': 'chunked'}),
}


@pytest.mark.parametrize(('body', 'headers'), BODIES.values(), ids=BODIES.keys())
async def test_both_ways_answer_alike(
    served: Served, server: Listening, taken: list[bytes], body: object, headers: dict[str, str]
) -> None:
    answers = []
    for is_known in (False, True):
        device, caller = await served.device(f'crane-{is_known}')
        first = await known(server, caller.token)
        taken.clear()
        before = outcomes(served)
        peer = first if is_known else await server.connect()
        await peer.say(said(caller.token, body, **headers))
        status, fields, answer = await peer.answer()
        more = {name: count - before[name] for name, count in outcomes(served).items()}
        del fields['date']
        if status == 413:  # it says so when the rest of the body was not there yet
            fields.pop('connection', '')
        reporting = served.application.fleet[Reporting].get(device)
        odd = [each.field for each in reporting.odd] if reporting is not None else []
        answers.append((status, fields, answer, state_of(served.application.fleet, device).sequence, odd, more))
        assert len(taken) == (is_known and len(said(caller.token, body)) < 16_000)
    assert answers[0] == answers[1]
    assert served.metrics.under_way == 0


def outcomes(served: Served) -> dict[str, float]:
    """How many check-ins there were of each outcome."""
    page = served.metrics.page().decode().splitlines()
    lines = [line.split() for line in page if line.startswith('cellwarden_checkins_total{')]
    return {name: float(number) for name, number in lines}


async def test_the_answer_comes_after_the_commit(served: Served, server: Listening, taken: list[bytes]) -> None:
    device, caller = await served.device()
    peer = await known(server, caller.token)
    served.application.store.gate.clear()
    await peer.say(said(caller.token, check_in(2)))
    await until(lambda: served.metrics.under_way == 1 and len(taken) == 1)
    assert state_of(served.application.fleet, device).sequence == 1
    reading = asyncio.create_task(peer.answer())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not reading.done()
    served.application.store.gate.set()
    assert (await reading)[0] == 200
    assert (state_of(served.application.fleet, device).sequence, served.metrics.under_way) == (2, 0)


async def test_commands_come_with_the_answer(served: Served, server: Listening, taken: list[bytes]) -> None:
    device, caller = await served.device()
    peer = await known(server, caller.token)
    command = await served.application.commands.command(served.application.actor, device, Action.QUARANTINE, 'stolen')
    await peer.say(said(caller.token, check_in(2)))
    assert [each['id'] for each in json.loads((await peer.answer())[2])['commands']] == [command.id]
    assert len(taken) == 1


async def test_the_credential_of_a_retired_device_has_ended_on_its_connection_too(
    served: Served, server: Listening
) -> None:
    device, caller = await served.device()
    peer = await known(server, caller.token)
    await served.application.enrolments.retire(served.application.actor, device, 1)
    assert await peer.ask(said(caller.token, check_in(2))) == 401


async def test_a_device_that_is_retired_while_its_check_in_waits_is_refused(served: Served, server: Listening) -> None:
    device, caller = await served.device()
    peer = await known(server, caller.token)
    served.application.store.gate.clear()
    retiring = asyncio.create_task(served.application.enrolments.retire(served.application.actor, device, 1))
    for _ in range(10):
        await asyncio.sleep(0)
    await peer.say(said(caller.token, check_in(2)))
    await until(lambda: served.metrics.under_way == 1)
    served.application.store.gate.set()
    await retiring
    assert (await peer.answer())[0] == 404
    assert served.metrics.under_way == 0


async def test_while_nothing_can_be_kept_the_answer_says_when_to_try_again(served: Served, server: Listening) -> None:
    _, caller = await served.device()
    peer = await known(server, caller.token)
    served.application.store.failure = OSError('disk full')
    await peer.say(said(caller.token, check_in(2)))
    status, headers, body = await peer.answer()
    assert (status, headers['retry-after'], b'disk' in body) == (503, '5', False)
    served.application.store.failure = None
    await until(lambda: not served.application.transactor._committer.away)
    assert await peer.ask(said(caller.token, check_in(2))) == 200


async def test_who_leaves_while_its_check_in_waits_has_checked_in(served: Served, server: Listening) -> None:
    device, caller = await served.device()
    peer = await known(server, caller.token)
    served.application.store.gate.clear()
    await peer.say(said(caller.token, check_in(2)))
    await until(lambda: served.metrics.under_way == 1)
    peer.writer.transport.abort()
    await until(lambda: len(server.connections) == 0)
    served.application.store.gate.set()
    await until(lambda: state_of(served.application.fleet, device).sequence == 2)
    await until(lambda: served.metrics.under_way == 0)
    assert 'cellwarden_checkins_total{outcome="current"} 2.0' in served.metrics.page().decode()
