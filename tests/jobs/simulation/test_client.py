import pytest
from aiohttp import web

from jobs.simulation.client import Away, ConsoleClient, ConsoleRefused
from tests.jobs.simulation.console import Console


async def test_a_server_that_is_not_there_is_away() -> None:
    async with ConsoleClient('http://127.0.0.1:9', connections=1) as client:
        with pytest.raises(Away):
            await client.call('GET', '/towers', 'cwt_test')


async def test_a_refusal_tells_its_status_and_when_to_come_back(console: Console) -> None:
    console.refuse = lambda path: (429, {'Retry-After': '7'})
    async with ConsoleClient(console.url, connections=1) as client:
        with pytest.raises(ConsoleRefused, match='429') as caught:
            await client.call('GET', '/towers', 'cwt_test')
    assert caught.value.retry_after == 7
    assert caught.value.passing


async def test_requests_share_the_connections_of_a_bounded_pool(console: Console) -> None:
    async with ConsoleClient(console.url, connections=1) as client:
        for _ in range(5):
            await client.call('GET', '/towers', 'cwt_test')
    assert len(console.connections) == 1


@pytest.mark.parametrize('status', [200, 204, 302, 401, 404, 413, 503])
async def test_what_is_no_console_is_away_and_sees_a_token_once(console: Console, status: int) -> None:
    async with ConsoleClient(console.url, connections=1) as client:
        console.portal = lambda: web.Response(status=status, headers={'Location': '/login'})
        for _ in range(3):
            with pytest.raises(Away, match=f'{status} .*not from a Cellwarden server'):
                await client.call('GET', '/towers', 'cwt_test', needs=('items',))
        assert console.shown == ['Bearer cwt_test']
        console.portal = None
        assert (await client.call('GET', '/towers', 'cwt_test', needs=('items',))).body['items'] == []
