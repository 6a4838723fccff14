import pytest

from jobs.simulation.client import ConsoleClient, ConsoleRefused
from jobs.simulation.listeners import TowerListener
from jobs.simulation.network import build_network
from jobs.simulation.provision import provision
from tests.jobs.simulation.console import Console


def towers(first_port: int) -> list[TowerListener]:
    """Towers with made-up ports: nothing connects here."""
    listeners = [TowerListener(site) for site in build_network(20)]
    for listener in listeners:
        listener.tcp_port, listener.http_port = (
            first_port + listener.site.number,
            first_port + 100 + listener.site.number,
        )
    return listeners


async def test_missing_towers_are_created_below_their_gateways(console: Console) -> None:
    async with ConsoleClient(console.url, connections=2) as client:
        await provision(client, 'cwt_test', towers(40_000))
    assert len(console.towers) == 20
    by_name = {tower['name']: tower for tower in console.towers.values()}
    botlek = by_name['Botlek']
    assert botlek['operator'] == 'Delta Mobile'
    assert console.towers[botlek['parent_id']]['kind'] == 'gateway'
    assert [check['kind'] for check in botlek['checks']] == ['tcp', 'http']
    rats = {cell['rat'] for tower in console.towers.values() for cell in tower['cells']}
    assert rats == {'LTE', 'NR', 'NB-IoT', 'GSM'}


async def test_a_second_run_points_the_same_towers_to_its_new_ports(console: Console) -> None:
    async with ConsoleClient(console.url, connections=2) as client:
        await provision(client, 'cwt_test', towers(40_000))
        before = {id: [check['id'] for check in tower['checks']] for id, tower in console.towers.items()}
        await provision(client, 'cwt_test', towers(50_000))
    assert len(console.towers) == 20
    after = {id: [check['id'] for check in tower['checks']] for id, tower in console.towers.items()}
    assert after == before, 'what is known of a site stands until it is asked again'
    assert all(tower['checks'][0]['port'] >= 50_000 for tower in console.towers.values())
    assert {tower['version'] for tower in console.towers.values()} == {2}


async def test_a_busy_server_is_asked_again_and_nothing_is_created_twice(console: Console) -> None:
    seen: list[str] = []

    def busy_now_and_then(path: str) -> tuple[int, dict[str, str]] | None:
        seen.append(path)
        return (503, {'Retry-After': '0.01'}) if len(seen) in (1, 9) else None

    console.refuse = busy_now_and_then
    async with ConsoleClient(console.url, connections=2) as client:
        await provision(client, 'cwt_test', towers(40_000))
    assert len(console.towers) == 20


async def test_a_token_without_the_right_is_reported_at_once(console: Console) -> None:
    console.refuse = lambda path: (403, {})
    async with ConsoleClient(console.url, connections=2) as client:
        with pytest.raises(ConsoleRefused, match='403'):
            await provision(client, 'cwt_test', towers(40_000))
