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

    async def open(self, known: str = '') -> str:
        """Listen; the address. It is the one that is ``known`` from an earlier demo where its port is free: a channel whose address is
        another one at every start would look as if a person had changed it, and forget what was found out about it."""
        try:
            self._server = await asyncio.start_server(self._answer, HOST, _port_of(known))
        except OSError:
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


def _port_of(address: str) -> int:
    """The port of an address of this machine; 0, which is any, of every other."""
    port = address.removeprefix(f'http://{HOST}:').removesuffix('/')
    return int(port) if port.isascii() and port.isdigit() and 1024 <= int(port) <= 65_535 else 0


async def set_up_on_call(client: ConsoleClient, token: str, pager: Pager) -> None:
    """The pager opens, a channel leads to it, and once all that leads there.

    A demo without it shows all the rest, so that a refusal is told and no more.
    """
    try:
        people = await _ids(client, token, '/people?limit=200')
        there = [people[name] for name in PEOPLE if name in people]
        if not there:
            return
        channel, address = await _channel(client, token, pager)
        if ROUTE not in await _ids(client, token, '/alert-routes'):
            await _lead_there(client, token, there, channel)
    except (Away, ConsoleRefused) as refusal:
        log.error('on_call_refused', because=str(refusal))
    else:
        log.info('on_call_ready', people=len(there), pager=address)


async def _channel(client: ConsoleClient, token: str, pager: Pager) -> tuple[str, str]:
    """Its id, and where it leads. One that leads there already is left as it is."""
    rows = (await client.call('GET', '/channels', token, needs=('items',))).body['items']
    known = next((one for one in rows if one['name'] == PAGER), None)
    before = str(known['settings'].get('url', '')) if known is not None else ''
    address = await pager.open(before)
    if known is not None:
        if address != before:
            await client.call('PATCH', f'/channels/{known["id"]}', token, {'settings': {'url': address}}, if_match='*')
        return str(known['id']), address
    new = {'name': PAGER, 'kind': 'webhook', 'settings': {'url': address}, 'least_severity': 'critical'}
    made = await client.call('POST', '/channels', token, new, needs=('channel',))
    return str(made.body['channel']['id']), address


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
