import asyncio

import pytest

from tests.ui.api.served import Served
from ui.api import health


async def test_alive_asks_nobody(served: Served) -> None:
    await served.house.road.stop()
    assert (await served.client.get('/healthz')).status_code == 200


async def test_ready_while_changes_are_taken(served: Served) -> None:
    assert (await served.client.get('/readyz')).text == 'ready\n'
    served.missing.append('the fleet is being loaded')
    answer = await served.client.get('/readyz')
    assert (answer.status_code, answer.text) == (503, 'not ready: the fleet is being loaded\n')
    served.missing.clear()
    await served.house.road.stop()
    answer = await served.client.get('/readyz')
    assert (answer.status_code, answer.headers['retry-after']) == (503, '2')


async def test_not_ready_while_the_store_is_silent(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(served.house.store, 'sequences', silent)
    monkeypatch.setattr(health, 'STORE_ANSWERS_WITHIN_S', 0.01)
    answer = await served.client.get('/readyz')
    assert answer.text == 'not ready: the store does not answer\n'
