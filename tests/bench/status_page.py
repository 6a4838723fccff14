"""The public status page, against the same server sending a static file of that size."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx

from domain.access.actors import system
from domain.status_page.input import NewPageContent
from domain.status_page.model import Component, ComponentKind
from domain.towers.model import Tower
from persistence.database import opened_store
from tests.bench.http_load import load
from tests.bench.processes import running_server
from tests.bench.report import Figure
from tests.bench.seed import seed
from ui.application import composed

CONNECTIONS = 64
SECONDS = 4.0
ROUNDS = 3
COMPONENTS = 10
PAGE, FILE = '/status/harbour', '/api/bench/files/harbour.html'


async def bench(folder: Path) -> list[Figure]:
    """The budget of the page that everybody may ask for."""
    await seed(folder, 100)
    await _publish(folder)
    rates: dict[str, list[float]] = {PAGE: [], FILE: []}
    async with running_server(folder) as server:
        size = await _written(server.port)
        for _ in range(ROUNDS):  # in turns, so that a busy moment of the machine hurts both
            for path, found in rates.items():
                result = await load(server.port, [_asks(path)] * CONNECTIONS, SECONDS)
                assert not result.failed, f'{result.failed} of {result.requests} requests failed'
                found.append(result.rate)
    ours, bare = (sorted(found)[ROUNDS // 2] for found in rates.values())
    return [
        Figure(
            work='requests/s of the public status page',
            measured=f'{ours:,.0f} pages/s of {size / 1000:,.0f} KB with {COMPONENTS} components',
            against=f'the same server sending the same bytes as a static file, {bare:,.0f}/s',
            ratio=ours / bare,
            at_least=0.8,
        )
    ]


async def _publish(folder: Path) -> None:
    """A page of the first towers."""
    async with opened_store(f'sqlite:///{folder / "cellwarden.sqlite3"}') as store:
        application, _ = composed(store)
        await application.transactor.start()
        fleet = next(iter(application.fleets))
        actor = system(fleet.enterprise.id, 'bench')
        components = [
            Component(kind=ComponentKind.TOWER, target=id, name=f'Part {number}')
            for number, id in enumerate(list(fleet[Tower])[:COMPONENTS], 1)
        ]
        content = NewPageContent(slug='harbour', title='Harbour radio', components=components)
        saved = await application.status_page.save(actor, 0, content)
        await application.status_page.publish(actor, saved.version)
        await application.transactor.stop()


async def _written(port: int) -> int:
    """The bytes of the page, once it is there as an answer and as a file."""
    async with httpx.AsyncClient(
        base_url=f'http://127.0.0.1:{port}', headers={'accept-encoding': 'identity'}
    ) as client:
        while True:
            page, file = await client.get(PAGE), await client.get(FILE)
            if page.status_code == file.status_code == 200:
                assert page.content == file.content
                return len(page.content)
            await asyncio.sleep(0.1)


def _asks(path: str) -> Callable[[], bytes]:
    request = f'GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.encode()
    return lambda: request
