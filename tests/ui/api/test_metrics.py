import httpx
import pytest

from domain.changes.store import Changes
from tests.fakes import running_application
from tests.ui.api.served import Served, check_in, serving
from tests.ui.sockets import listening, request
from tests.ui.until import until


def local(served: Served) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(served.app, client=('127.0.0.1', 1)), base_url='http://test')


async def test_this_machine_may_read_the_figures(served: Served) -> None:
    _, caller = await served.device()
    await served.device('crane-2')
    await caller.post('/checkins', check_in(1))
    async with local(served) as client:
        page = (await client.get('/metrics')).text
    assert 'cellwarden_devices{enterprise="Port of Delft",presence="online"} 1.0' in page
    assert 'cellwarden_devices{enterprise="Port of Delft",presence="never_seen"} 1.0' in page
    assert 'cellwarden_open{enterprise="Port of Delft",what="alerts"} 0.0' in page
    assert 'cellwarden_alerts{acknowledged="false",enterprise="Port of Delft",severity="major"} 0.0' in page
    assert 'process_resident_memory_bytes' in page


async def test_others_need_the_metrics_token(served: Served) -> None:
    async with running_application() as application, serving(application, metrics_token='open sesame') as guarded:
        for token, status in (('open sesame', 200), ('guess', 401), ('', 401)):
            answer = await guarded.client.get('/metrics', headers={'authorization': f'Bearer {token}'})
            assert answer.status_code == status
    assert (await served.client.get('/metrics')).status_code == 401
    assert (await served.client.get('/metrics', headers={'authorization': 'Bearer '})).status_code == 401
    program = await served.program()
    headers = {'authorization': f'Bearer {program.token}'}
    assert (await served.client.get('/metrics', headers=headers)).status_code == 401


@pytest.mark.parametrize('header', ['x-forwarded-for', 'forwarded'])
async def test_what_a_proxy_forwards_is_not_local(served: Served, header: str) -> None:
    async with local(served) as client:
        assert (await client.get('/metrics', headers={header: '198.51.100.1'})).status_code == 401


async def test_commits_are_measured_where_they_happen(served: Served) -> None:
    measured = served.metrics.measured(served.application.store)
    await measured.commit(Changes())
    served.application.store.failure = OSError('disk full')
    with pytest.raises(OSError, match='disk full'):
        await measured.commit(Changes())
    page = served.metrics.page().decode()
    assert 'cellwarden_commit_seconds_count 1.0' in page
    assert 'cellwarden_commits_failed_total 1.0' in page
    assert await measured.sequences() == await served.application.store.sequences()


async def test_connections_and_refusals_are_counted(served: Served) -> None:
    async with listening(served.app) as server:
        served.metrics.watch_connections(server.connections)
        assert (await server.ask(b'\x00'))[0] == 400
        _, device = await served.device()
        known, stranger = await server.connect(), await server.connect()
        assert await known.ask(request('GET', '/api/v1/devices', authorization=f'Bearer {device.token}')) == 401
        assert (
            await known.ask(request('POST', '/api/v1/credential:rotate', authorization=f'Bearer {device.token}')) == 200
        )
        assert await stranger.ask(request()) == 200
        server.peers[0].writer.transport.abort()
        await until(lambda: len(server.connections) == 2)
        figures = served.metrics.page().decode()
    assert 'cellwarden_refused_connections_total{kind="bad_request"} 1.0' in figures
    assert 'cellwarden_connections{credential="shown"} 1.0' in figures
    assert 'cellwarden_connections{credential="none"} 1.0' in figures
