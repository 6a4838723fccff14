"""The same server on PostgreSQL: what came in is there after a kill and a restart, and events are told from the beginning."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect

from tests.real.postgres import PostgresServer
from tests.real.server import PASSWORD, WITHIN_S, bearer, running_server

SCOPES = ['devices:read', 'events:read', 'alerts:read']


async def test_one_process_serves_on_postgres_and_finds_everything_again(
    postgres: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    async with running_server(tmp_path / 'data', CELLWARDEN_DATABASE=postgres) as server:
        await server.operate('enterprise add', name='Delft', plmns=['204-08'])
        await server.operate(
            'user add', enterprise='Delft', email='ana@example.com', name='Ana', role='admin', password=PASSWORD
        )
        api = (await server.operate('token api', enterprise='Delft', name='program', scopes=SCOPES))['secret']
        enrol = (await server.operate('token enrolment', enterprise='Delft', name='roll-out', uses=1))['secret']
        async with httpx.AsyncClient(base_url=server.address) as client:
            new = {'name': 'crane-1', 'kind': 'tablet', 'identifiers': {'serial': 'S1'}}
            enrolled = (await client.post('/api/v1/enrolments', json=new, headers=bearer(enrol))).json()
            for sequence in range(1, 21):
                answer = await client.post(
                    '/api/v1/checkins', json=checkin(sequence), headers=bearer(enrolled['credential'])
                )
                assert answer.json()['accepted'] == 'current'
            before = await picture(client, api, enrolled['device_id'])
            assert before['device']['sequence'] == 20
            assert len(before['samples']) == 20
            assert before['violations']
            server.kill()
            await server.start()
            assert await picture(client, api, enrolled['device_id']) == before
            answer = await client.post('/api/v1/checkins', json=checkin(20), headers=bearer(enrolled['credential']))
            assert answer.json()['accepted'] == 'duplicate'
            answer = await client.post('/api/v1/enrolments', json=new, headers=bearer(enrol))
            assert answer.status_code == 401, 'the token let in as many as it may'
            signed_in = await client.post('/auth/sign-in', data={'email': 'ana@example.com', 'password': PASSWORD})
            assert signed_in.headers['location'] == '/'
            await replay(server.port, api, before['journal'])
        assert not list((tmp_path / 'data').glob('*.sqlite3')), 'nothing is kept beside it'


async def picture(client: httpx.AsyncClient, api: str, device: str) -> dict[str, Any]:
    """What the API tells."""
    paths = {
        'device': f'/devices/{device}',
        'samples': f'/devices/{device}/samples',
        'violations': '/violations',
        'alerts': '/alerts',
        'journal': '/journal?after=0&limit=200',
    }
    found = {}
    for name, path in paths.items():
        answer = (await client.get(f'/api/v1{path}', headers=bearer(api))).json()
        found[name] = answer if name == 'device' else answer['items']
    return found


async def replay(port: int, api: str, entries: list[dict[str, Any]]) -> None:
    """The socket tells the same entries in the same order."""
    assert [entry['sequence'] for entry in entries] == list(range(1, len(entries) + 1))
    async with (
        connect(f'ws://127.0.0.1:{port}/api/v1/events?cursor=0', additional_headers=bearer(api)) as socket,
        asyncio.timeout(WITHIN_S),
    ):
        assert [json.loads(await socket.recv()) for _ in entries] == entries


def checkin(sequence: int) -> dict[str, Any]:
    """On the network, and in and out of policy."""
    radio = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 1, 'cell_id': 1, 'rsrp': -90 - sequence}
    facts = {'storage': {'encrypted': sequence % 3 == 0}}
    return {'sequence': sequence, 'observed_at': datetime.now(UTC).isoformat(), 'facts': facts, 'radio': radio}
