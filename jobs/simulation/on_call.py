"""The night desk of the simulated enterprise: three people who take turns, a route to them, and a pager of their own on this machine."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import structlog

from jobs.simulation.client import Away, ConsoleClient, ConsoleRefused, Json
from jobs.simulation.listeners import HOST

log = structlog.get_logger()

PEOPLE = ('Ann Visser', 'Bo Jansen', 'Cem Yilmaz')
PAGER, ROTATION, POLICY, ROUTE = 'Pager of the demo', 'Night desk', 'Call the night desk', 'Outages'
MOST_BODY = 100_000


class Pager:
    """Takes messages over HTTP, logs each and answers 204. ``heard`` is called with the type and the problem of each."""

    def __init__(self, heard: Callable[[str, str], None] | None = None) -> None:
        self._heard = heard or (lambda kind, problem: log.info('pager', said=kind, problem=problem))
        self._server: asyncio.Server | None = None

    async def open(self) -> str:
        """Listen; the address."""
        self._server = await asyncio.start_server(self._answer, HOST, 0)
        return f'http://{HOST}:{self._server.sockets[0].getsockname()[1]}/'

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').lower()
            size = next(
                (line.partition(':')[2] for line in head.split('\r\n') if line.startswith('content-length:')), '0'
            )
            said = json.loads(await reader.readexactly(min(int(size), MOST_BODY)))
            self._heard(str(said['type']), str(said['data']['problem']))
            writer.write(b'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
            await writer.drain()
        except (OSError, EOFError, ValueError, KeyError, TypeError, asyncio.LimitOverrunError):
            pass  # no message of a console; it gets no answer
        finally:
            writer.close()


async def set_up_on_call(client: ConsoleClient, token: str, address: str) -> None:
    """A channel to the pager at ``address``, which may be another one after a restart, and once all that leads there.

    A demo without it shows all the rest, so that a refusal is told and no more.
    """
    try:
        people = await _ids(client, token, '/people?limit=200')
        there = [people[name] for name in PEOPLE if name in people]
        if not there:
            return
        channel = await _channel(client, token, address)
        if ROUTE not in await _ids(client, token, '/alert-routes'):
            await _lead_there(client, token, there, channel)
    except (Away, ConsoleRefused) as refusal:
        log.error('on_call_refused', because=str(refusal))
    else:
        log.info('on_call_ready', people=len(there), pager=address)


async def _channel(client: ConsoleClient, token: str, address: str) -> str:
    known = await _ids(client, token, '/channels')
    if PAGER in known:
        await client.call('PATCH', f'/channels/{known[PAGER]}', token, {'settings': {'url': address}}, if_match='*')
        return known[PAGER]
    new = {'name': PAGER, 'kind': 'webhook', 'settings': {'url': address}, 'least_severity': 'critical'}
    made = await client.call('POST', '/channels', token, new, needs=('channel',))
    return str(made.body['channel']['id'])


async def _lead_there(client: ConsoleClient, token: str, people: list[str], channel: str) -> None:
    for person in people:
        await client.call('PATCH', f'/people/{person}/contact', token, {'ways': [{'channel': channel}]}, if_match='*')
    layer = {'name': 'Days', 'people': people, 'zone': 'Europe/Amsterdam', 'turn_days': 1}
    layer['starts_on'] = first_turn(datetime.now(UTC).date()).isoformat()
    rotation = await _made(
        client, token, '/rotations', {'name': ROTATION, 'zone': 'Europe/Amsterdam', 'layers': [layer]}
    )
    steps = [
        {'targets': [{'kind': 'rotation', 'id': rotation}], 'wait_min': 2},
        {'targets': [{'kind': 'person', 'id': person} for person in people], 'wait_min': 5},
    ]
    policy = await _made(client, token, '/escalation-policies', {'name': POLICY, 'steps': steps, 'repeat': 1})
    await _made(client, token, '/alert-routes', {'name': ROUTE, 'conditions': {'severity': 'minor'}, 'policy': policy})


def first_turn(today: date) -> date:
    """A day on which the turns of people begin: a month back, since before the handover of the first day nobody is on call."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


async def _made(client: ConsoleClient, token: str, path: str, new: Json) -> str:
    return str((await client.call('POST', path, token, new, needs=('id',))).body['id'])


async def _ids(client: ConsoleClient, token: str, path: str) -> dict[str, str]:
    found = (await client.call('GET', path, token, needs=('items',))).body['items']
    return {str(one['name']): str(one['id']) for one in found}
