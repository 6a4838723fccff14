import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest

from jobs.simulation.listeners import HOST, TowerListener, follow
from jobs.simulation.network import build_network
from jobs.simulation.scenario import Event, What


@pytest.fixture
async def tower() -> AsyncIterator[TowerListener]:
    tower = TowerListener(build_network(6)[5])
    await tower.start()
    yield tower
    tower.close()


async def status(tower: TowerListener) -> int:
    timeout = aiohttp.ClientTimeout(total=0.3)
    url = f'http://{HOST}:{tower.http_port}/status'
    async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
        await response.json()
        return response.status


async def connect(port: int) -> None:
    _, writer = await asyncio.open_connection(HOST, port)
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def happens(what: What, tower: TowerListener) -> None:
    await follow(Event(0, what, (0,)), [tower])


async def test_a_well_tower_accepts_and_answers_200(tower: TowerListener) -> None:
    await connect(tower.tcp_port)
    assert await status(tower) == 200


async def test_a_refused_site_refuses_both_ports_and_recovers_on_the_same_ones(tower: TowerListener) -> None:
    ports = tower.tcp_port, tower.http_port
    reader, writer = await asyncio.open_connection(HOST, tower.tcp_port)
    for _ in range(3):
        await happens(What.SITE_REFUSED, tower)
        for port in ports:
            with pytest.raises(ConnectionRefusedError):
                await connect(port)
        await happens(What.SITE_RECOVERED, tower)
        assert (tower.tcp_port, tower.http_port) == ports
        await connect(tower.tcp_port)
        assert await status(tower) == 200
    assert await reader.read() == b''  # what was connected is cut
    writer.close()


async def test_a_refusing_site_can_be_struck_again(tower: TowerListener) -> None:
    await happens(What.SITE_REFUSED, tower)
    await happens(What.STORM_STRUCK, tower)
    with pytest.raises(ConnectionRefusedError):
        await connect(tower.tcp_port)


async def test_a_faulty_site_answers_503(tower: TowerListener) -> None:
    await happens(What.SITE_FAULTY, tower)
    assert await status(tower) == 503


async def test_a_hung_site_accepts_and_stays_silent(tower: TowerListener) -> None:
    await happens(What.SITE_HUNG, tower)
    await connect(tower.tcp_port)
    with pytest.raises(TimeoutError):
        await status(tower)
