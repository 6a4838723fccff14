"""The demo's status page: published once, left alone afterwards, and missing when it is refused."""

from jobs.simulation.client import ConsoleClient
from jobs.simulation.listeners import TowerListener
from jobs.simulation.network import build_network
from jobs.simulation.status_page import MOST, SLUG, publish_status_page
from tests.jobs.simulation.console import Console


async def test_it_is_published_once_with_readable_names(console: Console) -> None:
    listeners = [TowerListener(site) for site in build_network(20)]
    async with ConsoleClient(console.url, connections=2) as client:
        await publish_status_page(client, 'cwt_test', listeners)
        assert (console.page['public_slug'], console.page['version']) == (SLUG, 2)
        assert 0 < len(console.page['components']) <= MOST
        assert all(one['name'] == f'Radio at {one["target"]}' for one in console.page['components'])
        assert [notice['kind'] for notice in console.notices] == ['maintenance']
        assert console.notices[0]['components'] == [console.page['components'][-1]['id']]
        await publish_status_page(client, 'cwt_test', listeners)
        assert (console.page['version'], len(console.notices)) == (2, 1)


async def test_a_refusal_is_no_trouble_for_the_fleet(console: Console) -> None:
    console.refuse = lambda path: (403, {})
    async with ConsoleClient(console.url, connections=2) as client:
        await publish_status_page(client, 'cwt_test', [TowerListener(site) for site in build_network(20)])
    assert console.page['version'] == 0
