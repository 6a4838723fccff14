"""The inbox with many open alerts, and who was told of one among very many attempts: server time, each against the same with few."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from persistence.database import opened_store
from tests.bench.alert_rows import TOLD_OF, TOLD_TIMES, store_alerts, store_attempts
from tests.bench.browsers import sign_in
from tests.bench.processes import running_server
from tests.bench.report import Figure, p95
from tests.bench.seed import Seeded, seed
from ui.sign_in import COOKIE

FEW, MANY = 100, 10_000
FEW_ATTEMPTS, MANY_ATTEMPTS = 10_000, 1_000_000
DEVICES = 100
TIMES = 40
WARM = 5


@dataclass(slots=True)
class Desk:
    """A running console and who asks it: a person's session, a program's token."""

    address: str
    cookie: str
    token: str
    root: str
    shows: str
    """A word that stands in everything that is asked."""

    async def asked(self, client: aiohttp.ClientSession, path: str) -> tuple[float, str]:
        """How long an answer took (ms), and what it was."""
        is_api = path.startswith('/api/')
        headers = {'authorization': f'Bearer {self.token}'} if is_api else {'cookie': f'{COOKIE}={self.cookie}'}
        began = time.perf_counter()
        async with client.get(self.address + path.replace('{root}', self.root), headers=headers) as answer:
            text = await answer.text()
            assert answer.status == 200, text
            assert self.shows in text, path
        return (time.perf_counter() - began) * 1000, text


PAGES: Mapping[str, str] = {
    'page': '/alerts',
    'page that is filtered and searched': '/alerts?severity=critical,major&q=mast&sort=-devices',
    'page with its trees unfolded': '/alerts?tree=shown',
    'page of the root of a tree': '/alerts/{root}',
    'list of the API': '/api/v1/alerts?limit=50',
    'list of the API, filtered and searched': '/api/v1/alerts?severity=critical&object_kind=tower&q=mast&limit=50',
}


async def inbox(folder: Path) -> list[Figure]:
    """The pages of the inbox as the server draws them, and the list of the API."""
    async with _desk(folder / 'few', alerts=FEW) as few, _desk(folder / 'many', alerts=MANY) as many:
        found = [(what, await _in_turns(few, many, path)) for what, path in PAGES.items()]
    return [
        figure
        for what, (slow, quick) in found
        for figure in _figures(
            f'inbox with {MANY:,} open alerts: {what}, p95', slow, f'the same with {FEW}', quick, limit_ms=150
        )
    ]


async def told(folder: Path) -> list[Figure]:
    """Who was told of an alert, as programs ask it and as its channels' page shows it."""
    async with (
        _desk(folder / 'few', attempts=FEW_ATTEMPTS) as few,
        _desk(folder / 'many', attempts=MANY_ATTEMPTS) as many,
    ):
        async with aiohttp.ClientSession() as client:
            for desk in (few, many):
                _, text = await desk.asked(client, f'/api/v1/delivery-attempts?alert_id={TOLD_OF}&limit=200')
                assert text.count(f'"{TOLD_OF}"') == TOLD_TIMES
        asked = await _in_turns(few, many, f'/api/v1/delivery-attempts?alert_id={TOLD_OF}&limit=200')
        shown = await _in_turns(few, many, f'/channels?alert={TOLD_OF}')
    against = f'of {FEW_ATTEMPTS:,}'
    return [
        *_figures(
            f'who was told of an alert, of {MANY_ATTEMPTS:,} attempts, p95', asked[0], against, asked[1], limit_ms=100
        ),
        *_figures('the same, the page', shown[0], against, shown[1], limit_ms=100),
    ]


def _figures(work: str, slow: float, against: str, quick: float, *, limit_ms: float) -> list[Figure]:
    return [
        Figure(
            work=work,
            measured=f'{slow:.1f} ms',
            against=f'{against}, {quick:.1f} ms',
            ratio=slow / quick,
            at_most=3,
        ),
        Figure(
            work='the same',
            measured=f'{slow:.1f} ms',
            against=f'{limit_ms:g} ms',
            ratio=slow,
            unit=' ms',
            at_most=limit_ms,
        ),
    ]


async def _in_turns(few: Desk, many: Desk, path: str) -> tuple[float, float]:
    """The p95 of many and of few, in ms."""
    times: dict[str, list[float]] = {few.address: [], many.address: []}
    async with aiohttp.ClientSession() as client:
        for turn in range(TIMES + WARM):
            for desk in (few, many):
                took, _ = await desk.asked(client, path)
                if turn >= WARM:
                    times[desk.address].append(took)
                await asyncio.sleep(0.02)  # pages that nobody opens are taken apart behind the answer
    slow, quick = (p95(times[desk.address]) for desk in (many, few))
    return slow, quick


@asynccontextmanager
async def _desk(folder: Path, *, alerts: int = 0, attempts: int = 0) -> AsyncIterator[Desk]:
    seeded = await seed(folder, DEVICES)
    root = await _stored(folder, seeded, alerts, attempts)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(folder, 'anew'))
        await asyncio.sleep(1)  # what a start has to do is done
        address = f'http://127.0.0.1:{server.port}'
        yield Desk(address, await sign_in(server.port), seeded.api_token, root, 'Mast ' if alerts else 'HTTP 204')


async def _stored(folder: Path, seeded: Seeded, alerts: int, attempts: int) -> str:
    file = folder / 'cellwarden.sqlite3'
    root = ''
    if alerts:
        async with opened_store(f'sqlite:///{file}') as store:
            root = (await store_alerts(store, seeded.enterprise, alerts))[0].id
    if attempts:
        store_attempts(file, seeded.enterprise, attempts)
    return root
