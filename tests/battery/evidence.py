"""What leaves the application and what must tell of tampering: cells of exports, digests of the journal."""

import asyncio
import csv
import io
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime

import httpx

from tests.battery.case import Stage, Store
from tests.battery.figures import most
from tests.bench.browsers import sign_in
from tests.bench.report import Figure
from tests.bench.seed import ENTERPRISE
from tests.real.server import Server, bearer
from ui.sign_in import COOKIE

_FORMULA = re.compile(r'[=+\-@＝＋－＠\t\r]')
_NUMBER = re.compile(r'[+-]?[0-9.]+')
BEGINS = (
    *('=1', '+1', '-1+2', '@a', '＝1', ' =1', '\t=1', '\r=1', '\n=1', 'a\n=1', 'a\r\n+1'),
    *('a;=1', 'a; @b', 'a\t=1', 'a,=1', '"=1', 'a";=1'),
)


async def formulas(stage: Stage) -> AsyncIterator[Figure]:
    """Devices, towers and policies are named, described and report what a spreadsheet would carry out, after every separator;
    `devices.csv` and `audit.csv` are read with commas, semicolons and tabs between cells, as programs of different countries do. Cells
    that begin a formula: 0."""
    place = await stage.place(len(BEGINS) + 1)
    async with stage.server(place) as server, httpx.AsyncClient(base_url=server.address, timeout=20) as client:
        scopes = ['devices:write', 'towers:write', 'policies:write']
        made = await server.operate('token api', enterprise=ENTERPRISE, name='battery', scopes=scopes)
        program = bearer(made['secret'])
        for number, text in enumerate(BEGINS):
            device, credential = place.seeded.devices[number]
            facts = {'os': {'name': text, 'version': text}, 'agent': {'name': text, 'version': text}}
            said = {'sequence': 5, 'observed_at': datetime.now(UTC).isoformat(), 'facts': facts}
            await client.post('/api/v1/checkins', json=said, headers=bearer(credential))
            await client.patch(
                f'/api/v1/devices/{device}',
                json={'name': text, 'labels': {'note': text}},
                headers={**program, 'if-match': '*', 'content-type': 'application/merge-patch+json'},
            )
            await client.post('/api/v1/towers', json={'name': text, 'region': text, 'operator': text}, headers=program)
            policy = {'name': f'policy {number}', 'rule': 'device.name != ""', 'description': text}
            await client.post('/api/v1/policies', json=policy, headers=program)
        client.cookies.set(COOKIE, await sign_in(server.port))
        for name in ('devices', 'audit'):
            answer = (await client.get(f'/ui/{name}.csv')).raise_for_status()
            text = answer.content.decode('utf-8-sig')
            found = cells(text)
            yield most(f'cells of {name}.csv that begin a formula', len(found), 0,
                       measured=f'{len(text)} characters {" ".join(map(repr, found[:4]))}')  # fmt: skip


def cells(text: str) -> list[str]:
    """Cells that a spreadsheet would carry out, whichever of comma, semicolon and tab it takes to part them; a line break always does
    where it does not take the text around it for quoted."""
    rows = [row for separator in ',;\t' for row in csv.reader(io.StringIO(text, newline=''), delimiter=separator)]
    found = {cell.lstrip(' ') for row in rows for cell in row}
    return sorted(cell for cell in found if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell))


INTACT, ALTERED, NO_HEADS = 0, 1, 4
"""Exit codes of `audit verify`, see docs/audit.md."""


async def digests(stage: Stage) -> AsyncIterator[Figure]:
    """All digests and heads of a journal that was chained are emptied in the database, and an entry is edited. `audit verify`, without
    a head that was kept elsewhere, says that it is not intact."""
    place = await stage.place()
    server = Server(place.data, 0, place.environment)  # which need not run
    before = await _verify(server)
    yield most('an untouched journal is taken for altered', float(before not in (INTACT, NO_HEADS)), 0)
    for statement in (
        "UPDATE journal_entry SET digest = ''",
        "UPDATE journal_counter SET digest = '', anchor_digest = ''",
        "UPDATE journal_entry SET actor = 'nobody' WHERE sequence = 2",
    ):
        await asyncio.to_thread(_change, stage, place.file, place.database, statement)
    yield most('a journal without digests is taken for intact', float(await _verify(server) != ALTERED), 0)


async def _verify(server: Server) -> int:
    return (await server.command('audit', 'verify')).code


def _change(stage: Stage, file: object, database: str, statement: str) -> None:
    if stage.store is Store.POSTGRES:
        stage.postgres.sql(statement, database=database)
        return
    with closing(sqlite3.connect(str(file))) as connection, connection:
        connection.execute(statement)
